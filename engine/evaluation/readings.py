"""What decided between two drafts of one small model: readers' choices, explained by quality and by taste.

The judgments of the head to head once more, with the replies that were read: for each pair that differs, who chose what
in both orders together, and by how much the heads say that the replies differ in quality, in what most people like, and
in what this person likes beyond that. Numpy only.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import msgspec
import numpy as np

from engine.evaluation.baselines import logistic_regression
from engine.evaluation.metrics import bootstrap_rows, interval
from engine.evaluation.reply_rows import OWN, Judgment, ReplyRow
from engine.preferences.events import CHOICE_TARGET
from engine.types import FloatArray

WEIGHTS = (0.0, 1.0, 2.0, 3.0, 6.0, 10.0, 15.0, 25.0)
"""Of quality beside taste, of which the agreement with readers is told."""
TERMS = ("quality", "what most like", "beyond that")
RIDGE = 1e-6
"""Next to none: there are hundreds of choices for three coefficients."""
N_BOOTSTRAP = 200


class ReadReply(msgspec.Struct, frozen=True, kw_only=True):
    """A reply that was read. shown: (user, method) of everybody who got it."""

    prompt_id: str
    text: str
    shown: list[tuple[str, str]]


@dataclass(frozen=True)
class ReadPair:
    """Two replies that differ, and what the readers who played this person chose. target: the share of `first`."""

    user: str
    prompt_id: str
    first: str
    second: str
    target: float


class ReadingRow(msgspec.Struct, frozen=True, kw_only=True):
    """One reading. n: pairs, n_decided: those in which the two orders did not cancel out.

    agreement: by weight of quality, the share of the decided pairs in which quality · weight + taste prefers what the
    readers did; quality_alone: the same without taste. coefficients: of a logistic regression on `TERMS`, with 95 %
    intervals over people: log-odds of the choice for each unit of the term.
    """

    reading: str
    n: int
    n_decided: int
    n_people: int
    quality_alone: float
    agreement: dict[str, float]
    coefficients: dict[str, float]
    intervals: dict[str, tuple[float, float]]


def read_replies(rows: Iterable[ReplyRow]) -> list[ReadReply]:
    """Each text once."""
    shown: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for row in rows:
        shown.setdefault((row.prompt_id, row.text), []).append((row.user, row.method))
    return [ReadReply(prompt_id=prompt_id, text=text, shown=to) for (prompt_id, text), to in sorted(shown.items())]


def read_pairs(judgments: Sequence[Judgment], replies: Sequence[ReadReply]) -> list[ReadPair]:
    """What was read of two methods, both orders taken together.

    Raises: KeyError, where a judgment's reply is missing.
    """
    text = {(user, reply.prompt_id, method): reply.text for reply in replies for user, method in reply.shown}
    targets: dict[tuple[str, str, str, str], list[float]] = {}
    for each in judgments:
        if each.a != OWN and not each.same:
            targets.setdefault((each.user, each.prompt_id, each.a, each.b), []).append(CHOICE_TARGET[each.choice])
    return [
        ReadPair(user, prompt_id, text[user, prompt_id, a], text[user, prompt_id, b], float(np.mean(chosen)))
        for (user, prompt_id, a, b), chosen in targets.items()
    ]


def explain_reading(
    reading: str,
    pairs: Sequence[ReadPair],
    outputs: Mapping[tuple[str, str], int],
    quality: FloatArray,
    base_rewards: FloatArray,
    weights: Mapping[str, FloatArray],
    population_mean: FloatArray,
) -> ReadingRow:
    """How far quality and taste explain a reading.

    Args:
        outputs: (prompt id, text) → row of quality (n,) and base_rewards (n, n_base).
        weights: by user, (n_base,), as believed after the quiz.
    """
    a = [outputs[pair.prompt_id, pair.first] for pair in pairs]
    b = [outputs[pair.prompt_id, pair.second] for pair in pairs]
    difference = base_rewards[a] - base_rewards[b]
    own = np.array([weights[pair.user] - population_mean for pair in pairs])
    terms = np.column_stack([quality[a] - quality[b], difference @ population_mean, (difference * own).sum(axis=1)])
    target = np.array([pair.target for pair in pairs])
    users, person = np.unique([pair.user for pair in pairs], return_inverse=True)
    rows_of = [np.flatnonzero(person == one) for one in range(len(users))]
    draws = [np.concatenate([rows_of[one] for one in people]) for people in bootstrap_rows(len(users))[:N_BOOTSTRAP]]
    drawn = np.array([fit_choices(terms[rows], target[rows]) for rows in draws])
    taste = terms[:, 1] + terms[:, 2]
    decided = target != 0.5
    return ReadingRow(
        reading=reading,
        n=len(pairs),
        n_decided=int(decided.sum()),
        n_people=len(users),
        quality_alone=agreement(terms[:, 0], target),
        agreement={f"{weight:g}": agreement(weight * terms[:, 0] + taste, target) for weight in WEIGHTS},
        coefficients=dict(zip(TERMS, fit_choices(terms, target).tolist(), strict=True)),
        intervals={name: interval(drawn[:, i]) for i, name in enumerate(TERMS)},
    )


def agreement(difference: FloatArray, target: FloatArray) -> float:
    """The share of decided choices that the sign of a difference tells, none counting half. Both (n,)."""
    decided = target != 0.5
    told = np.where(difference == 0, 0.5, (difference > 0) == (target > 0.5))
    return float(told[decided].mean()) if decided.any() else float("nan")


def fit_choices(terms: FloatArray, target: FloatArray) -> FloatArray:
    """Logistic regression without an intercept: terms (n, k), target (n,) in 0 … 1 → (k,)."""
    return logistic_regression(terms, np.zeros(len(terms)), target, RIDGE)
