"""what models an OpenAI-compatible server offers"""

from __future__ import annotations

import argparse
import sys

import msgspec

from engine.commands.base import Outcome
from engine.errors import RemoteError
from engine.remote.address import RemoteServer, parse_address


class Offer(msgspec.Struct, frozen=True):
    """What `--json` prints. address: as it was understood."""

    address: str
    models: list[str]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("address", metavar="ADDRESS", help="localhost:8080, or https://host/v1")
    add_key_argument(parser)


def add_key_argument(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--key-from-stdin",
        action="store_true",
        help="read the server's key from the first line of stdin: command lines are visible to others",
    )


def read_key(arguments: argparse.Namespace) -> str:
    return sys.stdin.readline().strip() if arguments.key_from_stdin else ""


def run(arguments: argparse.Namespace) -> Outcome:
    from engine.remote.model import list_models

    server = RemoteServer(address=parse_address(arguments.address), model="", key=read_key(arguments))
    names = [model.name for model in list_models(server)]
    if not names:
        raise RemoteError(f"{server.host} answers, but offers no model. Load one there first.")
    return Outcome(json=Offer(server.address, names), text="\n".join(names))
