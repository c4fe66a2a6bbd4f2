"""Why a thumb is down, in words. Knows no widgets."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from engine.preferences.events import ThumbReason


def reason_words(reason: ThumbReason) -> str:
    """Why a thumb is down, as in "Thumb down: too long"."""
    return {
        "too_long": _tr("too long"),
        "too_short": _tr("too short"),
        "tone": _tr("tone"),
        "wrong": _tr("wrong"),
        "other": _tr("other"),
    }[reason]


def _tr(text: str) -> str:
    return QCoreApplication.translate("Reasons", text)
