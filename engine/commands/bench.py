"""the benchmarks of README's performance table"""

from __future__ import annotations

import argparse
import platform
import sys
from pathlib import Path

import msgspec
import psutil

from engine.commands.base import Outcome
from engine.directions.calibration import Calibration, find_calibration, read_calibration
from engine.directions.examples import N_EXAMPLES, Example, example_of
from engine.errors import EngineError
from engine.library.bundled import bundled_model_path
from engine.library.devices import probe
from engine.paths import Paths
from engine.preferences.taste_model import load_taste_model
from engine.types import check_number_of_drafts

SECTIONS = ("drafts", "offload", "dropping", "directed", "reuse", "busy", "startup", "leaks")
NO_DEVICE = "llama.cpp sees no graphics device here, so that there is nothing to compare."
NOT_CALIBRATED = "This model is not calibrated, so that no draft is directed. `attune-engine calibrate` does that."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "sections", nargs="*", metavar="SECTION", help=f"which: {', '.join(SECTIONS)}; all where none is named"
    )
    parser.add_argument("--model", type=Path, metavar="F", help="a GGUF file; without one, the bundled model")
    parser.add_argument(
        "--calibration", type=Path, metavar="F", help="directed: in place of what is kept with the model"
    )
    parser.add_argument("--drafts", default="1,2,4,8,16", metavar="N,N", help="numbers of drafts (1,2,4,8,16)")
    parser.add_argument("--repeats", type=int, default=5, metavar="N", help="medians over so many (5)")
    parser.add_argument("--rounds", type=int, default=200, metavar="N", help="loads of the leak test (200)")
    parser.add_argument("--all-settings", action="store_true", help="busy: every way of waiting, not only the shipped")
    parser.add_argument(
        "--threads", type=int, default=0, metavar="N", help="dropping: threads (the engine's own choice)"
    )


def run(arguments: argparse.Namespace) -> Outcome:
    # these load llama.cpp
    from engine.benchmarks import busy, directed, drafts, dropping, leaks, offload, reuse, startup

    if arguments.sections == ["busy-here"]:  # a process that `busy` starts for itself
        here = busy.measure_here(arguments.model, arguments.threads, arguments.repeats)
        return Outcome(json=here, text=str(here))
    sections = arguments.sections or list(SECTIONS)
    if unknown := set(sections) - set(SECTIONS):
        raise EngineError(f"There is no benchmark {', '.join(sorted(unknown))}. There are: {', '.join(SECTIONS)}.")
    if arguments.repeats < 1 or arguments.rounds < 10:
        raise EngineError("At least one repeat and ten rounds are needed.")
    path, repeats = arguments.model, arguments.repeats
    rows = []
    for section in sections:
        match section:
            case "drafts":
                rows += drafts.measure(path, _numbers(arguments.drafts), repeats, _say)
            case "offload":
                found = offload.measure(path, _numbers(arguments.drafts), repeats, _say)
                if not found and arguments.sections:
                    raise EngineError(NO_DEVICE)
                rows += found
            case "dropping":
                rows += dropping.measure(path, repeats, arguments.threads, _say)
            case "directed":
                calibration = _calibration(arguments)
                if calibration is not None:
                    rows += directed.measure(path, calibration, _examples(), repeats, _say)
                elif arguments.sections:
                    raise EngineError(NOT_CALIBRATED)
                else:
                    _say(NOT_CALIBRATED)
            case "reuse":
                rows += reuse.measure(path, repeats, _say)
            case "busy":
                rows += busy.measure(path, repeats, arguments.all_settings, _say)
            case "startup":
                rows += startup.measure(path, repeats, _say)
            case "leaks":
                rows += leaks.measure(path, arguments.rounds, repeats, _say)
    machine = _machine()
    lines = [machine, "", "| | measured | beside | ratio | aim |", "|---|---|---|---|---|"]
    lines += [
        f"| {row.section}: {row.what} | {row.value:.3g} {row.unit} "
        f"| {f'{row.baseline:.3g} {row.unit}' if row.baseline is not None else ''} "
        f"| {f'{row.ratio:.2f}' if row.ratio is not None else ''} | {row.aim} |"
        for row in rows
    ]
    return Outcome(json={"machine": machine, "results": msgspec.to_builtins(rows)}, text="\n".join(lines))


def _calibration(arguments: argparse.Namespace) -> Calibration | None:
    if arguments.calibration is not None:
        return read_calibration(arguments.calibration)
    path = arguments.model or bundled_model_path()
    return find_calibration(path, load_taste_model().heads_version, Paths.default().data)


def _examples() -> list[Example]:
    """The quiz bank's first pairs, as if somebody had chosen the first reply of each."""
    taste = load_taste_model()
    return [example_of(pair, True, taste.prior_mean) for pair in taste.quiz.pairs[:N_EXAMPLES]]


def _numbers(text: str) -> list[int]:
    try:
        numbers = [int(part) for part in text.split(",")]
    except ValueError as exc:
        raise EngineError(f"Numbers of drafts look like 1,4,8, not {text}.") from exc
    check_number_of_drafts(*numbers)
    return numbers


def _machine() -> str:
    memory = psutil.virtual_memory().total / (1 << 30)
    gpus = "".join(f", {each.description}" for each in probe() if each.kind in ("gpu", "integrated"))
    return f"{platform.system()} {platform.machine()}, {psutil.cpu_count()} cores, {memory:.0f} GiB{gpus}"


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
