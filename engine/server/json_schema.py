"""JSON schemas from outside, held to a size that their grammar can be built in.

A schema becomes a grammar by writing repetitions out, so that a single large number in it would fill the memory.
"""

from __future__ import annotations

import re
from typing import Any

import msgspec

from engine.server.api_error import bad_request

ANY_OBJECT = '{"type":"object"}'
SCHEMA_BYTES = 32_768
DEPTH_MAX = 32
REPEATS_MAX = 200
"""Of items or characters, and in a pattern's `{m,n}`."""

REPETITIONS_MAX = 16
"""Of `*`, `+`, `?` and `{m,n}` in a pattern. llama.cpp asks the grammar of every token in the vocabulary, cannot be
stopped meanwhile, and takes 0.03 s for `a*` 20 times over, 4 s for 100 times."""
REPETITIONS_IN_ALL_MAX = 256
"""In all patterns of a schema, which may be alternatives."""

_COUNTS = ("minItems", "maxItems", "minLength", "maxLength")
_REPEAT = re.compile(r"\{[^{}]*\}")
_NUMBER = re.compile(r"\d+")
_PATTERN_PART = re.compile(r"\\.|\[(?:\\.|[^\]\\])*\]|\{[^{}]*\}|.", re.DOTALL)
"""An escaped character, a class, a `{m,n}`, or any other character."""


def checked_schema(schema: dict[str, Any]) -> str:
    """The schema as text. Raises: ApiError (400), when it is too large, too deep, or repeats too often."""
    text = msgspec.json.encode(schema).decode()
    if len(text) > SCHEMA_BYTES:
        raise bad_request(f"The JSON schema is longer than {SCHEMA_BYTES} characters.", "response_format")
    if _checked_repetitions(schema, DEPTH_MAX) > REPETITIONS_IN_ALL_MAX:
        raise bad_request(
            f"The JSON schema's patterns have more than {REPETITIONS_IN_ALL_MAX} repetitions.", "response_format"
        )
    return text


def _checked_repetitions(node: Any, depth: int) -> int:
    """Repetitions in the patterns of a part of a schema, each of which may be used."""
    if depth == 0:
        raise bad_request(f"The JSON schema is nested more than {DEPTH_MAX} levels deep.", "response_format")
    if isinstance(node, list):
        return sum(_checked_repetitions(item, depth - 1) for item in node)
    if not isinstance(node, dict):
        return 0
    n = 0
    for key, value in node.items():
        repeats = [value] if key in _COUNTS else _pattern_repeats(value) if key == "pattern" else []
        if any(isinstance(times, int | float) and times > REPEATS_MAX for times in repeats):
            raise bad_request(f"The JSON schema repeats something more than {REPEATS_MAX} times.", "response_format")
        if key == "pattern" and isinstance(value, str):
            n += _repetitions(value)
        n += _checked_repetitions(value, depth - 1)
    return n


def _repetitions(pattern: str) -> int:
    """How many a pattern has. Raises: ApiError (400), when they are too many, or one repeats another.

    The states of a grammar that repeats a repetition multiply without end. What is merely optional is let through:
    `([0-9]+)?`.
    """
    n = 0
    groups = [False]  # of each open group: whether something in it is repeated
    repeated = False  # whether what has just ended is, or has something in it that is
    for part in _PATTERN_PART.findall(pattern):
        if part in ("*", "+", "?") or (part[0] == "{" and len(part) > 1):
            if repeated and part != "?":
                raise bad_request("A pattern of the JSON schema repeats a repetition.", "response_format")
            n += 1
            groups[-1] = repeated = True
        elif part == ")" and len(groups) > 1:
            repeated = groups.pop()
            groups[-1] = groups[-1] or repeated
        else:
            repeated = False
            if part == "(":
                groups.append(False)
    if n > REPETITIONS_MAX:
        raise bad_request(
            f"A pattern of the JSON schema has more than {REPETITIONS_MAX} repetitions.", "response_format"
        )
    return n


def _pattern_repeats(pattern: Any) -> list[int]:
    if not isinstance(pattern, str):
        return []
    # underscores count as nothing to whoever reads the number in the end; nine digits are enough to be refused
    return [int(n[:9]) for part in _REPEAT.findall(pattern) for n in _NUMBER.findall(part.replace("_", ""))]
