"""What the machine does to Attune: full disks, locked and read-only files, clocks that jump, long and odd paths."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from helpers.privileges import as_nobody
from helpers.stored_chats import store_drafts
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.app import exception_hook, make_application
from desktop.assembly import Attune, Stores
from desktop.worker_log import WorkerLog
from engine.errors import StoreError
from engine.paths import Paths
from engine.preferences.taste_model import load_taste_model
from engine.store import database as database_module
from engine.store.backups import list_backups
from engine.store.chats import ChatStore
from engine.store.database import Database
from engine.store.profiles import ProfileStore
from engine.store.settings import Settings, load_settings, save_settings

QUICK = Path(__file__).parent.parent / "helpers" / "quick_worker.py"
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    return Paths.under(tmp_path / "data")


@pytest.fixture
def open_window(qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Paths], Attune]]:
    """A window whose worker writes at once, so that what is on trial is what the window keeps."""
    make_application()
    taste = load_taste_model()
    opened: list[Attune] = []

    def open_it(paths: Paths) -> Attune:
        command = [sys.executable, str(QUICK), str(taste.n_base), taste.heads_version]
        attune = Attune(Stores.open(paths), command)
        opened.append(attune)
        attune.taste.set_quiz_state("skipped")
        attune.start()
        QtBot(_Request()).waitUntil(lambda: attune.models.status.state == "ready", timeout=60_000)
        hook = exception_hook(attune, paths.logs)
        # where pytest-qt would fail the test, the window's own hook shows a sentence
        monkeypatch.setattr(sys, "excepthook", hook)
        return attune

    yield open_it
    for attune in opened:
        attune.close()
        attune.window.deleteLater()
        attune.deleteLater()
    QApplication.processEvents()


def limit_size(attune: Attune, n_more_pages: int = 0) -> None:
    """From here on SQLite says that the disk is full."""
    (pages,) = attune.stores.database.query("PRAGMA page_count")[0]
    attune.stores.database.query(f"PRAGMA max_page_count = {pages + n_more_pages}")


def test_on_a_full_disk_what_the_person_typed_stays_in_the_composer(open_window, paths: Paths, qtbot: QtBot):
    attune = open_window(paths)
    limit_size(attune)
    field = attune.window.chat.composer.field
    text = "precious " * 20_000
    field.setPlainText(text)
    with qtbot.captureExceptions() as raised:
        attune.window.chat.composer.send_button.click()
    for kind, error, _ in raised:
        assert kind is StoreError
        exception_hook(attune, paths.logs)(kind, error, None)
    assert raised
    assert "could not save" in attune.window.notice_bar.text
    assert field.toPlainText() == text
    assert not attune.chats.is_busy
    attune.stores.database.query("PRAGMA max_page_count = 1000000")
    attune.window.chat.composer.send_button.click()
    qtbot.waitUntil(lambda: not attune.chats.is_busy, timeout=20_000)
    statuses = [row["status"] for row in attune.stores.database.query("SELECT status FROM message ORDER BY number")]
    assert statuses == ["complete", "complete"]


def test_a_disk_that_fills_up_while_a_reply_is_written_leaves_the_window_usable(
    open_window, paths: Paths, qtbot: QtBot
):
    attune = open_window(paths)
    attune.chats.send("first")
    limit_size(attune)
    with qtbot.captureExceptions() as raised:
        # the quick worker's drafts are small: a page or two may still have room for them
        attune.stores.database.query("PRAGMA cache_spill = OFF")
        qtbot.waitUntil(lambda: not attune.chats.is_busy, timeout=20_000)
    assert all(kind is StoreError for kind, _, _ in raised)
    attune.stores.database.query("PRAGMA max_page_count = 1000000")
    attune.chats.try_again()
    qtbot.waitUntil(lambda: not attune.chats.is_busy, timeout=20_000)
    assert attune.stores.database.query("SELECT 1 FROM message WHERE status = 'complete' AND role = 'assistant'")


def test_a_real_full_file_system_is_said_and_changes_nothing(tmp_path: Path):
    """A file system of its own where this user may mount one; elsewhere a limit on the size of files."""
    script = (
        "import resource, sys; from pathlib import Path; from engine.store.database import Database;"
        "from engine.store.chats import ChatStore; from engine.errors import StoreError;"
        "d = Database(Path(sys.argv[1])); c = ChatStore(d); chat = c.create_conversation(None).id;"
        "kept = c.add_user_message(chat, 'kept', None).id; said = ''\n"
        "if sys.argv[2] == 'limit': resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))\n"
        "import signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "for n in range(4000):\n"
        "    try: c.add_user_message(chat, 'x' * 2000 + str(n), kept)\n"
        "    except StoreError as exc: said = str(exc); break\n"
        "print(n, said)"
    )
    mount = tmp_path / "small"
    mount.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(mount)], capture_output=True)
    how = "mount" if mounted.returncode == 0 else "limit"
    try:
        result = subprocess.run(
            [sys.executable, "-c", script, str(mount / "attune.db"), how], capture_output=True, text=True, check=True
        )
        n, said = result.stdout.split(" ", 1)
        assert "could not save" in said
        with closing(sqlite3.connect(mount / "attune.db")) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            assert connection.execute("SELECT count(*) FROM message").fetchone() == (int(n) + 1,)
    finally:
        if how == "mount":
            subprocess.run(["umount", str(mount)], check=True)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no such device there")
def test_logs_and_settings_on_a_full_disk_never_stop_anything(tmp_path: Path):
    (tmp_path / "engine.log").symlink_to("/dev/full")
    log = WorkerLog(tmp_path)
    log.write("a line that has no room\n" * 100)
    log.close()
    save_settings(tmp_path / "settings.json", Settings(n_drafts=3))
    (tmp_path / "settings.json.tmp").mkdir()  # cannot be written either
    with pytest.raises(StoreError, match="could not save its settings"):
        save_settings(tmp_path / "settings.json", Settings(n_drafts=4))
    assert load_settings(tmp_path / "settings.json").n_drafts == 3


def test_a_directory_that_became_read_only_is_said_and_the_window_closes_in_peace(paths: Paths):
    paths.ensure()
    Database(paths.database).close()
    for path in (paths.data, paths.database):
        path.chmod(0o500)
    with as_nobody(), pytest.raises(StoreError, match="cannot write to"):
        Stores.open(paths)
    paths.data.chmod(0o700)


def test_a_database_that_another_program_locks_is_said_and_nothing_is_lost(tmp_path: Path, monkeypatch):
    path = tmp_path / "attune.db"
    with closing(Database(path)) as database:
        ChatStore(database).create_conversation(None, "before")
    holder = subprocess.Popen(
        [sys.executable, "-c", "import sqlite3,sys,time; c = sqlite3.connect(sys.argv[1], isolation_level=None);"
         "c.execute('BEGIN IMMEDIATE'); print('held', flush=True); time.sleep(60)", str(path)],
        stdout=subprocess.PIPE,
    )  # fmt: skip
    try:
        assert holder.stdout is not None
        holder.stdout.readline()
        monkeypatch.setattr(database_module, "BUSY_S", 0.2)
        with closing(Database(path)) as database:
            chats = ChatStore(database)
            assert [chat.title for chat in chats.conversations()] == ["before"]
            with pytest.raises(StoreError, match=r"could not save .* locked.* What was there is unchanged"):
                chats.create_conversation(None, "after")
            holder.kill()
            holder.wait()
            chats.create_conversation(None, "after")
            assert len(chats.conversations()) == 2
    finally:
        holder.kill()
        holder.wait()
        if holder.stdout is not None:
            holder.stdout.close()


@pytest.mark.parametrize("jump_s", [-10 * 365 * 86_400, 30 * 365 * 86_400])
def test_a_clock_that_jumps_changes_no_order_and_loses_no_selection(tmp_path: Path, monkeypatch, jump_s: float):
    real = time.time
    with closing(Database(tmp_path / "attune.db")) as database:
        chats, profiles = ChatStore(database), ProfileStore(database)
        chat = chats.create_conversation(None)
        first = chats.add_user_message(chat.id, "first", None)
        profiles.select(profiles.create("One").id)
        monkeypatch.setattr(time, "time", lambda: real() + jump_s)
        two = profiles.create("Two")
        profiles.select(two.id)
        assert profiles.selected().id == two.id
        reply = chats.begin_reply(chat.id, first.id, "instant", "model")
        chats.save_partial(reply.id, {0: "text"})
        second = chats.add_user_message(chat.id, "second", reply.id)
        monkeypatch.setattr(time, "time", real)
        assert [message.id for message in chats.thread(chat.id)] == [first.id, reply.id, second.id]
        assert chats.interrupt_unfinished() == 1


def test_a_path_of_two_hundred_odd_characters_works_from_the_window_to_the_backup(open_window, tmp_path: Path, qtbot):
    name = "dir with spaces é 你好 👩‍👧 مرحبا 'quotes' #?%"
    paths = Paths.under(tmp_path / name / ("long" * 40) / "x y")
    assert len(str(paths.data)) > 200
    attune = open_window(paths)
    attune.chats.send("hello")
    qtbot.waitUntil(lambda: not attune.chats.is_busy, timeout=20_000)
    qtbot.waitUntil(lambda: len(list_backups(paths.database)) == 1, timeout=20_000)
    rows = attune.stores.database.query("SELECT status FROM message WHERE role = 'assistant'")
    assert [row["status"] for row in rows] == ["complete"]
    assert attune.safekeeping.door.is_open


def test_a_pasted_megabyte_is_sent_shown_and_stored_whole(open_window, paths: Paths, qtbot: QtBot):
    attune = open_window(paths)
    text = "مرحبا 你好 👩‍👩‍👧‍👦 e\u0301 word " * 20_000
    assert len(text.encode()) > 1_000_000
    field = attune.window.chat.composer.field
    field.setPlainText(text)
    attune.window.chat.composer.send_button.click()
    qtbot.waitUntil(lambda: not attune.chats.is_busy, timeout=60_000)
    rows = attune.stores.database.query("SELECT content, status FROM message ORDER BY number")
    assert rows[0]["content"] == text.strip()
    assert rows[1]["status"] == "complete"


def test_no_text_of_a_chat_gets_into_the_logs(open_window, paths: Paths, qtbot: QtBot):
    attune = open_window(paths)
    store_drafts(attune, "kakapo question", ["kakapo one", "kakapo two"])
    attune.settings.update(system_prompt="kakapo prompt")
    attune.chats.send("kakapo, please")
    qtbot.waitUntil(lambda: not attune.chats.is_busy, timeout=20_000)
    os.kill(attune.client.process_id, 9)
    qtbot.waitUntil(lambda: attune.models.status.state == "loading", timeout=20_000)
    qtbot.waitUntil(lambda: attune.models.status.state == "ready", timeout=60_000)
    attune.close()
    logs = [path for path in paths.logs.iterdir() if path.is_file()]
    assert logs  # the worker's death is in them
    assert not [path.name for path in logs if b"kakapo" in path.read_bytes()]


def test_a_temporary_chat_leaves_no_word_on_the_disk(open_window, paths: Paths, qtbot: QtBot):
    attune = open_window(paths)
    attune.chats.new_temporary_chat()
    attune.window.chat.composer.field.setPlainText("quokka secret")
    attune.window.chat.composer.send_button.click()
    qtbot.waitUntil(lambda: not attune.chats.is_busy, timeout=20_000)
    written = b"w%d.0." % attune.client._last_id  # how the quick worker's words begin, of the latest request
    attune.chats.new_chat()
    for moment in ("while the window is open", "afterwards"):
        found = [
            path.name
            for path in tmp_files(paths.data)
            if b"quokka" in path.read_bytes() or written in path.read_bytes()
        ]
        assert found == [], moment
        attune.close()


def tmp_files(directory: Path) -> list[Path]:
    return [path for path in directory.rglob("*") if path.is_file() and not path.is_symlink()]


class _Request:
    """`QtBot` outside a test function wants something to hang its widgets on."""

    def __init__(self) -> None:
        self.node = self
        self.config = self
