"""one best-of-N reply: drafts, base rewards, scores, the chosen index, timings"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from engine.commands.base import Outcome
from engine.commands.server_models import add_key_argument, read_key
from engine.directions.calibration import find_calibration
from engine.errors import EngineError
from engine.library.bundled import bundled_model_path
from engine.paths import Paths
from engine.preferences.profile_file import read_weights
from engine.preferences.taste_model import load_taste_model
from engine.remote.address import RemoteServer, parse_address
from engine.types import N_DRAFTS_MAX, ChatMessage, check_number_of_drafts

if TYPE_CHECKING:
    from engine.model_loading import OpenedModel


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--prompt", required=True, metavar="TEXT", help="what to answer")
    parser.add_argument("--profile", type=Path, metavar="F", help="a profile file; without one, the population's taste")
    parser.add_argument("-n", type=int, default=4, metavar="N", help=f"drafts, 1 to {N_DRAFTS_MAX} (4)")
    parser.add_argument("--seed", type=int, metavar="S", help="one seed, one set of drafts")
    parser.add_argument("--model", type=Path, metavar="F", help="a GGUF file; without one, the bundled model")
    parser.add_argument(
        "--server", metavar="ADDRESS", help="an OpenAI-compatible server that writes the drafts instead"
    )
    parser.add_argument("--server-model", metavar="NAME", help="which of its models; without one, its first")
    add_key_argument(parser)
    parser.add_argument("--max-tokens", type=int, default=256, metavar="N", help="longest draft, in tokens (256)")
    parser.add_argument("--temperature", type=float, metavar="T", help="without it, what suits the model's family")
    parser.add_argument("--n-gpu-layers", type=int, default=-1, metavar="N", help="layers to offload; -1 for all")
    parser.add_argument("--full", action="store_true", help="finish every draft, drop none on the way")
    parser.add_argument(
        "--undirected",
        action="store_true",
        help="plain drafts only, none steered by the profile",
    )


def run(arguments: argparse.Namespace) -> Outcome:
    if not arguments.prompt.strip():
        raise EngineError("The prompt is empty: there is nothing to answer.")
    check_number_of_drafts(arguments.n)
    if arguments.max_tokens < 1:
        raise EngineError("The longest draft must be at least one token.")
    taste = load_taste_model()
    weights = read_weights(arguments.profile, taste) if arguments.profile is not None else None

    # these load llama.cpp and torch: after what can fail cheaply
    from engine.generation.drafts import SilentListener
    from engine.reply import ReplyEngine
    from engine.rewards.scorer import ReplyScorer

    opened = _open(arguments)
    calibration = None
    if not arguments.server:
        path = arguments.model or bundled_model_path()
        calibration = find_calibration(path, taste.heads_version, Paths.default().data)
    engine = ReplyEngine(opened.model, ReplyScorer(), taste, calibration=calibration)
    chosen = {} if arguments.temperature is None else {"temperature": arguments.temperature}
    try:
        reply = engine.reply(
            [ChatMessage("user", arguments.prompt)],
            n_drafts=arguments.n,
            sampling=msgspec.structs.replace(
                opened.sampling, seed=arguments.seed, max_tokens=arguments.max_tokens, **chosen
            ),
            weights=weights,
            listener=SilentListener(),
            on_scoring=lambda: None,
            should_stop=lambda: False,
            directed=not arguments.undirected,
            full=arguments.full,
        )
    finally:
        engine.close()
    if reply is None:
        raise EngineError("The model wrote nothing.")
    if reply.notice:
        print(reply.notice, file=sys.stderr)
    return Outcome(
        json={
            "drafts": reply.drafts,
            "chosen": reply.chosen,
            "dropped": reply.dropped,
            "timings": reply.timings,
            "seed": reply.seed,
            "heads_version": taste.heads_version,
        },
        text=reply.drafts[reply.chosen].text,
    )


def _open(arguments: argparse.Namespace) -> OpenedModel:
    from engine.model_loading import open_model, open_remote
    from engine.remote.model import list_models

    if not arguments.server:
        return open_model(arguments.model or bundled_model_path(), n_gpu_layers=arguments.n_gpu_layers)

    server = RemoteServer(
        address=parse_address(arguments.server), model=arguments.server_model or "", key=read_key(arguments)
    )
    if not server.model:
        offered = list_models(server)
        if not offered:
            raise EngineError(f"{server.host} offers no model. Name one with --server-model.")
        server = RemoteServer(address=server.address, model=offered[0].name, key=server.key)
    return open_remote(server)
