"""Colours and fonts applied to the application, following the system's light or dark scheme as it changes."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from string import Template

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtWidgets import QApplication

from desktop.theme import metrics
from desktop.theme.colors import DARK, LIGHT, Colors, palette_for
from engine.paths import assets_dir
from engine.store.settings import ThemeChoice

_SHEET = Template("""
* { outline: none; }
QWidget { color: $text; }
QMainWindow, QDialog, #page { background: $window; }
QFrame#divider { background: $border_strong; border: none; }
QToolTip { background: $surface; color: $text; border: 1px solid $border; padding: 4px 6px; }

QLabel { background: transparent; }
QLabel[role="display"] { font-size: ${display}pt; font-weight: 600; }
QLabel[role="title"] { font-size: ${title}pt; font-weight: 600; }
QLabel[role="heading"] { font-weight: 600; }
QLabel[role="lead"] { font-size: ${lead}pt; }
QLabel[role="muted"] { color: $muted; }
QLabel[role="small"] { color: $muted; font-size: ${small}pt; }
QLabel[role="picked"] { color: $accent; font-size: ${small}pt; font-weight: 600; }
QLabel[role="pager"] { color: $muted; font-size: ${small}pt; }
QLabel[role="verdict"] { border-radius: 5px; padding: 1px 7px; font-size: ${small}pt; font-weight: 600; }
QLabel[role="verdict"][verdict="fits"] { background: $accent_soft; color: $text; }
QLabel[role="verdict"][verdict="slow"] { background: $warning_soft; color: $warning_text; }
QLabel[role="verdict"][verdict="wont_fit"] { background: $sunken; color: $danger; }
QLabel[role="warning"] { color: $danger; font-size: ${small}pt; }
QLabel[role="badge"] { background: $sunken; border: 1px solid $border; border-radius: 5px; color: $muted;
    padding: 1px 7px; font-weight: 600; }

QPushButton { background: $surface; border: 1px solid $border; border-radius: 9px; padding: 7px 14px; }
QPushButton:hover { background: $hover; }
QPushButton:pressed { background: $border; }
QPushButton:focus { border: 1px solid $accent; }
QPushButton:disabled { color: $muted; background: transparent; }
QPushButton[kind="primary"] { background: $accent; color: $on_accent; border: 2px solid $accent; font-weight: 600; }
QPushButton[kind="primary"]:hover { background: $accent_hover; border-color: $accent_hover; }
QPushButton[kind="primary"]:focus { border: 2px solid $text; }
QPushButton[kind="primary"]:disabled { background: $hover; border-color: $hover; color: $muted; }
QPushButton[kind="ghost"], QToolButton[kind="ghost"] { background: transparent; border: 1px solid transparent;
    border-radius: 8px; padding: 6px 9px; color: $muted; }
QPushButton[kind="ghost"]:hover, QToolButton[kind="ghost"]:hover { background: $hover; color: $text; }
QPushButton[kind="ghost"]:focus, QToolButton[kind="ghost"]:focus { border: 1px solid $accent; }
QPushButton[kind="ghost"]:checked, QToolButton[kind="ghost"]:checked { background: $accent_soft; color: $text; }
QPushButton[kind="small"] { padding: 3px 10px; border-radius: 8px; font-size: ${small}pt; }
QPushButton[kind="choice"] { padding: 2px 9px; border-radius: 8px; font-size: ${small}pt; color: $muted;
    background: transparent; }
QPushButton[kind="choice"]:hover { background: $hover; color: $text; }
QPushButton[kind="choice"]:checked { background: $accent_soft; color: $text; }
QPushButton[kind="choice"]:checked:focus, QPushButton[kind="choice"]:focus { border: 1px solid $accent; }
QPushButton[kind="link"] { background: transparent; border: 1px solid transparent; border-radius: 6px; color: $accent;
    padding: 2px 4px; text-align: left; }
QPushButton[kind="link"]:hover { text-decoration: underline; background: transparent; }
QPushButton[kind="link"]:focus { border: 1px solid $accent; }
QPushButton[kind="link"][size="small"] { font-size: ${small}pt; }
QPushButton[kind="danger"] { color: $danger; }
QPushButton[kind="nav"] { background: transparent; border: 1px solid transparent; border-radius: 8px;
    padding: 7px 9px; text-align: left; }
QPushButton[kind="nav"]:hover { background: $hover; }
QPushButton[kind="nav"]:focus { border: 1px solid $accent; }
QPushButton[kind="nav"]:checked { background: $hover; font-weight: 600; }
QPushButton[kind="nav"][elided="true"]:checked { font-weight: normal; }
QToolButton { background: transparent; border: 1px solid transparent; border-radius: 8px; padding: 5px; }
QToolButton:hover { background: $hover; }
QToolButton:focus { border: 1px solid $accent; }
QToolButton:checked { background: $accent_soft; }
QToolButton[kind="tight"] { padding: 3px; border-radius: 6px; }
QToolButton:disabled { background: transparent; }
QToolButton::menu-indicator, QPushButton::menu-indicator { image: none; width: 0; }
QToolButton[kind="send"] { background: $accent; border: 2px solid $accent; border-radius: 10px; padding: 6px; }
QToolButton[kind="send"]:hover { background: $accent_hover; border-color: $accent_hover; }
QToolButton[kind="send"]:focus { border-color: $text; }
QToolButton[kind="send"]:disabled { background: $hover; border-color: $hover; }
QPushButton[kind="segment"] { border: 1px solid transparent; background: transparent; border-radius: 7px;
    padding: 4px 11px; font-size: ${small}pt; color: $muted; }
QPushButton[kind="segment"]:hover { color: $text; }
QPushButton[kind="segment"]:focus { border: 1px solid $accent; }
QPushButton[kind="segment"]:checked { background: $surface; border: 1px solid $border_strong; color: $text; }
QPushButton[kind="segment"]:checked:focus { border: 1px solid $accent; }
#segments { background: $sunken; border-radius: 9px; }

QLineEdit, QPlainTextEdit, QSpinBox, QDoubleSpinBox, QComboBox, QTextBrowser#framed {
    background: $surface; border: 1px solid $border; border-radius: 8px; padding: 6px 8px;
    selection-background-color: $accent; selection-color: $on_accent; }
QLineEdit:focus, QPlainTextEdit:focus, QSpinBox:focus, QDoubleSpinBox:focus, QComboBox:focus,
QTextBrowser#framed:focus { border: 1px solid $accent; }
QComboBox::drop-down { border: none; width: ${arrow_room}px; }
QComboBox::down-arrow { image: url($icons/control-down.svg); width: ${arrow}px; height: ${arrow}px; }
QSpinBox::up-button, QDoubleSpinBox::up-button { border: none; background: transparent; width: ${arrow_room}px;
    margin: 3px 3px 0 0; }
QSpinBox::down-button, QDoubleSpinBox::down-button { border: none; background: transparent; width: ${arrow_room}px;
    margin: 0 3px 3px 0; }
QSpinBox::up-arrow, QDoubleSpinBox::up-arrow { image: url($icons/control-up.svg);
    width: ${arrow}px; height: ${arrow}px; }
QSpinBox::down-arrow, QDoubleSpinBox::down-arrow { image: url($icons/control-down.svg);
    width: ${arrow}px; height: ${arrow}px; }
QComboBox QAbstractItemView { background: $surface; border: 1px solid $border; selection-background-color: $accent_soft;
    selection-color: $text; }
QCheckBox { spacing: 8px; }
QCheckBox::indicator { width: ${box}px; height: ${box}px; background: $surface; border: 1px solid $border_strong;
    border-radius: 4px; }
QCheckBox::indicator:checked { background: $accent; border-color: $accent; image: url($check); }
QCheckBox:focus { color: $accent; }
QCheckBox::indicator:focus { border: 1px solid $text; }
QTextBrowser { background: transparent; border: none; font-size: ${reading}pt; selection-background-color: $accent;
    selection-color: $on_accent; }
QTextBrowser#framed { font-size: ${base}pt; }

#sidebar { background: $sidebar; border-right: 1px solid $border; }
#sidebar QLineEdit { background: $window; }
#sidebar QListWidget { background: transparent; border: none; }
QListWidget#plainList { background: $surface; border: 1px solid $border; border-radius: 8px; padding: 4px; }
QListWidget#plainList:focus { border: 1px solid $accent; }
QListWidget#plainList::item { padding: 6px 8px; border-radius: 6px; color: $text; }
QListWidget#plainList::item:selected { background: $accent_soft; color: $text; }
QListWidget#plainList::item:hover:!selected { background: $hover; }
#tourCard { background: $surface; border: 2px solid $accent; border-radius: 12px; }
#topBar { background: $window; border-bottom: 1px solid $border; }
#composer { background: $surface; border: 1px solid $border_strong; border-radius: 14px; }
#composer[focused="true"] { border: 1px solid $accent; }
#composer QPlainTextEdit { background: transparent; border: none; padding: 0; }
#userBubble { background: $accent_soft; border-radius: 14px; }
#card, #quizCard { background: $surface; border: 1px solid $border; border-radius: 12px; }
#quizCard:hover { border: 1px solid $border_strong; }
#quizCard:focus { border: 2px solid $accent; }
#chip { background: $sunken; border: 1px solid $border; border-radius: 8px; }
#panel { background: $sunken; border: 1px solid $border; border-radius: 12px; }
#codeBlock { background: $sunken; border: 1px solid $border; border-radius: 10px; margin: 2px 0 4px 0; }
#codeBlock QPlainTextEdit { background: transparent; border: none; padding: 0; }
#popup { background: $surface; border: 1px solid $border_strong; }
#noticeBar { background: $warning_soft; border-radius: 10px; }
#noticeBar QLabel { color: $warning_text; }
#undoBar { background: $sunken; border-top: 1px solid $border; }
#separator { background: $border; }

QProgressBar { background: $sunken; border: none; border-radius: 3px; max-height: 6px; min-height: 6px; }
QProgressBar::chunk { background: $accent; border-radius: 3px; }

QMenu { background: $surface; border: 1px solid $border; padding: 5px; }
QMenu::item { padding: 6px 22px 6px 10px; border-radius: 6px; }
QMenu::item:selected { background: $hover; }
QMenu::item:disabled { color: $muted; }
QMenu::separator { height: 1px; background: $border; margin: 5px 4px; }

QScrollArea, QAbstractScrollArea > QWidget#qt_scrollarea_viewport { background: transparent; border: none; }
QScrollBar:vertical { background: transparent; width: 11px; margin: 2px; }
QScrollBar:horizontal { background: transparent; height: 11px; margin: 2px; }
QScrollBar::handle { background: $border; border-radius: 3px; }
QScrollBar::handle:hover { background: $border_strong; }
QScrollBar::handle:vertical { min-height: 36px; }
QScrollBar::handle:horizontal { min-width: 36px; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
""")


def stylesheet(colors: Colors, base_pt: float) -> str:
    """All sizes follow the system's font size, so that larger text scales everything."""
    sizes = {"small": 0.9, "base": 1.0, "reading": 1.06, "lead": 1.12, "title": 1.3, "display": 1.75}
    fonts = {name: f"{base_pt * factor:.1f}" for name, factor in sizes.items()}
    icons = (assets_dir() / "icons").as_posix()
    files = {"icons": icons, "check": f"{icons}/control-check-{'dark' if colors is DARK else 'light'}.svg"}
    marks = {"box": 1.5, "arrow": 1.2, "arrow_room": 2.4}  # pixels per point of text
    pixels = {name: str(round(factor * base_pt)) for name, factor in marks.items()}
    return _SHEET.substitute(asdict(colors) | fonts | files | pixels)


@contextmanager
def _no_collection() -> Iterator[None]:
    """Qt walks over a list of all widgets, and calls ours on the way: if Python collected garbage meanwhile, it could
    delete a widget that is still on the list, and Qt would crash.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


class Theme(QObject):
    """Keeps the application in the scheme and text size that the person chose, or the system's."""

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self._app = app
        self._choice: ThemeChoice = "system"
        self._font_percent = 100
        self._scheme = app.styleHints().colorScheme()
        app.setStyle("Fusion")  # the same on every system, and fully stylable
        # a page of text is hard to read below this, whatever the system uses for its menus
        self._usual_pt = max(app.font().pointSizeF(), metrics.BASE_FONT_PT)
        self._set_font(self._usual_pt)
        self.apply(app.styleHints().colorScheme())
        app.styleHints().colorSchemeChanged.connect(self.apply)

    def choose(self, choice: ThemeChoice, font_percent: int) -> None:
        """What the settings say; what is shown changes at once."""
        if (choice, font_percent) != (self._choice, self._font_percent):
            self._choice, self._font_percent = choice, font_percent
            with _no_collection():
                self._set_font(self._usual_pt * font_percent / 100)
            self.apply(self._scheme)

    @Slot(Qt.ColorScheme)
    def apply(self, scheme: Qt.ColorScheme) -> None:
        """scheme: the system's, which a choice of the person overrides."""
        self._scheme = scheme
        dark = scheme == Qt.ColorScheme.Dark if self._choice == "system" else self._choice == "dark"
        colors = DARK if dark else LIGHT
        with _no_collection():
            self._app.setPalette(palette_for(colors))
            self._app.setStyleSheet(stylesheet(colors, self._app.font().pointSizeF()))

    def _set_font(self, point_size: float) -> None:
        font = self._app.font()
        font.setPointSizeF(point_size)
        self._app.setFont(font)
