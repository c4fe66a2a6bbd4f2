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

_COUNTS = ("minItems", "maxItems", "minLength", "maxLength")
_REPEAT = re.compile(r"\{[^{}]*\}")
_NUMBER = re.compile(r"\d+")


def checked_schema(schema: dict[str, Any]) -> str:
    """The schema as text. Raises: ApiError (400), when it is too large, too deep, or repeats too often."""
    text = msgspec.json.encode(schema).decode()
    if len(text) > SCHEMA_BYTES:
        raise bad_request(f"The JSON schema is longer than {SCHEMA_BYTES} characters.", "response_format")
    _check(schema, DEPTH_MAX)
    return text


def _check(node: Any, depth: int) -> None:
    if depth == 0:
        raise bad_request(f"The JSON schema is nested more than {DEPTH_MAX} levels deep.", "response_format")
    if isinstance(node, list):
        for item in node:
            _check(item, depth - 1)
    elif isinstance(node, dict):
        for key, value in node.items():
            repeats = [value] if key in _COUNTS else _pattern_repeats(value) if key == "pattern" else []
            if any(isinstance(n, int | float) and n > REPEATS_MAX for n in repeats):
                raise bad_request(
                    f"The JSON schema repeats something more than {REPEATS_MAX} times.", "response_format"
                )
            if key == "pattern" and isinstance(value, str) and _nests_repetitions(value):
                raise bad_request("A pattern of the JSON schema repeats a repetition.", "response_format")
            _check(value, depth - 1)


def _nests_repetitions(pattern: str) -> bool:
    """Whether a group that is repeated repeats something itself: its grammar's states multiply without end."""
    groups = [False]  # of each open group: whether something in it is repeated
    closed = False  # whether the group that has just ended had something repeated in it
    escaped = in_class = False
    for character in pattern:
        if escaped or in_class:
            in_class = in_class and not (character == "]" and not escaped)
            escaped = character == "\\" and not escaped
            closed = False
        elif character in "*+?{":
            if closed:
                return True
            groups[-1], closed = True, False
        elif character == ")" and len(groups) > 1:
            closed = groups.pop()
            groups[-1] = groups[-1] or closed
        else:
            if character == "(":
                groups.append(False)
            escaped, in_class, closed = character == "\\", character == "[", False
    return False


def _pattern_repeats(pattern: Any) -> list[int]:
    if not isinstance(pattern, str):
        return []
    # underscores count as nothing to whoever reads the number in the end; nine digits are enough to be refused
    return [int(n[:9]) for part in _REPEAT.findall(pattern) for n in _NUMBER.findall(part.replace("_", ""))]
