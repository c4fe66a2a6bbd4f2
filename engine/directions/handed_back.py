"""Steered drafts that say nothing of their own: the request or the question handed back, or talk about the writing.

Small models do that (some 8 % of the bundled model's steered drafts, none of its plain ones), and the reward heads
don't see it: such a draft is fluent, short and like the question. Rules over words, on the cautious side.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from engine.generation.steering import Steering
from engine.rerank import QUALITY_MARGIN
from engine.types import FloatArray

HANDED_BACK = 2 * QUALITY_MARGIN
"""Log-odds of quality: twice the margin within which drafts are chosen among."""

_WORD = re.compile(r"\w+(?:['’]\w+)?")
_SERVICE = re.compile(
    r"\b(?:i'?m|i am)\b[^.!?\n]{0,30}\bto (?:help|assist)\b[^.!?\n]*|"
    r"\b(?:how|what) (?:can|could|may|do) (?:i|you)\b[^.!?\n]{0,20}\b(?:help|assist|need|want|do for)\b[^.!?\n]*|"
    r"\bwhat brings you here\b[^.!?\n]*|"
    r"\bhere(?:'s| is| are)\b[^.!?\n]{0,60}\b(?:version|answer|example|rewrit\w+)\b[^.!?\n]*",
    re.IGNORECASE,
)
"""Said before anything is said."""
_FUNCTION_WORDS = frozenset(
    """
    a an the this that these those i you he she it we they me him her us them my your his its our their mine yours
    am is are was were be been being do does did done doing have has had having will would shall should can could
    may might must of to in on at by for from with without about as into over under behind between after before
    through out off up down back and but if so than then too very just also there here what which or who whom whose
    when where why how all any anything each some something such more most i'm you're it's that's i've let's sure
    please hello hi hey well okay ok
    """.split()  # noqa: SIM905
)
_ABOUT_ANSWERING = frozenset(["answer", "question", "reply", "response", "request", "sentence"])
_N_OF_PROMPT = 3
"""Content words of the prompt beside which one of the reply's own says nothing."""
_N_COPIED = 5
"""Words in a row that two texts do not have in common by chance."""
_STEM = 4
"""Letters by which two words are taken to be forms of one ("knead", "kneaded")."""
_ANSWERS_ITSELF = re.compile(r"\b(?:yes|no|not|never|sure|\w+n['’]t)\b", re.IGNORECASE)
"""Words that may be the whole of what was asked."""
_ALTERNATIVE = re.compile(r"\bor\b", re.IGNORECASE)


def charged(
    quality: FloatArray, prompt: str, replies: Sequence[str], steering: Sequence[Steering | None]
) -> FloatArray:
    """The quality of drafts in log-odds, less what handing back costs. All arguments but the prompt: of n_drafts."""
    caught = [
        request is not None and hands_back(reply, prompt, request)
        for reply, request in zip(replies, steering, strict=True)
    ]
    return quality - HANDED_BACK * np.array(caught, dtype=float)


def hands_back(reply: str, prompt: str, steering: Steering) -> bool:
    """Whether a draft only repeats its prompt, or quotes what it was asked or shown beside it."""
    return (
        _quotes(reply, steering.text, prompt)
        or any(_copies(reply, text, prompt) for turn in steering.turns for text in turn)
        or _repeats(reply, prompt)
    )


def _repeats(reply: str, prompt: str) -> bool:
    """Nothing, or one word beside several of the prompt's ("I feel anxious about my test tomorrow")."""
    said = _SERVICE.sub(" ", reply)
    if _ALTERNATIVE.search(prompt) or _ANSWERS_ITSELF.search(said):
        return False  # the answer may be one of the prompt's own words, or shorter than any content
    known = {word[:_STEM] for word in _words(prompt)}
    content = {
        word[:_STEM]
        for word in _words(said)
        if word not in _FUNCTION_WORDS and word.removesuffix("s") not in _ABOUT_ANSWERING
    }
    n_own = len(content - known)
    return n_own == 0 or (n_own == 1 and len(content) > _N_OF_PROMPT)


def _quotes(reply: str, request: str, prompt: str) -> bool:
    """Two words of the request side by side, neither of them a function word, that were not the person's own."""
    return bool((_pairs(request) & _pairs(reply)) - _pairs(prompt))


def _copies(reply: str, example: str, prompt: str) -> bool:
    """A run of an example's words that the person did not write."""
    return bool((_runs(example) & _runs(reply)) - _runs(prompt))


def _pairs(text: str) -> set[tuple[str, ...]]:
    words = _words(text)
    return {pair for pair in pairwise(words) if not _FUNCTION_WORDS.intersection(pair)}


def _runs(text: str) -> set[tuple[str, ...]]:
    words = _words(text)
    return {tuple(words[i : i + _N_COPIED]) for i in range(len(words) - _N_COPIED + 1)}


def _words(text: str) -> list[str]:
    return [word.replace("’", "'") for word in _WORD.findall(text.lower())]
