"""Spacing and widths, in device-independent pixels. Font sizes are in style.py, relative to the system's."""

from __future__ import annotations

from PySide6.QtGui import QGuiApplication

CONTENT_WIDTH = 760
"""The widest column of text that reads well."""
SIDEBAR_WIDTH = 260
XS, S, M, L, XL = 4, 8, 12, 20, 32
ICON = 18
BASE_FONT_PT = 10.0
"""The font size at which widths mean what they say."""
_LARGE_FROM = 150
"""Percent of the usual size of text."""


def scaled(pixels: int) -> int:
    """A width that must grow with the person's font size, as a column of text must."""
    return round(pixels * max(1.0, QGuiApplication.font().pointSizeF() / BASE_FONT_PT))


def text_is_large() -> bool:
    """Whether text leaves no room for everything side by side."""
    return scaled(100) >= _LARGE_FROM
