"""What every command looks like to `engine.cli`."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from typing import Protocol

JsonValue = object
"""What `msgspec.json.encode` takes: dicts, lists, strings, numbers, structs."""


@dataclass(frozen=True)
class Outcome:
    """json: what `--json` prints; text: what a person reads otherwise."""

    json: JsonValue
    text: str


class Command(Protocol):
    """A module with these two functions and a docstring, which is its help."""

    def add_arguments(self, parser: argparse.ArgumentParser) -> None: ...

    def run(self, arguments: argparse.Namespace) -> Outcome: ...
