"""whether weak drafts can be told, and dropped, before they are finished; writes and records drafts"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from engine.commands.base import Outcome
from engine.evaluation.choice_files import read_choice_files
from engine.jsonl import read_rows
from engine.library.bundled import bundled_model_path
from engine.library.header import writer_of
from engine.paths import assets_dir
from engine.rewards.corpus import PromptRow
from engine.types import N_DRAFTS_MAX, check_number_of_drafts

if TYPE_CHECKING:
    from engine.evaluation.early_dropping import EarlyFindings


def add_arguments(parser: argparse.ArgumentParser) -> None:
    corpus = assets_dir() / "corpus"
    here = corpus / "head_to_head"
    parser.add_argument("--model", type=Path, metavar="F", help="a GGUF file; without one, the bundled model")
    parser.add_argument("--recorded", type=Path, required=True, metavar="DIR", help="drafts: read, and added to")
    parser.add_argument(
        "--prompts",
        type=Path,
        nargs="+",
        default=[here / "prompts.jsonl", corpus / "unseen" / "prompts.jsonl"],
        metavar="F",
        help="what is measured on",
    )
    parser.add_argument("--fit", type=Path, default=corpus / "prompts.jsonl", metavar="F", help="prompts to fit on")
    parser.add_argument("--n-prompts", type=int, metavar="N", help="the first N of those measured on (all)")
    parser.add_argument("--n-fit", type=int, default=60, metavar="N", help="prompts to fit on, beside the others (60)")
    parser.add_argument("--pairs", type=Path, default=here / "pairs.jsonl", metavar="F", help="what the quiz may ask")
    parser.add_argument("--choices", type=Path, default=here / "choices.jsonl", metavar="F", help="its answers")
    parser.add_argument("-n", type=int, default=N_DRAFTS_MAX, metavar="N", help=f"drafts a prompt ({N_DRAFTS_MAX})")
    parser.add_argument("--max-tokens", type=int, default=160, metavar="N", help="longest draft (160)")
    parser.add_argument("--threads", type=int, default=0, metavar="N", help="threads (the engine's own choice)")
    parser.add_argument("--write-nothing", action="store_true", help="use the drafts that are there, write no more")
    parser.add_argument("--write-only", action="store_true", help="write drafts, measure nothing")
    parser.add_argument("--seed", type=int, default=0, metavar="S")


def run(arguments: argparse.Namespace) -> Outcome:
    check_number_of_drafts(arguments.n)
    prompts = [row for path in arguments.prompts for row in read_rows(path, PromptRow)][: arguments.n_prompts]
    fitting = read_rows(arguments.fit, PromptRow)[: arguments.n_fit]
    files = read_choice_files(arguments.pairs, arguments.choices)

    from engine.evaluation.early_dropping import measure_early, record_drafts  # loads llama.cpp and torch

    if not arguments.write_nothing:
        record_drafts(
            model_path=arguments.model or bundled_model_path(),
            directory=arguments.recorded,
            prompts=prompts,
            fitting=fitting,
            n_drafts=arguments.n,
            max_tokens=arguments.max_tokens,
            n_threads=arguments.threads,
            seed=arguments.seed,
            on_progress=_say,
        )
    if arguments.write_only:
        return Outcome(json={}, text="The drafts are written.")
    found = measure_early(
        directory=arguments.recorded,
        writer=writer_of(arguments.model or bundled_model_path()),
        prompts=prompts,
        fitting=fitting,
        files=files,
        n_drafts=arguments.n,
        seed=arguments.seed,
        on_progress=_say,
    )
    return Outcome(json=found, text=_text(found))


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _text(found: EarlyFindings) -> str:
    lines = [
        f"{found.n_drafts} drafts of {found.n_prompts} prompts ({found.n_tokens:.0f} tokens on average), "
        f"{found.n_fitting} prompts more to fit on, {found.n_people} people; "
        f"a step of n drafts took {1000 * found.step_a:.1f} + {1000 * found.step_b:.1f} n ms",
        "",
        "R² within a prompt, of drafts still being written",
    ]
    names = list(found.fits[0].r2) if found.fits else []
    lines.append(f"{'read':<34}{'tokens':>7}{'reward':>8}" + "".join(f"{name[:7]:>8}" for name in names) + f"{'n':>7}")
    lines += [
        f"{fit.predictor:<34}{fit.n_tokens:>7}{fit.reward:>8.2f}"
        + "".join(f"{fit.r2[name]:>8.2f}" for name in names)
        + f"{fit.n_drafts:>7}"
        for fit in found.fits
    ]
    lines += ["", "Share of full best-of-N's gain kept"]
    lines.append(
        f"{'N':>3}  {'schedule':<33}{'by':<33}{'kept (95 %)':<24}{'tokens':>7}{'time':>6}{'replies':>8}{'fewer':>7}"
        f"{'prompts':>9}"
    )
    lines += [
        f"{p.n:>3}  {p.schedule:<33}{p.predictor:<33}{f'{p.kept:.3f} ({p.kept_ci[0]:.3f} to {p.kept_ci[1]:.3f})':<24}"
        f"{p.tokens:>7.2f}{p.seconds:>6.2f}{p.replies:>8.2f}{p.same_tokens:>7.3f}{p.n_prompts:>9}"
        for p in found.curve
    ]
    return "\n".join(lines)
