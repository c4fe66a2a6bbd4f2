"""Bytes from anywhere: refused in a sentence, or taken in whole. Longer by command: docs/reliability.md."""

from __future__ import annotations

import json
from typing import Any

import pytest
from fuzz.targets import TARGETS, seeds
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

N_EXAMPLES = 120
FEW = {"profile": 25, "chat_file": 60}
"""A posterior is fitted for each, or a database made."""

NUMBERS = st.one_of(
    st.integers(-(2**70), 2**70),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from([1e308, -1e308, 1e-320]),
)
TEXTS = st.one_of(
    st.text(max_size=20), st.sampled_from(["", "\0", "\ud83d", "\u202e", "e\u0301", "👩‍👩‍👧‍👦", "a" * 300])
)
JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), NUMBERS, TEXTS),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(TEXTS, inner, max_size=4)),
    max_leaves=8,
)


@st.composite
def damaged(draw: st.DrawFn, original: bytes) -> bytes:
    """The original with bytes changed, cut out, repeated or put in."""
    data = bytearray(original)
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, max(len(data) - 1, 0)))
        match draw(st.sampled_from(("flip", "cut", "repeat", "insert", "end"))):
            case "flip":
                if data:
                    data[at] ^= 1 << draw(st.integers(0, 7))
            case "cut":
                del data[at : at + draw(st.integers(1, 16))]
            case "repeat":
                data[at:at] = data[at : at + 40] * draw(st.integers(1, 8))
            case "insert":
                data[at:at] = draw(st.binary(max_size=12))
            case _:
                del data[at:]
    return bytes(data)


@st.composite
def other_values(draw: st.DrawFn, original: bytes) -> bytes:
    """The original JSON with values exchanged for others, some of them of other types."""
    document = json.loads(original)
    for _ in range(draw(st.integers(1, 3))):
        places = list(_places(document))
        holder, key = draw(st.sampled_from(places))
        holder[key] = draw(JSON)
    return json.dumps(document).encode()


def _places(value: Any) -> list[tuple[Any, Any]]:
    found: list[tuple[Any, Any]] = []
    if isinstance(value, dict | list):
        for key in value if isinstance(value, dict) else range(len(value)):
            found.append((value, key))
            found += _places(value[key])
    return found


def _inputs(name: str) -> st.SearchStrategy[bytes]:
    kinds = [st.binary(max_size=300), *(damaged(seed) for seed in seeds(name))]
    kinds += [other_values(seed) for seed in seeds(name) if seed[:1] in b"{["]
    return st.one_of(kinds)


@pytest.mark.parametrize("name", TARGETS)
def test_whatever_comes_is_refused_in_a_sentence_or_taken_in_whole(name: str):
    @settings(
        max_examples=FEW.get(name, N_EXAMPLES),
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(_inputs(name))
    def try_it(data: bytes) -> None:
        TARGETS[name](data)

    try_it()


@pytest.mark.parametrize("name", TARGETS)
def test_what_the_fuzzers_begin_from_is_well(name: str):
    for seed in seeds(name):
        TARGETS[name](seed)
