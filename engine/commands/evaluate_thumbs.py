"""simulated streams of thumbs: weights converge, do not run away, and recover after a change of taste"""

from __future__ import annotations

import argparse
import itertools
from collections.abc import Sequence

from engine.commands.base import Outcome
from engine.commands.evaluate import numbers
from engine.evaluation.thumbs import (
    HABITS,
    Habit,
    StreamResult,
    ThumbSettings,
    draft_covariance_of,
    simulate_thumbs,
)
from engine.preferences.posterior import WeightPrior
from engine.preferences.taste_model import TasteModel, load_taste_model

CHECKPOINTS = "10,25,50,100,120,150,200"
STRENGTHS = (0.35, 0.7, 1.4)
HALF_LIVES = (30.0, 60.0, 120.0)
BIAS_SDS = (0.5, 2.0)
CHOOSING_SEED, REPORT_SEED = 1, 2
"""Settings are compared on people of one seed, figures come from people of another."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--n-people", type=int, default=200, metavar="N", help="people of each habit (200)")
    parser.add_argument("--thumbs", default=CHECKPOINTS, metavar="K,…", help=f"numbers of thumbs ({CHECKPOINTS})")
    parser.add_argument("--grid", action="store_true", help="compare settings, on people of their own, instead")


def run(arguments: argparse.Namespace) -> Outcome:
    checkpoints = numbers(arguments.thumbs)
    taste = load_taste_model()
    if arguments.grid:
        rows = [_compared(settings, taste, checkpoints, arguments.n_people) for settings in _grid()]
        return Outcome(json={"grid": rows, "heads_version": taste.heads_version}, text=_grid_table(rows))
    results = [
        row for habit in HABITS for row in _stream(habit, taste, checkpoints, arguments.n_people, ThumbSettings())
    ]
    return Outcome(json={"results": results, "heads_version": taste.heads_version}, text=_table(results))


def _stream(
    habit: Habit,
    taste: TasteModel,
    checkpoints: Sequence[int],
    n_people: int,
    settings: ThumbSettings,
    seed: int = REPORT_SEED,
) -> list[StreamResult]:
    return simulate_thumbs(
        habit,
        WeightPrior(taste.prior_mean, taste.prior_covariance),
        draft_covariance_of(taste.quiz_differences[0]),
        checkpoints=checkpoints,
        n_people=n_people,
        settings=settings,
        seed=seed,
    )


def _grid() -> list[ThumbSettings]:
    """One at a time beside the shipped settings would miss what strength and half-life do together."""
    together = [ThumbSettings(strength=s, half_life=h) for s, h in itertools.product(STRENGTHS, HALF_LIVES)]
    return together + [ThumbSettings(bias_sd=sd) for sd in BIAS_SDS]


def _compared(settings: ThumbSettings, taste: TasteModel, checkpoints: Sequence[int], n: int) -> dict[str, object]:
    """Gains of honest and changing people at the checkpoints, and the largest move of the others."""
    row: dict[str, object] = {
        "strength": settings.strength,
        "half_life": settings.half_life,
        "bias_sd": settings.bias_sd,
    }
    moved = 0.0
    for habit in HABITS:
        results = _stream(habit, taste, checkpoints, n, settings, CHOOSING_SEED)
        if habit in ("honest", "changing"):
            row[habit] = {str(result.thumbs): result.gain for result in results}
        else:
            moved = max(moved, max(result.moved_largest for result in results))
    return row | {"largest_move_of_others": moved}


def _table(results: Sequence[StreamResult]) -> str:
    lines = [
        f"{'habit':<16}{'thumbs':>7}  {'gain, log-odds (95 %)':<28}{'share':>7}{'moved':>8}{'largest':>9}{'differs':>9}"
    ]
    for r in results:
        gain = (
            "" if r.gain is None or r.gain_ci is None else f"{r.gain:+.3f} ({r.gain_ci[0]:+.3f} to {r.gain_ci[1]:+.3f})"
        )
        share = "" if r.share is None else f"{r.share:.2f}"
        lines.append(
            f"{r.habit:<16}{r.thumbs:>7}  {gain:<28}{share:>7}{r.moved:>8.3f}{r.moved_largest:>9.3f}{r.differs:>9.3f}"
        )
    return "\n".join(lines)


def _grid_table(rows: Sequence[dict[str, object]]) -> str:
    lines = ["strength  half-life  rate sd   gain by thumbs"]
    for row in rows:
        gains = [
            f"{habit}: " + " ".join(f"{k}:{value:+.3f}" for k, value in by_thumbs.items())
            for habit in ("honest", "changing")
            if isinstance(by_thumbs := row[habit], dict)
        ]
        lines.append(
            f"{row['strength']:<10}{row['half_life']:<11}{row['bias_sd']:<10}{'   '.join(gains)}"
            f"   others moved at most {row['largest_move_of_others']:.2f}"
        )
    return "\n".join(lines)
