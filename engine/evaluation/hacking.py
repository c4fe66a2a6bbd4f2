"""Reward hacking: what the pick's quality, as read, does when the best of more and more drafts is taken. Numpy only.

A learned reward is right on the whole and wrong in places; the best of many drafts by it is more and more often a
place where it is wrong (Goodhart's law for best-of-N). Ways of choosing are compared on the same subsets of drafts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import msgspec
import numpy as np
from numpy.typing import NDArray

from engine.evaluation.asking import Pool, ask
from engine.evaluation.average import PairSet
from engine.evaluation.metrics import mean_interval
from engine.preferences.posterior import WeightPrior, choice_probability
from engine.rerank import CAUTION, QUALITY_MARGIN
from engine.types import FloatArray

MARGINS = (0.5, 1.0, 1.5, 3.0)
CAUTIONS = (0.25, 0.5, 1.0, 2.0)
TEMPERATURES = (0.25, 0.5, 1.0, 2.0)
N_SUBSETS = 16
"""Random subsets of each size, for each prompt."""
QUIZ_ANSWERS = 10
BAD_QUALITY = 2.0
"""Read quality up to which a pick is bad: wrong, broken or beside the point."""


@dataclass(frozen=True, eq=False)
class DraftPool:
    """One prompt's drafts: base_rewards (n, n_base), quality (n,) as predicted, both also by bootstrap heads
    (n_bootstrap, n, n_base), (n_bootstrap, n); read: (n,) quality from 1 to 5 by reading; likelihood: (n,) mean
    log-probability of the draft's tokens, NaN where unknown.
    """

    base_rewards: FloatArray
    quality: FloatArray
    bootstrap_base_rewards: FloatArray
    bootstrap_quality: FloatArray
    read: FloatArray
    likelihood: FloatArray


@dataclass(frozen=True, eq=False)
class Person:
    """true: the weights that decide what they like; mean, covariance: what is believed of them."""

    name: str
    true: FloatArray
    mean: FloatArray
    covariance: FloatArray


class HackingRow(msgspec.Struct, frozen=True, kw_only=True):
    """A way of choosing among n drafts. Means over prompts, subsets and people; intervals over prompts.

    quality: of the pick, as read; bad: the share of picks read as `BAD_QUALITY` or worse; reward: the pick's q + μᵀφ
    over the mean of its prompt's drafts, which is what a chooser without brakes makes large; taste: likewise, by the
    people's true weights on style alone.
    """

    rule: str
    n_drafts: int
    quality: float
    quality_ci: tuple[float, float]
    bad: float
    reward: float
    taste: float
    n_prompts: int


@dataclass(frozen=True, eq=False)
class _Subsets:
    """What the rules see: s subsets of n drafts. base_rewards (s, n, n_base), quality, read, likelihood (s, n),
    bootstrap_base_rewards (k, s, n, n_base), bootstrap_quality (k, s, n)."""

    base_rewards: FloatArray
    quality: FloatArray
    bootstrap_base_rewards: FloatArray
    bootstrap_quality: FloatArray
    likelihood: FloatArray


Rule: TypeAlias = Callable[[_Subsets, Person, FloatArray], FloatArray]
"""(subsets, person, the population's mean weights) → (s, n) probabilities of picking each draft."""


def hacking_rows(
    pools: Sequence[DraftPool], people: Sequence[Person], population_mean: FloatArray, *, seed: int = 0
) -> list[HackingRow]:
    """Every rule at N = 1, 2, 4, … drafts, as far as every prompt has that many."""
    most = min(len(pool.read) for pool in pools)
    sizes = [2**power for power in range(most.bit_length())]
    rules = all_rules(any(np.isfinite(pool.likelihood).all() for pool in pools))
    rows = []
    for n in sizes:
        found = np.array(
            [_on_prompt(pool, people, population_mean, rules, n, seed + i) for i, pool in enumerate(pools)]
        )
        for column, rule in enumerate(rules):
            quality, bad, reward, taste = found[:, column].T
            rows.append(
                HackingRow(
                    rule=rule,
                    n_drafts=n,
                    quality=float(quality.mean()),
                    quality_ci=mean_interval(quality, seed),
                    bad=float(bad.mean()),
                    reward=float(reward.mean()),
                    taste=float(taste.mean()),
                    n_prompts=len(pools),
                )
            )
    return rows


def quiz_people(prior: WeightPrior, bank: PairSet, n_people: int, seed: int = 0) -> list[Person]:
    """Nobody in particular, and people drawn from the prior as they are known after a quiz of `QUIZ_ANSWERS` pairs."""
    rng = np.random.default_rng([seed, 7])
    weights = rng.multivariate_normal(prior.mean, prior.covariance, n_people)
    probability = choice_probability(bank.offset + weights @ bank.x.T)
    targets = (rng.random(probability.shape) < probability).astype(np.float64)
    order = np.arange(len(bank.offset))
    pools = [Pool(bank.x, bank.offset, target, bank.prompt, order) for target in targets]
    [(_, nobody)] = ask(pools[:1], prior, [0], "active")
    [(_, known)] = ask(pools, prior, [QUIZ_ANSWERS], "active")
    people = [Person("population", prior.mean, prior.mean, nobody[0].posterior.covariance)]
    return people + [
        Person(f"person {i + 1}", true, one.posterior.mean, one.posterior.covariance)
        for i, (true, one) in enumerate(zip(weights, known, strict=True))
    ]


def all_rules(with_likelihood: bool) -> dict[str, Rule]:
    """Name → rule, the shipped one last."""
    rules: dict[str, Rule] = {
        "random": lambda s, _p, _m: np.full(s.quality.shape, 1 / s.quality.shape[1]),
        "taste alone": lambda s, p, _m: _argmax(s.base_rewards @ p.mean),
        "quality alone": lambda s, _p, _m: _argmax(s.quality),
        "taste and quality": lambda s, p, _m: _argmax(_reward(s, p)),
    }
    if with_likelihood:
        rules["log-probability alone"] = lambda s, _p, _m: _argmax(s.likelihood)
    rules |= {f"floor {margin:g}": _floored(margin) for margin in MARGINS}
    rules |= {f"caution {caution:g}": _cautioned(caution, None) for caution in CAUTIONS}
    rules |= {
        "ensemble mean": lambda s, p, _m: _argmax(_ensemble(s, p).mean(axis=0)),
        "ensemble worst": lambda s, p, _m: _argmax(_ensemble(s, p).min(axis=0)),
        "ensemble mean - sd": lambda s, p, _m: _argmax(_ensemble(s, p).mean(axis=0) - _ensemble(s, p).std(axis=0)),
    }
    rules |= {f"soft {temperature:g}": _softened(temperature) for temperature in TEMPERATURES}
    rules[f"shipped: floor {QUALITY_MARGIN:g}, caution {CAUTION:g}"] = _cautioned(CAUTION, QUALITY_MARGIN)
    return rules


def _floored(margin: float) -> Rule:
    return lambda s, p, _m: _argmax(_reward(s, p), _above(s.quality, margin))


def _cautioned(caution: float, margin: float | None) -> Rule:
    return lambda s, p, m: _argmax(_cautious(s, p, m, caution, margin), _above(s.quality, margin))


def _softened(temperature: float) -> Rule:
    return lambda s, p, _m: _soft(_reward(s, p), temperature)


def _on_prompt(
    pool: DraftPool,
    people: Sequence[Person],
    population_mean: FloatArray,
    rules: Mapping[str, Rule],
    n: int,
    seed: int,
) -> FloatArray:
    """(n_rules, 4): quality, bad, reward and taste of the pick, means over subsets and people."""
    rng = np.random.default_rng([seed, n])
    index = np.array([rng.permutation(len(pool.read))[:n] for _ in range(N_SUBSETS)])
    subsets = _Subsets(
        base_rewards=pool.base_rewards[index],
        quality=pool.quality[index],
        bootstrap_base_rewards=pool.bootstrap_base_rewards[:, index],
        bootstrap_quality=pool.bootstrap_quality[:, index],
        likelihood=pool.likelihood[index],
    )
    read = pool.read[index]
    values = np.zeros((len(people), len(rules), 4))
    for i, person in enumerate(people):
        reward = pool.quality + pool.base_rewards @ person.mean
        taste = pool.base_rewards @ person.true
        of_drafts = read, read <= BAD_QUALITY, (reward - reward.mean())[index], (taste - taste.mean())[index]
        for j, rule in enumerate(rules.values()):
            pick = rule(subsets, person, population_mean)
            values[i, j] = [(pick * value).sum(axis=1).mean() for value in of_drafts]
    return np.asarray(values.mean(axis=0))


def _reward(subsets: _Subsets, person: Person) -> FloatArray:
    return subsets.quality + subsets.base_rewards @ person.mean


def _ensemble(subsets: _Subsets, person: Person) -> FloatArray:
    """(k, s, n): the reward by each bootstrap version of the heads."""
    return subsets.bootstrap_quality + subsets.bootstrap_base_rewards @ person.mean


def _cautious(
    subsets: _Subsets, person: Person, population_mean: FloatArray, caution: float, margin: float | None
) -> FloatArray:
    """`engine.rerank`'s score with another caution, for many subsets at once."""
    usual = _argmax(subsets.quality + subsets.base_rewards @ population_mean, _above(subsets.quality, margin))
    reference = usual.argmax(axis=1)
    rows = np.arange(len(reference))
    relative = subsets.base_rewards - subsets.base_rewards[rows, reference][:, None]
    boot = subsets.bootstrap_base_rewards - subsets.bootstrap_base_rewards[:, rows, reference][:, :, None]
    variance = np.einsum("snd,de,sne->sn", relative, person.covariance, relative) + (boot @ person.mean).var(axis=0)
    return np.asarray(_reward(subsets, person) - caution * np.sqrt(np.maximum(variance, 0.0)))


def _above(quality: FloatArray, margin: float | None) -> NDArray[np.bool_] | None:
    return None if margin is None else quality >= quality.max(axis=1, keepdims=True) - margin


def _argmax(scores: FloatArray, allowed: NDArray[np.bool_] | None = None) -> FloatArray:
    """(s, n) one where the best allowed draft is."""
    best = np.argmax(scores if allowed is None else np.where(allowed, scores, -np.inf), axis=1)
    return np.asarray(np.eye(scores.shape[1])[best])


def _soft(scores: FloatArray, temperature: float) -> FloatArray:
    """Soft best-of-N (arXiv:2507.05913): draft i with probability proportional to exp(score / temperature)."""
    weights = np.exp((scores - scores.max(axis=1, keepdims=True)) / temperature)
    return np.asarray(weights / weights.sum(axis=1, keepdims=True))
