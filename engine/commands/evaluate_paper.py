"""PReF's own setting on our replies: 84 people of two traits, AUC against answers, and the paper's ablations"""

from __future__ import annotations

import argparse
import itertools
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from engine.commands.base import Outcome
from engine.commands.evaluate import numbers
from engine.evaluation.asking import Select
from engine.evaluation.choices import METHODS, Result, Scores, summarise
from engine.paths import assets_dir
from engine.preferences.posterior import SCALES, SCALES_WITHOUT_SPIKE

if TYPE_CHECKING:
    from engine.evaluation.two_traits import Fold, Setting, Variant

ANSWERS = "0,5,6,10,15,20,40"
N_BASES = (1, 2, 4, 6, 8, 10, 12)
PUBLISHED = {
    "auc_after_answers": {"5": 0.77, "10": 0.83, "20": 0.85, "40": 0.88},
    "one_reward_for_all": 0.64,
    "per_user": {"10": 0.65, "40": 0.73},
    "active_at_6_equals_random_at": 15,
    "n_base": {"1": 0.63, "2": 0.72, "4": 0.83, "6": 0.86},
    "without_svd": {"mean": 0.75, "sd": 0.19},
    "without_l2": {"mean": 0.81, "sd": 0.14},
    "full": {"mean": 0.905, "sd": 0.03},
}
"""What PReF reports (arXiv:2503.06358), on other replies and with people played by a language model."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--corpus", type=Path, default=assets_dir() / "corpus", metavar="DIR", help="(the shipped one)")
    parser.add_argument("--answers", default=ANSWERS, metavar="K,…", help=f"numbers of answers ({ANSWERS})")
    parser.add_argument(
        "--ablations", action="store_true", help="n_base, without SVD, without L2, in place of the curves"
    )
    parser.add_argument("--folds", type=int, metavar="N", help="only the first N folds, for a quick look")
    parser.add_argument("--seed", type=int, default=0, metavar="S")


def run(arguments: argparse.Namespace) -> Outcome:
    answers = numbers(arguments.answers)
    from engine.evaluation.two_traits import STRENGTH, Variant, ablations, make_folds, make_setting
    from engine.rewards.corpus import load_corpus
    from engine.rewards.encoder import ReplyEncoder
    from engine.rewards.features import reply_features

    started = time.perf_counter()

    def progress(text: str) -> None:
        print(f"{time.perf_counter() - started:6.0f} s  {text}", file=sys.stderr, flush=True)

    replies = [reply for reply in load_corpus(arguments.corpus).replies if reply.source == "written"]
    progress(f"features of {len(replies)} replies")
    encoder = ReplyEncoder(device="cpu")
    features = reply_features(encoder, [reply.prompt for reply in replies], [reply.text for reply in replies])
    setting = make_setting(replies, features, encoder.n_dims, strength=STRENGTH, seed=arguments.seed)
    folds = make_folds(setting, arguments.seed)[: arguments.folds]

    curves: dict[str, list[Result]] = {}
    both: tuple[Select, ...] = ("active", "random")
    read = (Variant("axes"), Variant("features", reads="features"))
    priors = {"no spike": SCALES_WITHOUT_SPIKE, "as shipped": SCALES}
    for variant, (prior, scales) in () if arguments.ablations else itertools.product(read, priors.items()):
        progress(f"curves, base rewards read from {variant.name}, {prior}")
        scores = _all_folds(setting, folds, variant, answers, both, tuple(METHODS), arguments.seed, scales)
        curves[f"{variant.name}, {prior}"] = [
            row for select in both for row in summarise(_people(scores[select]), select, arguments.seed)
        ]
    table: list[dict[str, object]] = []
    for variant in ablations(N_BASES) if arguments.ablations else []:
        progress(f"ablation {variant.name}")
        table.append(_ablation(setting, folds, variant, arguments.seed))
    return Outcome(
        json={"curves": curves, "ablations": table, "published": PUBLISHED, "n_people": len(setting.weights)},
        text=_text(curves, table),
    )


def _all_folds(
    setting: Setting,
    folds: Sequence[Fold],
    variant: Variant,
    answers: Sequence[int],
    selects: Sequence[Select],
    methods: Sequence[str],
    seed: int,
    scales: tuple[float, ...] = SCALES,
) -> dict[Select, list[Scores]]:
    from engine.evaluation.two_traits import fold_scores

    found: dict[Select, list[Scores]] = {select: [] for select in selects}
    for fold in folds:
        scores = fold_scores(
            setting, fold, variant, answers=answers, selects=selects, methods=methods, seed=seed, scales=scales
        )
        for select in selects:
            found[select].append(scores[select])
    return found


def _people(folds: Sequence[Scores]) -> Scores:
    """The folds' people side by side: everybody is in one fold."""
    return {key: np.vstack([scores[key] for scores in folds]) for key in folds[0]}


def _ablation(setting: Setting, folds: Sequence[Fold], variant: Variant, seed: int) -> dict[str, object]:
    """AUC after 10 and 40 active answers: the mean over people, and the standard deviation over people."""
    from engine.evaluation.metrics import AUC

    folds_scores = _all_folds(
        setting, folds, variant, (10, 40), ("active",), ("attune", "pref"), seed, SCALES_WITHOUT_SPIKE
    )
    scores = _people(folds_scores["active"])
    row: dict[str, object] = {"variant": variant.name, "reads": variant.reads, "n_base": variant.n_base}
    row |= {"svd": variant.svd, "l2": variant.l2}
    for (method, k), people in scores.items():
        row[f"{method}_{k}"] = {"auc": float(people[:, AUC].mean()), "sd": float(people[:, AUC].std())}
    return row


def _text(curves: dict[str, list[Result]], table: Sequence[dict[str, object]]) -> str:
    lines = []
    for name, results in curves.items():
        lines += [f"AUC, base rewards read from {name}", f"{'method':<12}{'select':<8}" + _heads(results)]
        for select in ("active", "random"):
            for method in dict.fromkeys(row.method for row in results):
                row = [r for r in results if (r.method, r.select) == (method, select)]
                lines.append(f"{method:<12}{select:<8}" + "".join(f"{r.auc:>7.3f}" for r in row))
        lines.append("")
    lines.append(
        f"{'PReF':<12}{'active':<8} as published: 5 .77, 10 .83, 20 .85, 40 .88; shared .64; per user .65, .73"
    )
    for entry in table:
        figures = [entry[key] for key in ("attune_10", "attune_40", "pref_40")]
        lines.append(
            f"{entry['variant']!s:<32}"
            + "".join(f"{f['auc']:>7.3f} ± {f['sd']:.3f}" for f in figures if isinstance(f, dict))
        )
    return "\n".join(lines)


def _heads(results: Sequence[Result]) -> str:
    return "".join(f"{k:>7}" for k in sorted({row.answers for row in results}))
