"""Early dropping, measured: can the end of a draft be told from its beginning, and what does dropping by that cost?

A regression predicts the finished reply's base rewards, quality and axes from a draft's first tokens. Slopes are fitted
on differences within a prompt, since what counts is the order among drafts of one prompt; each prompt is predicted by a
regression that never saw its drafts. Then successive halving is replayed on drafts that were all written to their end.
Numpy only.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import msgspec
import numpy as np
from numpy.typing import NDArray

from engine.evaluation.draft_table import DraftTable, Rows
from engine.evaluation.head_to_head import Person
from engine.evaluation.metrics import bootstrap_rows, interval
from engine.evaluation.recorded_drafts import CHECKPOINTS
from engine.generation.speed import SCORE_S
from engine.preferences.taste_model import TasteModel
from engine.rerank import choose_draft
from engine.rewards.heads import HeadOutputs
from engine.types import FloatArray

Mask = NDArray[np.bool_]
PREDICTORS: dict[str, tuple[str, ...]] = {
    "readings": ("readings",),
    "text": ("encoder", "style", "readings"),
    "text, states": ("encoder", "style", "readings", "mean state", "last state"),
    "text, states, log-probabilities": (
        "encoder",
        "style",
        "readings",
        "mean state",
        "last state",
        "log-probabilities",
    ),
    "states, log-probabilities": ("mean state", "last state", "log-probabilities"),
}
"""What a regression reads of a draft's beginning. readings: what the heads say of it, as if it were the whole reply."""
AS_READ = "as read"
"""No regression: the heads' readings of the beginning stand for those of the end."""
TEXT_BLOCKS = frozenset(("encoder", "style", "readings"))
"""Those that the reply encoder must read the beginning for."""
RIDGES = (0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0, 1000.0)
"""Tried as multiples of a row's mean squared length."""
CLIP = 6.0
"""Standard deviations: one odd draft must not decide."""
KEEP_MIN = 2
"""Dropping stops here, so that a reply always has a sibling."""
SCHEDULES: dict[str, tuple[tuple[int, float], ...]] = {
    "1/2 at 16": ((16, 1 / 2),),
    "1/2 at 32": ((32, 1 / 2),),
    "1/2 at 64": ((64, 1 / 2),),
    "1/2 at 96": ((96, 1 / 2),),
    "1/4 at 32": ((32, 1 / 4),),
    "1/4 at 64": ((64, 1 / 4),),
    "3/4 at 32, 1/2 at 64": ((32, 3 / 4), (64, 1 / 2)),
    "1/2 at 32, 1/4 at 64": ((32, 1 / 2), (64, 1 / 4)),
    "1/2 at 16, 1/4 at 32": ((16, 1 / 2), (32, 1 / 4)),
    "1/2 at 16, 1/4 at 32, 1/8 at 64": ((16, 1 / 2), (32, 1 / 4), (64, 1 / 8)),
}
"""After how many tokens which share of the drafts goes on at most; those that have ended by then are kept besides."""


class PrefixFit(msgspec.Struct, frozen=True, kw_only=True):
    """How well the end is told from the beginning. r2: by target, the share of the variance within a prompt that is
    predicted, over the prompts measured on; reward: the same of people's rewards, mean over people."""

    predictor: str
    n_tokens: int
    r2: dict[str, float]
    reward: float
    n_drafts: int


class RegretPoint(msgspec.Struct, frozen=True, kw_only=True):
    """One way of spending less. kept: the share of full best-of-N's gain over one draft that is left; tokens, seconds:
    shares of full best-of-N's; replies: seconds in units of one reply's; same_tokens: what fewer whole drafts at the
    same tokens keep, interpolated."""

    n: int
    schedule: str
    predictor: str
    kept: float
    kept_ci: tuple[float, float]
    tokens: float
    seconds: float
    replies: float
    same_tokens: float
    n_prompts: int
    n_people: int


@dataclass(frozen=True)
class StepCost:
    """A step of n drafts takes a + b·n seconds."""

    a: float
    b: float

    @classmethod
    def fit(cls, steps: Sequence[tuple[int, int, float]]) -> StepCost:
        """steps: (drafts in a step, steps, seconds): least squares on the seconds of a step, by number of steps."""
        n, count, seconds = (np.array(column, dtype=np.float64) for column in zip(*steps, strict=True))
        root = np.sqrt(count)
        columns = np.column_stack([root, root * n])
        a, b = np.linalg.lstsq(columns, root * seconds / count, rcond=None)[0]
        return cls(max(float(a), 0.0), max(float(b), 0.0))

    def seconds(self, written: Rows) -> float:
        """written: tokens of each draft, all begun together."""
        return self.a * float(written.max(initial=0)) + self.b * float(written.sum())


# predicting


def within(values: FloatArray, group: Rows) -> FloatArray:
    """(n, n_columns) less the mean of each row's group."""
    _, index = np.unique(group, return_inverse=True)
    counts = np.bincount(index)
    sums = np.zeros((len(counts), values.shape[1]))
    np.add.at(sums, index, values)
    centred: FloatArray = values - (sums / counts[:, None])[index]
    return centred


def predictions(table: DraftTable, predictor: str, checkpoint: int) -> FloatArray:
    """(n, n_targets): the finished reply's targets less their mean over the drafts still being written, predicted at a
    checkpoint; NaN in rows that had ended or are not measured on.

    Each prompt by a regression of all others, with the ridge that predicts those best.
    """
    rows = np.flatnonzero(table.going[checkpoint])
    group = table.prompt[rows]
    if predictor == AS_READ:
        as_read = np.full((len(table.prompt), table.targets.shape[1]), np.nan)
        as_read[rows] = within(table.blocks["readings"][checkpoint][rows].astype(np.float64), group)
        as_read[table.fit_only] = np.nan
        return as_read
    gram = np.zeros((len(rows), len(rows)))
    for name in PREDICTORS[predictor]:
        gram += _gram(table.blocks[name][checkpoint][rows], group)
    ridges = np.array(RIDGES) * float(np.diag(gram).mean())
    truth = within(table.targets[rows], group)
    left_out = leave_one_group_out(gram, truth, group, ridges)
    found = np.full((len(table.prompt), truth.shape[1]), np.nan)
    numbers, group = np.unique(group, return_inverse=True)
    errors = np.zeros((len(ridges), len(numbers), truth.shape[1]))
    for i, predicted in enumerate(left_out):
        np.add.at(errors[i], group, (truth - predicted) ** 2)
    best = np.argmin(errors.sum(axis=1, keepdims=True) - errors, axis=0)  # by the others' errors
    for column in range(truth.shape[1]):
        found[rows, column] = left_out[best[group, column], np.arange(len(rows)), column]
    found[table.fit_only] = np.nan
    return found


def _gram(values: NDArray[np.float32], group: Rows) -> FloatArray:
    """(n, n): of differences within a prompt, in standard deviations; each block counts the same whatever its width."""
    x = within(values.astype(np.float64), group)
    sd = x.std(axis=0)
    x = np.clip(x / np.maximum(sd, 1e-6), -CLIP, CLIP)
    x = within(x, group)
    gram: FloatArray = x @ x.T / x.shape[1]
    return gram


def leave_one_group_out(gram: FloatArray, targets: FloatArray, group: Rows, ridges: FloatArray) -> FloatArray:
    """(n_ridges, n, n_targets): kernel ridge regression, each group predicted by a fit of all others.

    In closed form from one decomposition: with R = λ(K + λ)⁻¹, the residuals of a group that was left out are
    R_gg⁻¹ (R y)_g.

    Args:
        gram: (n, n); targets: (n, n_targets); group: (n,).
    """
    values, vectors = np.linalg.eigh(gram)
    rotated = vectors.T @ targets
    found = np.zeros((len(ridges), *targets.shape))
    for i, ridge in enumerate(ridges):
        shrunk = ridge / (np.maximum(values, 0.0) + ridge)
        residuals = (vectors * shrunk) @ rotated
        for number in np.unique(group):
            rows = np.flatnonzero(group == number)
            own = (vectors[rows] * shrunk) @ vectors[rows].T
            found[i, rows] = targets[rows] - np.linalg.solve(own, residuals[rows])
    return found


def prefix_fit(
    table: DraftTable, predictor: str, checkpoint: int, predicted: FloatArray, people: Sequence[Person]
) -> PrefixFit:
    """R² within prompts, over the drafts that were still being written."""
    rows = np.flatnonzero(np.isfinite(predicted[:, 0]))
    group = table.prompt[rows]
    truth, guess = within(table.targets[rows], group), predicted[rows]
    r2 = 1 - ((truth - guess) ** 2).sum(axis=0) / np.maximum((truth**2).sum(axis=0), 1e-12)
    weights = np.array([_reward_weights(person, truth.shape[1]) for person in people])
    true_reward, guessed = truth @ weights.T, guess @ weights.T
    reward_r2 = 1 - ((true_reward - guessed) ** 2).sum(axis=0) / (true_reward**2).sum(axis=0)
    return PrefixFit(
        predictor=predictor,
        n_tokens=CHECKPOINTS[checkpoint],
        r2={name: float(value) for name, value in zip(table.target_names, r2, strict=True)},
        reward=float(reward_r2.mean()),
        n_drafts=len(rows),
    )


def _reward_weights(person: Person, n_targets: int) -> FloatArray:
    """(n_targets,): the person's reward as a function of the targets, wᵀφ + q."""
    weights = np.zeros(n_targets)
    mean = np.array(person.weights.mean)
    weights[: len(mean)] = mean
    weights[len(mean)] = 1.0
    return weights


# dropping

Ranking = Callable[[int, Rows, FloatArray], FloatArray]
"""(checkpoint, rows of the drafts, the person's reward weights) → (n,) what unfinished drafts are ranked by."""


@dataclass(frozen=True, eq=False)
class _Case:
    """N drafts of one prompt and one person: true rewards (n,), what is chosen from whom."""

    prompt: int
    rows: Rows
    n_tokens: Rows
    rewards: FloatArray
    weights: FloatArray
    chosen: Callable[[Mask], int]


def regret_curve(
    table: DraftTable,
    people: Sequence[Person],
    taste: TasteModel,
    predicted: Mapping[str, Sequence[FloatArray]],
    cost: StepCost,
    n: int,
    seed: int,
) -> list[RegretPoint]:
    """Every schedule by every predictor, dropping at random and knowing the end, and fewer whole drafts.

    Args:
        predicted: by predictor, for each checkpoint, as `predictions` gives them.
    """
    cases = _cases(table, people, taste, n)
    if not cases:
        return []
    replay = _Replay(cases, cost, n, len(people))
    points = [replay.fewer(m) for m in range(1, n)]
    whole = np.array([[point.tokens, point.kept] for point in points] + [[1.0, 1.0]])
    truth = table.targets
    rng = np.random.default_rng(seed)
    rankings: dict[str, tuple[Ranking, bool]] = {
        "at random": (lambda _c, rows, _w: rng.random(len(rows)), False),
        "knowing the end": (lambda _c, rows, w: truth[rows] @ w, False),
    }
    for name, arrays in predicted.items():
        reads_text = name == AS_READ or bool(TEXT_BLOCKS & set(PREDICTORS[name]))
        rankings[name] = (lambda c, rows, w, arrays=arrays: arrays[c][rows] @ w, reads_text)  # type: ignore[misc]
    for schedule in SCHEDULES:
        for name, (ranking, reads_text) in rankings.items():
            points.append(replay.dropping(schedule, name, ranking, reads_text))
    return [
        msgspec.structs.replace(point, same_tokens=float(np.interp(point.tokens, whole[:, 0], whole[:, 1])))
        for point in points
    ]


def _cases(table: DraftTable, people: Sequence[Person], taste: TasteModel, n: int) -> list[_Case]:
    """Every N drafts that follow each other, of every prompt measured on, for every person."""
    cases = []
    outputs, truth = table.outputs, table.targets
    for prompt in np.unique(table.prompt[~table.fit_only]):
        of_prompt = np.flatnonzero(table.prompt == prompt)
        for start in range(0, len(of_prompt) - n + 1, n):
            rows = of_prompt[start : start + n]
            for person in people:
                weights = _reward_weights(person, truth.shape[1])
                cases.append(
                    _Case(
                        prompt=int(prompt),
                        rows=rows,
                        n_tokens=table.n_tokens[rows],
                        rewards=truth[rows] @ weights,
                        weights=weights,
                        chosen=_chooser(outputs, rows, person, taste),
                    )
                )
    return cases


def _chooser(outputs: HeadOutputs, rows: Rows, person: Person, taste: TasteModel) -> Callable[[Mask], int]:
    mean, covariance = np.array(person.weights.mean), np.array(person.weights.covariance)
    known: dict[bytes, int] = {}

    def chosen(kept: Mask) -> int:
        key = kept.tobytes()
        if key not in known:
            known[key] = choose_draft(
                outputs.base_rewards[rows],
                outputs.quality[rows],
                outputs.bootstrap_base_rewards[:, rows],
                mean,
                covariance,
                taste.prior_mean,
                candidates=kept,
            ).chosen
        return known[key]

    return chosen


class _Replay:
    """Ways of spending less, each over all cases."""

    def __init__(self, cases: Sequence[_Case], cost: StepCost, n: int, n_people: int) -> None:
        self._cases = cases
        self._cost = cost
        self._n, self._n_people = n, n_people
        everybody = np.ones(n, dtype=bool)
        self._one = np.array([case.rewards.mean() for case in cases])
        self._gain = np.array([case.rewards[case.chosen(everybody)] for case in cases]) - self._one
        self._tokens = sum(float(case.n_tokens.sum()) for case in cases)
        self._seconds = sum(self._time(case.n_tokens, n) for case in cases)
        self._one_seconds = sum(float(np.mean([self._time(case.n_tokens[[i]], 1) for i in range(n)])) for case in cases)
        self._length = float(np.mean([case.n_tokens.mean() for case in cases]))
        prompts, self._prompt = np.unique([case.prompt for case in cases], return_inverse=True)
        self._n_prompts = len(prompts)

    def fewer(self, m: int) -> RegretPoint:
        """The first m drafts only, from every beginning."""
        gain, tokens, seconds = np.zeros(len(self._cases)), 0.0, 0.0
        for number, case in enumerate(self._cases):
            for start in range(self._n):
                kept = np.zeros(self._n, dtype=bool)
                kept[(start + np.arange(m)) % self._n] = True
                gain[number] += (case.rewards[case.chosen(kept)] - self._one[number]) / self._n
                tokens += float(case.n_tokens[kept].sum()) / self._n
                seconds += self._time(case.n_tokens[kept], m) / self._n
        return self._point(f"{m} whole drafts", "", gain, tokens, seconds)

    def dropping(self, schedule: str, name: str, ranking: Ranking, reads_text: bool) -> RegretPoint:
        gain, tokens, seconds = np.zeros(len(self._cases)), 0.0, 0.0
        for number, case in enumerate(self._cases):
            kept, written = np.ones(self._n, dtype=bool), case.n_tokens.copy()
            for n_tokens, share in SCHEDULES[schedule]:
                n_keep = max(KEEP_MIN, round(share * self._n))
                going = np.flatnonzero(kept & (case.n_tokens > n_tokens))
                if len(going) <= n_keep:
                    continue
                if reads_text:
                    seconds += SCORE_S * len(going) * min(1.0, n_tokens / self._length)
                values = ranking(CHECKPOINTS.index(n_tokens), case.rows[going], case.weights)
                dropped = going[np.argsort(-values, kind="stable")[n_keep:]]
                written[dropped] = n_tokens
                kept[dropped] = False
            gain[number] = case.rewards[case.chosen(kept)] - self._one[number]
            tokens += float(written.sum())
            seconds += self._time(written, int(kept.sum()))
        return self._point(schedule, name, gain, tokens, seconds)

    def _time(self, written: Rows, n_scored: int) -> float:
        return self._cost.seconds(written) + SCORE_S * n_scored

    def _point(self, schedule: str, name: str, gain: FloatArray, tokens: float, seconds: float) -> RegretPoint:
        # a prompt is what is drawn anew: its cases share their drafts
        totals = np.zeros((self._n_prompts, 2))
        np.add.at(totals, self._prompt, np.column_stack([gain, self._gain]))
        resampled = totals[bootstrap_rows(self._n_prompts)].sum(axis=1)
        return RegretPoint(
            n=self._n,
            schedule=schedule,
            predictor=name,
            kept=float(totals[:, 0].sum() / totals[:, 1].sum()),
            kept_ci=interval(resampled[:, 0] / resampled[:, 1]),
            tokens=tokens / self._tokens,
            seconds=seconds / self._seconds,
            replies=seconds / self._one_seconds,
            same_tokens=float("nan"),
            n_prompts=self._n_prompts,
            n_people=self._n_people,
        )
