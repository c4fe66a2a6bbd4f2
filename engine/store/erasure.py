"""Everything that Attune keeps, deleted for good. Only once nothing of it is open."""

from __future__ import annotations

import shutil
from pathlib import Path

from engine.errors import StoreError
from engine.paths import APP_NAME, Paths

_MODELS = ("models", "models.json")


def erase_everything(paths: Paths, *, models: bool) -> None:
    """Chats, profiles, backups, settings and logs are gone afterwards; fetched models and their list only on request.

    What a --data-dir held besides Attune's own files stays.
    Raises: StoreError, naming what could not be deleted; all else is gone.
    """
    failed: list[Path] = []
    for path in _owned(paths):
        if path.name in _MODELS and not models:
            continue
        try:
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)
        except OSError:
            failed.append(path)
    if failed:
        names = ", ".join(str(path) for path in failed)
        raise StoreError(f"Not everything could be deleted. Still there: {names}.")


def _owned(paths: Paths) -> list[Path]:
    """The database first: what is most private goes first, should something fail."""
    data = paths.data
    found = sorted(data.glob("attune.db*")) if data.is_dir() else []
    found += [data / "backups", paths.speeds]
    found += sorted(paths.settings.parent.glob(paths.settings.name + "*"))
    # on some systems the settings lie among the data
    found += [directory for directory in (paths.config, paths.logs) if not data.is_relative_to(directory)]
    found += [data / name for name in _MODELS]
    if data.name == APP_NAME and data.is_dir():
        # the directory is nobody else's: also what a later or an earlier Attune left there
        found += [path for path in sorted(data.iterdir()) if path not in found and path.name != paths.lock.name]
    return [path for path in found if path.exists() or path.is_symlink()]
