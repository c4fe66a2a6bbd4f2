"""Which messages are left alone, on prompts written for this."""

from __future__ import annotations

import pytest

from engine.directions.tasks import task_kind

LEFT_ALONE = {
    "code": [
        "write a python function that reverses a string",
        "why does this throw? for (let i = 0; i <= a.length; i++) { sum += a[i]; }",
        "how do I undo my last git commit",
        "SELECT * FROM users gives me duplicates, what now",
        "excel formula to add up column B where A is 'paid'",
        "can you refactor this class for me",
        "```\nTypeError: 'int' object is not iterable\n```",
        "bash one-liner to count lines",
    ],
    "arithmetic": [
        "what is 17 * 23",
        "what's 15% of 80?",
        "calculate the area of a circle with radius 4",
        "how much is 12 plus 30",
        "convert 5 miles to km",
        "45 divided by 9?",
    ],
    "fact": [
        "what is the capital of Peru?",
        "who wrote Middlemarch",
        "when did the Berlin Wall fall?",
        "how many bones does an adult have",
        "remind me, what's the currency of Poland again?",
        "in which museum does the Mona Lisa hang?",
        "which instrument has forty-seven strings?",
        "what do you call a group of crows?",
        "what metal are coins made of these days called?",
        "what language do they speak in Suriname",
        "do you know the founder of the Red Cross",
        "Is a tomato a fruit?",
        "hey, what's the boiling point of ethanol",
        "where was Mozart born",
        "how tall is Mont Blanc",
        "does sound travel faster in water than in air?",
        "which planet is closest to the sun?",
    ],
    "form": [
        "explain photosynthesis in two sentences",
        "write a haiku about rain",
        "give me a summary as bullet points",
        "rewrite this in formal words: gonna be late",
        "describe your day in exactly 50 words",
        "translate 'good morning' to French",
        "keep it short: why is the sky blue",
        "compare cats and dogs in a table",
        "proofread my letter please",
    ],
}
OPEN = [
    "which of these two jackets should I take to the interview?",
    "what is the difference between jam and marmalade?",
    "what's the best way of telling my flatmate to clean up?",
    "tell me about the founder of a bakery, as a bedtime story for my daughter",
    "what can I do about slugs",
    "what kind of dog suits a small flat?",
    "how do i get my toddler to sleep",
    "my boss ignores me in meetings, what should i do?",
    "why do onions make you cry",
    "write a birthday message for my sister",
    "I feel a bit lost since I moved",
    "help me plan a weekend in the mountains",
    "is it rude to leave a party early?",
    "should i paint the hall white or yellow",
    "guess what, my tomatoes are finally red",
    "where should we go for our honeymoon?",
    "Do you think pineapple belongs on pizza?",
    "explain how a fridge works",
    "are expensive knives worth it?",
    "i'm nervous about tomorrow",
]


@pytest.mark.parametrize(("kind", "prompt"), [(kind, p) for kind, prompts in LEFT_ALONE.items() for p in prompts])
def test_a_task_that_leaves_nothing_to_taste_is_recognised(kind: str, prompt: str):
    assert task_kind(prompt) == kind


@pytest.mark.parametrize("prompt", OPEN)
def test_an_everyday_message_is_open_to_taste(prompt: str):
    assert task_kind(prompt) == "open"
