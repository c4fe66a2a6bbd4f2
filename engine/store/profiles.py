"""Profiles: each a name, an append-only log of preference events, and the weights that follow from it."""

from __future__ import annotations

import logging
import sqlite3
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, cast

import msgspec

from engine.errors import StoreError
from engine.preferences.events import EVENT_SCHEMA_VERSION, LoggedEvent, PreferenceEvent, Retraction
from engine.store.database import Database
from engine.store.text import cut, storable
from engine.types import WeightVector

_log = logging.getLogger(__name__)

QuizState = Literal["new", "started", "done", "skipped"]
FIRST_NAME = "Me"
NAME_CHARS = 40


@dataclass(frozen=True)
class Profile:
    id: int
    name: str
    quiz_state: QuizState
    weights: WeightVector | None
    """As last derived from the log; None before the first event."""
    learns: bool = True
    """Whether ratings in chats are kept; False while the person has paused that."""


class ProfileStore:
    """Profiles in the database. Every method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def first_or_create(self) -> Profile:
        """The oldest profile, made if there is none."""
        rows = self._database.query("SELECT id FROM profile ORDER BY id LIMIT 1")
        if rows:
            return self.get(rows[0]["id"])
        now = time.time()
        with self._database.transaction() as connection:
            cursor = connection.execute(
                "INSERT INTO profile (name, created_at, updated_at) VALUES (?, ?, ?)", (FIRST_NAME, now, now)
            )
        return self.get(cast(int, cursor.lastrowid))

    def selected(self) -> Profile:
        """The profile that was selected last; the oldest, made if there is none, where none ever was."""
        rows = self._database.query(
            "SELECT id FROM profile WHERE selected_at > 0 ORDER BY selected_at DESC, id DESC LIMIT 1"
        )
        return self.get(rows[0]["id"]) if rows else self.first_or_create()

    def select(self, profile_id: int) -> None:
        with self._database.transaction() as connection:
            connection.execute(
                # never earlier than the latest: a clock that was set back must not undo a selection
                "UPDATE profile SET selected_at = max(?, (SELECT max(selected_at) FROM profile) + 1e-3) WHERE id = ?",
                (time.time(), profile_id),
            )

    def profiles(self) -> list[Profile]:
        """All of them, oldest first."""
        return [_profile(row) for row in self._database.query("SELECT * FROM profile ORDER BY id")]

    def get(self, profile_id: int) -> Profile:
        rows = self._database.query("SELECT * FROM profile WHERE id = ?", (profile_id,))
        if not rows:
            raise StoreError(f"There is no profile with the number {profile_id}.")
        return _profile(rows[0])

    def create(self, name: str, events: Sequence[LoggedEvent] = ()) -> Profile:
        """One more profile, with these events as its log: renumbered, since numbers are the database's.

        Its quiz is no open question: whoever adds a profile finds the quiz on its page.

        Raises: StoreError, when the name is empty or taken.
        """
        name = self._free_name(name)
        now = time.time()
        with self._database.transaction() as connection:
            cursor = connection.execute(
                "INSERT INTO profile (name, created_at, updated_at, quiz_state) VALUES (?, ?, ?, 'skipped')",
                (name, now, now),
            )
            profile_id = cast(int, cursor.lastrowid)
            renumbered: dict[int, int] = {}
            for entry in sorted(events, key=lambda entry: entry.number):
                event = entry.event
                if isinstance(event, Retraction):
                    if event.event not in renumbered:
                        continue  # of an event that the file does not have
                    event = msgspec.structs.replace(event, event=renumbered[event.event])
                renumbered[entry.number] = _insert(connection, profile_id, event, entry.created_at)
        return self.get(profile_id)

    def rename(self, profile_id: int, name: str) -> None:
        """Raises: StoreError, when the name is empty or taken."""
        name = self._free_name(name, but=profile_id)
        with self._database.transaction() as connection:
            connection.execute("UPDATE profile SET name = ? WHERE id = ?", (name, profile_id))

    def delete(self, profile_id: int, heir: int) -> None:
        """A profile's log and weights are deleted for good; its chats are written for `heir` from now on."""
        if heir == profile_id:
            raise ValueError("a profile cannot inherit its own chats")
        with self._database.transaction() as connection:
            connection.execute("UPDATE conversation SET profile_id = ? WHERE profile_id = ?", (heir, profile_id))
            connection.execute("DELETE FROM profile WHERE id = ?", (profile_id,))

    def set_learns(self, profile_id: int, learns: bool) -> None:
        with self._database.transaction() as connection:
            connection.execute("UPDATE profile SET learns = ? WHERE id = ?", (learns, profile_id))

    def _free_name(self, name: str, but: int | None = None) -> str:
        name = cut(" ".join(storable(name).split()), NAME_CHARS).rstrip()
        if not name:
            raise StoreError("A profile needs a name.")
        if any(other.name.casefold() == name.casefold() and other.id != but for other in self.profiles()):
            raise StoreError(f"There is a profile named “{name}” already. Please choose another name.")
        return name

    def set_quiz_state(self, profile_id: int, state: QuizState) -> None:
        with self._database.transaction() as connection:
            connection.execute("UPDATE profile SET quiz_state = ? WHERE id = ?", (state, profile_id))

    def append(self, profile_id: int, event: PreferenceEvent) -> LoggedEvent:
        """Append to the log; what is returned is on the disk."""
        now = time.time()
        with self._database.transaction() as connection:
            number = _insert(connection, profile_id, event, now)
        return LoggedEvent(number=number, created_at=now, event=event)

    def retract(self, profile_id: int, number: int, heads_version: str) -> LoggedEvent:
        return self.append(profile_id, Retraction(event=number, heads_version=heads_version))

    def owner_of(self, number: int) -> int | None:
        """The profile whose log has the event with this number."""
        rows = self._database.query("SELECT profile_id FROM feedback_event WHERE number = ?", (number,))
        return int(rows[0]["profile_id"]) if rows else None

    def log(self, profile_id: int) -> list[LoggedEvent]:
        """The whole log in order; an event that cannot be read is left out, and named in the program's log."""
        entries = []
        for row in self._database.query(
            "SELECT number, created_at, payload FROM feedback_event WHERE profile_id = ? ORDER BY number",
            (profile_id,),
        ):
            try:
                event: PreferenceEvent = msgspec.json.decode(row["payload"], type=PreferenceEvent)
            except msgspec.DecodeError as exc:
                # of a newer Attune, or damaged: it stays in the log, and the rest of the log goes on counting
                _log.warning("Event %d of the taste log cannot be read and is left out (%s)", row["number"], exc)
                continue
            entries.append(LoggedEvent(number=row["number"], created_at=row["created_at"], event=event))
        return entries

    def save_weights(self, profile_id: int, weights: WeightVector) -> None:
        with self._database.transaction() as connection:
            connection.execute(
                "UPDATE profile SET weights = ?, updated_at = ? WHERE id = ?",
                (msgspec.json.encode(weights).decode(), time.time(), profile_id),
            )

    def event_log(self, profile_id: int) -> ProfileLog:
        """This profile's log, as `engine.preferences.learner` wants it."""
        return ProfileLog(self, profile_id)

    def reset(self, profile_id: int) -> None:
        """Forget this profile's taste: its log and weights are deleted for good."""
        with self._database.transaction() as connection:
            connection.execute("DELETE FROM feedback_event WHERE profile_id = ?", (profile_id,))
            connection.execute("DELETE FROM self_test WHERE profile_id = ?", (profile_id,))
            connection.execute("UPDATE profile SET weights = NULL, quiz_state = 'new' WHERE id = ?", (profile_id,))


@dataclass(frozen=True)
class ProfileLog:
    """One profile of the database as an event log."""

    store: ProfileStore
    profile_id: int

    def log(self) -> list[LoggedEvent]:
        return self.store.log(self.profile_id)

    def append(self, event: PreferenceEvent) -> LoggedEvent:
        return self.store.append(self.profile_id, event)

    def retract(self, number: int, heads_version: str) -> LoggedEvent:
        return self.store.retract(self.profile_id, number, heads_version)

    def save_weights(self, weights: WeightVector) -> None:
        self.store.save_weights(self.profile_id, weights)


def _profile(row: sqlite3.Row) -> Profile:
    weights = msgspec.json.decode(row["weights"], type=WeightVector) if row["weights"] else None
    return Profile(
        id=row["id"], name=row["name"], quiz_state=row["quiz_state"], weights=weights, learns=bool(row["learns"])
    )


def _insert(connection: sqlite3.Connection, profile_id: int, event: PreferenceEvent, created_at: float) -> int:
    """Append an event within a transaction. Returns its number."""
    cursor = connection.execute(
        "INSERT INTO feedback_event (profile_id, created_at, schema_version, kind, payload) VALUES (?, ?, ?, ?, ?)",
        (
            profile_id,
            created_at,
            EVENT_SCHEMA_VERSION,
            type(event).__struct_config__.tag,
            msgspec.json.encode(event).decode(),
        ),
    )
    return cast(int, cursor.lastrowid)
