"""A profile as one small JSON file: its log, and the weights that follow from it, readable by a person.

The log is what counts: weights are written for the reader, and derived anew when the file is opened.
"""

from __future__ import annotations

import time
from pathlib import Path

import msgspec

from engine.errors import ProfileError
from engine.preferences.events import EVENT_SCHEMA_VERSION, LoggedEvent, PreferenceEvent, Retraction
from engine.store.settings import write_atomically
from engine.types import WeightVector

FORMAT = "attune-profile"


class _ProfileFile(msgspec.Struct, kw_only=True):
    format: str
    """Required: some other program's JSON object must not pass for an empty profile, and be overwritten."""
    version: int = EVENT_SCHEMA_VERSION
    weights: WeightVector | None = None
    events: list[LoggedEvent] = []


class ProfileFile:
    """An event log in a file; a file that is not there yet is an empty log. Every change is written at once.

    Raises: ProfileError, when the file is not a profile, is of a newer version, or cannot be read or written.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._content = _read(path)

    def log(self) -> list[LoggedEvent]:
        return list(self._content.events)

    def append(self, event: PreferenceEvent) -> LoggedEvent:
        number = max((entry.number for entry in self._content.events), default=0) + 1
        entry = LoggedEvent(number=number, created_at=time.time(), event=event)
        self._content.events.append(entry)
        self._write()
        return entry

    def retract(self, number: int, heads_version: str) -> LoggedEvent:
        return self.append(Retraction(event=number, heads_version=heads_version))

    def save_weights(self, weights: WeightVector) -> None:
        self._content.weights = weights
        self._write()

    def _write(self) -> None:
        try:
            write_atomically(self._path, msgspec.json.format(msgspec.json.encode(self._content), indent=1))
        except OSError as exc:
            raise ProfileError(f"Cannot write the profile {self._path} ({exc.strerror or exc}).") from exc


def _read(path: Path) -> _ProfileFile:
    try:
        content = msgspec.json.decode(path.read_bytes(), type=_ProfileFile)
    except FileNotFoundError:
        return _ProfileFile(format=FORMAT)
    except OSError as exc:
        raise ProfileError(f"Cannot read the profile {path} ({exc.strerror or exc}).") from exc
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as exc:
        raise ProfileError(f"{path} is not an Attune profile ({exc}). It was not changed.") from exc
    if content.format != FORMAT:
        raise ProfileError(f"{path} is not an Attune profile. It was not changed.")
    if content.version > EVENT_SCHEMA_VERSION:
        raise ProfileError(f"The profile {path} was written by a newer Attune. Please update Attune.")
    return content
