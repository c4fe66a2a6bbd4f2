"""Everything that Attune keeps, deleted for good. Only once nothing of it is open."""

from __future__ import annotations

import shutil
from pathlib import Path

from engine.errors import KeyringError, StoreError
from engine.paths import APP_NAME, Paths
from engine.remote.keys import SERVICE, ServerKeys
from engine.store.settings import load_settings

_MODELS = ("models", "models.json", "models.json.damaged", "models.json.tmp")


def erase_everything(paths: Paths, *, models: bool) -> None:
    """Chats, profiles, backups, settings, servers' keys, measurements of models, and logs are gone afterwards; fetched
    models and their list only on request.

    What a --data-dir held besides Attune's own files stays. May wait for the person to unlock the keyring.
    Raises: StoreError, naming what could not be deleted; all else is gone.
    """
    kept_keys = _forget_keys(paths)  # while the settings still say which there are
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
        raise StoreError(" ".join([f"Not everything could be deleted. Still there: {names}.", *kept_keys]))
    if kept_keys:
        raise StoreError(" ".join(["Not everything could be deleted.", *kept_keys]))


def _forget_keys(paths: Paths) -> list[str]:
    """Returns: sentences about the keys that stay."""
    keys = ServerKeys()
    problems = []
    try:
        addresses = {server.address for server in load_settings(paths.settings).servers}
    except StoreError as exc:
        return [f"{exc} The keys of servers in your keyring, if there are any, are named {SERVICE}."]
    for address in sorted(addresses):
        try:
            keys.forget(address)
        except KeyringError as exc:
            problems.append(str(exc))
    return problems


def _owned(paths: Paths) -> list[Path]:
    """The database first: what is most private goes first, should something fail."""
    data = paths.data
    found = sorted(data.glob("attune.db*")) if data.is_dir() else []
    found += [data / "backups", data / "calibrations", paths.speeds, data / f"{paths.speeds.name}.tmp"]
    found += sorted(paths.settings.parent.glob(paths.settings.name + "*"))
    # on some systems the settings lie among the data
    found += [directory for directory in (paths.config, paths.logs) if not data.is_relative_to(directory)]
    found += [data / name for name in _MODELS]
    if data.name == APP_NAME and data.is_dir():
        # the directory is nobody else's: also what a later or an earlier Attune left there
        found += [path for path in sorted(data.iterdir()) if path not in found and path.name != paths.lock.name]
    return [path for path in found if path.exists() or path.is_symlink()]
