"""Colours of code, light and dark: each has a contrast of at least 4.5 : 1 to the ground of a code block."""

from __future__ import annotations

from typing import Literal

from PySide6.QtWidgets import QWidget

from desktop.theme.colors import DARK, colors_of

CodeKind = Literal["comment", "keyword", "string", "number", "builtin", "name"]

CODE_LIGHT: dict[CodeKind, str] = {
    "comment": "#66635d",
    "keyword": "#8b2fa8",
    "string": "#2f6b1d",
    "number": "#a13d05",
    "builtin": "#0b6070",
    "name": "#1d55b0",
}
CODE_DARK: dict[CodeKind, str] = {
    "comment": "#9a9890",
    "keyword": "#d9a3f0",
    "string": "#a5d48a",
    "number": "#f2b077",
    "builtin": "#7fd0dc",
    "name": "#92bdf7",
}


def code_colors_of(widget: QWidget) -> dict[CodeKind, str]:
    """The colours that code in this widget is drawn in."""
    return CODE_DARK if colors_of(widget) is DARK else CODE_LIGHT
