"""What is known of each model's way with requests about style: measured here, or shipped."""

from __future__ import annotations

from pathlib import Path

import msgspec

from engine.directions.calibration import Calibration, find_calibration
from engine.errors import InputFileError, StoreError
from engine.files import write_atomically


class CalibrationBook:
    """A file for each model that was tried out, beside those that are shipped.

    Args:
        data_dir: Attune's; the files lie in `calibrations`.
        heads_version: those measured with other heads do not count.
    """

    def __init__(self, data_dir: Path, heads_version: str) -> None:
        self._data_dir = data_dir
        self._heads_version = heads_version

    def get(self, model: str) -> Calibration | None:
        """Of a model file; None where nothing is known, or there is no such file."""
        try:
            return find_calibration(Path(model), self._heads_version, self._data_dir)
        except InputFileError:
            return None

    def put(self, calibration: Calibration) -> None:
        """Raises: StoreError, when it cannot be written."""
        path = self._data_dir / "calibrations" / f"{calibration.fingerprint}.json"
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            write_atomically(path, msgspec.json.format(msgspec.json.encode(calibration), indent=1))
        except OSError as exc:
            raise StoreError(f"Attune could not keep what it found out ({exc.strerror or exc}).") from exc
