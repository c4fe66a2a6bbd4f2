"""At 200 % text, what taste shows in a window of the usual size stays inside it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from helpers.stored_chats import store_drafts
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QApplication, QScrollArea, QWidget

from desktop.assembly import Attune
from desktop.chat.message_view import ReplyMessage, UserMessage
from desktop.theme.metrics import BASE_FONT_PT
from desktop.theme.style import Theme

USUAL_WIDTH = 1180


@pytest.fixture
def large(app: QApplication, open_attune: Callable[[], Attune]) -> Iterator[Attune]:
    """Attune as somebody sees it whose text is twice as large, with a rated reply."""
    theme, usual = app.findChild(Theme), QFont(app.font())
    assert isinstance(theme, Theme)
    twice = QFont(usual)
    twice.setPointSizeF(2 * BASE_FONT_PT)
    app.setFont(twice)
    theme.apply(app.styleHints().colorScheme())
    try:
        attune = open_attune()
        attune.window.resize(USUAL_WIDTH, 760)
        attune.taste.set_quiz_state("done")
        attune.chats.open(store_drafts(attune, "What is basil?", ["A herb.", "A herb that many kitchens grow."]))
        yield attune
    finally:
        app.setFont(usual)
        theme.apply(app.styleHints().colorScheme())


def overflow(page: QWidget, name: str) -> int:
    """By how many pixels the page's scroll area is too narrow for what is in it."""
    area = next(area for area in page.findChildren(QScrollArea) if area.accessibleName() == name)
    return max(0, area.widget().minimumSizeHint().width() - area.viewport().width())


def test_the_row_below_a_reply_wraps(large: Attune):
    large.window.show_page("chat")
    reply = large.window.chat.messages[-1]
    assert isinstance(reply, ReplyMessage)
    reply.bar.down_button.click()
    reply.reasons.buttons["wrong"].click()
    reply.bar.why_button.click()
    QApplication.processEvents()
    assert reply.receipt_text
    assert overflow(large.window.chat, "Conversation") == 0


def test_the_chart_and_its_sliders_fit(large: Attune):
    large.window.show_page("taste")
    large.window.taste.correct_buttons["structure"].click()
    large.window.taste.sliders["structure"].set_button.click()
    large.window.taste.correct_buttons["concreteness"].click()
    QApplication.processEvents()
    assert large.window.taste.receipt_text
    assert overflow(large.window.taste, "Your taste") == 0
    assert min(bar.width() for bar in large.window.taste.bars.values()) >= 150


def test_a_message_being_reworded_statistics_and_the_bars_fit(large: Attune):
    large.window.show_page("chat")
    question, reply = large.window.chat.messages
    assert isinstance(question, UserMessage)
    assert isinstance(reply, ReplyMessage)
    question.begin_edit()
    reply._toggle_statistics()
    large.chat_assembly.deletions.offer("Deleted “" + "a long title " * 8 + "”.", lambda: None, lambda: None)
    large.window.job_bar.show_progress("Importing conversations.json", 0.4)
    QApplication.processEvents()
    assert reply.statistics_text
    assert overflow(large.window.chat, "Conversation") == 0
    assert large.window.minimumSizeHint().width() <= USUAL_WIDTH
