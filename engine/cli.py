"""`attune-engine`: the engine without a window. Exit code 0, or a sentence on stderr and 1 (2 for wrong usage)."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

import msgspec

from engine import __version__, process_settings
from engine.commands import (
    ablate,
    bench,
    bench_taste,
    calibrate,
    evaluate,
    evaluate_average,
    evaluate_hacking,
    evaluate_paper,
    evaluate_ratings,
    evaluate_readings,
    evaluate_replies,
    evaluate_thumbs,
    examples,
    measure_early,
    measure_encoder,
    measure_vectors,
    models,
    quiz,
    reply,
    rewards,
    serve,
    server_models,
    train,
)
from engine.commands.base import Command
from engine.errors import EngineError

COMMANDS: dict[str, Command] = {
    "reply": reply,
    "quiz": quiz,
    "rewards": rewards,
    "models": models,
    "train": train,
    "examples": examples,
    "ablate": ablate,
    "evaluate": evaluate,
    "evaluate-average": evaluate_average,
    "evaluate-hacking": evaluate_hacking,
    "evaluate-paper": evaluate_paper,
    "evaluate-ratings": evaluate_ratings,
    "evaluate-readings": evaluate_readings,
    "evaluate-replies": evaluate_replies,
    "evaluate-thumbs": evaluate_thumbs,
    "calibrate": calibrate,
    "bench": bench,
    "serve": serve,
    "server-models": server_models,
    "bench-taste": bench_taste,
    "measure-early": measure_early,
    "measure-encoder": measure_encoder,
    "measure-vectors": measure_vectors,
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command."""
    process_settings.apply()
    arguments = _parser().parse_args(argv)
    try:
        outcome = COMMANDS[arguments.command].run(arguments)
    except EngineError as exc:
        print(exc, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    try:
        print(msgspec.json.encode(outcome.json).decode() if arguments.json else outcome.text, flush=True)
    except BrokenPipeError:
        # whoever was reading has had enough; nothing more may be written, also not by the interpreter at exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="attune-engine", description="Attune's engine without a window.")
    parser.add_argument("--version", action="version", version=f"attune-engine {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, command in COMMANDS.items():
        summary = (command.__doc__ or "").strip()
        sub = commands.add_parser(name, help=summary, description=summary)
        command.add_arguments(sub)
        sub.add_argument("--json", action="store_true", help="print JSON")
    return parser


if __name__ == "__main__":
    sys.exit(main())
