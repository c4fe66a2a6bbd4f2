"""the default reply, best of N, profile in words, own examples and directed best of N, head to head; writes replies"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import msgspec
import numpy as np

from engine.commands.base import Outcome
from engine.directions.calibration import Calibration, find_calibration, read_calibration
from engine.errors import InputFileError
from engine.evaluation.choice_files import read_choice_files
from engine.evaluation.reading_packets import PersonRow, read_answers, write_packets, write_rows
from engine.evaluation.reply_rows import METHODS, Comparison, Judgment, Method, ReplyRow, method_of
from engine.jsonl import read_rows
from engine.library.bundled import bundled_model_path
from engine.paths import Paths, assets_dir
from engine.preferences.taste_model import load_taste_model
from engine.rewards.corpus import PromptRow
from engine.types import N_DRAFTS_MAX, check_number_of_drafts


def add_arguments(parser: argparse.ArgumentParser) -> None:
    here = assets_dir() / "corpus" / "head_to_head"
    parser.add_argument("--model", type=Path, metavar="F", help="a GGUF file; without one, the bundled model")
    parser.add_argument("--calibration", type=Path, metavar="F", help="in place of what is kept with the model")
    parser.add_argument("--prompts", type=Path, default=here / "prompts.jsonl", metavar="F")
    parser.add_argument("--pairs", type=Path, default=here / "pairs.jsonl", metavar="F", help="what the quiz may ask")
    parser.add_argument("--choices", type=Path, default=here / "choices.jsonl", metavar="F", help="its answers")
    parser.add_argument(
        "--judge-corpus", type=Path, default=assets_dir() / "corpus" / "unseen", metavar="DIR", help="trains the judge"
    )
    parser.add_argument("--drafts", type=Path, required=True, metavar="F", help="JSONL of drafts: read, and added to")
    parser.add_argument("--out", type=Path, required=True, metavar="F", help="JSONL of each method's replies")
    parser.add_argument("--judgments", type=Path, metavar="F", help="JSONL of judgments by reading, to compare with")
    parser.add_argument("--people", type=Path, default=here / "people.jsonl", metavar="F", help="whom readers play")
    parser.add_argument("--write-packets", type=Path, metavar="DIR", help="packets for blind readers, and their key")
    parser.add_argument("--packets", type=int, default=4, metavar="N", help="for each question, 2 or more (4)")
    parser.add_argument("--read-answers", type=Path, metavar="DIR", help="a folder of packets with answers in it")
    parser.add_argument("--judgments-out", type=Path, metavar="F", help="JSONL of the judgments read back")
    parser.add_argument("--opposed", type=int, default=12, metavar="N", help="pairs of opposed people (12)")
    parser.add_argument(
        "--guards",
        type=Path,
        nargs="?",
        const=assets_dir() / "guards",
        metavar="DIR",
        help="answer plain questions and prompts with a wrong belief instead",
    )
    parser.add_argument("--guard-prompts", type=int, metavar="N", help="with --guards: so many of them, evenly (all)")
    parser.add_argument(
        "--methods",
        default=",".join(METHODS),
        metavar="M,…",
        help=f"({','.join(METHODS)}); plain4, words4, examples4, directed4: the best of four of the kind",
    )
    parser.add_argument("-n", type=int, default=8, metavar="N", help="drafts (8)")
    parser.add_argument("--prompts-per-person", type=int, default=17, metavar="N", help="(17)")
    parser.add_argument("--max-tokens", type=int, default=160, metavar="N", help="longest draft (160)")
    parser.add_argument("--threads", type=int, default=0, metavar="N", help="threads (the engine's own choice)")
    parser.add_argument(
        "--ask-all-the-same", action="store_true", help="ask also a model that is taken to be too small for requests"
    )
    parser.add_argument("--write-nothing", action="store_true", help="use the drafts that are there, write no more")
    parser.add_argument("--seed", type=int, default=0, metavar="S")


def run(arguments: argparse.Namespace) -> Outcome:
    check_number_of_drafts(arguments.n)
    methods = _methods(arguments.methods, arguments.n)
    if arguments.prompts_per_person < 1 or arguments.max_tokens < 1:
        raise InputFileError("Prompts for each person and tokens are numbers from 1 up.")
    if arguments.guard_prompts is not None and arguments.guard_prompts < 2:
        raise InputFileError("At least two of the guards' prompts are needed.")
    if arguments.guards is not None:
        return _guards(arguments)
    prompts = read_rows(arguments.prompts, PromptRow)
    files = read_choice_files(arguments.pairs, arguments.choices)
    if arguments.packets < 2 or arguments.opposed < 0:
        raise InputFileError("Both orders of two replies need two packets at least.")
    judgments, unanswered = _judgments(arguments.judgments, arguments.read_answers)
    if arguments.judgments_out is not None:
        _write(arguments.judgments_out, judgments)
    model_path = arguments.model or bundled_model_path()
    calibration = _calibration(arguments, model_path)

    from engine.evaluation.replying import evaluate_replies  # loads llama.cpp and torch

    result = evaluate_replies(
        model_path=model_path,
        calibration=calibration,
        prompts=prompts,
        files=files,
        judge_corpus=arguments.judge_corpus,
        drafts_path=arguments.drafts,
        judgments=judgments,
        methods=methods,
        prompts_per_person=arguments.prompts_per_person,
        n_opposed=arguments.opposed,
        max_tokens=arguments.max_tokens,
        n_threads=arguments.threads,
        write=not arguments.write_nothing,
        seed=arguments.seed,
        on_progress=_say,
    )
    _write(arguments.out, result.rows)
    packets: dict[str, int] = {}
    if arguments.write_packets is not None:
        people = {person.user: person.description for person in read_rows(arguments.people, PersonRow)}
        packets = write_packets(arguments.write_packets, result.items, people, arguments.packets, arguments.seed)
    return Outcome(
        json={
            "comparisons": result.comparisons,
            "replies": len(result.rows),
            "methods": {method.name: _meaning(method) for method in methods},
            "packets": packets,
            "unanswered": unanswered,
        },
        text="\n".join(
            [
                _table(result.comparisons, result.rows),
                *(f"{name}: {n} rows to read" for name, n in packets.items()),
                *([f"{unanswered} rows are not answered yet"] if unanswered else []),
            ]
        ),
    )


def _judgments(path: Path | None, answers: Path | None) -> tuple[list[Judgment], int]:
    kept = read_rows(path, Judgment) if path is not None else []
    read, unanswered = read_answers(answers) if answers is not None else ([], 0)
    return [*kept, *read], unanswered


def _methods(names: str, n: int) -> list[Method]:
    found = []
    for name in dict.fromkeys(names.split(",")):
        if (method := method_of(name, n)) is None:
            raise InputFileError(
                f"There is no method '{name}'. There are {', '.join(METHODS)}, and plain, words, examples or directed "
                f"with a number of drafts up to {N_DRAFTS_MAX}, as in directed4."
            )
        found.append(method)
    return found


def _meaning(method: Method) -> str:
    return METHODS.get(method.name) or f"the best of {method.n} drafts of the kind '{method.channel}'"


def _guards(arguments: argparse.Namespace) -> Outcome:
    model_path = arguments.model or bundled_model_path()
    calibration = _calibration(arguments, model_path)
    files = read_choice_files(arguments.pairs, arguments.choices)

    from engine.evaluation.replying import evaluate_guards  # loads llama.cpp and torch

    rows, results = evaluate_guards(
        model_path=model_path,
        calibration=calibration,
        directory=arguments.guards,
        files=files,
        drafts_path=arguments.drafts,
        n=arguments.n,
        n_prompts=arguments.guard_prompts,
        max_tokens=arguments.max_tokens,
        n_threads=arguments.threads,
        write=not arguments.write_nothing,
        seed=arguments.seed,
        on_progress=_say,
    )
    _write(arguments.out, rows)
    lines = [f"{'':<10}{'default':>9}{'personal':>10}  {'difference (95 %)':<26}{'n':>5}{'steered':>9}"]
    lines += [
        f"{r.what:<10}{r.default:>9.3f}{r.personalised:>10.3f}  "
        f"{f'{r.difference:+.3f} ({r.difference_ci[0]:+.3f} to {r.difference_ci[1]:+.3f})':<26}{r.n:>5}{r.n_steered:>9}"
        for r in results
    ]
    return Outcome(json={"guards": results}, text="\n".join(lines))


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _calibration(arguments: argparse.Namespace, model: Path) -> Calibration:
    found = read_calibration(arguments.calibration) if arguments.calibration is not None else None
    found = found or find_calibration(model, load_taste_model().heads_version, Paths.default().data)
    if found is None:
        raise InputFileError("This model is not calibrated. `attune-engine calibrate` does that, in a few minutes.")
    return msgspec.structs.replace(found, too_small=False) if arguments.ask_all_the_same else found


def _write(path: Path, rows: Sequence[msgspec.Struct]) -> None:
    try:
        write_rows(path, rows)
    except OSError as exc:
        raise InputFileError(f"Cannot write {path} ({exc.strerror or exc}).") from exc


def _table(comparisons: Sequence[Comparison], rows: Sequence[ReplyRow]) -> str:
    lines = [
        f"{'method':<12}{'against':<12}{'judge':<7}{'wins (95 %)':<24}{'n':>5}{'same':>6}{'people':>8}  "
        f"{'where they differ':<24}{'agreement':>10}{'both orders':>13}"
    ]
    lines += [
        f"{c.method:<12}{c.other:<12}{c.judge:<7}{_share(c.wins, c.wins_ci):<24}{c.n:>5}{c.n_same:>6}{c.n_people:>8}  "
        f"{_share(c.wins_differing, c.wins_differing_ci):<24}"
        f"{'' if c.agreement is None else f'{c.agreement:.2f}':>10}"
        f"{'' if c.consistency is None else f'{c.consistency:.2f}':>13}"
        for c in comparisons
    ]
    lines.append("")
    lines.append(
        f"{'method':<12}{'replies':>8}{'drafts':>8}{'tokens written':>16}{'shown':>7}  "
        f"{'asked for something':<23}shown steered"
    )
    for method in dict.fromkeys(row.method for row in rows):
        of_method = [row for row in rows if row.method == method]
        lines.append(
            f"{method:<12}{len(of_method):>8}{np.mean([row.n_drafts for row in of_method]):>8.1f}"
            f"{np.mean([row.n_written_tokens for row in of_method]):>16.0f}"
            f"{np.mean([row.n_tokens for row in of_method]):>7.0f}"
            f"  {_who([row for row in of_method if row.n_asked]):<23}"
            f"{_who([row for row in of_method if row.direction != 'plain'])}"
        )
    return "\n".join(lines)


def _share(share: float | None, interval: tuple[float, float] | None) -> str:
    return "" if share is None or interval is None else f"{share:.3f} ({interval[0]:.3f} to {interval[1]:.3f})"


def _who(rows: Sequence[ReplyRow]) -> str:
    return f"{len(rows)} of {len({row.user for row in rows})} people"
