"""Blind self-tests: their rounds while they run, and afterwards only what was chosen.

The texts of a round are kept until the test has ended, since it may be resumed, or until the message that it asks again
is deleted. Then they are overwritten, and what stays are the choices and the numbers that a rating would keep. Which
side a reply stands on is nobody's business but this module's: what is read for the screen (`OpenRound`) does not know
whose a reply is.
"""

from __future__ import annotations

import json
import random
import sqlite3
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, cast

import msgspec

from engine.preferences.blind_test import RoundChoice, Verdict, verdict
from engine.preferences.events import Scored
from engine.store.database import Database

End = Literal["complete", "stopped", "given_up"]
Side = Literal["left", "right"]
MAX_PROMPT_CHARS = 2000
"""A longer message is a document to work on, too long to judge ten replies by."""


@dataclass(frozen=True)
class Reply:
    """One of a round's two replies, with its numbers."""

    text: str
    scored: Scored


@dataclass(frozen=True)
class OpenRound:
    """What may be shown of a round that waits for a choice."""

    prompt: str
    left: str
    right: str


@dataclass(frozen=True)
class JudgedRound:
    """A round in which one reply was chosen, as something to learn from."""

    number: int
    mine_chosen: bool
    mine: Scored
    first: Scored


@dataclass(frozen=True)
class SelfTest:
    """end: None while it runs; learned: its choices were learned from afterwards."""

    id: int
    created_at: float
    heads_version: str
    end: End | None
    learned: bool
    choices: tuple[RoundChoice, ...]

    @property
    def verdict(self) -> Verdict:
        return verdict(self.choices)

    @property
    def n_judged(self) -> int:
        return sum(choice != "same" for choice in self.choices)


class SelfTestStore:
    """Self-tests in the database, those of one profile at a time."""

    def __init__(self, database: Database, sides: random.Random | None = None) -> None:
        """sides: where chance comes from; the system's by default."""
        self._database = database
        self._random = sides or random.SystemRandom()

    # prompts

    def earlier_prompts(self, profile_id: int) -> list[tuple[str, str]]:
        """(message id, text) of what this profile's chats began with: first messages need nothing that came before."""
        rows = self._database.query(
            "SELECT MIN(m.id) AS id, m.content FROM message m JOIN conversation c ON c.id = m.conversation_id"
            " WHERE m.role = 'user' AND m.parent_id IS NULL AND m.deleted_at IS NULL AND c.deleted_at IS NULL"
            " AND c.profile_id = ? AND length(trim(m.content)) BETWEEN 1 AND ? GROUP BY trim(m.content)",
            (profile_id, MAX_PROMPT_CHARS),
        )
        return [(row["id"], row["content"]) for row in rows]

    def draw_prompt(self, test: SelfTest, profile_id: int) -> str | None:
        """A prompt that this test has not asked, at random: typed ones and earlier ones alike; None when all were."""
        (row,) = self._database.query("SELECT typed FROM self_test WHERE id = ?", (test.id,))
        typed: list[str] = json.loads(row["typed"])
        used = {
            row["source"]
            for row in self._database.query("SELECT source FROM self_test_round WHERE test_id = ?", (test.id,))
        }
        left = {f"typed {number}": text for number, text in enumerate(typed)}
        left |= {message_id: text for message_id, text in self.earlier_prompts(profile_id) if text not in typed}
        left = {source: text for source, text in left.items() if source not in used}
        if not left:
            return None
        source = self._random.choice(sorted(left))
        with self._database.transaction() as connection:
            # the round exists from here on, so that a prompt whose drafts came to nothing is not drawn for ever
            connection.execute(
                "INSERT INTO self_test_round (test_id, number, source, prompt) VALUES (?, ?, ?, ?)",
                (test.id, len(used) + 1, source, left[source]),
            )
        return left[source]

    # tests

    def begin(self, profile_id: int, heads_version: str, typed: Sequence[str] = ()) -> SelfTest:
        """typed: prompts to ask besides the earlier ones."""
        with self._database.transaction() as connection:
            cursor = connection.execute(
                "INSERT INTO self_test (profile_id, created_at, heads_version, typed) VALUES (?, ?, ?, ?)",
                (profile_id, time.time(), heads_version, json.dumps(list(typed))),
            )
        return self.get(cast(int, cursor.lastrowid))

    def running(self, profile_id: int) -> SelfTest | None:
        """The one that was begun and has no end."""
        return next((test for test in self.tests(profile_id) if test.end is None), None)

    def tests(self, profile_id: int) -> list[SelfTest]:
        """All of them, latest first."""
        rows = self._database.query("SELECT * FROM self_test WHERE profile_id = ? ORDER BY id DESC", (profile_id,))
        return [self._test(row) for row in rows]

    def get(self, test_id: int) -> SelfTest:
        (row,) = self._database.query("SELECT * FROM self_test WHERE id = ?", (test_id,))
        return self._test(row)

    def end(self, test_id: int, end: End) -> SelfTest:
        """Over for good: every text of it is erased."""
        with self._database.transaction() as connection:
            connection.execute("UPDATE self_test SET ending = ?, typed = '[]' WHERE id = ?", (end, test_id))
            connection.execute(
                "UPDATE self_test_round SET prompt = '', mine = '', first = '' WHERE test_id = ?", (test_id,)
            )
        return self.get(test_id)

    def set_learned(self, test_id: int) -> None:
        with self._database.transaction() as connection:
            connection.execute("UPDATE self_test SET learned = 1 WHERE id = ?", (test_id,))

    # rounds

    def open_round(self, test_id: int) -> OpenRound | None:
        """The round that waits for a choice."""
        row = self._open_row(test_id)
        if row is None or row["mine_scored"] is None:
            return None
        left, right = (row["mine"], row["first"]) if row["mine_left"] else (row["first"], row["mine"])
        return OpenRound(row["prompt"], left, right)

    def set_replies(self, test_id: int, mine: Reply, first: Reply) -> OpenRound | None:
        """The drawn round's two replies, a side at random for each; None where they are the same, and it is over."""
        row = self._open_row(test_id)
        assert row is not None
        same = _reads_the_same(mine.text, first.text)
        with self._database.transaction() as connection:
            connection.execute(
                "UPDATE self_test_round SET mine = ?, first = ?, mine_scored = ?, first_scored = ?, mine_left = ?,"
                " choice = ? WHERE test_id = ? AND number = ?",
                (
                    "" if same else mine.text,
                    "" if same else first.text,
                    msgspec.json.encode(mine.scored).decode(),
                    msgspec.json.encode(first.scored).decode(),
                    self._random.random() < 0.5,
                    "same" if same else None,
                    test_id,
                    row["number"],
                ),
            )
        return self.open_round(test_id)

    def drop_round(self, test_id: int) -> None:
        """Its drafts came to nothing; the prompt stays used."""
        with self._database.transaction() as connection:
            connection.execute(
                "UPDATE self_test_round SET choice = 'failed' WHERE test_id = ? AND choice IS NULL", (test_id,)
            )

    def judge(self, test_id: int, side: Side | None) -> SelfTest:
        """The person's choice in the open round; None: no preference."""
        row = self._open_row(test_id)
        assert row is not None
        choice: RoundChoice = "tie"
        if side is not None:
            choice = "mine" if (side == "left") == bool(row["mine_left"]) else "first"
        with self._database.transaction() as connection:
            connection.execute(
                "UPDATE self_test_round SET choice = ? WHERE test_id = ? AND number = ?",
                (choice, test_id, row["number"]),
            )
        return self.get(test_id)

    def judged_rounds(self, test_id: int) -> list[JudgedRound]:
        """The rounds in which one of the two was chosen."""
        rows = self._database.query(
            "SELECT * FROM self_test_round WHERE test_id = ? AND choice IN ('mine', 'first') ORDER BY number",
            (test_id,),
        )
        return [
            JudgedRound(
                row["number"],
                row["choice"] == "mine",
                msgspec.json.decode(row["mine_scored"], type=Scored),
                msgspec.json.decode(row["first_scored"], type=Scored),
            )
            for row in rows
        ]

    def _open_row(self, test_id: int) -> sqlite3.Row | None:
        rows = self._database.query(
            "SELECT * FROM self_test_round WHERE test_id = ? AND choice IS NULL ORDER BY number DESC LIMIT 1",
            (test_id,),
        )
        return rows[0] if rows else None

    def _test(self, row: sqlite3.Row) -> SelfTest:
        choices = self._database.query(
            "SELECT choice FROM self_test_round WHERE test_id = ? AND choice IN ('mine', 'first', 'tie', 'same')"
            " ORDER BY number",
            (row["id"],),
        )
        return SelfTest(
            id=row["id"],
            created_at=row["created_at"],
            heads_version=row["heads_version"],
            end=row["ending"],
            learned=bool(row["learned"]),
            choices=tuple(choice["choice"] for choice in choices),
        )


def _reads_the_same(a: str, b: str) -> bool:
    return " ".join(a.split()) == " ".join(b.split())
