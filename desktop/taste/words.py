"""Tastes in the window's language: axes, their ends, and how much of one is liked. No widgets."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from desktop.chat.states import signed
from engine.preferences.explanation import AXIS_WORDS, CONFIDENT_Z, AxisLiking

_SOME, _MUCH = 0.3, 0.8
"""From here a liking (log-odds a standard deviation) is more than a little, and much."""
_NAMES = {
    "length": "Length",
    "structure": "Structure",
    "formality": "Formality",
    "warmth": "Warmth",
    "enthusiasm": "Enthusiasm",
    "humour": "Humour",
    "confidence": "Confidence",
    "depth": "Depth",
    "technicality": "Technicality",
    "concreteness": "Concreteness",
    "engagement": "Engagement",
}


def axis_name(axis: str) -> str:
    return _tr(_NAMES[axis])


def ends(axis: str) -> tuple[str, str]:
    """What less and more of an axis is called, in the window's language."""
    less, more = AXIS_WORDS[axis]
    return _tr(less), _tr(more)


def taste_word(word: str) -> str:
    """A word of `AXIS_WORDS`, in the window's language."""
    return _tr(word)


def leaning(axis: str, value: float) -> str:
    """A liking in a few words: "shorter, much (−0.80)"."""
    if abs(value) < 0.05:
        return _tr("no liking either way")
    word = _tr(AXIS_WORDS[axis][value > 0])
    degree = "{word}" if abs(value) < _MUCH else _tr("{word}, much")
    if abs(value) < _SOME:
        degree = _tr("{word}, a little")
    return f"{degree.format(word=word)} ({signed(value, 2)})"


def _tr(text: str) -> str:
    return QCoreApplication.translate("Likings", text)


def is_sure(liking: AxisLiking) -> bool:
    """Whether the belief is clearly on one side."""
    return abs(liking.mean) > CONFIDENT_Z * liking.sd


def spoken(liking: AxisLiking) -> str:
    """The row in words, for screen readers and tests."""
    less, more = ends(liking.axis)
    value = f"{liking.mean:+.2f} ± {liking.sd:.2f}"
    if not is_sure(liking):
        sentence = _tr("{axis}: no clear leaning between {less} and {more} ({value})")
        return sentence.format(axis=axis_name(liking.axis), less=less, more=more, value=value)
    liked = more if liking.mean > 0 else less
    return _tr("{axis}: you like {word} ({value})").format(axis=axis_name(liking.axis), word=liked, value=value)
