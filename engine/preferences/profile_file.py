"""A profile as one small JSON file: its log, and the weights that follow from it, readable by a person.

The log is what counts: weights are written for the reader, and derived anew when the file is opened.
"""

from __future__ import annotations

import time
from pathlib import Path

import msgspec
import numpy as np

from engine.errors import ProfileError
from engine.files import write_atomically
from engine.preferences.events import (
    EVENT_SCHEMA_VERSION,
    AxisStatement,
    DraftPreferred,
    LoggedEvent,
    PreferenceEvent,
    QuizAnswer,
    Retraction,
    Thumb,
    active_events,
)
from engine.preferences.learner import posterior_from_log, weight_vector
from engine.preferences.taste_model import TasteModel
from engine.types import WeightVector

FORMAT = "attune-profile"
MAX_NUMBER = 1000.0
"""Base rewards and quality are of the size of standard deviations and log-odds: beyond this they are no text's."""


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
        _write(self._path, self._content)
        return entry

    def retract(self, number: int, heads_version: str) -> LoggedEvent:
        return self.append(Retraction(event=number, heads_version=heads_version))

    def save_weights(self, weights: WeightVector) -> None:
        self._content.weights = weights
        _write(self._path, self._content)


def export_profile(path: Path, log: list[LoggedEvent], weights: WeightVector) -> None:
    """Write a profile as a file, in place of what is there.

    Raises: ProfileError, when the file cannot be written.
    """
    _write(path, _ProfileFile(format=FORMAT, weights=weights, events=log))


def import_log(path: Path, model: TasteModel) -> list[LoggedEvent]:
    """The log of a profile file that may come from anywhere.

    Raises: ProfileError, when there is no such file, it is not a profile, or its numbers make no sense:
        not finite, far too large, or not as many as the reward heads give.
    """
    if not path.exists():
        raise ProfileError(f"Cannot read the profile {path} (there is no such file).")
    log = _read(path).events
    sound = all(_is_possible(entry.event, model) for entry in log)
    with np.errstate(all="ignore"):
        try:
            posterior = posterior_from_log(log, model) if sound else None
        except np.linalg.LinAlgError:
            posterior = None
    if posterior is None or not np.isfinite(posterior.mean).all() or not np.isfinite(posterior.covariance).all():
        raise ProfileError(f"The numbers in the profile {path} make no sense. Nothing was imported.")
    return log


def n_of_other_heads(log: list[LoggedEvent], model: TasteModel) -> int:
    """How many events that count were made with other reward heads: they are kept and not used."""
    return sum(entry.event.heads_version != model.heads_version for entry in active_events(log))


def _is_possible(event: PreferenceEvent, model: TasteModel) -> bool:
    """Whether heads of this version can have given the event's numbers; those of other versions are anybody's guess."""
    match event:
        case QuizAnswer(a=first, b=second):
            pair = (first, second)
        case DraftPreferred(preferred=first, shown=second) | Thumb(shown=first, reference=second):
            pair = (first, second)
        case AxisStatement(value=value, sd=sd):
            return abs(value) <= MAX_NUMBER and sd <= MAX_NUMBER
        case _:
            return True
    numbers = [number for scored in pair for number in (*scored.base_rewards, scored.quality)]
    as_many = event.heads_version != model.heads_version or all(len(s.base_rewards) == model.n_base for s in pair)
    return as_many and all(abs(number) <= MAX_NUMBER for number in numbers)


def read_weights(path: Path, model: TasteModel) -> WeightVector:
    """The weights that follow from a profile file.

    Raises: ProfileError, when there is no such file, or it is not a profile.
    """
    if not path.exists():
        raise ProfileError(f"There is no profile {path}. `attune-engine quiz --profile {path}` makes one.")
    return weight_vector(posterior_from_log(ProfileFile(path).log(), model), model)


def _write(path: Path, content: _ProfileFile) -> None:
    try:
        write_atomically(path, msgspec.json.format(msgspec.json.encode(content), indent=1))
    except OSError as exc:
        raise ProfileError(f"Cannot write the profile {path} ({exc.strerror or exc}).") from exc


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
