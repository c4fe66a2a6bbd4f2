"""The tour of the window: once by itself, again when asked for, and skipped by one key."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, Qt
from pytestqt.qtbot import QtBot

from desktop.assembly import Attune


def test_it_comes_once_after_the_quiz_and_is_skipped_with_escape(attune: Attune, qtbot: QtBot):
    attune.window.welcome.skip_button.click()
    tour = attune.shell.tour
    assert tour.title == "Write here"
    assert tour.next_button.hasFocus()
    qtbot.keyClick(tour.next_button, Qt.Key.Key_Escape)
    assert tour.title == ""
    assert attune.window.chat.composer.field.hasFocus()
    attune.shell.offer_tour()
    assert tour.title == ""


def test_it_goes_to_every_control_by_keyboard_and_back_and_covers_none(attune: Attune, qtbot: QtBot):
    attune.taste.set_quiz_state("done")
    attune.window.toggle_sidebar()
    attune.shell.begin_tour()
    tour = attune.shell.tour
    titles = []
    while tour.title:
        titles.append(tour.title)
        step = tour._steps[tour._position]
        spot = QRect(step.control.mapTo(attune.window.content, QPoint(0, 0)), step.control.size())
        assert not tour.geometry().intersects(spot), tour.title
        assert attune.window.content.rect().contains(tour.geometry())
        assert step.text in tour.accessibleName()
        qtbot.keyClick(tour.next_button, Qt.Key.Key_Return)
    assert len(titles) == len(set(titles)) == 5
    attune.shell.begin_tour()
    tour.next_button.click()
    tour.back_button.click()
    assert tour.title == titles[0]
    tour.skip_button.click()
    assert tour.title == ""
