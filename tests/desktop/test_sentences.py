"""The profile in words: sentences that follow from the belief, and what a person can say of each."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from desktop.assembly import Attune
from desktop.taste.sentences_section import SentenceRow, SentencesSection
from engine.directions.profile import profile_sentences
from engine.preferences.events import AxisStatement
from engine.preferences.explanation import learned_likings
from engine.types import AXES

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def section(attune: Attune) -> SentencesSection:
    """Of somebody who has answered the quiz: always the shorter reply."""
    attune.quiz.begin()
    while attune.window.page == "quiz":
        left, right = (len(card.accessibleName()) for card in (attune.window.quiz.left, attune.window.quiz.right))
        attune.quiz.choose_side(left < right)
    attune.window.show_page("taste")
    return attune.taste_assembly.sentences


def row_of(section: SentencesSection, text: str) -> SentenceRow:
    return next(row for row in section.rows if row.line.text == text)


def choose(row: SentenceRow, text: str) -> None:
    next(action for action in row.edit_button.menu().actions() if action.text() == text).trigger()


def add(section: SentencesSection, axis: str, text: str) -> None:
    menu = next(action.menu() for action in section.add_menu.actions() if action.text() == axis)
    next(action for action in menu.actions() if action.text() == text).trigger()


def liking(attune: Attune, axis: str) -> float:
    return next(each.mean for each in attune.taste.learner.likings() if each.axis == axis)


def test_the_sentences_are_the_confident_ones_of_the_belief(attune: Attune, section: SentencesSection):
    expected = [each.text for each in profile_sentences(attune.taste.learner.weights, attune.taste.model)]
    assert section.sentences == expected
    assert "You like short answers." in expected
    learned = [row.line.axis for row in section.rows if row.line.origin == "learned"]
    assert learned
    assert set(learned) <= {each.axis for each in learned_likings(attune.taste.learner.posterior, attune.taste.model)}


def test_a_sentence_that_is_removed_is_gone_and_comes_back_by_undo(
    attune: Attune, section: SentencesSection, qtbot: QtBot
):
    before = section.sentences
    qtbot.mouseClick(row_of(section, "You like short answers.").remove_button, LEFT)
    assert not any(row.line.axis == "length" for row in section.rows)
    assert liking(attune, "length") == pytest.approx(0.0, abs=0.05)
    assert isinstance(attune.taste.learner.events[-1].event, AxisStatement)
    qtbot.mouseClick(attune.window.taste.undo_buttons[0], LEFT)
    assert section.sentences == before


def test_a_sentence_is_turned_round_from_its_menu(attune: Attune, section: SentencesSection):
    choose(row_of(section, "You like short answers."), "The other way round")
    row = row_of(section, "You like long, full answers.")
    assert row.line.origin == "said"
    assert "You like short answers." not in section.sentences
    assert attune.window.taste.receipt_text == "Noted: longer from now on."


def test_yes_makes_a_liking_surer_and_no_weaker_and_not_so_much_halves_it(attune: Attune, section: SentencesSection):
    before = next(each for each in attune.taste.learner.likings() if each.axis == "length")
    choose(row_of(section, "You like short answers."), "Yes, that's right")
    confirmed = next(each for each in attune.taste.learner.likings() if each.axis == "length")
    assert confirmed.mean <= before.mean
    assert confirmed.sd < before.sd
    choose(row_of(section, "You like short answers."), "Yes, but not so much")
    assert liking(attune, "length") == pytest.approx(confirmed.mean / 2, abs=0.1)


def test_every_axis_can_be_put_on_the_list_and_what_stands_there_is_not_offered(
    attune: Attune, section: SentencesSection
):
    assert [action.text() for action in section.add_menu.actions()] == [axis.capitalize() for axis in AXES]
    add(section, "Humour", "You like some humour.")
    assert row_of(section, "You like some humour.").line.origin == "said"
    humour = next(action.menu() for action in section.add_menu.actions() if action.text() == "Humour")
    assert [action.text() for action in humour.actions()] == ["You like it serious."]


def test_the_sentences_are_the_selected_profiles_and_there_after_a_restart(
    attune: Attune, section: SentencesSection, open_attune: Callable[[], Attune]
):
    add(section, "Humour", "You like some humour.")
    mine = section.sentences
    attune.tastes.create("Sunday")
    assert all(row.line.origin == "assumed" for row in section.rows)
    attune.tastes.rename("Work")
    attune.taste.select(attune.taste.profiles[0].id)
    attune.close()
    assert open_attune().taste_assembly.sentences.sentences == mine


def test_sentences_are_reached_by_keys_and_named(section: SentencesSection, qtbot: QtBot):
    row = row_of(section, "You like short answers.")
    assert row.remove_button.accessibleName() == "Remove: You like short answers."
    row.remove_button.setFocus()
    qtbot.keyClick(row.remove_button, Qt.Key.Key_Space)
    assert "You like short answers." not in section.sentences
