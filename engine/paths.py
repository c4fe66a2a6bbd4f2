"""Where Attune keeps things. `--data-dir` moves all of it, for trials and tests."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from engine.errors import StoreError
from engine.files import make_private_directory

APP_NAME = "Attune"


@dataclass(frozen=True)
class Paths:
    """The directories of one installation; none is created before `ensure`."""

    data: Path
    config: Path
    logs: Path

    @classmethod
    def default(cls) -> Paths:
        dirs = platformdirs.PlatformDirs(APP_NAME, appauthor=False)
        return cls(data=dirs.user_data_path, config=dirs.user_config_path, logs=dirs.user_log_path)

    @classmethod
    def under(cls, data_dir: Path) -> Paths:
        """Everything below one directory."""
        return cls(data=data_dir, config=data_dir / "config", logs=data_dir / "logs")

    @property
    def database(self) -> Path:
        return self.data / "attune.db"

    @property
    def lock(self) -> Path:
        """Held by the window that owns the data."""
        return self.data / "attune.lock"

    @property
    def models(self) -> Path:
        return self.data / "models"

    @property
    def speeds(self) -> Path:
        return self.data / "speeds.json"

    @property
    def settings(self) -> Path:
        return self.config / "settings.json"

    def ensure(self) -> None:
        """Create the directories, which only their owner can enter.

        Raises: StoreError, when one cannot be created or written to.
        """
        for directory in (self.data, self.config, self.logs):
            try:
                # a --data-dir that was somebody's directory before it was ours keeps its mode
                make_private_directory(directory, tighten=directory != self.data or self.database.exists())
                probe = directory / ".attune-write-test"
                probe.write_bytes(b"")
                probe.unlink()
            except OSError as exc:
                raise StoreError(
                    f"Attune cannot write to {directory} ({exc.strerror or exc}). "
                    "Choose another place with --data-dir, or change the directory's permissions."
                ) from exc


def assets_dir() -> Path:
    """The shipped data: beside the packages, in a checkout, an installation and a frozen build alike."""
    frozen_root = getattr(sys, "_MEIPASS", None)
    root = Path(frozen_root) if frozen_root else Path(__file__).resolve().parent.parent
    return root / "assets"


def engine_command() -> list[str]:
    """How to start `attune-engine`: with this Python, or in a frozen build the same executable with a hidden flag."""
    if getattr(sys, "frozen", False):
        return [sys.executable, "--engine-command"]
    return [sys.executable, "-m", "engine.cli"]
