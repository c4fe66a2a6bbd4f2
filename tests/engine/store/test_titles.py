"""Titles that say what a chat is about, from its first message alone."""

from __future__ import annotations

import pytest

from engine.store.titles import MAX_WORDS, TITLE_CHARS, short_title

READ = {
    "What is basil?": "What is basil?",
    "Give me three tips for sleeping better.": "Three tips for sleeping better",
    "Hi there! I need help with my cover letter for a junior accountant position at a small firm.": (
        "Cover letter for junior accountant position"
    ),
    "What is the difference between a mutex and a semaphore, and when would I use each?": (
        "Difference between mutex and semaphore"
    ),
    "Plan a weekend trip to Lisbon for two people who love food but hate crowds.": "Plan weekend trip to Lisbon",
    "```python\nprint(1)\n```\nWhy does this print 1 and not 2, and what should I change?": "Why does this print 1",
    "Could you write a Python function that reads a CSV file and returns its second column, sorted?": (
        "Write Python function that reads CSV"
    ),
}
ODD = [
    "```\nonly code that goes on and on and on and on\n```",
    "please " * 40,
    "a" * 500,
    "the the the the the the the",
]


@pytest.mark.parametrize("message", READ)
def test_a_title_names_the_request_and_leaves_the_politeness_out(message: str):
    assert short_title(message) == READ[message]


@pytest.mark.parametrize("message", [*READ, *ODD, "Wie kann ich meinem Nachbarn freundlich sagen, dass er stört?"])
def test_every_title_is_short_and_says_something(message: str):
    title = short_title(message)
    assert title.strip() == title
    assert title
    assert len(title) <= TITLE_CHARS
    assert len(title.split()) <= MAX_WORDS
