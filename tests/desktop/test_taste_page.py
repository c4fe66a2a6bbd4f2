"""The taste page: what is believed, in words and bars, and taking things back."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox
from pytestqt.qtbot import QtBot

from desktop.assembly import Attune
from engine.types import AXES


def test_every_axis_has_a_bar_that_says_itself_in_words(attune: Attune):
    for axis in AXES:
        assert attune.window.taste.bars[axis].accessibleName().startswith(f"{axis}: ")


def test_undo_in_the_list_brings_back_exactly_what_was(attune: Attune, qtbot: QtBot):
    before = attune.taste.learner.posterior.mean.copy()
    attune.quiz.begin()
    attune.quiz.choose_side(True)
    attune.window.show_page("taste")
    assert (attune.taste.learner.posterior.mean != before).any()
    (undo,) = attune.window.taste.undo_buttons
    qtbot.mouseClick(undo, Qt.MouseButton.LeftButton)
    assert (attune.taste.learner.posterior.mean == before).all()
    assert attune.window.taste.undo_buttons == []


def test_reset_asks_first_and_then_forgets_everything(attune: Attune, qtbot: QtBot):
    attune.quiz.begin()
    attune.quiz.choose_side(True)
    attune.window.show_page("taste")
    for confirmed in (False, True):
        qtbot.mouseClick(attune.window.taste.reset_button, Qt.MouseButton.LeftButton)
        box = attune.window.findChild(QMessageBox)
        assert box is not None
        button = next(b for b in box.buttons() if b.text() == ("Reset" if confirmed else "Cancel"))
        button.click()
        qtbot.waitUntil(lambda: attune.window.findChild(QMessageBox) is None)
        assert len(attune.taste.learner.events) == (0 if confirmed else 1)
    assert attune.taste.quiz_state == "new"
