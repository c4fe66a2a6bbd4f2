"""From bytes to text that may be shown: characters, stop strings and reasoning, however they are cut up."""

from __future__ import annotations

import itertools
import random

import pytest

from engine.generation.text_stream import REASONING_TAGS, TextStream, open_reasoning_tag

TEXTS = (
    "plain",
    "an emoji 👩‍🍳 and 한국어, é as e\u0301",
    "<think>\nfirst I think\n</think>\n\nThen I answer.",
    "<thinking>a</thinking>b",
    "<thin is not a tag",
    "one STOP two",
    "<think>STOP is only thought of</think>ok STOP no",
    "almost ST, then S",
    "",
)


def run(chunks: list[bytes], stop: tuple[str, ...] = (), closing: str | None = None) -> tuple[str, str, TextStream]:
    """(answer, reasoning, the stream) of these chunks."""
    stream = TextStream(stop, closing)
    pieces = [piece for chunk in chunks for piece in stream.feed(chunk)] + stream.finish()
    return (
        "".join(p.text for p in pieces if not p.reasoning),
        "".join(p.text for p in pieces if p.reasoning),
        stream,
    )


@pytest.mark.parametrize("text", TEXTS)
def test_however_the_bytes_are_cut_up_the_text_is_the_same(text: str):
    data = text.encode()
    whole = run([data], ("STOP",))[:2]
    rng = random.Random(7)
    for _ in range(50):
        cuts = sorted(rng.sample(range(len(data) + 1), min(len(data) + 1, rng.randint(0, 6))))
        chunks = [data[a:b] for a, b in itertools.pairwise([0, *cuts, len(data)])]
        assert run(chunks, ("STOP",))[:2] == whole
    assert run([bytes([byte]) for byte in data], ("STOP",))[:2] == whole


def test_nothing_of_a_stop_string_is_ever_shown():
    stream = TextStream(("\nUser:", "###"))
    shown = ""
    for character in "Fine.\nUse it.\nUser: and more":
        shown += "".join(piece.text for piece in stream.feed(character.encode()))
        assert "User:" not in shown
        assert not shown.endswith("\n")  # it could be the beginning of "\nUser:"
    assert shown == "Fine.\nUse it."
    assert stream.stopped
    assert stream.feed(b"###") == []
    assert stream.finish() == []


def test_of_two_stop_strings_the_earlier_one_counts():
    assert run([b"a END b STOP c"], ("STOP", "END"))[0] == "a "


def test_what_only_began_like_a_stop_string_is_shown_in_the_end():
    text, _, stream = run([b"100 #", b"#"], ("###",))
    assert text == "100 ##"
    assert not stream.stopped


def test_half_a_character_at_the_end_is_dropped():
    assert run(["café".encode()[:-1]])[0] == "caf"


@pytest.mark.parametrize("tags", REASONING_TAGS)
def test_reasoning_is_kept_apart(tags: tuple[str, str]):
    opening, closing = tags
    answer, reasoning, _ = run([f"{opening}\nIs it 4? Yes.\n{closing}\n\nIt is 4.".encode()])
    assert (answer, reasoning) == ("It is 4.", "Is it 4? Yes.")


def test_reasoning_that_the_prompt_has_opened_begins_at_once():
    assert run([b"hmm</think>Yes."], closing="</think>")[:2] == ("Yes.", "hmm")


def test_reasoning_that_never_ends_is_no_answer():
    assert run([b"<think>and then, and then"])[:2] == ("", "and then, and then")


def test_a_tag_within_the_answer_is_text():
    assert run([b"Write <think> to begin."])[:2] == ("Write <think> to begin.", "")


def test_a_stop_string_within_the_reasoning_does_not_end_the_draft():
    answer, reasoning, _ = run([b"<think>END?</think>Yes. END no"], ("END",))
    assert (answer, reasoning) == ("Yes. ", "END?")


@pytest.mark.parametrize(
    ("prompt", "closing"),
    [("<|assistant|><think>\n", "</think>"), ("[THINK]", "[/THINK]"), ("<|assistant|>", None), ("", None)],
)
def test_a_prompt_that_ends_inside_reasoning_is_recognised(prompt: str, closing: str | None):
    assert open_reasoning_tag(prompt) == closing
