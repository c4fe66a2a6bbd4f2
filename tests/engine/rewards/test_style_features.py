"""Style features: what they count, and text that nobody sane would write."""

from __future__ import annotations

import numpy as np
import pytest

from engine.rewards.style_features import FEATURE_NAMES, style_features

NASTY = {
    "empty": "",
    "blank": " \n\t ",
    "only emoji": "🎉" * 50,
    "null bytes": "a\x00b\x00",
    "chinese": "你好，世界。今天天气很好！",
    "arabic": "مرحبا بالعالم",
    "unclosed fence": "Look:\n```python\nprint(1)",
    "only a fence": "```",
    "one word": "a" * 100_000,
    "many words": "word " * 20_000,
    "dots without end": "." * 100_000 + "a",
    "exclamation marks without end": "!" * 100_000 + "a",
    "colons without end": ":" * 100_000 + "a",
    "digits": "9" * 100_000,
    "stars": "**a" * 30_000,
    "blank lines": "\n \n" * 30_000 + "x",
    "lone surrogate": "a\ud800b",
}


def feature(name: str, reply: str, prompt: str = "How?") -> float:
    return float(style_features(prompt, reply)[FEATURE_NAMES.index(name)])


@pytest.mark.parametrize("reply", NASTY.values(), ids=NASTY.keys())
def test_nasty_text_gives_finite_features(reply: str):
    """Each in linear time: one that is quadratic takes minutes on these lengths."""
    features = style_features("How?", reply)
    assert features.shape == (len(FEATURE_NAMES),)
    assert np.isfinite(features).all()
    assert np.isfinite(style_features(reply, "Fine.")).all()


@pytest.mark.parametrize(
    ("name", "more", "less"),
    [
        ("log_words", "One two three four.", "One two."),
        ("log_sentences", "One. Two. Three.", "One, two, three."),
        ("bullets", "- one\n- two", "one and two"),
        ("numbered", "1. one\n2. two", "one and two"),
        ("headings", "# Title\ntext", "Title\ntext"),
        ("bold", "a **b** c", "a b c"),
        ("table_rows", "| a | b |\n| 1 | 2 |", "a b\n1 2"),
        ("code_blocks", "```\nx\n```", "x"),
        ("inline_code", "use `x`", "use x"),
        ("exclamations", "Yes!", "Yes."),
        ("questions", "Why?", "Why."),
        ("ends_with_question", "Ok. Why?", "Why? Ok."),
        ("emoji", "Yes 🎉", "Yes"),
        ("first_person", "I think so", "Think so"),
        ("second_person", "You can", "One can"),
        ("contractions", "It's so", "It is so"),
        ("hedges", "Maybe it might", "It does"),
        ("certainty", "It always will", "It does"),
        ("warm_words", "So sorry, dear friend", "Noted"),
        ("offers", "Let me know", "Done"),
        ("cliches", "As an AI language model", "As a gardener"),
        ("digits", "In 1969, 3 men", "Once, some men"),
        ("repeated_trigrams", "a b c a b c a b c", "a b c d e f g h i"),
        ("repeated_line", "the very same line\nthe very same line", "one line of text\nanother line of text"),
        ("ends_cleanly", "It is done.", "It is do"),
        ("unclosed_fence", "```\nx", "```\nx\n```"),
        ("not_ascii", "你好", "hello"),
        ("semicolons", "one; two: three", "one, two, three"),
    ],
)
def test_a_feature_is_larger_where_there_is_more_of_it(name: str, more: str, less: str):
    assert feature(name, more) > feature(name, less)


def test_a_colon_that_announces_a_list_is_not_counted():
    assert feature("semicolons", "You need:\n- eggs\n- flour") == 0
    assert feature("semicolons", "You need **this:**\n- eggs") == 0
    assert feature("semicolons", "Eggs: two") == 1


def test_words_inside_a_code_block_are_not_prose():
    assert feature("exclamations", "```\nx! y! z!\n```\nDone.") == 0


def test_a_typographic_apostrophe_counts_as_a_plain_one():
    assert feature("contractions", "it’s") == feature("contractions", "it's") > 0


def test_using_the_prompts_words_is_noticed():
    prompt = "How do volcanoes erupt?"
    assert feature("prompt_words_used", "Volcanoes erupt under pressure.", prompt) > feature(
        "prompt_words_used", "Under pressure.", prompt
    )
