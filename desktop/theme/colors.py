"""The two colour schemes. Widgets ask `colors_of(widget)` when they draw, so that a live change reaches them."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtGui import QColor, QGuiApplication, QPalette
from PySide6.QtWidgets import QWidget


@dataclass(frozen=True)
class Colors:
    """Colours by role, as #rrggbb. Text on its ground has a contrast of at least 4.5 : 1."""

    window: str
    sidebar: str
    surface: str
    """Cards, fields, menus."""
    sunken: str
    """Code, tracks of bars."""
    hover: str
    border: str
    border_strong: str
    text: str
    muted: str
    accent: str
    accent_hover: str
    on_accent: str
    accent_soft: str
    """A tint of the accent: the person's own messages, selections."""
    mark: str
    """Behind words that were searched for."""
    danger: str
    warning_soft: str
    warning_text: str


LIGHT = Colors(
    window="#fdfcfa",
    sidebar="#f4f2ee",
    surface="#ffffff",
    sunken="#f3f1ed",
    hover="#ebe8e2",
    border="#e3dfd8",
    border_strong="#8d887f",
    text="#1f2023",
    muted="#66635d",
    accent="#0f766e",
    accent_hover="#0b5e58",
    on_accent="#ffffff",
    accent_soft="#e0f0ec",
    mark="#fae29a",
    danger="#b3261e",
    warning_soft="#fbf0d9",
    warning_text="#6b4a05",
)

DARK = Colors(
    window="#18191b",
    sidebar="#121314",
    surface="#212326",
    sunken="#101112",
    hover="#2b2e31",
    border="#323539",
    border_strong="#7d8288",
    text="#ecebe8",
    muted="#a5a39d",
    accent="#57c4b5",
    accent_hover="#7ad6c9",
    on_accent="#06211d",
    accent_soft="#1f3b37",
    mark="#5c4a14",
    danger="#ff9b92",
    warning_soft="#3a3018",
    warning_text="#f0d69a",
)


def colors_of(widget: QWidget) -> Colors:
    """The scheme that a widget is drawn in.

    Read from the application's palette: a style sheet's transparent background turns the widget's own one black.
    """
    del widget
    return DARK if QGuiApplication.palette().color(QPalette.ColorRole.Window).lightness() < 128 else LIGHT


def palette_for(colors: Colors) -> QPalette:
    role = QPalette.ColorRole
    palette = QPalette()
    for target, value in {
        role.Window: colors.window,
        role.WindowText: colors.text,
        role.Base: colors.surface,
        role.AlternateBase: colors.sunken,
        role.Text: colors.text,
        role.Button: colors.surface,
        role.ButtonText: colors.text,
        role.BrightText: colors.danger,
        role.ToolTipBase: colors.surface,
        role.ToolTipText: colors.text,
        role.PlaceholderText: colors.muted,
        role.Highlight: colors.accent,
        role.HighlightedText: colors.on_accent,
        role.Link: colors.accent,
        role.LinkVisited: colors.accent,
        role.Accent: colors.accent,
        role.Mid: colors.border,
        role.Dark: colors.border_strong,
    }.items():
        palette.setColor(target, QColor(value))
    for target in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, target, QColor(colors.muted))
    return palette
