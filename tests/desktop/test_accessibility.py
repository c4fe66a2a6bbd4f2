"""Every page and dialog for people who do not see it or use no mouse: names, the order of Tab, and large text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from typing import get_args

import pytest
from helpers.stored_chats import store_drafts
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QDialog,
    QLineEdit,
    QPlainTextEdit,
    QScrollBar,
    QTextEdit,
    QWidget,
)

from desktop.assembly import Attune
from desktop.chat.message_view import ReplyMessage, UserMessage
from desktop.line_edit_dialog import LineEditDialog
from desktop.sidebar import Sidebar
from desktop.window import PageName

CONTROLS = (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QTextEdit,
)
NARROW = 1280


@pytest.fixture
def full(attune: Attune) -> Attune:
    """With a chat, a folder, and something in every list."""
    attune.chats.open(store_drafts(attune, "What is basil?", ["A herb.", "A herb.\n\n```\ncode\n```"]))
    attune.chat_assembly.folders.create("Kitchen")
    return attune


def controls(root: QWidget) -> list[QWidget]:
    """What the person can act on, as it is shown; not the parts that a control is made of."""
    found = []
    for widget in root.findChildren(QWidget):
        part = isinstance(widget.parent(), QAbstractSpinBox | QComboBox | QLineEdit) or (
            widget.objectName().startswith("qt_") or isinstance(widget, QScrollBar)
        )
        in_popup = widget.window() is not root.window()
        if isinstance(widget, CONTROLS) and widget.isVisible() and not part and not in_popup:
            found.append(widget)
    return found


def by_tab(root: QWidget) -> set[QWidget]:
    """What Tab goes through from the first control on, until it comes back."""
    reached: set[QWidget] = set()
    widget = root.nextInFocusChain()
    for _ in range(5000):
        if widget in reached:
            break
        reached.add(widget)
        widget = widget.nextInFocusChain()
    return {each for each in reached if each.focusPolicy() & Qt.FocusPolicy.TabFocus}


def in_a_list(control: QWidget) -> bool:
    """One of many rows of a kind, whose controls are alike on purpose: what the row says tells them apart.

    So is the sidebar's way to a page from a button on another page that leads there too.
    """
    parent: QWidget | None = control
    while parent is not None:
        if isinstance(parent, ReplyMessage | UserMessage | Sidebar) or type(parent).__name__.endswith("Row"):
            return True
        parent = parent.parentWidget()
    return False


def is_only_read(control: QWidget) -> bool:
    """A list that a field moves in, or text that what it lies in says: neither needs a place of its own."""
    only_read = isinstance(control, QAbstractItemView | QTextEdit | QPlainTextEdit)
    return only_read and control.focusPolicy() == Qt.FocusPolicy.NoFocus


def problems(root: QWidget) -> list[str]:
    """What is wrong with the controls of a page or dialog that is shown."""
    shown, tab = controls(root), by_tab(root)
    nameless = [c for c in shown if not c.accessibleName().strip()]
    unreached = [c for c in shown if c.isEnabled() and c not in tab and not is_only_read(c)]
    names = Counter(c.accessibleName() for c in shown if not in_a_list(c) and not is_only_read(c))
    return [
        *(f"no name: {type(c).__name__} in {type(c.parent()).__name__}" for c in nameless),
        *(f"not reached by Tab: {type(c).__name__} {c.accessibleName()!r}" for c in unreached),
        *(f"{n} controls are called {name!r}" for name, n in names.items() if n > 1),
    ]


@pytest.mark.parametrize("name", get_args(PageName))
def test_every_control_of_every_page_has_a_name_of_its_own_and_is_reached_by_tab(full: Attune, name: PageName):
    if name == "quiz":
        full.quiz.begin()
    full.window.show_page(name)
    QApplication.processEvents()
    assert len(controls(full.window)) >= 2
    assert problems(full.window) == []


OPENERS: dict[str, Callable[[Attune], object]] = {
    "settings": lambda attune: attune.shell.open_settings(),
    "palette": lambda attune: attune.shell.open_palette(),
    "shortcuts": lambda attune: attune.shell.open_shortcuts(),
    "connections": lambda attune: attune.shell.open_connections(),
    "about": lambda attune: attune.shell.open_about(),
    "personas": lambda attune: attune.chat_assembly.open_personas(),
    "a name": lambda attune: attune.chat_assembly.create_folder(),
}


@pytest.fixture(params=OPENERS)
def dialog(full: Attune, request: pytest.FixtureRequest) -> Iterator[QDialog]:
    full.window.show_page("chat")
    OPENERS[request.param](full)
    opened = [each for each in full.window.findChildren(QDialog) if each.isVisible()]
    assert len(opened) == 1
    yield opened[0]
    opened[0].reject()


def test_every_control_of_every_dialog_has_a_name_of_its_own_and_is_reached_by_tab(dialog: QDialog):
    QApplication.processEvents()
    assert dialog.windowTitle() or isinstance(dialog, LineEditDialog)
    assert len(controls(dialog)) >= 1
    assert problems(dialog) == []


def test_the_tour_is_read_by_a_screen_reader_and_its_buttons_are_reached(full: Attune):
    full.taste.set_quiz_state("done")
    full.shell.begin_tour()
    QApplication.processEvents()
    assert problems(full.window) == []
    assert full.shell.tour.next_button.accessibleDescription().startswith("Tour: Write here.")


def test_twice_as_large_every_page_and_dialog_fits_a_window_of_1280_pixels(full: Attune):
    full.settings.update(font_percent=200)
    QApplication.processEvents()
    full.window.resize(NARROW, 800)
    widths = {}
    for name in get_args(PageName):
        if name == "quiz":
            full.quiz.begin()
        full.window.show_page(name)
        QApplication.processEvents()
        widths[name] = full.window.minimumSizeHint().width()
    full.window.show_page("chat")
    for name, opener in OPENERS.items():
        opener(full)
        opened = next(each for each in full.window.findChildren(QDialog) if each.isVisible())
        QApplication.processEvents()
        widths[name] = opened.width()
        opened.reject()
    full.settings.update(font_percent=100)
    assert {name: width for name, width in widths.items() if width > NARROW} == {}
