"""Pairs of replies and who chose what, from two JSONL files or from a corpus folder. Text only: no model, no heads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import msgspec
import numpy as np

from engine.errors import InputFileError
from engine.evaluation.choices import UserChoices
from engine.jsonl import read_rows
from engine.preferences.events import CHOICE_TARGET
from engine.rewards.corpus import Corpus, load_corpus
from engine.types import FloatArray

People = Literal["held-out", "all"]


class Pair(msgspec.Struct, frozen=True, kw_only=True):
    """Two replies to one prompt."""

    id: str | int
    prompt: str
    a: str
    b: str


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    user: str | int
    pair: str | int
    choice: Literal["a", "b", "tie"]


@dataclass(frozen=True)
class ChoiceFiles:
    """pairs, and choices that name them."""

    pairs: list[Pair]
    choices: list[Choice]


def read_choice_files(pairs: Path, choices: Path) -> ChoiceFiles:
    """Raises: InputFileError, when a file cannot be read, is empty, or names a pair that is not there."""
    found = ChoiceFiles(read_rows(pairs, Pair), read_rows(choices, Choice))
    if not found.pairs or not found.choices:
        raise InputFileError("There are no pairs or no choices to evaluate.")
    known = {pair.id for pair in found.pairs}
    for choice in found.choices:
        if choice.pair not in known:
            raise InputFileError(f"A choice names the pair {choice.pair}, which {pairs.name} does not have.")
    return found


def read_corpus_choices(directory: Path, people: People) -> ChoiceFiles:
    """A corpus folder's pairs, and the choices of its people: of those held out only, where any is and so it is asked.

    Raises: InputFileError, when the folder is no corpus or nobody chose.
    """
    corpus = load_corpus(directory)
    held_out = {person.user for person in corpus.people if person.held_out}
    everybody = {person.user for person in corpus.people}
    users = held_out if people == "held-out" and held_out else everybody
    pairs = _pairs_of(corpus)
    known = {pair.id for pair in pairs}
    choices = [
        Choice(user=row.user, pair=row.pair, choice=row.choice)
        for row in corpus.choices
        if row.user in users and row.pair in known
    ]
    if not choices:
        raise InputFileError(f"Nobody chose anything in {directory}.")
    return ChoiceFiles(pairs, choices)


def corpus_pairs(directory: Path) -> list[Pair]:
    """A corpus folder's pairs, whoever chose in them."""
    return _pairs_of(load_corpus(directory))


def _pairs_of(corpus: Corpus) -> list[Pair]:
    texts = {reply.id: reply for reply in corpus.replies}
    return [
        Pair(id=row.pair, prompt=texts[row.a].prompt, a=texts[row.a].text, b=texts[row.b].text) for row in corpus.pairs
    ]


def users_of(files: ChoiceFiles, x: FloatArray, offset: FloatArray) -> list[UserChoices]:
    """Everybody who chose in pairs of two prompts or more.

    Args:
        x: (n_pairs, n_base) base reward differences; offset: (n_pairs,) quality differences.

    Raises: InputFileError, when there is nobody.
    """
    row_of = {pair.id: row for row, pair in enumerate(files.pairs)}
    prompt = prompt_numbers(files.pairs)
    by_user: dict[str, list[tuple[int, float]]] = {}
    for choice in files.choices:
        by_user.setdefault(str(choice.user), []).append((row_of[choice.pair], CHOICE_TARGET[choice.choice]))
    users = []
    for user, answers in by_user.items():
        rows = np.array([row for row, _ in answers])
        if len(np.unique(prompt[rows])) < 2:
            continue  # no split by prompt leaves something to ask and something to predict
        target = np.array([target for _, target in answers])
        users.append(UserChoices(user=user, x=x[rows], offset=offset[rows], target=target, prompt=prompt[rows]))
    if not users:
        raise InputFileError("Nobody chose in pairs of two prompts or more: there is nothing to hold out.")
    return users


def prompt_numbers(pairs: Sequence[Pair]) -> np.ndarray[tuple[int], np.dtype[np.intp]]:
    """(n_pairs,): equal numbers for equal prompts."""
    number = {prompt: i for i, prompt in enumerate(dict.fromkeys(pair.prompt for pair in pairs))}
    return np.array([number[pair.prompt] for pair in pairs], dtype=np.intp)
