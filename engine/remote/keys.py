"""Servers' keys: in the system's keyring; where there is none, in memory until the program ends. Never in a file."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from engine.errors import KeyringError

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

SERVICE = "Attune"
MIN_PRIORITY = 1
"""keyring's own mark for what is safe to recommend: backends that keep passwords in plain files are below it."""


class ServerKeys:
    """Keys by a server's address. May wait for the person to unlock the keyring: not for the window's thread."""

    def __init__(self) -> None:
        self._in_memory: dict[str, str] = {}

    def get(self, address: str) -> str:
        """The key, "" where none is kept. Raises: KeyringError."""
        if address in self._in_memory:
            return self._in_memory[address]
        backend = _backend()
        if backend is None:
            return ""
        try:
            return backend.get_password(SERVICE, address) or ""
        except Exception as exc:  # backends raise whatever their system raises
            raise KeyringError(f"The keyring did not give the key for {address} ({_reason(exc)}).") from exc

    def put(self, address: str, key: str) -> bool:
        """Keep a key. Returns whether it outlives the program."""
        self._in_memory.pop(address, None)
        backend = _backend()
        if backend is not None:
            try:
                backend.set_password(SERVICE, address, key)
                return True
            except Exception:  # locked or refused: the key still serves until the program ends
                pass
        self._in_memory[address] = key
        return False

    def forget(self, address: str) -> None:
        """Raises: KeyringError, where a key is kept and cannot be deleted."""
        self._in_memory.pop(address, None)
        backend = _backend()
        if backend is None:
            return
        try:
            if backend.get_password(SERVICE, address) is not None:
                backend.delete_password(SERVICE, address)
        except Exception as exc:
            raise KeyringError(
                f"The keyring did not delete the key for {address} ({_reason(exc)}). Delete it there."
            ) from exc


def _backend() -> KeyringBackend | None:
    """The system's keyring, None where it has none that keeps passwords encrypted."""
    import keyring

    chosen = keyring.get_keyring()
    # a chain of several: the first that is good enough
    candidates = cast("list[KeyringBackend]", getattr(chosen, "backends", [chosen]))
    return next((backend for backend in candidates if _is_safe(backend)), None)


def _is_safe(backend: KeyringBackend) -> bool:
    try:
        return backend.priority >= MIN_PRIORITY
    except Exception:  # how a backend says that this system lacks what it needs
        return False


def _reason(exc: Exception) -> str:
    return str(exc) or type(exc).__name__
