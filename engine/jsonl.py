"""Typed JSONL files: what the corpus is kept in, and what the commands read."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

import msgspec

from engine.errors import InputFileError

_Row = TypeVar("_Row")


def read_rows(path: Path, row_type: type[_Row]) -> list[_Row]:
    """A JSONL file as rows of a type; empty lines are passed over.

    Raises: InputFileError, naming the line, when it cannot be read.
    """
    rows = []
    decoder = msgspec.json.Decoder(row_type)
    number = 0
    try:
        with path.open("rb") as file:
            for line in file:
                number += 1
                if line.strip():
                    rows.append(decoder.decode(line))
    except OSError as exc:
        raise InputFileError(f"Cannot read {path} ({exc.strerror or exc}).") from exc
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as exc:
        raise InputFileError(f"Line {number} of {path.name} is not what it should be: {exc}.") from exc
    return rows
