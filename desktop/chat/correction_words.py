"""A chat's own correction in words: "much shorter, a little warmer"."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from engine.preferences.chat_correction import CORRECTABLE_AXES, Correction


def _tr(text: str) -> str:
    return QCoreApplication.translate("Correction", text)


def axis_words(axis: str) -> tuple[str, str]:
    """What less and more of a correctable axis is called in a chat."""
    return {
        "length": (_tr("shorter"), _tr("longer")),
        "structure": (_tr("plainer"), _tr("more structured")),
        "technicality": (_tr("simpler"), _tr("more technical")),
        "formality": (_tr("more casual"), _tr("more formal")),
        "warmth": (_tr("cooler"), _tr("warmer")),
    }[axis]


def step_words(axis: str, steps: int) -> str:
    """One axis in words: "a little shorter"."""
    if steps == 0:
        return _tr("as your taste")
    word = axis_words(axis)[steps > 0]
    degrees = {1: _tr("a little {word}"), 2: "{word}", 3: _tr("much {word}")}
    return degrees[abs(steps)].format(word=word)


def correction_words(correction: Correction) -> str:
    """All of it in words, in the axes' order; "" where there is none."""
    return ", ".join(step_words(axis, correction[axis]) for axis in CORRECTABLE_AXES if axis in correction)


def short_words(correction: Correction) -> str:
    """What fits a button: "shorter", or "shorter +1" where one more axis is corrected; "" where none is."""
    first = next((axis for axis in CORRECTABLE_AXES if axis in correction), None)
    if first is None:
        return ""
    word = axis_words(first)[correction[first] > 0]
    return word if len(correction) == 1 else f"{word} +{len(correction) - 1}"
