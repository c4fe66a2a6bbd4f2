"""an OpenAI-compatible server for programs on this machine, with replies chosen by a profile's taste"""

from __future__ import annotations

import argparse
import logging
import os
import signal
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from engine.commands.base import Outcome
from engine.errors import EngineError
from engine.library.bundled import bundled_model_path
from engine.preferences.taste_model import load_taste_model
from engine.server.taste_source import TasteSource
from engine.types import N_DRAFTS_MAX, check_number_of_drafts

if TYPE_CHECKING:
    from engine.reply import ReplyEngine
    from engine.server.local_server import LocalServer
    from engine.server.model_queue import ModelQueue

KEY_VARIABLE = "ATTUNE_API_KEY"
DEFAULT_PORT = 8863
"""TUNE on a telephone's keys; no port of other programs for local models."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--port", type=int, default=DEFAULT_PORT, metavar="P", help=f"0 for any free ({DEFAULT_PORT})")
    parser.add_argument("--profile", type=Path, metavar="F", help="a profile file; without one, the population's taste")
    parser.add_argument("--model", type=Path, metavar="F", help="a GGUF file; without one, the bundled model")
    parser.add_argument("-n", type=int, default=4, metavar="N", help=f"drafts of a reply, 1 to {N_DRAFTS_MAX} (4)")
    parser.add_argument(
        "--budget", type=float, metavar="S", help="seconds a reply may take: fewer drafts where time is short"
    )
    parser.add_argument("--n-gpu-layers", type=int, default=-1, metavar="N", help="layers to offload; -1 for all")
    parser.add_argument(
        "--api-key",
        metavar="KEY",
        help=f"what clients must send; better kept in {KEY_VARIABLE}, since command lines are visible to others",
    )


def run(arguments: argparse.Namespace) -> Outcome:
    check_number_of_drafts(arguments.n)
    if arguments.budget is not None and not 0 < arguments.budget < float("inf"):
        raise EngineError("The time budget must be a number of seconds above zero.")
    api_key = _api_key(arguments.api_key)
    taste = load_taste_model()
    source = TasteSource(arguments.profile, taste)
    path = arguments.model or bundled_model_path()

    # these load llama.cpp and torch: after what can fail cheaply
    from engine.generation import native_log
    from engine.generation.machine_load import MachineWatch
    from engine.model_loading import open_model
    from engine.reply import ReplyEngine
    from engine.rewards.scorer import ReplyScorer
    from engine.server.local_server import LocalServer
    from engine.server.model_queue import ModelQueue

    models = ModelQueue(source.weights, arguments.budget)
    # whoever connects while the model loads waits
    with LocalServer(arguments.port, models, path.stem, arguments.n, api_key) as server:
        watch = MachineWatch()
        opened = open_model(path, n_gpu_layers=arguments.n_gpu_layers)
        engine = ReplyEngine(opened.model, ReplyScorer(), taste, watch=watch)
        native_log.keep_to_itself()
        logging.basicConfig(stream=sys.stderr, format="%(asctime)s %(message)s")
        logging.getLogger("engine.server").setLevel(logging.INFO)
        watch.start()
        _say(f"Attune serves {path.stem} at {server.address}/v1 for programs on this machine. Ctrl+C stops it.")
        _serve(server, models, engine)
        return Outcome(json={"address": server.address, "stopped": True}, text="Stopped.")


def _serve(server: LocalServer, models: ModelQueue, engine: ReplyEngine) -> None:
    """Until Ctrl+C or SIGTERM: connections on this thread, the model on one of its own."""
    for number in (signal.SIGINT, signal.SIGTERM):  # a shell may have had SIGINT ignored
        signal.signal(number, signal.default_int_handler)
    thread = threading.Thread(target=models.run, args=(engine,), name="model", daemon=True)
    thread.start()
    try:
        server.serve_forever(poll_interval=0.1)
    except KeyboardInterrupt:
        pass
    finally:
        models.close()
        thread.join()
        engine.close()  # not before: a second Ctrl+C leaves it to the end of the process
        server.wait_for_answers()


def _api_key(given: str | None) -> str | None:
    """The key from the command line or the environment. Raises: EngineError, when no header could carry it."""
    key = os.environ.get(KEY_VARIABLE) if given is None else given
    if key is None:
        return None
    if not key or not key.isascii() or not key.isprintable() or " " in key:
        raise EngineError("The API key must be made of letters, digits and signs of ASCII, without spaces.")
    return key


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
