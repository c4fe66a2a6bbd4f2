"""Weak drafts are given up on the way, unless the person wants every one finished."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from helpers.waiting import REPLY_MS
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from desktop.assembly import Attune
from desktop.chat.message_view import ReplyMessage
from desktop.chat.states import Progress, Why
from desktop.chat.why_panel import WhyPanel
from desktop.settings.dialog import SettingsDialog
from engine.store.chats import ChatStore

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def eight(chat: Attune) -> Iterator[Attune]:
    """Eight drafts a reply, each a little longer than the first checkpoint, however slow the machine is."""
    before = chat.settings.current
    chat.settings.update(n_drafts=8, max_tokens=44, time_budget_s=600)
    yield chat
    chat.settings.update(n_drafts=before.n_drafts, max_tokens=before.max_tokens, time_budget_s=before.time_budget_s)
    chat.settings.update(finish_every_draft=before.finish_every_draft)


def ask(attune: Attune, qtbot: QtBot) -> ReplyMessage:
    with qtbot.waitSignal(attune.writer.ended, timeout=REPLY_MS):
        attune.chats.send("Tell me about the history of tea, in detail.")
    reply = attune.window.chat.messages[-1]
    assert isinstance(reply, ReplyMessage)
    return reply


def test_dropped_drafts_are_said_while_writing_and_in_why_and_are_no_drafts_to_leaf_through(
    eight: Attune, qtbot: QtBot
):
    seen: list[Progress] = []
    eight.writer.progressed.connect(lambda active: seen.append(active.progress) if active.progress else None)
    reply = ask(eight, qtbot)
    stored = ChatStore(eight.stores.database).message(reply.message_id)
    assert stored.timings is not None
    assert stored.timings.n_dropped == 4
    assert len(stored.drafts) == 4  # nothing is left of what was saved on the way
    assert all(draft.base_rewards and draft.finish == "length" for draft in stored.drafts)
    qtbot.mouseClick(reply.bar.why_button, LEFT)
    assert reply.why_panel.dropped.startswith("4 of 8 drafts were dropped early")
    dropping = next(each for each in seen if each.dropped)
    assert "4 dropped early" in dropping.sentence
    assert all(dropping.fractions[index] < 1 for index in dropping.dropped)
    # a rating of one of those that are left, whose numbers now have gaps, is learned from and shown
    qtbot.mouseClick(reply.bar.up_button, LEFT)
    assert reply.bar.up_button.isChecked()
    assert reply.receipt_text.startswith("Noted")
    eight.taste.undo(eight.taste.learner.events[-1].number)


def test_who_wants_every_draft_finished_gets_all(eight: Attune, qtbot: QtBot):
    eight.shell.open_settings()
    dialog = next(each for each in eight.window.findChildren(SettingsDialog) if each.isVisible())
    dialog.search_field.setText("finish")
    assert {key for key, row in dialog.rows.items() if row.isVisible()} == {"finish_every_draft"}
    box = dialog.rows["finish_every_draft"].field
    box.setFocus()
    qtbot.keyClick(box, Qt.Key.Key_Space)
    dialog.save_button.click()
    assert eight.settings.current.finish_every_draft
    reply = ask(eight, qtbot)
    assert len(ChatStore(eight.stores.database).message(reply.message_id).drafts) == 8
    qtbot.mouseClick(reply.bar.why_button, LEFT)
    assert reply.why_panel.dropped == ""


def test_the_panel_forgets_what_was_dropped_of_another_reply(qtbot: QtBot):
    panel = WhyPanel()
    qtbot.addWidget(panel)
    panel.show_why(Why("a", 0, "Because.", dropped="4 of 8 drafts were dropped early."))
    assert panel.dropped
    panel.show_why(Why("b", 0, "Because."))
    assert not panel.dropped
