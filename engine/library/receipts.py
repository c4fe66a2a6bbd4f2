"""The papers of a fetched file, beside it: where it came from, and while it comes, what is known of it.

Apart from fetching itself, so that what only looks at them loads no network code.
"""

from __future__ import annotations

from pathlib import Path

import msgspec

PART_SUFFIX = ".part"
RECEIPT_SUFFIX = ".json"


class Receipt(msgspec.Struct, frozen=True, kw_only=True):
    """Where a file came from. target: what was asked for, and what goes on with it when it has come in part."""

    url: str
    target: str = ""
    repo: str = ""
    n_bytes: int | None = None
    sha256: str | None = None
    etag: str = ""
    fetched_at: str = ""


def part_path(path: Path) -> Path:
    return path.with_name(path.name + PART_SUFFIX)


def receipt_path(path: Path) -> Path:
    return path.with_name(path.name + RECEIPT_SUFFIX)


def read_receipt(path: Path) -> Receipt | None:
    """The receipt beside a file (or beside its part); None where there is none that can be read."""
    try:
        return msgspec.json.decode(receipt_path(path).read_bytes(), type=Receipt)
    except (OSError, msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
