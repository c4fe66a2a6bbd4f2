"""Chats out to files and in from them, through the window, without holding it."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from helpers.stored_chats import store_drafts
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from desktop.assembly import Attune
from desktop.chat import file_controller
from desktop.chat_assembly import file_name
from engine.store.chat_transfer import ChatTransfer
from engine.store.chats import ChatStore
from engine.store.deletions import DeletionStore

WAIT_MS = 30_000


def chatgpt_file(path: Path, n_chats: int, n_messages: int = 2) -> Path:
    """A `conversations.json` of chats "chat 0", "chat 1", …"""
    chats = []
    for number in range(n_chats):
        mapping = {
            f"m{i}": {
                "parent": f"m{i - 1}" if i else None,
                "message": {
                    "author": {"role": "assistant" if i % 2 else "user"},
                    "content": {"content_type": "text", "parts": [f"saffron {number} {i}"]},
                    "create_time": 1_700_000_000.0 + number,
                },
            }
            for i in range(n_messages)
        }
        chats.append({"title": f"chat {number}", "mapping": mapping, "current_node": f"m{n_messages - 1}"})
    path.write_text(json.dumps(chats))
    return path


def finish(attune: Attune, qtbot: QtBot) -> str:
    """Wait until the file is done; what the window says of it."""
    qtbot.waitUntil(lambda: not attune.chat_assembly.files.is_busy, timeout=WAIT_MS)
    return attune.window.job_bar.text


def choose_in_dialog(attune: Attune, path: Path, kind: str = "") -> None:
    dialog = attune.window.findChild(QFileDialog)
    assert dialog is not None
    if kind:
        chosen = next(name for name in dialog.nameFilters() if kind in name)
        dialog.selectNameFilter(chosen)
        dialog.filterSelected.emit(chosen)
    dialog.fileSelected.emit(str(path))
    dialog.reject()


def test_chats_of_chatgpt_are_imported_and_reported(attune: Attune, qtbot: QtBot, tmp_path: Path):
    path = chatgpt_file(tmp_path / "conversations.json", 12)
    chats = json.loads(path.read_text())
    chats.insert(3, {"title": "broken", "mapping": 7})
    chats.append({"title": "empty", "mapping": {}})
    path.write_text(json.dumps(chats))
    attune.window.sidebar.import_requested.emit()
    choose_in_dialog(attune, path)
    report = finish(attune, qtbot)
    assert report.startswith("12 chats imported, 1 without messages left out, 1 skipped: chat 4: ")
    assert len(attune.window.sidebar.titles) == 12
    attune.window.sidebar.search_field.setText("saffron 7")
    assert "chat 7" in attune.window.sidebar.titles
    stored = ChatStore(attune.stores.database).conversations()
    assert {chat.profile_id for chat in stored} == {attune.taste.profile_id}


@pytest.mark.parametrize(("kind", "suffix"), [("Markdown", "md"), ("Open WebUI", "json"), ("Attune", "json")])
def test_a_chat_is_exported_from_its_menu(attune: Attune, qtbot: QtBot, tmp_path: Path, kind: str, suffix: str):
    attune.chats.open(store_drafts(attune, "What is basil?", ["A herb.", "A fragrant herb."]))
    attune.window.chat.export_requested.emit()
    path = tmp_path / f"basil.{suffix}"
    choose_in_dialog(attune, path, kind)
    assert finish(attune, qtbot) == "Exported one chat."
    text = path.read_text(encoding="utf-8")
    assert "A fragrant herb." in text
    assert ("A herb." in text) == (kind == "Attune")  # the other draft


def test_all_chats_go_out_and_come_back_with_drafts_and_numbers(attune: Attune, qtbot: QtBot, tmp_path: Path):
    for name in ("basil", "sage"):
        store_drafts(attune, f"What is {name}?", [f"{name} is a herb.", f"{name} is a plant."])
    path = tmp_path / "all.json"
    attune.window.sidebar.export_requested.emit()
    choose_in_dialog(attune, path, "Attune")
    assert finish(attune, qtbot) == "Exported 2 chats."
    attune.chat_assembly.files.import_from(path)
    assert finish(attune, qtbot) == "2 chats imported."
    transfer = ChatTransfer(attune.stores.database)
    former, again = transfer.ids()[0::2], transfer.ids()[1::2]  # by the time at which they began
    chats = ChatStore(attune.stores.database)
    for before, after in zip(former, again, strict=True):
        assert chats.conversation(before).title == chats.conversation(after).title
        assert [m.drafts for m in chats.thread(before)] == [m.drafts for m in chats.thread(after)]
    attune.chats.open(again[0])
    reply = attune.window.chat.messages[-1]
    reply.bar.up_button.click()  # its numbers are of these heads: it can be rated
    assert reply.receipt_text.startswith("Noted")


def test_a_file_that_is_none_says_so_and_changes_nothing(attune: Attune, qtbot: QtBot, tmp_path: Path):
    path = tmp_path / "notes.json"
    path.write_text("[1, 2, 3]")
    attune.chat_assembly.files.import_from(path)
    report = finish(attune, qtbot)
    assert report == "notes.json is not a file of chats that Attune knows. Nothing was imported."
    assert ChatStore(attune.stores.database).conversations() == []


def test_a_large_import_never_holds_the_window_and_can_be_stopped(attune: Attune, qtbot: QtBot, tmp_path: Path):
    path = chatgpt_file(tmp_path / "conversations.json", 400, 20)
    gaps: list[float] = []
    last = time.perf_counter()

    def tick() -> None:
        nonlocal last
        now = time.perf_counter()
        gaps.append(now - last)
        last = now

    timer = QTimer(attune)
    timer.timeout.connect(tick)
    timer.start(5)
    seen: list[float] = []

    def stop_late(_sentence: str, share: float) -> None:
        seen.append(share)
        if share > 0.6:
            attune.window.job_bar.stop_button.click()

    attune.chat_assembly.files.progress_changed.connect(stop_late)
    attune.chat_assembly.files.import_from(path)
    assert attune.window.job_bar.text == "Importing conversations.json"
    assert finish(attune, qtbot) == "The import was stopped. Nothing was imported."
    timer.stop()
    assert seen == sorted(seen)
    assert max(gaps) < 1.0  # generous: the machine may be busy
    assert attune.stores.database.query("SELECT 1 FROM conversation") == []
    assert ChatStore(attune.stores.database).search("saffron") == []


def test_writing_goes_on_while_chats_are_imported(attune: Attune, qtbot: QtBot, tmp_path: Path):
    path = chatgpt_file(tmp_path / "conversations.json", 300, 20)
    attune.chat_assembly.files.import_from(path)
    written = 0
    while attune.chat_assembly.files.is_busy:
        store_drafts(attune, f"Question {written}", ["An answer."])
        written += 1
        qtbot.wait(20)
    assert written > 4  # 15 pauses of the import, each long enough for one who waits
    assert len(ChatStore(attune.stores.database).conversations()) == 300 + written


def test_closing_during_an_import_leaves_all_or_nothing(
    attune: Attune, open_attune: Callable[[], Attune], qtbot: QtBot, tmp_path: Path
):
    path = chatgpt_file(tmp_path / "conversations.json", 400, 20)
    attune.chat_assembly.files.import_from(path)
    with qtbot.waitSignal(attune.chat_assembly.files.progress_changed, timeout=WAIT_MS):
        pass
    attune.close()
    again = open_attune()
    assert again.stores.database.query("SELECT 1 FROM conversation") == []


def test_an_import_that_breaks_halfway_leaves_nothing(
    attune: Attune, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    path = chatgpt_file(tmp_path / "conversations.json", 60, 20)
    chats = json.loads(path.read_text())
    for each in chats:
        each["mapping"]["m1"]["message"]["content"]["parts"] = ["x" * 4000]
    path.write_text(json.dumps(chats))
    monkeypatch.setattr(file_controller, "CHUNK_MESSAGES", 40)
    connect = file_controller.Database

    def small(database_path: Path) -> object:
        database = connect(database_path)
        database.query("PRAGMA max_page_count = 120")  # a disk that is soon full
        return database

    monkeypatch.setattr(file_controller, "Database", small)
    attune.chat_assembly.files.import_from(path)
    assert "could not save" in finish(attune, qtbot)
    assert ChatStore(attune.stores.database).conversations() == []
    DeletionStore(attune.stores.database).purge_all()  # as at the next start, where the full disk forbade more
    assert attune.stores.database.query("SELECT 1 FROM message") == []


def test_a_title_becomes_a_name_that_every_system_takes():
    assert file_name('What is a/b: "c"?\n') == "What is a b c"
    assert file_name("...") == "Attune"
    assert len(file_name("x" * 300)) == 80
