"""Packets for blind readers, and their answers read back.

A packet is what one reader sees: in character, which of two replies is better; or, of two people, whom a reply is for.
Every item is read in both orders, never both in one packet. Names of rows say nothing; what they stand for is in the
key, which readers do not see. Equal replies are not read: the key holds them as ties.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal

import msgspec
import numpy as np

from engine.errors import InputFileError
from engine.evaluation.reply_rows import OTHERS, OWN, Judgment, ReplyRow
from engine.jsonl import read_rows

READ_PAIRS = (("directed", "default"), ("directed", "words"), ("directed", "plain"), ("plain", "default"))
"""Which methods are read against each other, where both are there."""
KEY_FILE, PACKETS, ANSWERS = "key.jsonl", "packets", "answers"


class PersonRow(msgspec.Struct, frozen=True, kw_only=True):
    """Whom a reader plays."""

    user: str
    description: str


class BetterRow(msgspec.Struct, frozen=True, kw_only=True, rename={"a": "A", "b": "B"}):
    """Which reply does this person prefer: A, B or a tie?"""

    id: str
    person: str
    prompt: str
    a: str
    b: str


class WhoseRow(msgspec.Struct, frozen=True, kw_only=True, rename={"a": "A", "b": "B"}):
    """Which of the two replies was written for the first person: A or B? (The other was for the second.)"""

    id: str
    first: str
    second: str
    prompt: str
    a: str
    b: str


class KeyRow(msgspec.Struct, frozen=True, kw_only=True):
    """What a row stands for. a, b: methods; swapped: b's reply is shown as A. No id where nobody has to read it."""

    id: str = ""
    packet: str = ""
    user: str
    prompt_id: str
    a: str
    b: str
    swapped: bool

    def judgment(self, choice: Literal["A", "B", "tie"]) -> Judgment:
        first, second = ("b", "a") if self.swapped else ("a", "b")
        chosen: dict[str, Literal["a", "b", "tie"]] = {"A": first, "B": second, "tie": "tie"}  # type: ignore[dict-item]
        return Judgment(
            user=self.user,
            prompt_id=self.prompt_id,
            a=self.a,
            b=self.b,
            choice=chosen[choice],
            swapped=self.swapped,
            same=not self.id,
            reader=self.packet,
        )


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """A reader's choice in a row of their packet."""

    id: str
    choice: Literal["A", "B", "tie"]


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """Two replies to be read. second: the opposed person, where the question is whose reply is whose."""

    user: str
    second: str = ""
    prompt_id: str
    prompt: str
    a: str
    b: str
    text_a: str
    text_b: str


def better_items(rows: Sequence[ReplyRow], pairs: Sequence[tuple[str, str]] = READ_PAIRS) -> list[Item]:
    """Of every person and prompt, the replies of the methods that are read against each other."""
    by_key = {(row.user, row.prompt_id, row.method): row for row in rows}
    return [
        Item(user=user, prompt_id=prompt_id, prompt=row.prompt, a=a, b=b, text_a=row.text, text_b=other.text)
        for a, b in pairs
        for (user, prompt_id, method), row in by_key.items()
        if method == a and (other := by_key.get((user, prompt_id, b))) is not None
    ]


def whose_items(told: Sequence[ReplyRow], opposed: Mapping[str, str]) -> list[Item]:
    """Of `engine.evaluation.reply_comparison.told_apart`'s rows; opposed: the second person by the first."""
    items = better_items(told, [(OWN, OTHERS)])
    return [msgspec.structs.replace(item, second=opposed[item.user]) for item in items]


def write_packets(
    directory: Path, items: Sequence[Item], people: Mapping[str, str], n_packets: int, seed: int
) -> dict[str, int]:
    """One file a reader for either question, and the key beside them.

    Args:
        people: descriptions by user; n_packets: for each of the two questions, two or more.

    Returns: how many rows each packet has.

    Raises: InputFileError, when somebody is not described or nothing can be written.
    """
    if unknown := sorted({u for item in items for u in (item.user, item.second) if u and u not in people}):
        raise InputFileError(f"There is no description of {', '.join(unknown)}.")
    rng = np.random.default_rng(seed)
    packets: dict[str, list[BetterRow | WhoseRow]] = {}
    key: list[KeyRow] = []
    for item, first_packet in zip(items, _first_packets(items, n_packets), strict=True):
        asked = "whose" if item.second else "better"
        first_swapped = bool(rng.integers(2))
        for order in (0, 1):
            row = KeyRow(
                user=item.user, prompt_id=item.prompt_id, a=item.a, b=item.b, swapped=first_swapped ^ bool(order)
            )
            if item.text_a != item.text_b:
                number = (first_packet + order * (n_packets // 2)) % n_packets
                row = msgspec.structs.replace(row, id=rng.bytes(6).hex(), packet=f"{asked}_{number + 1}")
                packets.setdefault(row.packet, []).append(_shown(item, row, people))
            key.append(row)
    for rows in packets.values():
        rng.shuffle(rows)
    try:
        (directory / PACKETS).mkdir(parents=True, exist_ok=True)
        (directory / ANSWERS).mkdir(exist_ok=True)
        write_rows(directory / KEY_FILE, key)
        for name, rows in packets.items():
            write_rows(directory / PACKETS / f"{name}.jsonl", rows)
    except OSError as exc:
        raise InputFileError(f"Cannot write the packets ({exc.strerror or exc}).") from exc
    return {name: len(rows) for name, rows in sorted(packets.items())}


def read_answers(directory: Path) -> tuple[list[Judgment], int]:
    """All judgments so far, with the ties that nobody had to read; and how many rows are still to be answered.

    Raises: InputFileError, when a file cannot be read, or answers a row that there is not, or one twice.
    """
    key = read_rows(directory / KEY_FILE, KeyRow)
    rows = {row.id: row for row in key if row.id}
    answers: dict[str, Answer] = {}
    for path in sorted((directory / ANSWERS).glob("*.jsonl")):
        for answer in read_rows(path, Answer):
            if answer.id not in rows:
                raise InputFileError(f"{path.name} answers '{answer.id}', which is in no packet.")
            if answer.id in answers:
                raise InputFileError(f"{path.name} answers '{answer.id}' a second time.")
            answers[answer.id] = answer
    read = [rows[answer.id].judgment(answer.choice) for answer in answers.values()]
    return [*read, *(row.judgment("tie") for row in key if not row.id)], len(rows) - len(answers)


def write_rows(path: Path, rows: Sequence[msgspec.Struct]) -> None:
    """Raises: OSError."""
    path.write_bytes(b"".join(msgspec.json.encode(row) + b"\n" for row in rows))


def _first_packets(items: Sequence[Item], n_packets: int) -> list[int]:
    """For each item the packet of its first order. Comparisons of one person and prompt begin in neighbouring packets,
    so that with four packets or more a reader meets a reply no more often than need be.
    """
    numbers: dict[tuple[str, str], int] = {}
    seen: dict[tuple[str, str], int] = {}
    found = []
    for item in items:
        place = (item.user, item.prompt_id)
        number = numbers.setdefault(place, len(numbers))
        found.append((number + seen.get(place, 0)) % n_packets)
        seen[place] = seen.get(place, 0) + 1
    return found


def _shown(item: Item, row: KeyRow, people: Mapping[str, str]) -> BetterRow | WhoseRow:
    a, b = (item.text_b, item.text_a) if row.swapped else (item.text_a, item.text_b)
    if item.second:
        return WhoseRow(id=row.id, first=people[item.user], second=people[item.second], prompt=item.prompt, a=a, b=b)
    return BetterRow(id=row.id, person=people[item.user], prompt=item.prompt, a=a, b=b)
