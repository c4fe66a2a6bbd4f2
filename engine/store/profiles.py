"""Profiles: each a name, an append-only log of preference events, and the weights that follow from it."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass
from typing import Literal, cast

import msgspec

from engine.errors import StoreError
from engine.preferences.events import EVENT_SCHEMA_VERSION, LoggedEvent, PreferenceEvent, Retraction
from engine.store.database import Database
from engine.types import WeightVector

_log = logging.getLogger(__name__)

QuizState = Literal["new", "started", "done", "skipped"]


@dataclass(frozen=True)
class Profile:
    id: int
    name: str
    quiz_state: QuizState
    weights: WeightVector | None
    """As last derived from the log; None before the first event."""


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
                "INSERT INTO profile (name, created_at, updated_at) VALUES (?, ?, ?)", ("Me", now, now)
            )
        return self.get(cast(int, cursor.lastrowid))

    def get(self, profile_id: int) -> Profile:
        rows = self._database.query("SELECT * FROM profile WHERE id = ?", (profile_id,))
        if not rows:
            raise StoreError(f"There is no profile with the number {profile_id}.")
        row = rows[0]
        weights = msgspec.json.decode(row["weights"], type=WeightVector) if row["weights"] else None
        return Profile(id=row["id"], name=row["name"], quiz_state=row["quiz_state"], weights=weights)

    def set_quiz_state(self, profile_id: int, state: QuizState) -> None:
        with self._database.transaction() as connection:
            connection.execute("UPDATE profile SET quiz_state = ? WHERE id = ?", (state, profile_id))

    def append(self, profile_id: int, event: PreferenceEvent) -> LoggedEvent:
        """Append to the log; what is returned is on the disk."""
        now = time.time()
        payload = msgspec.json.encode(event).decode()
        kind = type(event).__struct_config__.tag
        with self._database.transaction() as connection:
            cursor = connection.execute(
                "INSERT INTO feedback_event (profile_id, created_at, schema_version, kind, payload)"
                " VALUES (?, ?, ?, ?, ?)",
                (profile_id, now, EVENT_SCHEMA_VERSION, kind, payload),
            )
        return LoggedEvent(number=cast(int, cursor.lastrowid), created_at=now, event=event)

    def retract(self, profile_id: int, number: int, heads_version: str) -> LoggedEvent:
        return self.append(profile_id, Retraction(event=number, heads_version=heads_version))

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
