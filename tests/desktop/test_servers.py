"""Servers in the window: a person adds one, talks with its model, and forgets it. The server is Attune's own."""

from __future__ import annotations

import contextlib
import json
import sqlite3
from collections.abc import Callable, Iterator

import keyring
import pytest
from helpers.completion_server import completing, list_one
from helpers.keyrings import MemoryKeyring
from helpers.server import API_KEY, ServerProcess
from helpers.waiting import REPLY_MS
from keyring.backends.fail import Keyring as NoKeyring
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from desktop.assembly import Attune
from desktop.library.servers import ServersSection
from engine.paths import Paths


@pytest.fixture(scope="module")
def server() -> Iterator[ServerProcess]:
    server = ServerProcess("-n", 1, api_key=API_KEY)
    yield server
    server.stop()


@pytest.fixture(autouse=True)
def memory(monkeypatch: pytest.MonkeyPatch) -> Iterator[MemoryKeyring]:
    """A keyring of the test's own, and no proxy."""
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    before, memory = keyring.get_keyring(), MemoryKeyring()
    keyring.set_keyring(memory)
    yield memory
    keyring.set_keyring(before)


def section(attune: Attune) -> ServersSection:
    attune.window.show_page("models")
    return attune.window.models.servers


def connect(attune: Attune, qtbot: QtBot, address: str, key: str = "") -> ServersSection:
    """What a person does: type, and press Enter."""
    form = section(attune)
    form.address_field.setText(address)
    form.key_field.setText(key)
    qtbot.keyClick(form.key_field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: form.ask_button.isEnabled(), timeout=REPLY_MS)
    return form


def use_first(attune: Attune, qtbot: QtBot, form: ServersSection) -> None:
    qtbot.mouseClick(form.add_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: attune.models.status.state == "ready", timeout=REPLY_MS)


def test_a_server_is_added_answers_and_is_there_at_the_next_launch(
    open_attune: Callable[[], Attune], server: ServerProcess, qtbot: QtBot, memory: MemoryKeyring, paths: Paths
):
    attune = open_attune()
    attune.taste.set_quiz_state("skipped")
    attune.settings.update(max_tokens=24, n_drafts=3, time_budget_s=600)
    form = connect(attune, qtbot, f"127.0.0.1:{server.port}", API_KEY)
    assert form.model_box.isVisible()
    assert [form.model_box.itemText(i) for i in range(form.model_box.count())] == ["SmolLM2-135M-Instruct.Q4_1"]
    use_first(attune, qtbot, form)
    title = f"SmolLM2-135M-Instruct.Q4_1 · 127.0.0.1:{server.port}"
    assert attune.models.status.name == title
    assert form.address_field.text() == form.key_field.text() == ""
    assert [row.entry.title for row in form.rows] == [title]
    assert form.rows[0].in_use.text() == "In use"
    assert attune.window.chat.server_badge.text() == f"127.0.0.1:{server.port}"
    qtbot.waitUntil(lambda: bool(memory.passwords))
    assert API_KEY in memory.passwords.values()

    # a reply: the same flow as with a model here
    attune.window.show_page("chat")
    attune.window.chat.composer.field.setPlainText("Name a colour.")
    attune.window.chat.composer.send_requested.emit("Name a colour.")
    qtbot.waitUntil(lambda: attune.chats.is_busy)
    qtbot.waitUntil(lambda: not attune.chats.is_busy, timeout=REPLY_MS)
    assert len(attune.window.chat.messages) == 2
    with contextlib.closing(sqlite3.connect(paths.database)) as database:
        assert database.execute("SELECT count(*) FROM draft").fetchone() == (3,)

    attune.close()
    assert API_KEY not in paths.settings.read_text(encoding="utf-8")
    assert all(API_KEY.encode() not in file.read_bytes() for file in paths.data.rglob("*") if file.is_file())
    assert all(API_KEY.encode() not in file.read_bytes() for file in paths.logs.rglob("*") if file.is_file())

    again = open_attune()
    again.models.start()
    qtbot.waitUntil(lambda: again.models.status.state == "ready", timeout=REPLY_MS)
    assert again.models.status.name == title

    # forgotten, with its key: the model that comes with Attune answers again
    qtbot.mouseClick(section(again).rows[0].remove_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: again.models.status.bundled and again.models.status.state == "ready", timeout=REPLY_MS)
    assert not memory.passwords
    assert again.window.chat.server_badge.isHidden()
    assert json.loads(paths.settings.read_text(encoding="utf-8"))["servers"] == []


def test_a_wrong_key_is_said_beside_the_field_and_nothing_is_kept(
    attune: Attune, server: ServerProcess, qtbot: QtBot, memory: MemoryKeyring
):
    form = connect(attune, qtbot, f"127.0.0.1:{server.port}", "wrong")
    assert "does not accept the key (401)" in form.refusal
    assert form.add_button.isHidden()
    assert not attune.settings.current.servers
    assert not memory.passwords
    form.key_field.setText("another")
    assert form.refusal == ""


def test_what_is_no_address_is_said_and_nothing_is_connected_to(attune: Attune, qtbot: QtBot):
    form = connect(attune, qtbot, "http://host/v1?x=1")
    assert "no name, password, question mark" in form.refusal


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("localhost:8080", "is on this machine. Messages stay here"),
        ("https://api.example.com", "Messages leave this machine: each is sent to api.example.com"),
        ("http://192.168.1.9:8000", "without encryption, so others on the network can read them and the key"),
    ],
)
def test_where_messages_would_go_is_said_while_the_address_is_typed(
    attune: Attune, qtbot: QtBot, address: str, words: str
):
    form = section(attune)
    qtbot.keyClicks(form.address_field, address)
    assert words in form.where


def test_without_a_keyring_the_key_serves_until_the_end_and_that_is_said(attune: Attune, qtbot: QtBot, paths: Paths):
    keyring.set_keyring(NoKeyring())
    with completing(lambda exchange: None, list_one) as other:
        form = connect(attune, qtbot, other.address, "a-secret-of-today")
        use_first(attune, qtbot, form)
        qtbot.waitUntil(lambda: "no keyring" in attune.window.notice_bar.text)
        attune.models.reload()
        qtbot.waitUntil(lambda: attune.models.status.state == "ready", timeout=REPLY_MS)
        assert all(headers["Authorization"] == "Bearer a-secret-of-today" for headers in other.headers_seen)
    assert "a-secret" not in paths.settings.read_text(encoding="utf-8")


def test_a_server_that_is_gone_at_launch_is_said_and_the_bundled_model_answers(
    open_attune: Callable[[], Attune], qtbot: QtBot
):
    attune = open_attune()
    with completing(lambda exchange: None, list_one) as other:
        use_first(attune, qtbot, connect(attune, qtbot, other.address))
    attune.close()
    again = open_attune()
    again.models.start()
    qtbot.waitUntil(lambda: again.models.status.bundled and again.models.status.state == "ready", timeout=REPLY_MS)
    assert "refuses the connection" in again.window.notice_bar.text
    assert "The bundled model is used instead." in again.window.notice_bar.text
    assert len(section(again).rows) == 1


def test_the_key_is_never_shown(attune: Attune):
    assert section(attune).key_field.echoMode() == QLineEdit.EchoMode.Password


def test_an_offer_that_comes_after_the_address_was_changed_is_not_shown(attune: Attune, qtbot: QtBot):
    """What is said about where messages go must be about the server that is used."""
    form = section(attune)
    with completing(lambda exchange: None, list_one) as other:
        form.address_field.setText(other.address)
        qtbot.keyClick(form.address_field, Qt.Key.Key_Return)
        assert not form.ask_button.isEnabled()
        form.address_field.setText("https://api.example.com")
        qtbot.waitUntil(lambda: form.ask_button.isEnabled(), timeout=REPLY_MS)
    assert form.add_button.isHidden()


def test_a_second_model_of_a_server_keeps_the_key_of_the_first(attune: Attune, qtbot: QtBot, memory: MemoryKeyring):
    models = {"data": [{"id": "one"}, {"id": "two"}]}
    with completing(lambda exchange: None, lambda exchange: exchange.send(200, models)) as other:
        use_first(attune, qtbot, connect(attune, qtbot, other.address, "secret"))
        qtbot.waitUntil(lambda: bool(memory.passwords))
        form = connect(attune, qtbot, other.address)
        form.model_box.setCurrentText("two")
        qtbot.mouseClick(form.add_button, Qt.MouseButton.LeftButton)
        qtbot.waitUntil(lambda: attune.models.status.name.startswith("two"), timeout=REPLY_MS)
        qtbot.waitUntil(lambda: attune.models.status.state == "ready", timeout=REPLY_MS)
        assert other.headers_seen[-1]["Authorization"] == "Bearer secret"
        qtbot.mouseClick(form.rows[0].remove_button, Qt.MouseButton.LeftButton)
        assert [row.entry.model for row in form.rows] == ["two"]
        assert memory.passwords
