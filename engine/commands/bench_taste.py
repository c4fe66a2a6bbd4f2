"""times the user model: refitting a long log, its history, and choosing the next question from a large bank"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable

import numpy as np

from engine.commands.base import Outcome
from engine.preferences.events import LoggedEvent, PreferenceEvent, QuizAnswer, Scored, Thumb
from engine.preferences.history import taste_history
from engine.preferences.learner import posterior_from_log
from engine.preferences.likelihood import evidence_from_log
from engine.preferences.posterior import WeightPrior, fit_posterior
from engine.preferences.quiz import next_pair
from engine.preferences.taste_model import QuizBank, QuizPair, TasteModel, load_taste_model

AIMS_MS = {"refit": 5.0, "select": 30.0, "history": 1000.0}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--n-events", type=int, default=500, metavar="N", help="events of the log, half thumbs (500)")
    parser.add_argument("--n-pairs", type=int, default=300, metavar="N", help="pairs of the bank (300)")
    parser.add_argument("--repeats", type=int, default=50, metavar="N", help="(50)")
    parser.add_argument("--seed", type=int, default=0, metavar="S")


def run(arguments: argparse.Namespace) -> Outcome:
    rng = np.random.default_rng(arguments.seed)
    model = _with_bank(load_taste_model(), arguments.n_pairs, rng)
    log = _log(model, arguments.n_events, rng)
    evidence = evidence_from_log(log, model)
    prior = WeightPrior(model.prior_mean, model.prior_covariance)
    answered = log[:5]
    posterior = posterior_from_log(answered, model)
    times = {
        "refit": _median_ms(lambda: fit_posterior(prior, evidence), arguments.repeats),
        "refit_from_log": _median_ms(lambda: posterior_from_log(log, model), arguments.repeats),
        "select": _median_ms(lambda: next_pair(answered, posterior, model), arguments.repeats),
        "history": _median_ms(lambda: taste_history(log, model), min(arguments.repeats, 5)),
    }
    lines = [
        f"refit of {arguments.n_events} events           {times['refit']:8.2f} ms  (aim: {AIMS_MS['refit']:g})",
        f"the same, the log read as well   {times['refit_from_log']:8.2f} ms",
        f"next of {arguments.n_pairs} pairs                {times['select']:8.2f} ms  (aim: {AIMS_MS['select']:g})",
        f"history of {arguments.n_events} events         {times['history']:8.2f} ms  (aim: {AIMS_MS['history']:g})",
    ]
    json = {
        "median_ms": times,
        "aims_ms": AIMS_MS,
        "n_events": arguments.n_events,
        "n_pairs": arguments.n_pairs,
        "n_base": model.n_base,
    }
    return Outcome(json=json, text="\n".join(lines))


def _median_ms(call: Callable[[], object], repeats: int) -> float:
    call()  # whatever is made once is made
    times = []
    for _ in range(repeats):
        started = time.perf_counter()
        call()
        times.append(time.perf_counter() - started)
    return float(1000 * np.median(times))


def _with_bank(model: TasteModel, n_pairs: int, rng: np.random.Generator) -> TasteModel:
    """A bank of as many pairs, each of a prompt of its own, whose replies are the bank's put together anew."""
    sides = [side for pair in model.quiz.pairs for side in (pair.a_scored, pair.b_scored)]
    pairs = []
    for i in range(n_pairs):
        a, b = rng.choice(len(sides), 2, replace=False)
        pairs.append(
            QuizPair(id=f"p{i}", prompt=f"prompt {i}", a="a", b="b", topic="", a_scored=sides[a], b_scored=sides[b])
        )
    return TasteModel(
        prior_mean=model.prior_mean,
        prior_covariance=model.prior_covariance,
        axis_map=model.axis_map,
        quiz=QuizBank(heads_version=model.heads_version, pairs=pairs),
        heads_version=model.heads_version,
    )


def _log(model: TasteModel, n_events: int, rng: np.random.Generator) -> list[LoggedEvent]:
    """Somebody's first answers, then answers and thumbs in turn."""
    return [
        LoggedEvent(number=i + 1, created_at=0.0, event=_event(model, i, rng, quiz=i < 5 or i % 2 == 0))
        for i in range(n_events)
    ]


def _event(model: TasteModel, number: int, rng: np.random.Generator, *, quiz: bool) -> PreferenceEvent:
    first, second = (_some_reply(model, rng) for _ in range(2))
    lead = float(np.subtract(first.base_rewards, second.base_rewards) @ model.prior_mean)
    liked = bool(rng.random() < 1 / (1 + np.exp(-lead)))
    if quiz:
        return QuizAnswer(
            heads_version=model.heads_version, pair=f"p{number}", choice="a" if liked else "b", a=first, b=second
        )
    return Thumb(
        heads_version=model.heads_version, message=f"m{number}", index=0, up=liked, shown=first, reference=second
    )


def _some_reply(model: TasteModel, rng: np.random.Generator) -> Scored:
    pair = model.quiz.pairs[int(rng.integers(len(model.quiz.pairs)))]
    return pair.a_scored if rng.random() < 0.5 else pair.b_scored
