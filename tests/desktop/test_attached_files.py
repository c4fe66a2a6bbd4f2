"""Files attached in the window: by button, drop and paste; seen, taken away, sent, kept."""

from __future__ import annotations

from pathlib import Path

import pytest
from helpers.pdf_files import pdf_with
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.assembly import Attune
from desktop.chat.context_meter import ContextUse
from desktop.chat.message_view import UserMessage
from engine.attachments import Attachment
from engine.store.chats import ChatStore, conversation_turns

NOTE = Attachment("note.md", "Basil wants light.")


@pytest.fixture
def note(tmp_path: Path) -> Path:
    path = tmp_path / "note.md"
    path.write_text(NOTE.text)
    return path


def files_as_data(*paths: Path) -> QMimeData:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return data


def test_a_pasted_file_becomes_a_chip_and_no_text(attune: Attune, qtbot: QtBot, note: Path, tmp_path: Path):
    pdf = tmp_path / "two.pdf"
    pdf.write_bytes(pdf_with("One.", "Two."))
    composer = attune.window.chat.composer
    composer.field.insertFromMimeData(files_as_data(note, pdf))
    qtbot.waitUntil(lambda: len(composer.attachment_bar.files) == 2)
    assert [chip.accessibleName() for chip in composer.attachment_bar.chips] == [
        "note.md, about 6 tokens",
        "two.pdf, about 3 tokens",
    ]
    assert composer.field.toPlainText() == ""
    qtbot.mouseClick(composer.attachment_bar.chips[0].remove_button, Qt.MouseButton.LeftButton)
    assert [file.name for file in composer.attachment_bar.files] == ["two.pdf"]


def test_a_file_may_be_dropped_anywhere_on_the_chat(attune: Attune, qtbot: QtBot, note: Path):
    page, data = attune.window.chat, files_as_data(note)
    action, buttons, keys = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    entered = QDragEnterEvent(QPoint(300, 200), action, data, buttons, keys)
    QApplication.sendEvent(page, entered)
    assert entered.isAccepted()
    QApplication.sendEvent(page, QDropEvent(QPointF(300, 200), action, data, buttons, keys))
    qtbot.waitUntil(lambda: page.composer.attachment_bar.files == (NOTE,))


def test_a_file_that_cannot_be_read_is_said_so_and_nothing_is_lost(attune: Attune, qtbot: QtBot, tmp_path: Path):
    binary = tmp_path / "a.bin"
    binary.write_bytes(bytes(range(256)))
    composer = attune.window.chat.composer
    composer.field.setPlainText("What is it?")
    composer.files_given.emit([binary])
    qtbot.waitUntil(lambda: "a.bin is not text" in composer.attachment_bar.note)
    assert composer.field.toPlainText() == "What is it?"
    assert composer.send_button.isEnabled()


def test_more_than_the_model_can_read_is_said_before_sending(attune: Attune):
    bar = attune.window.chat.composer.attachment_bar
    bar.add((Attachment("long.txt", "word " * 4000),))
    bar.show_use(ContextUse(n_tokens=10, window=2048, n_left_out=0))
    assert "more than the 2,048 that this model can read" in bar.note
    assert "of 2,048 tokens" in bar.chips[0].size_label.text()


def test_a_sent_file_is_read_by_the_model_shown_and_kept_when_reworded(attune: Attune, note: Path, qtbot: QtBot):
    composer = attune.window.chat.composer
    composer.files_given.emit([note])
    qtbot.waitUntil(lambda: bool(composer.attachment_bar.files))
    attune.chats.send("What does it want?")
    assert composer.attachment_bar.files == ()
    sent = attune.window.chat.messages[0]
    assert isinstance(sent, UserMessage)
    assert [chip.toolTip() for chip in sent.chips] == ["note.md"]
    assert attune.chats.open_id is not None
    thread = ChatStore(attune.stores.database).thread(attune.chats.open_id)
    assert "Basil wants light." in conversation_turns(thread)[0].content
    attune.writer.stop()
    qtbot.waitUntil(lambda: not attune.chats.is_busy)
    attune.chat_assembly.branches.reword(sent.message_id, "What did it want?")
    reworded = attune.window.chat.messages[0]
    assert isinstance(reworded, UserMessage)
    assert (reworded.text, [chip.toolTip() for chip in reworded.chips]) == ("What did it want?", ["note.md"])
