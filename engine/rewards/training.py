"""From the corpus to what ships: reward heads, population prior, axes' map. One seed, one result.

Three steps, each on what the one before predicts for prompts it was not fitted on (cross-fitting), so that no step
takes the one before for better than it is in use:
1. readouts: from features z to the named axes a(z) and to quality, on ratings by reading (`engine.rewards.readouts`);
2. factorization: base rewards φ = V a(z) and people's weights from choices, by PReF's recipe
   (arXiv:2503.06358; `engine.rewards.factorization`), with the shared quality held;
3. population: a Gaussian prior over weights, by EM over people.
Letting V read z directly instead of a(z) was worse by two to five points on people not trained on: see
`docs/lab-notes.md`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import torch
from numpy.typing import NDArray

from engine.preferences.events import CHOICE_TARGET
from engine.preferences.posterior import Evidence, WeightPrior
from engine.rewards.corpus import WRITTEN, Corpus, PairRow, Reply, axis_values, quality_values
from engine.rewards.factorization import ChoiceMatrix, Factors, fit_factors, random_start, svd_start
from engine.rewards.heads import RewardHeads
from engine.rewards.population import fit_population_prior
from engine.rewards.readouts import (
    LOG_WORDS_COLUMN,
    CrossFitted,
    Groups,
    Readout,
    ReadoutRecipe,
    Scaler,
    cross_fit,
    fit_readout,
)
from engine.rewards.simulator import sample_axis_weights, simulate_choices
from engine.types import AXES, FloatArray

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Recipe:
    """Every number of the recipe; how they were chosen is in `docs/lab-notes.md`."""

    readout: ReadoutRecipe = field(default_factory=ReadoutRecipe)
    n_base: int = 8
    n_bootstrap: int = 8
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
class ReadCorpus:
    """The first step's result, which no person had a part in.

    corpus: without the prompts left out; z: (n_replies, n_dims) scaled; targets: (n_replies, n_axes + 1), quality
    last; groups: (n_replies,) who wrote each.
    """

    corpus: Corpus
    scaler: Scaler
    z: FloatArray
    targets: FloatArray
    groups: Groups
    readouts: CrossFitted


@dataclass(frozen=True, eq=False)
class Trained:
    """heads and what the engine needs beside them; the rest is for the model card and the quiz bank.

    cross_fitted: (n_replies, n_base) the base rewards, cross_fitted_quality: (n_replies,) the quality in points, that
    readouts of other prompts give the replies trained on.
    """

    heads: RewardHeads
    prior: WeightPrior
    axis_map: FloatArray
    quality_scale: float
    cross_fitted: FloatArray
    cross_fitted_quality: FloatArray
    cross_fitted_writer_quality: FloatArray
    n_replies: int
    n_pairs: int
    n_people: int


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
    on_progress(f"readouts of {len(AXES)} axes and quality")
    read = read_corpus(corpus, features, recipe, without_prompts=without_prompts)
    return fit_people(read, recipe, without_people=without_people, on_progress=on_progress)


def read_corpus(
    corpus: Corpus,
    features: NDArray[np.float32],
    recipe: Recipe,
    *,
    without_prompts: frozenset[str] = frozenset(),
) -> ReadCorpus:
    """The first step: readouts."""
    kept = np.array([reply.prompt_id not in without_prompts for reply in corpus.replies])
    replies = [reply for reply, keep in zip(corpus.replies, kept, strict=True) if keep]
    scaler = Scaler.fit(features[kept], recipe.readout.style_weight)
    z = scaler(features[kept])
    targets, groups = readout_targets(replies, features[kept]), reply_groups(replies)
    return ReadCorpus(
        corpus=replace(corpus, replies=replies, pairs=_pairs_within(corpus.pairs, replies)),
        scaler=scaler,
        z=z,
        targets=targets,
        groups=groups,
        readouts=cross_fit(z, targets, groups, [r.prompt_id for r in replies], recipe.readout, recipe.seed),
    )


def fit_people(
    read: ReadCorpus,
    recipe: Recipe,
    *,
    without_people: frozenset[str] = frozenset(),
    on_progress: Progress = lambda _text: None,
) -> Trained:
    """The second and third step: base rewards and prior, from choices of people and of simulated people."""
    rng = np.random.default_rng(recipe.seed)
    corpus, axes = read.corpus, read.readouts.axes
    people = [p.user for p in corpus.people if not p.held_out and p.user not in without_people]
    a, b = pair_rows(corpus).T
    answers, answered = answer_matrix(corpus, people)
    points = read.targets[:, -1]
    scale = _quality_scale(axes, points, a, b, answers, answered)

    on_progress(f"{recipe.n_base} base rewards from {len(people)} people and {recipe.n_simulated} simulated ones")
    matrix = _choices(corpus, axes, scale, read.targets, answers, answered, recipe, rng)
    unscaled = _factorize(matrix, recipe)
    # base rewards of standard deviation one over the corpus
    sd = np.maximum((axes @ unscaled.head_weights.T).std(axis=0), 1e-9)
    head_weights = unscaled.head_weights / sd[:, None]

    on_progress(f"{recipe.n_bootstrap} bootstrap heads")
    bootstrap = [
        (version / sd[:, None], readout) for version, readout in _bootstrap(matrix, unscaled, read, recipe, rng)
    ]

    on_progress("population prior")
    phi, q = axes @ head_weights.T, points * scale
    evidence = [
        Evidence.comparisons((phi[a] - phi[b])[seen > 0], (q[a] - q[b])[seen > 0], target[seen > 0])
        for target, seen in zip(answers, answered, strict=True)
    ]
    prior = fit_population_prior(evidence, recipe.n_base)
    return Trained(
        heads=_assemble(read, head_weights, scale, bootstrap),
        prior=prior,
        # φ = V a, so that wᵀφ = (Vᵀw)ᵀa: the regression on the axes is V itself
        axis_map=head_weights.T.copy(),
        quality_scale=scale,
        cross_fitted=phi,
        cross_fitted_quality=read.readouts.quality,
        cross_fitted_writer_quality=read.readouts.writer_quality,
        n_replies=len(corpus.replies),
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


def reply_groups(replies: Sequence[Reply]) -> Groups:
    """(n,): 0 for replies written for the corpus, 1, 2, … for the models sampled from, in order of appearance."""
    models = list(dict.fromkeys(reply.model for reply in replies if reply.model is not None))
    return np.array([0 if reply.model is None else 1 + models.index(reply.model) for reply in replies], dtype=np.intp)


def readout_targets(replies: Sequence[Reply], features: NDArray[np.float32]) -> FloatArray:
    """(n, n_axes + 1): axes in standard deviations of the written replies, and quality in rating points."""
    axes = axis_values(replies)
    axes[:, AXES.index("length")] = features[:, LOG_WORDS_COLUMN]
    written = np.array([reply.source == WRITTEN for reply in replies])
    axes = (axes - axes[written].mean(axis=0)) / axes[written].std(axis=0)
    return np.column_stack([axes, quality_values(replies)])


def _pairs_within(pairs: Sequence[PairRow], replies: Sequence[Reply]) -> list[PairRow]:
    known = {reply.id for reply in replies}
    return [pair for pair in pairs if pair.a in known and pair.b in known]


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
    axes: FloatArray,
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
        if reply.source == WRITTEN:  # matched in quality and made to differ in style: these tell tastes apart
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
        feature_differences=axes[a] - axes[b],
        quality_differences=difference[:, -1] * scale,
    )


def _factorize(matrix: ChoiceMatrix, recipe: Recipe) -> Factors:
    """SVD start, joint maximum likelihood."""
    if recipe.svd:
        start = svd_start(matrix, recipe.n_base, recipe.start_ridge)
    else:
        start = random_start(matrix, recipe.n_base, recipe.seed)
    return fit_factors(matrix, start, l2_heads=recipe.l2_heads, l2_users=recipe.l2_users, n_steps=recipe.n_steps)


def _bootstrap(
    matrix: ChoiceMatrix, factors: Factors, read: ReadCorpus, recipe: Recipe, rng: np.random.Generator
) -> list[tuple[FloatArray, Readout]]:
    """V and readouts refitted on resampled pairs and resampled prompts' replies.

    The users' weights are held, so that the heads stay comparable, and so is the gate.
    """
    prompts = np.array([reply.prompt_id for reply in read.corpus.replies])
    rows_of = {prompt: np.flatnonzero(prompts == prompt) for prompt in np.unique(prompts)}
    distinct = np.array(list(rows_of))
    n_pairs = matrix.targets.shape[1]
    versions = []
    for _ in range(recipe.n_bootstrap):
        counts = rng.multinomial(n_pairs, np.full(n_pairs, 1 / n_pairs))
        resampled = replace(matrix, observed=matrix.observed * counts)
        fitted = fit_factors(
            resampled, factors, l2_heads=recipe.l2_heads, l2_users=0.0, hold_users=True, n_steps=recipe.n_steps
        )
        rows = np.concatenate([rows_of[prompt] for prompt in rng.choice(distinct, len(distinct))])
        gate = read.readouts.fit.gate
        readout = fit_readout(read.z[rows], read.targets[rows], read.groups[rows], recipe.readout, gate)
        versions.append((fitted.head_weights, readout))
    return versions


def _assemble(
    read: ReadCorpus, head_weights: FloatArray, scale: float, bootstrap: list[tuple[FloatArray, Readout]]
) -> RewardHeads:
    """The torch module: readouts and factors multiplied out, features' weights folded in."""
    fold = read.scaler.weight[:, None]
    readout = read.readouts.fit
    heads = RewardHeads(len(read.scaler.weight), len(head_weights), len(bootstrap))
    origin = read.readouts.quality.mean()
    values = {
        "feature_mean": read.scaler.mean,
        "feature_sd": read.scaler.sd,
        "base.weight": (fold * readout.axes.weights @ head_weights.T).T,
        "base.bias": head_weights @ readout.axes.bias,
        "experts.weight": (fold * readout.experts.weights * scale).T,
        "experts.bias": (readout.experts.bias - origin) * scale,
        "gate.weight": (fold * readout.gate.weights).T,
        "gate.bias": readout.gate.bias,
        "axes.weight": (fold * readout.axes.weights).T,
        "axes.bias": readout.axes.bias,
        "bootstrap_base.weight": np.vstack([(fold * r.axes.weights @ v.T).T for v, r in bootstrap]),
        "bootstrap_base.bias": np.concatenate([v @ r.axes.bias for v, r in bootstrap]),
        "bootstrap_experts.weight": np.vstack([(fold * r.experts.weights * scale).T for _, r in bootstrap]),
        "bootstrap_experts.bias": np.concatenate([(r.experts.bias - origin) * scale for _, r in bootstrap]),
    }
    # half precision is what ships: what is evaluated is the same
    heads.load_state_dict({name: torch.tensor(value).half().float() for name, value in values.items()})
    return heads.eval()
