"""Erasing everything, on a directory that every part of Attune has written to."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import keyring
import msgspec
import pytest
from helpers.gguf_files import LLAMA, gguf_bytes, write_gguf
from helpers.keyrings import LockedKeyring, MemoryKeyring
from helpers.model_server import serving
from helpers.stored_chats import store_drafts
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.app import _log_to, make_application
from desktop.assembly import Attune, Stores
from engine.commands.calibrate import _path as calibration_path
from engine.directions.calibration import Calibration
from engine.errors import FetchStoppedError, StoreError
from engine.files import write_atomically
from engine.library.fetch import fetch_file
from engine.library.hub import RemoteFile
from engine.library.shelf import Shelf
from engine.paths import Paths
from engine.preferences.taste_model import load_taste_model
from engine.remote.address import ServerEntry
from engine.remote.keys import ServerKeys
from engine.store.backups import list_backups, restore, take_backup
from engine.store.erasure import erase_everything
from engine.store.settings import Settings, load_settings, save_settings
from engine.store.speeds import SpeedBook
from engine.types import SpeedRecord

QUICK = Path(__file__).parent.parent / "helpers" / "quick_worker.py"
WORD = "zebrafinch"
SERVER = ServerEntry(address=f"https://{WORD}.example/v1", model=WORD)
SECOND = ServerEntry(address="http://localhost:8080/v1", model=WORD)
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)


@pytest.fixture
def memory() -> Iterator[MemoryKeyring]:
    former, backend = keyring.get_keyring(), MemoryKeyring()
    keyring.set_keyring(backend)
    yield backend
    keyring.set_keyring(former)


@pytest.fixture(params=["--data-dir", "usual places"])
def paths(request: pytest.FixtureRequest, tmp_path: Path) -> Paths:
    if request.param == "--data-dir":
        return Paths.under(tmp_path / "data")
    return Paths(data=tmp_path / "share" / "Attune", config=tmp_path / "conf" / "Attune", logs=tmp_path / "st" / "log")


def use(paths: Paths, qtbot: QtBot) -> None:
    """A window with a message and its reply, drafts, a persona, a folder and servers with keys."""
    make_application()
    taste = load_taste_model()
    attune = Attune(Stores.open(paths), [sys.executable, str(QUICK), str(taste.n_base), taste.heads_version])
    handler = _log_to(paths.logs)
    attune.taste.set_quiz_state("skipped")
    attune.start()
    qtbot.waitUntil(lambda: attune.models.status.state == "ready", timeout=60_000)
    attune.chats.send(f"{WORD} question")
    qtbot.waitUntil(lambda: not attune.chats.is_busy, timeout=60_000)
    store_drafts(attune, f"{WORD} question", [f"{WORD} one", f"{WORD} two"])
    attune.settings.update(system_prompt=WORD, servers=(SERVER, SECOND))
    for server in (SERVER, SECOND):
        assert ServerKeys().put(server.address, f"{WORD}-key")
    logging.getLogger("attune.window").error(WORD)
    attune.close()
    attune.window.deleteLater()
    attune.deleteLater()
    QApplication.processEvents()
    logging.getLogger("attune.window").removeHandler(handler)
    handler.close()


def leave_more(paths: Paths, tmp_path: Path) -> None:
    """What is written without a window, or left by an end in the middle of writing."""
    for kind in ("daily", "asked", "migration"):
        take_backup(paths.database, kind)
    restore(paths.database, list_backups(paths.database)[0].path)
    calibration = Calibration(
        model=WORD, fingerprint=WORD, heads_version="", place="system", places=[], effects=[], n_prompts=2, max_tokens=8
    )
    measured = calibration_path(paths.data, calibration)
    measured.parent.mkdir()
    write_atomically(measured, msgspec.json.encode(calibration))
    measured.with_name(f"{measured.name}.tmp").write_text(WORD)
    SpeedBook(paths.speeds).put(WORD, 0, SpeedRecord())
    content = gguf_bytes(LLAMA, padding=200_000)
    with serving(content, f"{WORD}.gguf") as server:
        file = RemoteFile(server.url(f"{WORD}.gguf"), f"{WORD}.gguf", "org/repo")
        whole = fetch_file(file, paths.models, on_progress=lambda _: None, should_stop=lambda: False)
        with suppress(FetchStoppedError):
            fetch_file(file, paths.models / "begun", on_progress=lambda _: None, should_stop=lambda: True)
    shelf = Shelf(paths, places=[])
    shelf.list_path.write_text(f"{WORD} is no JSON")
    shelf.add(write_gguf(tmp_path / "own" / f"{WORD}.gguf"))
    shelf.record_load(whole)
    settings = load_settings(paths.settings)
    paths.settings.write_text(f"{WORD} is no JSON")
    load_settings(paths.settings)
    save_settings(paths.settings, settings)
    for unfinished in (paths.settings, paths.speeds, shelf.list_path, paths.database):
        suffix = ".restoring" if unfinished == paths.database else ".tmp"
        unfinished.with_name(unfinished.name + suffix).write_text(WORD)


def left(tmp_path: Path) -> set[str]:
    """Every file, its name beyond the person's own part shortened to where it lies."""
    return {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file() or path.is_symlink()}


def test_of_everything_that_attune_writes_nothing_is_left(
    paths: Paths, memory: MemoryKeyring, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    use(paths, qtbot)
    leave_more(paths, tmp_path)
    data, own = paths.data.relative_to(tmp_path), {f"own/{WORD}.gguf"}
    models = {f"{data}/models/{name}" for name in (f"{WORD}.gguf", f"{WORD}.gguf.json")}
    lists = {f"{data}/models.json", f"{data}/models.json.damaged", f"{data}/models.json.tmp"}
    assert own | models | lists < left(tmp_path)
    written = {path.split(f"{data}/")[-1].split("/")[0] for path in left(tmp_path)}
    assert {
        "attune.db",
        "attune.db.restoring",
        "backups",
        "calibrations",
        "models",
        "models.json",
        "speeds.json",
    } <= written
    assert {backup.kind for backup in list_backups(paths.database)} == {"asked", "daily", "migration", "replaced"}
    assert len(memory.passwords) == 2
    if data.name != "Attune":
        (paths.data / "not-ours.txt").write_text("the person's")
        own.add(f"{data}/not-ours.txt")
    erase_everything(paths, models=False)
    assert not memory.passwords
    assert own | models | lists <= left(tmp_path)
    assert all("/models" in path for path in left(tmp_path) - own)
    erase_everything(paths, models=True)
    assert left(tmp_path) == own


def test_a_key_that_the_keyring_keeps_is_said_and_all_else_is_gone(tmp_path: Path, memory: MemoryKeyring):
    paths = Paths.under(tmp_path / "data")
    with closing(Stores.open(paths)):
        save_settings(paths.settings, Settings(servers=(SERVER,)))
    keyring.set_keyring(LockedKeyring())
    with pytest.raises(StoreError, match=f"did not delete the key for https://{WORD}"):
        erase_everything(paths, models=False)
    assert not left(tmp_path)
