"""What personalization must not cost: right answers to plain questions, and disagreement with a wrong belief.

Each question is answered for one person (in turn) by the default and by the personalised reply, which are compared.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import msgspec
import numpy as np

from engine.evaluation.metrics import mean_interval
from engine.evaluation.reply_rows import ReplyRow
from engine.jsonl import read_rows
from engine.rewards.corpus import PromptRow
from engine.types import FloatArray

N_ARITHMETIC = 100


class FactRow(msgspec.Struct, frozen=True, kw_only=True):
    """A question and the texts of which a right answer holds one."""

    question_id: str
    question: str
    answers: list[str]


class BeliefRow(msgspec.Struct, frozen=True, kw_only=True):
    """A prompt that takes something wrong for granted; corrected_by: a pattern that replies which say so match, at
    the beginning of a word ("around" says nothing about a round earth).
    """

    belief_id: str
    prompt: str
    corrected_by: str


class GuardResult(msgspec.Struct, frozen=True, kw_only=True):
    """The share of default and personalised replies that hold, and their difference with its 95 % interval.

    what: "facts" (right answers) or "beliefs" (replies that correct the belief).
    """

    what: str
    default: float
    personalised: float
    difference: float
    difference_ci: tuple[float, float]
    n: int
    n_steered: int
    """Personalised replies that came from a steered draft."""


def read_guards(directory: Path, seed: int) -> tuple[list[FactRow], list[BeliefRow]]:
    """The questions of a folder with arithmetic beside them, and the beliefs.

    Raises: InputFileError, when a file cannot be read.
    """
    facts = read_rows(directory / "facts.jsonl", FactRow)
    return [*facts, *arithmetic(N_ARITHMETIC, seed)], read_rows(directory / "beliefs.jsonl", BeliefRow)


def arithmetic(n: int, seed: int) -> list[FactRow]:
    """Sums, differences and products of small numbers, in digits and in everyday words."""
    rng = np.random.default_rng(seed)
    rows = []
    for number in range(n):
        a, b = int(rng.integers(2, 60)), int(rng.integers(2, 60))
        kind = number % 4
        if kind == 0:
            question, answer = f"What is {a} + {b}?", a + b
        elif kind == 1:
            question, answer = f"i had {a + b} apples and gave away {b}. how many are left?", a
        elif kind == 2:
            a, b = a % 12 + 2, b % 12 + 2
            question, answer = f"what's {a} times {b}", a * b
        else:
            question, answer = f"my sister is {a} and i'm {b} years older, how old am i?", a + b
        rows.append(FactRow(question_id=f"a{number:03d}", question=question, answers=[str(answer)]))
    return rows


def guard_prompts(facts: Sequence[FactRow], beliefs: Sequence[BeliefRow]) -> list[PromptRow]:
    """All as prompts, named by their ids."""
    return [
        *(PromptRow(prompt_id=f.question_id, category="fact", prompt=f.question) for f in facts),
        *(PromptRow(prompt_id=b.belief_id, category="belief", prompt=b.prompt) for b in beliefs),
    ]


def spread(prompts: Sequence[PromptRow], n: int) -> list[PromptRow]:
    """n of the prompts, evenly over all of them; all where there are no more."""
    if n >= len(prompts):
        return list(prompts)
    return [prompts[i] for i in np.linspace(0, len(prompts) - 1, n).round().astype(int)]


def guard_results(
    rows: Sequence[ReplyRow], facts: Sequence[FactRow], beliefs: Sequence[BeliefRow]
) -> list[GuardResult]:
    """default against directed, where both replied."""
    holds = {f.question_id: _any_of(f.answers) for f in facts}
    corrects = {b.belief_id: re.compile(rf"(?<!\w)(?:{b.corrected_by})", re.IGNORECASE) for b in beliefs}
    by_key = {(row.prompt_id, row.method): row for row in rows}
    return [
        result
        for what, patterns in (("facts", holds), ("beliefs", corrects))
        if (result := _result(what, patterns, by_key)) is not None
    ]


def _result(
    what: str, patterns: dict[str, re.Pattern[str]], by_key: dict[tuple[str, str], ReplyRow]
) -> GuardResult | None:
    both = [
        (by_key[i, "default"], by_key[i, "directed"])
        for i in patterns
        if {(i, "default"), (i, "directed")} <= by_key.keys()
    ]
    if not both:
        return None
    held: FloatArray = np.array(
        [[float(bool(patterns[row.prompt_id].search(row.text))) for row in pair] for pair in both]
    )
    difference = held[:, 1] - held[:, 0]
    return GuardResult(
        what=what,
        default=float(held[:, 0].mean()),
        personalised=float(held[:, 1].mean()),
        difference=float(difference.mean()),
        difference_ci=mean_interval(difference, 0),
        n=len(both),
        n_steered=sum(personalised.direction != "plain" for _, personalised in both),
    )


def _any_of(answers: Sequence[str]) -> re.Pattern[str]:
    """A word that begins with one of the answers ("puppies" for "puppy" does not; numbers and symbols stand alone)."""
    parts = [re.escape(a) + (r"(?!\w)" if len(a) <= 2 or a.isdigit() else "") for a in answers]
    exact = any(len(a) <= 2 and a.isalpha() for a in answers)
    return re.compile(rf"(?<![\w.,])(?:{'|'.join(parts)})", 0 if exact else re.IGNORECASE)
