"""What a draft was asked for, in words: for the pager, and for "Why this one?". No widgets."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QCoreApplication

from engine.types import DirectionKind

_IN_SHORT: dict[DirectionKind, str] = {"plain": "plain draft", "yours": "for your taste", "exploring": "exploring"}
_SENTENCES: dict[DirectionKind, str] = {
    "plain": "The model was asked for nothing in particular in this draft.",
    "yours": "The model was asked to write this draft the way you like.",
    "exploring": "The model was asked to try something in this draft of which Attune doesn't know yet how you like it.",
}


def _tr(text: str) -> str:
    return QCoreApplication.translate("Directions", text)


def direction_in_short(direction: DirectionKind, all_of_reply: Iterable[DirectionKind]) -> str:
    """What stands beside a draft's number; "" where no draft of the reply was asked for anything."""
    return _tr(_IN_SHORT[direction]) if any(each != "plain" for each in all_of_reply) else ""


def direction_sentence(direction: DirectionKind, all_of_reply: Iterable[DirectionKind]) -> str:
    """The same as a sentence."""
    return _tr(_SENTENCES[direction]) if any(each != "plain" for each in all_of_reply) else ""
