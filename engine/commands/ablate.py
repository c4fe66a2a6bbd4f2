"""the table that decides the design: one thing of the recipe changed at a time, training people held out in turn"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from engine.commands.base import Outcome
from engine.errors import InputFileError
from engine.paths import assets_dir

if TYPE_CHECKING:
    from engine.evaluation.ablation import Row

SECTIONS = ("start", "l2", "n-base", "layers", "features", "quality", "corpus", "quiz")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--corpus", type=Path, default=assets_dir() / "corpus", metavar="DIR", help="(the shipped one)")
    parser.add_argument(
        "--only", default=",".join(SECTIONS), metavar="S,…", help=f"sections of the table (all: {','.join(SECTIONS)})"
    )


def run(arguments: argparse.Namespace) -> Outcome:
    sections = arguments.only.split(",")
    if unknown := [section for section in sections if section not in SECTIONS]:
        raise InputFileError(f"There is no section '{unknown[0]}'. There are {', '.join(SECTIONS)}.")

    from engine.evaluation.ablation import ablate
    from engine.rewards.corpus import load_corpus
    from engine.rewards.encoder import ReplyEncoder
    from engine.rewards.features import reply_features

    started = time.perf_counter()

    def progress(text: str) -> None:
        print(f"{time.perf_counter() - started:6.0f} s  {text}", file=sys.stderr, flush=True)

    corpus = load_corpus(arguments.corpus)
    progress(f"features of {len(corpus.replies)} replies")
    features = reply_features(
        ReplyEncoder(device="cpu"), [reply.prompt for reply in corpus.replies], [reply.text for reply in corpus.replies]
    )
    rows = list(ablate(corpus, features, sections, progress))
    return Outcome(json={"rows": rows}, text=markdown_table(rows))


def markdown_table(rows: Sequence[Row]) -> str:
    """Rows as Markdown; a dash where a variant cannot change a figure."""
    lines = [
        "| | variant | choices: accuracy | log loss | style axes | small models: sound, usable against broken | "
        "their better of two | written: better of two | written against flawed |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for row in rows:
        quality = row.quality
        parts = (
            (None, None, None)
            if quality is None
            else (quality.sampled_pairs, quality.written_pairs, quality.written_flawed)
        )
        cells = [
            row.section,
            row.variant,
            "–" if row.accuracy is None else f"{row.accuracy:.3f} ± {row.accuracy_se:.3f}",
            _figure(row.log_loss),
            _figure(row.axes),
            "–" if quality is None else f"{quality.sampled_sound:.3f}, {quality.sampled_usable:.3f}",
            *map(_figure, parts),
        ]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def _figure(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"
