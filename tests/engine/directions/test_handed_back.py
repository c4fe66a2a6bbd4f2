"""Drafts that hand the question or the request back are told from those that say something."""

from __future__ import annotations

import numpy as np
import pytest

from engine.directions.handed_back import HANDED_BACK, charged, hands_back
from engine.directions.phrases import PHRASES, PREAMBLE
from engine.generation.steering import Steering
from engine.paths import assets_dir
from engine.rerank import QUALITY_MARGIN, above_floor
from engine.rewards.corpus import load_corpus

NERVOUS = "i feel nervous about my driving test tomorrow"
SOBER = Steering("Please write your answer in this way: Use a plain, sober tone, without exclamation marks.", "last")
SHOWN = Steering("", "system", (("is tea healthy?", "Mostly, yes: it keeps you awake and costs next to nothing."),))


@pytest.mark.parametrize(
    ("prompt", "reply"),
    [
        (NERVOUS, "I feel nervous about my driving test tomorrow."),
        (NERVOUS, "I am feeling anxious about my driving test tomorrow."),
        (NERVOUS, "Use a plain, sober tone, without exclamation marks."),
        (NERVOUS, "It is fine to be nervous, but no exclamation marks are allowed."),
        (NERVOUS, "I'm here to help with anything!"),
        ("how do i descale a kettle?", "Here is a rewritten version of your question: how do I descale a kettle?"),
        ("how do i descale a kettle?", "I'm happy to help. What can I do for you?"),
    ],
)
def test_what_only_hands_back_is_caught(prompt: str, reply: str):
    assert hands_back(reply, prompt, SOBER)


@pytest.mark.parametrize(
    ("prompt", "reply"),
    [
        (NERVOUS, "Sleep early, and drive your route once in the morning."),
        (NERVOUS, "Oh no! You've practised for weeks, and nerves mean that you care."),
        ("should i buy a bike or a bus pass?", "Buy a bike."),
        ("is it ok to skip breakfast?", "Yes, it is ok to skip breakfast."),
        ("how do i descale a kettle?", "Boil vinegar in it."),
        ("are exclamation marks rude?", "Exclamation marks are friendly in small numbers."),
    ],
)
def test_what_says_something_is_not(prompt: str, reply: str):
    assert not hands_back(reply, prompt, SOBER)


def test_copying_an_example_is_caught_and_writing_like_it_is_not():
    assert hands_back("It keeps you awake and costs next to nothing.", "is coffee healthy?", SHOWN)
    assert not hands_back("Mostly, yes: in the morning it wakes you up for little money.", "is coffee healthy?", SHOWN)


def test_no_good_reply_of_the_corpus_is_caught_under_any_request():
    """Written replies are all worth reading; the request's words may turn up in them by chance, but hardly ever do."""
    replies = [r for r in load_corpus(assets_dir() / "corpus").replies if r.source == "written"]
    everything = [Steering(f"{PREAMBLE['last']} {p.request}", "last") for pair in PHRASES.values() for p in pair]
    caught = sum(hands_back(r.text, r.prompt, request) for r in replies for request in everything)
    assert caught / (len(replies) * len(everything)) < 0.002


def test_a_caught_draft_is_below_the_floor_of_any_other_and_a_plain_one_is_never_charged():
    replies = ["I feel nervous about my driving test tomorrow."] * 2 + ["Sleep early."]
    quality = charged(np.array([1.0, 1.0, 0.5]), NERVOUS, replies, [None, SOBER, SOBER])
    assert quality.tolist() == [1.0, 1.0 - HANDED_BACK, 0.5]
    assert above_floor(quality).tolist() == [True, False, True]
    assert HANDED_BACK > QUALITY_MARGIN
