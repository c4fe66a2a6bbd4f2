"""What was learned of each model's speed on this machine: one small JSON file. Losing it costs a few guesses."""

from __future__ import annotations

import contextlib
from pathlib import Path

import msgspec

from engine.files import write_atomically
from engine.types import SpeedRecord

N_KEPT = 50


class SpeedBook:
    """Records by model file and offloaded layers. A damaged or unwritable file is no reason to say anything."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._records: dict[str, SpeedRecord] = {}
        with contextlib.suppress(OSError, msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            self._records = msgspec.json.decode(path.read_bytes(), type=dict[str, SpeedRecord])

    def get(self, model_path: str, n_gpu_layers: int) -> SpeedRecord | None:
        return self._records.get(_key(model_path, n_gpu_layers))

    def put(self, model_path: str, n_gpu_layers: int, record: SpeedRecord) -> None:
        """Keep a record; those of models that were not used for long are let go."""
        self._records.pop(_key(model_path, n_gpu_layers), None)
        self._records[_key(model_path, n_gpu_layers)] = record
        self._records = dict([*self._records.items()][-N_KEPT:])
        with contextlib.suppress(OSError):
            write_atomically(self._path, msgspec.json.encode(self._records), private=True)


def _key(model_path: str, n_gpu_layers: int) -> str:
    return f"{model_path}|{n_gpu_layers}"
