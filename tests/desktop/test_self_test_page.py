"""The blind self-test in the window, its drafts written by the real model."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from helpers.waiting import REPLY_MS
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from desktop.assembly import Attune
from desktop.taste import self_test_controller
from desktop.taste.verdict_words import verdict_sentences, verdict_title
from engine.preferences.blind_test import verdict
from engine.preferences.events import DraftPreferred

Key = Qt.Key
LEFT = Qt.MouseButton.LeftButton
TYPED = "\n".join(f"Name {n} herbs for a kitchen window." for n in range(2, 14))


@pytest.fixture
def short_test(monkeypatch: pytest.MonkeyPatch, chat: Attune) -> Iterator[Attune]:
    """The running Attune, whose tests have two rounds and short drafts."""
    monkeypatch.setattr(self_test_controller, "N_ROUNDS", 2)
    before = chat.settings.current.max_tokens
    chat.settings.update(max_tokens=16)
    yield chat
    if chat.taste_assembly.self_test.is_running:
        chat.taste_assembly.self_test.open()
        chat.taste_assembly.self_test.give_up()
    chat.settings.update(max_tokens=before)


def begin(attune: Attune, qtbot: QtBot) -> None:
    attune.window.show_page("taste")
    attune.window.taste.self_test_button.click()
    page = attune.window.self_test
    page.typed_field.setPlainText(TYPED)
    qtbot.keyClick(page.begin_button, Key.Key_Return)


def until_round(attune: Attune, qtbot: QtBot) -> None:
    page = attune.window.self_test
    qtbot.waitUntil(lambda: page.left.isVisible() or "rather get" not in page.round_text, timeout=REPLY_MS)
    qtbot.waitUntil(lambda: page.left.isVisible() or page.done_button.isVisible(), timeout=REPLY_MS)


def test_too_few_prompts_can_be_made_up_by_typing(attune: Attune):
    attune.taste_assembly._open_self_test()
    page = attune.window.self_test
    page.show_possible(True)
    assert not page.begin_button.isEnabled()
    page.typed_field.setPlainText("\n".join(["the same"] * 20))
    assert not page.begin_button.isEnabled()
    page.typed_field.setPlainText(TYPED)
    assert page.begin_button.isEnabled()
    page.show_possible(False)
    assert not page.begin_button.isEnabled()


def test_two_rounds_by_keys_give_a_verdict_that_is_kept(short_test: Attune, qtbot: QtBot):
    page = short_test.window.self_test
    events_before = len(short_test.taste.learner.events)
    begin(short_test, qtbot)
    until_round(short_test, qtbot)
    assert page.round_text.startswith("Round 1 of")
    qtbot.keyClick(page, Key.Key_1)
    until_round(short_test, qtbot)
    qtbot.keyClick(page, Key.Key_2)
    qtbot.waitUntil(page.done_button.isVisible, timeout=REPLY_MS)
    (test, *_earlier) = short_test.taste_assembly.self_test.tests
    assert sum(choice in ("mine", "first") for choice in test.choices) == 2
    assert f"in {test.verdict.n_mine} of 2" in page.verdict_text
    assert "95 % interval" in page.verdict_text
    assert len(short_test.taste.learner.events) == events_before, "nothing is learned unasked"
    page.learn_button.click()
    learned = short_test.taste.learner.events[events_before:]
    assert len(learned) == 2
    assert all(isinstance(entry.event, DraftPreferred) for entry in learned)
    assert page.learn_button.isHidden()
    page.done_button.click()
    assert short_test.window.page == "taste"
    assert "learned from afterwards" in short_test.window.taste.self_tests_text
    assert short_test.taste_assembly.self_test.tests[0].learned
    for entry in learned:
        short_test.taste.undo(entry.number)


def test_a_round_that_was_left_is_shown_again_and_can_be_given_up(short_test: Attune, qtbot: QtBot):
    page = short_test.window.self_test
    begin(short_test, qtbot)
    until_round(short_test, qtbot)
    shown = (page.left.accessibleName(), page.right.accessibleName())
    qtbot.keyClick(page, Key.Key_Escape)
    assert short_test.window.page == "taste"
    assert short_test.window.taste.self_test_button.text() == "Go on with the blind self-test"
    short_test.window.taste.self_test_button.click()
    assert (page.left.accessibleName(), page.right.accessibleName()) == shown
    page.give_up_button.click()
    box = short_test.window.findChild(QMessageBox)
    assert box is not None
    next(button for button in box.buttons() if button.text() == "Give up").click()
    assert short_test.window.page == "taste"
    assert "given up after 0 rounds" in short_test.window.taste.self_tests_text


def test_nothing_on_the_screen_says_whose_a_reply_is(short_test: Attune, qtbot: QtBot):
    page = short_test.window.self_test
    begin(short_test, qtbot)
    until_round(short_test, qtbot)
    told: list[str] = []
    for widget in [page, *page.findChildren(QWidget)]:
        if page._stack.currentWidget().isAncestorOf(widget):
            told += [widget.toolTip(), widget.accessibleName(), widget.accessibleDescription(), widget.objectName()]
            told += [str(widget.property("role") or ""), str(widget.property("kind") or "")]
    replies = (page.left.accessibleName(), page.right.accessibleName())
    hints = " ".join(text for text in told if text not in replies).lower()
    assert not any(word in hints for word in ("attune", "first", "mine", "draft", "yours", "pick"))


def test_the_verdict_says_chance_where_it_could_be_chance():
    unclear = " ".join(verdict_sentences(verdict(["mine"] * 7 + ["first"] * 3)))
    assert "could be chance" in unclear
    assert "34 %" in unclear
    assert "39 % to 91 %" in unclear
    assert "Of 10 choices, 9 or more" in unclear
    assert "just what guessing would give" in " ".join(verdict_sentences(verdict(["mine"] * 5 + ["first"] * 5)))
    clear = " ".join(verdict_sentences(verdict(["mine"] * 10 + ["same"] * 3)))
    assert "less than 1 %" in clear
    assert "nothing to choose: 3." in clear
    worse = " ".join(verdict_sentences(verdict(["first"] * 9 + ["mine"])))
    assert "worse for you" in worse
    assert verdict_title(verdict(["tie"])) == "Nothing to tell from"
