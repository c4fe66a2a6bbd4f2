"""From the corpus to what ships: reward heads, population prior, axes' map. One seed, one result.

Three steps, each on what the one before predicts for prompts it was not fitted on (cross-fitting), so that no step
takes the one before for better than it is in use:
1. readouts: ridge regressions from features z to the named axes a(z) and to quality, on ratings by reading;
2. factorization: base rewards φ = V a(z) and people's weights from choices, by PReF's recipe
   (arXiv:2503.06358; `engine.rewards.factorization`), with the shared quality held;
3. population: a Gaussian prior over weights, by EM over people.
Letting V read z directly instead of a(z) was worse by two to five points on people not trained on: see
`docs/lab-notes.md`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.typing import NDArray

from engine.preferences.posterior import Evidence, WeightPrior
from engine.rewards.corpus import SAMPLED, Corpus, PairRow, Reply, axis_values, quality_values
from engine.rewards.encoder import LAYERS
from engine.rewards.factorization import ChoiceMatrix, Factors, fit_factors, random_start, solve_ridge, svd_start
from engine.rewards.heads import RewardHeads
from engine.rewards.population import fit_population_prior
from engine.rewards.simulator import sample_axis_weights, simulate_choices
from engine.rewards.style_features import FEATURE_NAMES
from engine.types import AXES, FloatArray

Progress = Callable[[str], None]

CHOICE_TARGET = {"a": 1.0, "b": 0.0, "tie": 0.5}
ENCODER_WIDTH = 384


@dataclass(frozen=True)
class Recipe:
    """Every number of the recipe; how they were chosen is in `docs/lab-notes.md`."""

    n_base: int = 8
    n_bootstrap: int = 8
    n_folds: int = 5
    style_weight: float = 4.0
    """How many times a style feature counts beside one encoder dimension, of which there are forty times as many."""
    readout_ridge: float = 10_000.0
    between_sources: float = 0.2
    """How much of the difference between written and sampled replies' means the readouts are shown. Drafts to choose
    among come from one model, and telling one author from another must not pass for telling good from bad."""
    sampled_weight: float = 4.0
    """Weight of a sampled reply beside another, of which there are nearly three times as many."""
    start_ridge: float = 10.0
    l2_heads: float = 5.0
    l2_users: float = 0.5
    people_weight: float = 2.0
    """Weight of a described person's answer beside a simulated one's."""
    n_simulated: int = 40
    """Simulated people beside the described ones, so that no taste is missing because nobody described has it."""
    simulated_pairs_per_prompt: int = 8
    svd: bool = True
    n_steps: int = 300
    seed: int = 20261123


@dataclass(frozen=True, eq=False)
class Trained:
    """heads and what the engine needs beside them; the rest is for the model card."""

    heads: RewardHeads
    prior: WeightPrior
    axis_map: FloatArray
    quality_scale: float
    n_replies: int
    n_pairs: int
    n_people: int


@dataclass(frozen=True, eq=False)
class _Readouts:
    """Linear readouts of z, and what they predict for prompts they were not fitted on.

    weights: (n_dims, n_axes + 1), bias: (n_axes + 1,), quality last, in rating points; predicted: (n, n_axes + 1).
    """

    weights: FloatArray
    bias: FloatArray
    predicted: FloatArray

    @property
    def axes(self) -> FloatArray:
        return self.predicted[:, :-1]

    @property
    def quality(self) -> FloatArray:
        return self.predicted[:, -1]


def train_heads(
    corpus: Corpus,
    features: NDArray[np.float32],
    recipe: Recipe,
    *,
    without_prompts: frozenset[str] = frozenset(),
    without_people: frozenset[str] = frozenset(),
    on_progress: Progress = lambda _text: None,
) -> Trained:
    """Train on the corpus, but for prompts in `without_prompts`, people in `without_people` and held-out people.

    Args:
        features: (n_replies, n_dims) of `corpus.replies`, from `engine.rewards.features`.
    """
    rng = np.random.default_rng(recipe.seed)
    kept = np.array([reply.prompt_id not in without_prompts for reply in corpus.replies])
    replies = [reply for reply, keep in zip(corpus.replies, kept, strict=True) if keep]
    corpus = replace(corpus, replies=replies, pairs=_pairs_within(corpus.pairs, replies))
    scaler = _Scaler.fit(features[kept], recipe.style_weight)
    z = scaler(features[kept])

    on_progress(f"readouts of {len(AXES)} axes and quality from {len(replies)} replies")
    targets = _targets(replies, features[kept])
    readouts = _fit_readouts(z, targets, replies, recipe)

    people = [p.user for p in corpus.people if not p.held_out and p.user not in without_people]
    a, b = pair_rows(corpus).T
    answers, answered = answer_matrix(corpus, people)
    points = targets[:, -1]
    scale = _quality_scale(readouts.axes, points, a, b, answers, answered)

    on_progress(f"{recipe.n_base} base rewards from {len(people)} people and {recipe.n_simulated} simulated ones")
    matrix = _choices(corpus, readouts, scale, targets, answers, answered, recipe, rng)
    factors = _factorize(matrix, readouts.axes, recipe)

    on_progress(f"{recipe.n_bootstrap} bootstrap heads")
    bootstrap = _bootstrap(matrix, factors, z, targets, replies, recipe, rng)

    on_progress("population prior")
    phi, q = readouts.axes @ factors.head_weights.T, points * scale
    evidence = [
        Evidence.comparisons((phi[a] - phi[b])[seen > 0], (q[a] - q[b])[seen > 0], target[seen > 0])
        for target, seen in zip(answers, answered, strict=True)
    ]
    prior = fit_population_prior(evidence, recipe.n_base)
    return Trained(
        heads=_assemble(scaler, readouts, factors, scale, bootstrap),
        prior=prior,
        # φ = V a, so that wᵀφ = (Vᵀw)ᵀa: the regression on the axes is V itself
        axis_map=factors.head_weights.T.copy(),
        quality_scale=scale,
        n_replies=len(replies),
        n_pairs=len(corpus.pairs),
        n_people=len(people),
    )


def pair_rows(corpus: Corpus) -> NDArray[np.intp]:
    """(n_pairs, 2): the rows of a and b in `corpus.replies`."""
    rows = corpus.index()
    return np.array([(rows[pair.a], rows[pair.b]) for pair in corpus.pairs], dtype=np.intp).reshape(-1, 2)


def answer_matrix(corpus: Corpus, people: Sequence[str]) -> tuple[FloatArray, FloatArray]:
    """(n_people, n_pairs): targets (½ for a tie or no answer), and 1 where there is an answer."""
    column = {pair.pair: i for i, pair in enumerate(corpus.pairs)}
    row = {user: i for i, user in enumerate(people)}
    targets = np.full((len(people), len(corpus.pairs)), 0.5)
    answered = np.zeros_like(targets)
    for choice in corpus.choices:
        if choice.user in row and choice.pair in column:
            targets[row[choice.user], column[choice.pair]] = CHOICE_TARGET[choice.choice]
            answered[row[choice.user], column[choice.pair]] = 1.0
    return targets, answered


@dataclass(frozen=True, eq=False)
class _Scaler:
    """Features in clipped standard deviations, style features weighted."""

    mean: FloatArray
    sd: FloatArray
    weight: FloatArray

    @classmethod
    def fit(cls, features: NDArray[np.float32], style_weight: float) -> _Scaler:
        weight = np.ones(features.shape[1])
        weight[len(LAYERS) * ENCODER_WIDTH :] = style_weight
        # the floor: what hardly varies in the corpus must not become large elsewhere
        sd = np.maximum(features.std(axis=0, dtype=np.float64), 1e-3)
        return cls(features.mean(axis=0, dtype=np.float64), sd, weight)

    def __call__(self, features: NDArray[np.float32]) -> FloatArray:
        z = (features.astype(np.float64) - self.mean) / self.sd
        return np.clip(z, -RewardHeads.CLIP, RewardHeads.CLIP) * self.weight


def _log_words_column() -> int:
    """The feature that is the length axis: computed, not learned."""
    return len(LAYERS) * ENCODER_WIDTH + FEATURE_NAMES.index("log_words")


def _targets(replies: Sequence[Reply], features: NDArray[np.float32]) -> FloatArray:
    """(n, n_axes + 1): axes in standard deviations of the written replies, and quality in rating points."""
    axes = axis_values(replies)
    axes[:, AXES.index("length")] = features[:, _log_words_column()]
    written = np.array([reply.source == "written" for reply in replies])
    axes = (axes - axes[written].mean(axis=0)) / axes[written].std(axis=0)
    return np.column_stack([axes, quality_values(replies)])


def _pairs_within(pairs: Sequence[PairRow], replies: Sequence[Reply]) -> list[PairRow]:
    known = {reply.id for reply in replies}
    return [pair for pair in pairs if pair.a in known and pair.b in known]


def _fit_readouts(z: FloatArray, targets: FloatArray, replies: Sequence[Reply], recipe: Recipe) -> _Readouts:
    predicted = np.zeros_like(targets)
    sampled = _is_sampled(replies)
    prompts = np.array([reply.prompt_id for reply in replies])
    shuffled = np.random.default_rng(recipe.seed).permutation(np.unique(prompts))
    for fold in np.array_split(shuffled, recipe.n_folds):
        test = np.isin(prompts, fold)
        weights, bias = _ridge_readout(z[~test], targets[~test], sampled[~test], recipe)
        predicted[test] = z[test] @ weights + bias
    weights, bias = _ridge_readout(z, targets, sampled, recipe)
    return _Readouts(weights, bias, predicted)


def _is_sampled(replies: Sequence[Reply]) -> NDArray[np.bool_]:
    return np.array([reply.source == SAMPLED for reply in replies])


def _ridge_readout(
    z: FloatArray, targets: FloatArray, sampled: NDArray[np.bool_], recipe: Recipe
) -> tuple[FloatArray, FloatArray]:
    """(n_dims, n_targets) weights and (n_targets,) bias, mostly from differences within a source."""
    z_within, targets_within = z - z.mean(axis=0), targets - targets.mean(axis=0)
    for group in (sampled, ~sampled):
        if group.any():
            z_within[group] -= (1 - recipe.between_sources) * z_within[group].mean(axis=0)
            targets_within[group] -= (1 - recipe.between_sources) * targets_within[group].mean(axis=0)
    root_weight = np.sqrt(np.where(sampled, recipe.sampled_weight, 1.0))[:, None]
    weights = solve_ridge(z_within * root_weight, targets_within * root_weight, recipe.readout_ridge)
    length, column = AXES.index("length"), _log_words_column()
    # length is a linear function of one feature: solve for it exactly
    slope, _ = np.polyfit(z[:, column], targets[:, length], 1)
    weights[:, length] = 0.0
    weights[column, length] = slope
    return weights, targets.mean(axis=0) - z.mean(axis=0) @ weights


def _quality_scale(
    axes: FloatArray,
    points: FloatArray,
    a: NDArray[np.intp],
    b: NDArray[np.intp],
    answers: FloatArray,
    answered: FloatArray,
) -> float:
    """Log-odds that people together give one point of rated quality, the axes being equal."""
    design = np.column_stack([points[a] - points[b], axes[a] - axes[b]])
    matrix = ChoiceMatrix(answers, answered, design, np.zeros(len(design)))
    start = Factors(np.zeros((1, design.shape[1])), np.ones((len(answers), 1)))
    pooled = fit_factors(matrix, start, l2_heads=1.0, l2_users=0.0, hold_users=True)
    return float(max(pooled.head_weights[0, 0], 0.1))


def _choices(
    corpus: Corpus,
    readouts: _Readouts,
    scale: float,
    targets: FloatArray,
    answers: FloatArray,
    answered: FloatArray,
    recipe: Recipe,
    rng: np.random.Generator,
) -> ChoiceMatrix:
    """The people's pairs, answered by people and simulated people; further pairs, by simulated people alone.

    Simulated people judge by the ratings, the model sees the readouts.
    """
    by_prompt: dict[str, list[int]] = {}
    for row, reply in enumerate(corpus.replies):
        if reply.source == "written":  # matched in quality and made to differ in style: these tell tastes apart
            by_prompt.setdefault(reply.prompt_id, []).append(row)
    further: list[tuple[int, int]] = []
    if recipe.n_simulated:
        for rows in by_prompt.values():
            pairs = [(i, j) for n, i in enumerate(rows) for j in rows[n + 1 :]]
            further += [pairs[i] for i in rng.permutation(len(pairs))[: recipe.simulated_pairs_per_prompt]]
    index = np.vstack([pair_rows(corpus), np.array(further, dtype=np.intp).reshape(-1, 2)])
    a, b = index.T
    weights = sample_axis_weights(recipe.n_simulated, len(AXES), rng)
    difference = targets[a] - targets[b]
    simulated = simulate_choices(weights, difference[:, :-1], difference[:, -1], rng)
    blank = np.zeros((len(answers), len(further)))
    return ChoiceMatrix(
        targets=np.vstack([np.hstack([answers, blank + 0.5]), simulated]),
        observed=np.vstack([np.hstack([answered * recipe.people_weight, blank]), np.ones_like(simulated)]),
        feature_differences=readouts.axes[a] - readouts.axes[b],
        quality_differences=difference[:, -1] * scale,
    )


def _factorize(matrix: ChoiceMatrix, axes: FloatArray, recipe: Recipe) -> Factors:
    """SVD start, joint maximum likelihood; base rewards scaled to standard deviation one over the corpus."""
    if recipe.svd:
        start = svd_start(matrix, recipe.n_base, recipe.start_ridge)
    else:
        start = random_start(matrix, recipe.n_base, recipe.seed)
    factors = fit_factors(matrix, start, l2_heads=recipe.l2_heads, l2_users=recipe.l2_users, n_steps=recipe.n_steps)
    sd = np.maximum((axes @ factors.head_weights.T).std(axis=0), 1e-9)
    return Factors(factors.head_weights / sd[:, None], factors.user_weights * sd)


def _bootstrap(
    matrix: ChoiceMatrix,
    factors: Factors,
    z: FloatArray,
    targets: FloatArray,
    replies: Sequence[Reply],
    recipe: Recipe,
    rng: np.random.Generator,
) -> list[tuple[FloatArray, FloatArray, FloatArray]]:
    """(V, readout weights, readout biases) refitted on resampled pairs and resampled prompts' replies.

    The users' weights are held, so that the heads stay comparable.
    """
    prompts = np.array([reply.prompt_id for reply in replies])
    distinct = np.unique(prompts)
    sampled = _is_sampled(replies)
    n_pairs = matrix.targets.shape[1]
    versions = []
    for _ in range(recipe.n_bootstrap):
        counts = rng.multinomial(n_pairs, np.full(n_pairs, 1 / n_pairs))
        resampled = replace(matrix, observed=matrix.observed * counts)
        fitted = fit_factors(
            resampled, factors, l2_heads=recipe.l2_heads, l2_users=0.0, hold_users=True, n_steps=recipe.n_steps
        )
        rows = np.concatenate([np.flatnonzero(prompts == prompt) for prompt in rng.choice(distinct, len(distinct))])
        versions.append((fitted.head_weights, *_ridge_readout(z[rows], targets[rows], sampled[rows], recipe)))
    return versions


def _assemble(
    scaler: _Scaler,
    readouts: _Readouts,
    factors: Factors,
    scale: float,
    bootstrap: list[tuple[FloatArray, FloatArray, FloatArray]],
) -> RewardHeads:
    """The torch module: readouts and factors multiplied out, features' weights folded in."""
    fold = scaler.weight[:, None]
    heads = RewardHeads(len(scaler.weight), len(factors.head_weights), len(bootstrap))
    axes, quality = readouts.weights[:, :-1], readouts.weights[:, -1:]
    values = {
        "feature_mean": scaler.mean,
        "feature_sd": scaler.sd,
        "base.weight": (fold * axes @ factors.head_weights.T).T,
        "base.bias": factors.head_weights @ readouts.bias[:-1],
        "quality.weight": (fold * quality * scale).T,
        "quality.bias": (readouts.bias[-1:] - readouts.quality.mean()) * scale,
        "axes.weight": (fold * axes).T,
        "axes.bias": readouts.bias[:-1],
        "bootstrap_base.weight": np.vstack([(fold * w[:, :-1] @ v.T).T for v, w, _ in bootstrap]),
        "bootstrap_base.bias": np.concatenate([v @ bias[:-1] for v, _, bias in bootstrap]),
        "bootstrap_quality.weight": np.vstack([(fold * w[:, -1:] * scale).T for _, w, _ in bootstrap]),
        "bootstrap_quality.bias": np.array([(bias[-1] - readouts.quality.mean()) * scale for _, _, bias in bootstrap]),
    }
    # half precision is what ships: what is evaluated is the same
    heads.load_state_dict({name: torch.tensor(value).half().float() for name, value in values.items()})
    return heads.eval()
