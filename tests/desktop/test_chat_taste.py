"""Whose taste chooses in a chat, and the chat's own correction: in the header, on the disk, in the weights."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from helpers.stored_chats import store_drafts
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from desktop.assembly import Attune
from desktop.chat.message_view import ReplyMessage
from engine.preferences.chat_correction import weight_shift
from engine.preferences.events import Thumb
from engine.store.chats import ChatStore

LEFT = Qt.MouseButton.LeftButton
Key = Qt.Key


@pytest.fixture
def chat(attune: Attune) -> Attune:
    """A stored chat of the first profile is open."""
    attune.taste.set_quiz_state("skipped")
    attune.window.show_page("chat")
    attune.chats.open(store_drafts(attune, "What is basil?", ["A herb.", "A herb that many kitchens grow."]))
    return attune


def reply_of(attune: Attune) -> ReplyMessage:
    reply = attune.window.chat.messages[-1]
    assert isinstance(reply, ReplyMessage)
    return reply


def stored(attune: Attune) -> tuple[int | None, dict[str, int]]:
    conversation = ChatStore(attune.stores.database).conversation(attune.chats.open_id or "")
    return conversation.profile_id, conversation.correction


def choose_in_header(attune: Attune, name: str) -> None:
    actions = attune.window.chat.taste_header.profile_button.list.actions()
    next(action for action in actions if action.text() == name).trigger()


# profiles


def test_with_one_profile_nothing_speaks_of_profiles(chat: Attune):
    assert chat.window.chat.taste_header.profile_button.isHidden()
    assert chat.window.taste.profile_button.isHidden()
    assert not chat.window.taste.delete_action.isVisible()


def test_the_header_switches_the_profile_of_this_chat_alone(chat: Attune, open_attune: Callable[[], Attune]):
    first = chat.taste.profile_id
    other_chat = store_drafts(chat, "What is sage?", ["A herb."])
    chat.tastes.create("Work")
    work = chat.taste.profile_id
    assert work != first
    assert stored(chat) == (first, {})
    assert not chat.window.chat.taste_header.profile_button.isHidden()
    choose_in_header(chat, "Work")
    assert stored(chat) == (work, {})
    assert chat.window.chat.taste_header.profile_button.text() == "Work"
    assert ChatStore(chat.stores.database).conversation(other_chat).profile_id == first
    opened = chat.chats.open_id
    chat.close()
    again = open_attune()
    again.chats.open(opened)
    assert again.window.chat.taste_header.profile_button.text() == "Work"


def test_a_rating_goes_to_the_chats_profile_and_not_to_the_selected_one(chat: Attune, qtbot: QtBot):
    first = chat.taste.profile_id
    chat.tastes.create("Work")
    qtbot.mouseClick(reply_of(chat).bar.up_button, LEFT)
    assert chat.taste.learner.events == []
    (entry,) = chat.taste.learner_of(first).events
    assert isinstance(entry.event, Thumb)
    assert reply_of(chat).bar.up_button.isChecked()
    assert reply_of(chat).receipt_text.startswith("Noted for “Me”")
    qtbot.mouseClick(reply_of(chat).undo_button, LEFT)
    assert chat.taste.learner_of(first).events == []


def test_each_profile_sees_its_own_thumbs(chat: Attune, qtbot: QtBot):
    qtbot.mouseClick(reply_of(chat).bar.up_button, LEFT)
    chat.tastes.create("Work")
    choose_in_header(chat, "Work")
    assert not reply_of(chat).bar.up_button.isChecked()
    choose_in_header(chat, "Me")
    assert reply_of(chat).bar.up_button.isChecked()


def test_a_new_chat_begins_with_the_selected_profile_and_can_choose_another(chat: Attune):
    first = chat.taste.profile_id
    chat.tastes.create("Work")
    chat.chats.new_chat()
    assert chat.chat_taste.profile_id == chat.taste.profile_id != first
    choose_in_header(chat, "Me")
    chat.chat_taste.correct("length", -1)
    chat.chats.send("Hello")
    assert stored(chat) == (first, {"length": -1})


def test_profiles_of_the_header_leads_to_the_page_where_they_are_kept(chat: Attune):
    chat.tastes.create("Work")
    choose_in_header(chat, "Profiles…")
    assert chat.window.page == "taste"


# corrections


def test_a_correction_shifts_the_weights_of_this_chat_and_leaves_the_profile_bitwise_alone(chat: Attune, qtbot: QtBot):
    before, log = chat.taste.learner.weights, chat.taste.log()
    slider = chat.window.chat.taste_header.panel.sliders["length"]
    for _ in range(3):
        qtbot.keyClick(slider, Key.Key_Left)
    assert stored(chat)[1] == {"length": -3}
    weights = chat.chat_taste.weights_of(chat.chats.open_id or "")
    expected = np.array(before.mean) + weight_shift({"length": -3}, chat.taste.model)
    assert weights.mean == expected.tolist()
    assert weights.covariance == before.covariance
    assert (chat.taste.learner.weights, chat.taste.log()) == (before, log)


def test_the_header_says_the_correction_and_one_click_clears_it(chat: Attune, qtbot: QtBot):
    header = chat.window.chat.taste_header
    assert header.clear_button.isHidden()
    chat.chat_taste.correct("length", -2)
    chat.chat_taste.correct("warmth", 1)
    assert header.correction_button.text() == "shorter +1"
    assert header.correction_button.accessibleName() == "In this chat: shorter, a little warmer"
    qtbot.mouseClick(header.clear_button, LEFT)
    assert stored(chat)[1] == {}
    assert header.correction_button.text() == ""
    assert header.clear_button.isHidden()
    assert all(slider.value() == 0 for slider in header.panel.sliders.values())


def test_the_panel_opens_at_its_first_slider_and_closes_with_escape(chat: Attune, qtbot: QtBot):
    header = chat.window.chat.taste_header
    qtbot.keyClick(header.correction_button, Key.Key_Return)
    qtbot.waitUntil(header.panel.isVisible)
    slider = header.panel.sliders["length"]
    qtbot.keyClick(slider, Key.Key_Right)
    assert slider.accessibleName() == "shorter or longer: a little longer"
    qtbot.keyClick(slider, Key.Key_Escape)
    assert not header.panel.isVisible()
    assert stored(chat)[1] == {"length": 1}


def test_a_correction_is_there_after_a_restart_and_in_no_other_chat(chat: Attune, open_attune: Callable[[], Attune]):
    chat.chat_taste.correct("structure", 2)
    corrected = chat.chats.open_id
    chat.close()
    again = open_attune()
    again.chats.open(corrected)
    assert again.window.chat.taste_header.correction_button.text() == "more structured"
    again.chats.new_chat()
    assert again.window.chat.taste_header.correction_button.text() == ""


def test_why_counts_with_the_correction_and_says_so(chat: Attune, qtbot: QtBot):
    reply = reply_of(chat)
    leads: list[float] = []
    chat.ratings.why_ready.connect(lambda why: leads.append(sum(reason.value for reason in why.reasons)))
    qtbot.mouseClick(reply.bar.why_button, LEFT)
    assert "this chat" not in reply.why_panel.note
    chat.chat_taste.correct("length", 3)
    chat.ratings.explain(reply.message_id, 1)
    assert "much longer" in reply.why_panel.note
    without, with_correction = leads
    shift = weight_shift({"length": 3}, chat.taste.model)
    assert with_correction - without == pytest.approx(shift[1] - shift[0])  # the drafts differ along these two


# the order of Tab


def test_tab_leads_from_the_thumb_down_over_its_reasons_to_undo(chat: Attune, qtbot: QtBot):
    reply = reply_of(chat)
    reply.bar.down_button.setFocus()
    qtbot.keyClick(reply.bar.down_button, Key.Key_Space)
    stops: list[str] = []
    for _ in range(20):
        chat.window.focusNextChild()
        focused = chat.window.focusWidget()
        assert focused is not None
        stops.append(focused.accessibleName())
    reasons = [button.accessibleName() for button in reply.reasons.buttons.values()]
    first = stops.index(reasons[0])
    assert stops[first - 1] == "More about this reply"
    assert stops[first : first + 6] == [*reasons, "Undo this rating"]
