"""The life of a message through the window, with the real worker and the bundled model."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import numpy as np
import pytest
from helpers.waiting import REPLY_MS
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from desktop.assembly import Attune
from desktop.chat.message_view import ReplyMessage, UserMessage
from engine.attachments import Attachment
from engine.generation.speed import MIN_PERSONAL
from engine.preferences.chat_correction import MAX_STEPS, weight_shift
from engine.preferences.events import DraftPreferred, Thumb
from engine.rerank import CAUTION, above_floor
from engine.store.chats import ChatStore
from engine.store.speeds import SpeedBook

LEFT = Qt.MouseButton.LeftButton


def write(attune: Attune, qtbot: QtBot, text: str) -> None:
    """Type a message and press Enter."""
    field = attune.window.chat.composer.field
    field.setPlainText(text)
    qtbot.keyClick(field, Qt.Key.Key_Return)


def wait_until_done(attune: Attune, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not attune.chats.is_busy, timeout=REPLY_MS)


def ask(attune: Attune, qtbot: QtBot, text: str = "Name three fruits.") -> ReplyMessage:
    """A finished reply to a message."""
    write(attune, qtbot, text)
    wait_until_done(attune, qtbot)
    return last_reply(attune)


def last_reply(attune: Attune) -> ReplyMessage:
    reply = attune.window.chat.messages[-1]
    assert isinstance(reply, ReplyMessage)
    return reply


def mean(attune: Attune) -> np.ndarray:
    return attune.taste.learner.posterior.mean.copy()


def test_personal_mode_shows_progress_and_then_the_picked_draft(chat: Attune, qtbot: QtBot):
    seen: list[str] = []
    chat.chats.progress_changed.connect(lambda progress: seen.append(progress.sentence if progress else ""))
    streamed: list[str] = []
    chat.chats.text_streamed.connect(lambda _id, text: streamed.append(text))
    reply = ask(chat, qtbot)
    assert any(sentence.startswith("Reading your message") for sentence in seen)
    assert any(sentence.startswith("Writing 3 drafts") for sentence in seen)
    assert streamed == []
    assert reply.bar.pager_text.endswith("/3")
    assert reply.bar.picked_text == "Picked for you"
    assert reply.draft is not None
    assert reply.body.markdown == reply.draft.text != ""
    assert chat.window.chat.progress_card.isHidden()


def test_instant_mode_streams_into_the_reply(chat: Attune, qtbot: QtBot):
    qtbot.mouseClick(chat.window.chat.composer.instant_button, LEFT)
    streamed: list[str] = []
    chat.chats.text_streamed.connect(lambda _id, text: streamed.append(text))
    reply = ask(chat, qtbot, "Say hello.")
    assert "".join(streamed)[:10] == reply.body.markdown[:10]
    assert reply.bar.previous_button.isHidden()
    assert chat.settings.current.mode == "instant"


def test_paging_looks_at_other_drafts_and_preferring_one_makes_it_the_reply(chat: Attune, qtbot: QtBot):
    reply = ask(chat, qtbot)
    assert reply.draft is not None
    picked, before = reply.draft, mean(chat)
    button = reply.bar.next_button if reply.bar.next_button.isEnabled() else reply.bar.previous_button
    qtbot.mouseClick(button, LEFT)
    other = reply.draft
    assert other is not None
    assert reply.body.markdown == other.text
    assert not reply.bar.prefer_button.isHidden()
    qtbot.mouseClick(reply.bar.prefer_button, LEFT)
    assert reply.bar.picked_text == "Your choice"
    event = chat.taste.learner.events[-1].event
    assert isinstance(event, DraftPreferred)
    assert (event.preferred_index, event.shown_index) == (other.index, picked.index)
    assert (mean(chat) != before).any()
    chat.chats.open(chat.chats.open_id)  # as after a restart
    reply = last_reply(chat)
    assert reply.body.markdown == other.text
    chat.taste.undo(chat.taste.learner.events[-1].number)
    assert (mean(chat) == before).all()
    shown = next(draft for draft in reply._state.drafts if draft.shown)
    assert shown.index == picked.index


def test_a_thumb_gives_a_receipt_and_undo_brings_back_exactly_what_was(chat: Attune, qtbot: QtBot):
    reply = ask(chat, qtbot)
    before = mean(chat)
    qtbot.mouseClick(reply.bar.up_button, LEFT)
    assert reply.receipt_text.startswith("Noted")
    assert reply.bar.up_button.isChecked()
    assert isinstance(chat.taste.learner.events[-1].event, Thumb)
    assert (mean(chat) != before).any()
    qtbot.mouseClick(reply.undo_button, LEFT)
    assert reply.receipt_text == "Taken back."
    assert reply.undo_button.isHidden()
    assert not reply.bar.up_button.isChecked()
    assert (mean(chat) == before).all()


def test_a_thumb_is_switched_over_and_off_by_pressing_again(chat: Attune, qtbot: QtBot):
    reply = ask(chat, qtbot)
    before = mean(chat)
    qtbot.mouseClick(reply.bar.up_button, LEFT)
    qtbot.mouseClick(reply.bar.down_button, LEFT)
    assert (reply.bar.up_button.isChecked(), reply.bar.down_button.isChecked()) == (False, True)
    qtbot.mouseClick(reply.bar.down_button, LEFT)
    assert (reply.bar.up_button.isChecked(), reply.bar.down_button.isChecked()) == (False, False)
    assert (mean(chat) == before).all()


def test_undoing_a_thumb_on_the_taste_page_shows_in_the_chat(chat: Attune, qtbot: QtBot):
    reply = ask(chat, qtbot)
    qtbot.mouseClick(reply.bar.up_button, LEFT)
    chat.window.show_page("taste")
    qtbot.mouseClick(chat.window.taste.undo_buttons[0], LEFT)
    assert not reply.bar.up_button.isChecked()


def test_why_this_one_says_it_in_words_and_closes_again(chat: Attune, qtbot: QtBot):
    reply = ask(chat, qtbot)
    qtbot.mouseClick(reply.bar.why_button, LEFT)
    assert "draft" in reply.why_panel.text.lower()
    assert not reply.why_panel.isHidden()
    qtbot.mouseClick(reply.bar.why_button, LEFT)
    assert reply.why_panel.isHidden()


def test_copy_puts_the_draft_that_is_looked_at_on_the_clipboard(chat: Attune, qtbot: QtBot):
    reply = ask(chat, qtbot)
    qtbot.mouseClick(reply.bar.copy_button, LEFT)
    assert QGuiApplication.clipboard().text() == reply.body.markdown


def test_stop_keeps_what_there_is_and_it_can_be_asked_again(chat: Attune, qtbot: QtBot):
    chat.settings.update(mode="instant", max_tokens=400)
    write(chat, qtbot, "Write a very long story about a lighthouse keeper.")
    with qtbot.waitSignal(chat.chats.text_streamed, timeout=REPLY_MS):
        pass
    qtbot.mouseClick(chat.window.chat.composer.send_button, LEFT)
    wait_until_done(chat, qtbot)
    chat.settings.update(max_tokens=40)
    reply = last_reply(chat)
    assert reply.body.markdown
    assert reply.mark_text == "Stopped by you."
    qtbot.mouseClick(reply.try_again_button, LEFT)
    wait_until_done(chat, qtbot)
    assert len(chat.window.chat.messages) == 2
    assert last_reply(chat).message_id != reply.message_id


def test_a_killed_worker_leaves_the_window_the_text_and_the_next_message(chat: Attune, qtbot: QtBot):
    chat.settings.update(mode="instant", max_tokens=400)
    write(chat, qtbot, "Write a very long story about a clockmaker.")
    with qtbot.waitSignal(chat.chats.text_streamed, timeout=REPLY_MS):
        pass
    killed = chat.client.process_id
    os.kill(killed, signal.SIGKILL)
    wait_until_done(chat, qtbot)
    chat.settings.update(max_tokens=40)
    reply = last_reply(chat)
    assert chat.window.isVisible()
    assert reply.body.markdown
    assert reply.mark_text.startswith("Interrupted")
    assert "stopped unexpectedly" in chat.window.chat.trailer_text
    next_reply = ask(chat, qtbot, "Say hello.")
    assert chat.client.process_id != killed
    assert next_reply.body.markdown
    assert next_reply.mark_text != reply.mark_text


def test_a_worker_killed_before_any_text_leaves_the_question_to_be_asked_again(chat: Attune, qtbot: QtBot):
    write(chat, qtbot, "Name a colour.")
    os.kill(chat.client.process_id, signal.SIGKILL)
    wait_until_done(chat, qtbot)
    assert [type(message) for message in chat.window.chat.messages] == [UserMessage]
    qtbot.mouseClick(chat.window.chat.trailer_button, LEFT)
    wait_until_done(chat, qtbot)
    assert last_reply(chat).body.markdown


def test_asking_again_in_vain_brings_the_former_reply_back(chat: Attune, qtbot: QtBot):
    chat.settings.update(mode="instant", max_tokens=400)
    write(chat, qtbot, "Write a very long story about a baker.")
    with qtbot.waitSignal(chat.chats.text_streamed, timeout=REPLY_MS):
        pass
    chat.writer.stop()
    wait_until_done(chat, qtbot)
    former = last_reply(chat).body.markdown
    qtbot.mouseClick(last_reply(chat).try_again_button, LEFT)
    os.kill(chat.client.process_id, signal.SIGKILL)
    wait_until_done(chat, qtbot)
    chat.settings.update(max_tokens=40)
    assert last_reply(chat).body.markdown == former
    assert not last_reply(chat).try_again_button.isHidden()


def test_a_message_longer_than_the_context_is_given_back(chat: Attune, qtbot: QtBot):
    long_text = "word " * 12_000
    write(chat, qtbot, long_text)
    chat.window.chat.composer.field.setPlainText("typed meanwhile")
    wait_until_done(chat, qtbot)
    assert chat.window.chat.messages == []
    assert chat.window.chat.composer.field.toPlainText() == f"{long_text.strip()}\n\ntyped meanwhile"
    assert chat.window.chat.trailer_text.endswith(".")
    chat.window.chat.composer.clear()


def test_a_file_longer_than_the_context_is_given_back_with_its_message(chat: Attune, qtbot: QtBot):
    composer = chat.window.chat.composer
    long_file = Attachment("long.txt", "word " * 12_000)
    composer.attachment_bar.add((long_file,))
    write(chat, qtbot, "What is it about?")
    assert composer.attachment_bar.files == ()
    wait_until_done(chat, qtbot)
    assert chat.window.chat.messages == []
    assert (composer.field.toPlainText(), composer.attachment_bar.files) == ("What is it about?", (long_file,))
    assert chat.window.chat.trailer_text.endswith(".")
    composer.clear()


def test_a_file_that_is_no_model_is_refused_and_the_former_model_works_on(chat: Attune, qtbot: QtBot, tmp_path: Path):
    wrong = tmp_path / "wrong.gguf"
    wrong.write_bytes(b"this is no model" * 100)
    chat.models.choose(str(wrong))
    qtbot.waitUntil(lambda: chat.models.status.path != str(wrong), timeout=REPLY_MS)
    qtbot.waitUntil(lambda: chat.models.status.state == "ready", timeout=REPLY_MS)
    assert "wrong.gguf" in chat.window.notice_bar.text
    assert chat.settings.current.model_path is None
    assert ask(chat, qtbot, "Say hello.").body.markdown


def test_another_model_is_remembered_once_it_has_loaded(chat: Attune, qtbot: QtBot, tmp_path: Path):
    copy = tmp_path / "copy.gguf"
    copy.symlink_to(chat.models.status.path)
    with qtbot.waitSignal(
        chat.models.status_changed, timeout=REPLY_MS, check_params_cb=lambda status: status.state == "ready"
    ):
        chat.models.choose(str(copy))
    assert chat.settings.current.model_path == str(copy)
    assert not chat.models.status.bundled
    with qtbot.waitSignal(
        chat.models.status_changed, timeout=REPLY_MS, check_params_cb=lambda status: status.state == "ready"
    ):
        chat.models.use_bundled()
    assert chat.settings.current.model_path is None


def test_a_message_sent_while_the_model_loads_waits_for_it(chat: Attune, qtbot: QtBot):
    chat.models.use_bundled()
    assert chat.models.status.state == "loading"
    write(chat, qtbot, "Say hello.")
    assert "load" in chat.window.chat.progress_card.text
    wait_until_done(chat, qtbot)
    assert last_reply(chat).body.markdown


def test_a_worker_killed_while_drafts_are_written_leaves_the_longest_one(chat: Attune, qtbot: QtBot):
    chat.settings.update(max_tokens=400)
    write(chat, qtbot, "Write a very long story about a gardener.")
    written: dict[int, str] = {}

    def on_delta(_request: int, index: int, text: str) -> None:
        written[index] = written.get(index, "") + text

    chat.client.draft_delta.connect(on_delta)
    qtbot.waitUntil(lambda: len(written) == 3 and sum(map(len, written.values())) > 200, timeout=REPLY_MS)
    os.kill(chat.client.process_id, signal.SIGKILL)
    wait_until_done(chat, qtbot)
    chat.client.draft_delta.disconnect(on_delta)
    chat.settings.update(max_tokens=40)
    assert last_reply(chat).body.markdown == max(written.values(), key=len)
    assert last_reply(chat).mark_text.startswith("Interrupted")


def test_escape_stops_the_reply(chat: Attune, qtbot: QtBot):
    chat.settings.update(max_tokens=400)
    write(chat, qtbot, "Write a very long story about a sailor.")
    qtbot.waitUntil(lambda: "about" in chat.window.chat.progress_card.text, timeout=REPLY_MS)
    qtbot.keyClick(chat.window.chat.composer.field, Qt.Key.Key_Escape)
    wait_until_done(chat, qtbot)
    chat.settings.update(max_tokens=40)
    assert last_reply(chat).mark_text == "Stopped by you."


def test_a_thumb_down_may_say_why_in_a_row_below_and_takes_it_back(chat: Attune, qtbot: QtBot):
    reply = ask(chat, qtbot)
    assert reply.reasons.isHidden()
    qtbot.mouseClick(reply.bar.down_button, LEFT)
    down = mean(chat)
    assert not reply.reasons.isHidden()
    qtbot.keyClick(reply.reasons.buttons["too_long"], Qt.Key.Key_Space)
    thumb = chat.taste.learner.events[-1].event
    assert isinstance(thumb, Thumb)
    assert (thumb.up, thumb.reason) == (False, "too_long")
    assert reply.reasons.buttons["too_long"].isChecked()
    assert reply.receipt_text.startswith("Noted")
    qtbot.mouseClick(reply.undo_button, LEFT)
    assert reply.receipt_text == "Taken back: the thumb down before it counts again."
    assert not any(button.isChecked() for button in reply.reasons.buttons.values())
    assert (mean(chat) == down).all()
    qtbot.mouseClick(reply.undo_button, LEFT)
    assert reply.receipt_text == "Taken back."
    assert reply.reasons.isHidden()


def test_a_reply_marked_as_wrong_moves_no_style_and_says_so(chat: Attune, qtbot: QtBot):
    reply = ask(chat, qtbot)
    before = mean(chat)
    qtbot.mouseClick(reply.bar.down_button, LEFT)
    assert (mean(chat) != before).any()
    qtbot.mouseClick(reply.reasons.buttons["wrong"], LEFT)
    assert (mean(chat) == before).all()
    assert reply.receipt_text == "Noted as wrong. That is no matter of taste, so your style stays as it was."
    qtbot.mouseClick(reply.reasons.buttons["tone"], LEFT)
    qtbot.mouseClick(reply.reasons.buttons["tone"], LEFT)  # again: the thumb stays, without any reason
    thumb = chat.taste.learner.events[-1].event
    assert isinstance(thumb, Thumb)
    assert (thumb.up, thumb.reason) == (False, None)


def test_a_thumb_up_asks_no_reason(chat: Attune, qtbot: QtBot):
    reply = ask(chat, qtbot)
    qtbot.mouseClick(reply.bar.down_button, LEFT)
    qtbot.mouseClick(reply.bar.up_button, LEFT)
    assert reply.reasons.isHidden()


def test_the_worker_chooses_by_the_chats_own_correction(chat: Attune, qtbot: QtBot):
    qtbot.keyClick(chat.window.chat.taste_header.panel.sliders["length"], Qt.Key.Key_Home)
    reply = ask(chat, qtbot)
    assert chat.chats.open_id is not None
    stored = ChatStore(chat.stores.database).message(reply.message_id).drafts
    drafts = [draft for draft in stored if draft.base_rewards is not None]
    phi = np.array([draft.base_rewards for draft in drafts])
    quality, uncertainty, scores = (
        np.array([getattr(draft, name) for draft in drafts]) for name in ("quality", "uncertainty", "score")
    )
    model, mine = chat.taste.model, chat.taste.learner.posterior.mean
    of_most_people = quality + phi @ model.prior_mean
    relative = phi - phi[np.argmax(np.where(above_floor(quality), of_most_people, -np.inf))]
    corrected = mine + weight_shift({"length": -MAX_STEPS}, model)
    assert scores == pytest.approx(quality + relative @ corrected - CAUTION * uncertainty, abs=1e-6)
    assert scores != pytest.approx(quality + relative @ mine - CAUTION * uncertainty, abs=1e-3)


def test_a_thumb_down_keeps_its_reason_in_a_chat_that_is_opened_again(chat: Attune, qtbot: QtBot):
    reply = ask(chat, qtbot)
    qtbot.mouseClick(reply.bar.down_button, LEFT)
    qtbot.mouseClick(reply.reasons.buttons["too_short"], LEFT)
    chat.chats.open(chat.chats.open_id)
    reply = last_reply(chat)
    assert reply.reasons.isHidden()
    assert reply.bar.down_button.accessibleName() == "Bad reply: too short"
    chat.window.show_page("taste")
    assert chat.window.taste.undo_buttons[0].accessibleName() == "Undo: Thumb down on a reply: too short"


def test_a_small_time_budget_means_fewer_drafts_and_the_speed_is_remembered(chat: Attune, qtbot: QtBot):
    plans: list[int] = []
    chat.client.drafts_planned.connect(lambda _id, planned: plans.append(planned.n_drafts))
    # a budget that no machine meets: the speed learned from the short replies above may let eight fit into seconds
    chat.settings.update(n_drafts=8, time_budget_s=0, max_tokens=200)
    try:
        reply = ask(chat, qtbot, "Tell me a long story about the sea and its many ships.")
    finally:
        chat.settings.update(n_drafts=3, time_budget_s=600, max_tokens=40)
    assert plans[-1] == MIN_PERSONAL
    assert reply.bar.pager_text.endswith(f"/{plans[-1]}")
    stored = SpeedBook(chat.stores.paths.speeds).get(chat.models.status.path, -1)
    assert stored is not None
    assert stored.prefill_tokens_per_s > 0
