"""The paper's own setting: 84 people who each care about two traits, on our replies.

PReF (arXiv:2503.06358, section 5) simulates people who each want more or less of two of seven traits. Here their
choices follow the ratings that readers gave the replies, never our readouts, and everything that is learned (readouts,
base rewards, prior) is learned without the prompts and without the people that are predicted. There is no shared
quality: these people care about nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from engine.evaluation.asking import Pool, Select, ask
from engine.evaluation.baselines import population_baselines
from engine.evaluation.choices import Scores, UserChoices, predictions
from engine.evaluation.metrics import score_row
from engine.preferences.posterior import SCALES, Evidence, WeightPrior
from engine.rewards.corpus import Reply, axis_values
from engine.rewards.factorization import ChoiceMatrix, Factors, fit_factors, random_start, solve_ridge, svd_start
from engine.rewards.population import fit_population_prior
from engine.rewards.readouts import ReadoutRecipe
from engine.rewards.simulator import simulate_choices, two_trait_weights
from engine.rewards.training import Recipe
from engine.types import AXES, FloatArray

TRAITS = ("length", "formality", "humour", "engagement", "warmth", "enthusiasm", "confidence")
"""The paper's length, formality, humour, elicitation, politeness, enthusiasm, confidence, by our axes' names."""
STRENGTH = 4.0
"""Log-odds that a standard deviation of a trait is worth to somebody who cares about it: nearly always decisive."""
SAME = 0.25
"""Replies whose traits, as wanted, differ by less (in standard deviations) are the same to these people: a tie."""
N_FOLDS = 4
PAIRS_PER_PROMPT = 6
PRIOR_PAIRS = 150
"""Pairs a training person's answers to which the prior is estimated from."""
PRIOR_ITERATIONS = 8
_CLIP = 4.0

Reads = Literal["axes", "features"]


@dataclass(frozen=True)
class Variant:
    """One way of learning base rewards.

    reads: what base rewards are linear in: the axis readouts, as ours are, or the encoder's features, as the paper's.
    l2: whether both factors are regularised in training.
    """

    name: str
    n_base: int = 8
    svd: bool = True
    l2: bool = True
    reads: Reads = "axes"


def ablations(n_bases: Sequence[int]) -> list[Variant]:
    """The paper's: number of base rewards, without SVD, without regularisation; for both kinds of base rewards."""
    variants = []
    for reads in ("axes", "features"):
        full = Variant(f"{reads}: full", reads=reads)
        variants += [
            full,
            replace(full, name=f"{reads}: without SVD", svd=False),
            replace(full, name=f"{reads}: without L2", l2=False),
            replace(full, name=f"{reads}: without SVD and L2", svd=False, l2=False),
        ]
        variants += [replace(full, name=f"{reads}: n_base {n}", n_base=n) for n in n_bases]
    return variants


@dataclass(frozen=True, eq=False)
class Setting:
    """Written replies, pairs of them (rows of a and b), everybody's choices in all of them, and who they are.

    features: (n_replies, n_dims), style features already weighted; ratings: (n_replies, n_axes) standardised;
    pairs: (n_pairs, 2); prompt: (n_pairs,); weights: (n_people, n_axes); choices: (n_people, n_pairs) 1 for a,
    0 for b, ½ for a tie.
    """

    features: FloatArray
    ratings: FloatArray
    reply_prompt: NDArray[np.intp]
    pairs: NDArray[np.intp]
    prompt: NDArray[np.intp]
    weights: FloatArray
    choices: FloatArray


def make_setting(
    replies: Sequence[Reply], features: NDArray[np.float32], n_encoder_dims: int, *, strength: float, seed: int
) -> Setting:
    """The written ones among `replies`; features: (n_replies, n_dims), encoder's first."""
    rng = np.random.default_rng([seed, 3])
    written = np.array([reply.source == "written" for reply in replies])
    replies = [reply for reply, keep in zip(replies, written, strict=True) if keep]
    z = features[written].astype(np.float64)
    z = np.clip((z - z.mean(axis=0)) / np.maximum(z.std(axis=0), 1e-3), -_CLIP, _CLIP)
    z[:, n_encoder_dims:] *= ReadoutRecipe().style_weight
    ratings = axis_values(replies)
    ratings = (ratings - ratings.mean(axis=0)) / ratings.std(axis=0)
    _, prompt = np.unique([reply.prompt_id for reply in replies], return_inverse=True)
    pairs = []
    for number in range(prompt.max() + 1):
        rows = np.flatnonzero(prompt == number)
        first, second = np.triu_indices(len(rows), 1)
        chosen = rng.permutation(len(first))[:PAIRS_PER_PROMPT]
        pairs += list(zip(rows[first[chosen]], rows[second[chosen]], strict=True))
    index = np.array(pairs, dtype=np.intp)
    weights = two_trait_weights([AXES.index(trait) for trait in TRAITS], len(AXES), strength)
    differences = ratings[index[:, 0]] - ratings[index[:, 1]]
    choices = simulate_choices(weights, differences, np.zeros(len(index)), rng)
    choices[np.abs(weights @ differences.T) < SAME * strength] = 0.5
    return Setting(z, ratings, prompt, index, prompt[index[:, 0]], weights, choices)


@dataclass(frozen=True, eq=False)
class Fold:
    """What is known before a fold's people are met, for all pairs.

    axes: (n_pairs, n_axes) differences of readouts, features: (n_pairs, n_dims), both by readouts and scales that
    never saw the pair's prompt (of training prompts: cross-fitted); train_people, train_pairs: masks.
    """

    axes: FloatArray
    features: FloatArray
    train_people: NDArray[np.bool_]
    train_pairs: NDArray[np.bool_]


def make_folds(setting: Setting, seed: int) -> list[Fold]:
    """By prompt and by person at once: everybody, and every prompt, is held out in one fold."""
    rng = np.random.default_rng([seed, 4])
    person_fold = rng.permutation(len(setting.weights)) % N_FOLDS
    prompt_fold = rng.permutation(setting.reply_prompt.max() + 1) % N_FOLDS
    a, b = setting.pairs.T
    folds = []
    for number in range(N_FOLDS):
        held_out = prompt_fold[setting.reply_prompt] == number
        readouts = np.zeros_like(setting.ratings)
        for inner in range(N_FOLDS):
            # the held-out prompts by all others; each other part by the rest
            part = prompt_fold[setting.reply_prompt] == inner
            known = ~held_out & ~part
            readouts[part] = _readout(setting.features[known], setting.ratings[known], setting.features[part])
        folds.append(
            Fold(
                axes=readouts[a] - readouts[b],
                features=setting.features[a] - setting.features[b],
                train_people=person_fold != number,
                train_pairs=~held_out[a],
            )
        )
    return folds


def _readout(features: FloatArray, targets: FloatArray, others: FloatArray) -> FloatArray:
    """Ridge regression of standardised targets, predicted for others."""
    center, mean = features.mean(axis=0), targets.mean(axis=0)
    weights = solve_ridge(features - center, targets - mean, ReadoutRecipe().ridge)
    return np.asarray((others - center) @ weights + mean)


def fold_scores(
    setting: Setting,
    fold: Fold,
    variant: Variant,
    *,
    answers: Sequence[int],
    selects: Sequence[Select],
    methods: Sequence[str],
    seed: int,
    scales: tuple[float, ...] = SCALES,
) -> dict[Select, Scores]:
    """Learn from the training people and prompts; ask the others pairs of training prompts, predict held-out ones.

    Beside `methods` (`engine.evaluation.choices.METHODS`), `oracle`: these people's true weights on the ratings.
    """
    read = fold.axes if variant.reads == "axes" else fold.features / np.sqrt(fold.features.shape[1])
    phi, prior = _base_rewards(setting, fold, read, variant, seed)
    rng = np.random.default_rng([seed, 5])
    people = np.flatnonzero(~fold.train_people)
    asked_pairs, test_pairs = np.flatnonzero(fold.train_pairs), np.flatnonzero(~fold.train_pairs)
    nothing = np.zeros(len(phi))
    pools = [
        Pool(
            phi[asked_pairs],
            nothing[asked_pairs],
            setting.choices[person, asked_pairs],
            setting.prompt[asked_pairs],
            rng.permutation(len(asked_pairs)),
        )
        for person in people
    ]
    tests = [
        UserChoices(
            str(person),
            phi[test_pairs],
            nothing[test_pairs],
            setting.choices[person, test_pairs],
            setting.prompt[test_pairs],
        )
        for person in people
    ]
    known = population_baselines(prior, phi[asked_pairs], nothing[asked_pairs], seed)
    true = setting.ratings[setting.pairs[test_pairs, 0]] - setting.ratings[setting.pairs[test_pairs, 1]]
    oracle = [true @ setting.weights[person] for person in people]
    found: dict[Select, Scores] = {}
    for select in selects:
        scores: Scores = {}
        for k, asked in ask(pools, prior, answers, select, scales):
            logits = predictions(pools, tests, asked, prior, known, methods, seed) | {"oracle": oracle}
            for method in (*methods, "oracle"):
                rows = [score_row(found, test.target) for found, test in zip(logits[method], tests, strict=True)]
                scores[method, k] = np.column_stack([rows, [len(one.rows) for one in asked]])
        found[select] = scores
    return found


def _base_rewards(
    setting: Setting, fold: Fold, read: FloatArray, variant: Variant, seed: int
) -> tuple[FloatArray, WeightPrior]:
    """Base reward differences of all pairs, (n_pairs, n_base), and the prior over the training people's weights."""
    targets = setting.choices[np.ix_(fold.train_people, fold.train_pairs)]
    train = read[fold.train_pairs]
    matrix = ChoiceMatrix(targets, np.ones_like(targets), train, np.zeros(len(train)))
    recipe = Recipe()
    start = (
        svd_start(matrix, variant.n_base, recipe.start_ridge)
        if variant.svd
        else random_start(matrix, variant.n_base, seed)
    )
    penalty = 1.0 if variant.l2 else 0.0
    factors = fit_factors(
        matrix, start, l2_heads=penalty * recipe.l2_heads, l2_users=penalty * recipe.l2_users, n_steps=recipe.n_steps
    )
    factors = _scaled(factors, train)
    phi = read @ factors.head_weights.T
    sample = np.random.default_rng([seed, 6]).permutation(np.flatnonzero(fold.train_pairs))[:PRIOR_PAIRS]
    evidence = [
        Evidence.comparisons(phi[sample], np.zeros(len(sample)), choices[sample])
        for choices in setting.choices[fold.train_people]
    ]
    return phi, fit_population_prior(evidence, variant.n_base, n_iterations=PRIOR_ITERATIONS)


def _scaled(factors: Factors, differences: FloatArray) -> Factors:
    """Base rewards with standard deviation one: those of pairs' differences are √2 times as large."""
    sd = np.maximum((differences @ factors.head_weights.T).std(axis=0) / np.sqrt(2), 1e-9)
    return Factors(factors.head_weights / sd[:, None], factors.user_weights * sd)
