"""The models page: the real commands, a real server, and everything a person can press."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from helpers.gguf_files import LLAMA, gguf_bytes, write_gguf, write_huge_gguf
from helpers.model_server import ModelServer, serving
from helpers.waiting import REPLY_MS
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QLineEdit, QMessageBox, QProgressBar, QScrollArea
from pytestqt.qtbot import QtBot

from desktop.assembly import Attune
from desktop.library.controller import Download
from desktop.library.models import ModelStatus
from desktop.library.rows import ModelRow, progress_text
from desktop.theme.controls import Label
from engine.library.bundled import BUNDLED_MODEL_NAME, bundled_model_path
from engine.library.receipts import part_path
from engine.paths import Paths, engine_command

CONTENT = gguf_bytes({**LLAMA, "general.name": "Fetched 1B"}, padding=3_000_000)
NAME = "m.Q4_K_M.gguf"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home without other programs' models, and no proxy between here and the server."""
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    for name in ("HF_HOME", "HF_HUB_CACHE", "OLLAMA_MODELS", "LLAMA_CACHE", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path / "home"


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with serving(CONTENT, NAME) as server:
        yield server


@pytest.fixture
def lm_studio(home: Path) -> Path:
    """Where LM Studio keeps models."""
    directory = home / ".lmstudio" / "models" / "publisher" / "model"
    directory.mkdir(parents=True)
    return directory


def open_page(attune: Attune, qtbot: QtBot) -> None:
    """Through the model entry of the sidebar, until everything has been looked at."""
    attune.window.show_page("chat")
    qtbot.mouseClick(attune.window.sidebar.model_button, Qt.MouseButton.LeftButton)
    looked_at(attune, qtbot)


def looked_at(attune: Attune, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: attune.library.listing is not None and not attune.library.is_looking, timeout=REPLY_MS)


def row(attune: Attune, name: str) -> ModelRow:
    return next(row for row in attune.window.models.model_rows if row.model.name == name)


def names(attune: Attune) -> list[str]:
    return [model.name for model in attune.window.models.models]


def fetch(attune: Attune, qtbot: QtBot, target: str) -> None:
    """What a person does: type, and press Enter."""
    field = attune.window.models.target_field
    field.setText(target)
    qtbot.keyClick(field, Qt.Key.Key_Return)


def answer(attune: Attune, qtbot: QtBot, text: str) -> None:
    box = attune.window.findChild(QMessageBox)
    assert box is not None
    next(button for button in box.buttons() if button.text() == text).click()
    qtbot.waitUntil(lambda: attune.window.findChild(QMessageBox) is None)


def test_the_model_entry_opens_the_page_with_a_verdict_on_what_is_here(attune: Attune, qtbot: QtBot):
    open_page(attune, qtbot)
    assert attune.window.page == "models"
    assert attune.window.sidebar.model_button.isChecked()
    bundled = row(attune, BUNDLED_MODEL_NAME)
    assert bundled.model.fit is not None
    assert bundled.model.fit.words in ("Fits", "May be slow", "Won't fit")
    assert "of memory" in bundled.model.fit.sentence
    assert bundled.load_button.accessibleDescription() == f"{bundled.model.fit.words}. {bundled.model.fit.sentence}"
    assert bundled.remove_button is None
    recommended = attune.window.models.recommendation_rows
    assert recommended[0].model.first_choice
    assert recommended[0].fetch_button.accessibleName() == f"Fetch {recommended[0].model.name}"


def test_a_model_of_another_program_is_used_where_it_is(attune: Attune, qtbot: QtBot, lm_studio: Path):
    copy = lm_studio / "copy.gguf"
    shutil.copyfile(bundled_model_path(), copy)
    open_page(attune, qtbot)
    found = next(each for each in attune.window.models.model_rows if each.model.path == str(copy))
    assert found.model.place == "LM Studio"
    assert found.remove_button is None
    qtbot.mouseClick(found.load_button, Qt.MouseButton.LeftButton)
    assert found.in_use.text() == "Loading…"
    qtbot.waitUntil(lambda: attune.models.status.state == "ready", timeout=REPLY_MS)
    assert attune.settings.current.model_path == str(copy)
    assert not found.in_use.isHidden()
    assert found.load_button.isHidden()
    attune.library.refresh()
    looked_at(attune, qtbot)
    last = next(each for each in attune.window.models.models if each.path == str(copy)).last_load
    assert last is not None
    assert last.ok
    copy.unlink()


def test_a_model_that_wont_fit_is_loaded_only_when_wanted_all_the_same(attune: Attune, qtbot: QtBot, lm_studio: Path):
    write_huge_gguf(lm_studio / "huge.gguf", 10**12)
    open_page(attune, qtbot)
    huge = row(attune, "Tiny Chat 1B")
    assert huge.model.fit is not None
    assert huge.model.fit.words == "Won't fit"
    qtbot.mouseClick(huge.load_button, Qt.MouseButton.LeftButton)
    box = attune.window.findChild(QMessageBox)
    assert box is not None
    assert "probably won't fit" in box.text()
    answer(attune, qtbot, "Cancel")
    assert attune.client.process_id == 0


def test_a_fetch_is_paused_goes_on_after_a_restart_and_ends_in_the_list(
    attune: Attune, open_attune: Callable[[], Attune], qtbot: QtBot, server: ModelServer, paths: Paths
):
    server.delay_s = 0.05
    open_page(attune, qtbot)
    fetch(attune, qtbot, server.url(NAME))
    card = attune.window.models.download_card
    assert card.title == f"Fetching {NAME}"
    assert not attune.window.models.recommendation_rows[0].fetch_button.isEnabled()
    qtbot.waitUntil(lambda: "MB of 3 MB" in card.text, timeout=REPLY_MS)
    qtbot.mouseClick(card.pause_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: card.title.endswith("is paused"), timeout=REPLY_MS)
    assert attune.window.models.recommendation_rows[0].fetch_button.isEnabled()
    attune.close()

    server.delay_s = 0
    again = open_attune()
    open_page(again, qtbot)
    card = again.window.models.download_card
    assert card.title == "m.Q4_K_M is paused"
    with qtbot.waitSignal(again.library.fetched, timeout=REPLY_MS):
        qtbot.mouseClick(card.resume_button, Qt.MouseButton.LeftButton)
    assert server.ranges[1].startswith("bytes=")
    looked_at(again, qtbot)
    assert card.title == "m.Q4_K_M is here"
    qtbot.mouseClick(card.discard_button, Qt.MouseButton.LeftButton)
    assert card.isHidden()
    assert names(again) == [BUNDLED_MODEL_NAME, "Fetched 1B"]

    fetched = row(again, "Fetched 1B")
    path = Path(fetched.model.path)
    assert path.is_relative_to(paths.models)
    for text in ("Cancel", "Delete"):
        assert path.exists()
        assert fetched.remove_button is not None
        qtbot.mouseClick(fetched.remove_button, Qt.MouseButton.LeftButton)
        answer(again, qtbot, text)
    qtbot.waitUntil(lambda: names(again) == [BUNDLED_MODEL_NAME], timeout=REPLY_MS)
    assert not path.exists()


def test_a_fetch_that_fails_says_why_and_can_be_tried_again(attune: Attune, qtbot: QtBot, server: ModelServer):
    server.behaviours = ["status 404"]
    open_page(attune, qtbot)
    fetch(attune, qtbot, server.url(NAME))
    card = attune.window.models.download_card
    qtbot.waitUntil(lambda: card.title == f"{NAME} could not be fetched", timeout=REPLY_MS)
    assert "has no such file" in card.text
    assert card.resume_button.text() == "Try again"
    with qtbot.waitSignal(attune.library.fetched, timeout=REPLY_MS):
        qtbot.mouseClick(card.resume_button, Qt.MouseButton.LeftButton)
    looked_at(attune, qtbot)
    with qtbot.waitSignal(attune.client.load_started, timeout=REPLY_MS) as load:
        qtbot.mouseClick(card.use_button, Qt.MouseButton.LeftButton)
    assert load.args is not None
    assert load.args[1] == row(attune, "Fetched 1B").model.path
    assert card.isHidden()


def test_cancelling_a_fetch_deletes_what_has_come(attune: Attune, qtbot: QtBot, server: ModelServer, paths: Paths):
    server.delay_s = 0.05
    open_page(attune, qtbot)
    fetch(attune, qtbot, server.url(NAME))
    card = attune.window.models.download_card
    qtbot.waitUntil(lambda: "MB of 3 MB" in card.text, timeout=REPLY_MS)
    qtbot.mouseClick(card.discard_button, Qt.MouseButton.LeftButton)
    assert card.isHidden()
    looked_at(attune, qtbot)
    assert card.isHidden()
    assert [path for path in paths.models.rglob("*") if path.is_file() and not path.name.endswith(".lock")] == []


def test_closing_the_window_ends_a_fetch_and_keeps_what_has_come(
    attune: Attune, qtbot: QtBot, server: ModelServer, paths: Paths
):
    server.delay_s = 0.05
    open_page(attune, qtbot)
    fetch(attune, qtbot, server.url(NAME))
    qtbot.waitUntil(lambda: "MB of 3 MB" in attune.window.models.download_card.text, timeout=REPLY_MS)
    attune.close()
    n_requests = len(server.requests)
    part = part_path(paths.models / "127.0.0.1" / NAME)
    assert 0 < part.stat().st_size < len(CONTENT)
    server.delay_s = 0
    qtbot.wait(200)
    assert len(server.requests) == n_requests


def test_a_file_is_added_and_one_that_cannot_chat_is_refused_with_a_sentence(
    attune: Attune, qtbot: QtBot, tmp_path: Path
):
    open_page(attune, qtbot)
    embedding = write_gguf(tmp_path / "embed.gguf", llama__pooling_type=1)
    with qtbot.waitSignal(attune.library.problem, timeout=REPLY_MS):
        attune.library.add(str(embedding))
    assert "embedding model" in attune.window.notice_bar.text
    assert names(attune) == [BUNDLED_MODEL_NAME]

    attune.library.added.disconnect(attune.models.choose)  # these few bytes are no model to load
    with qtbot.waitSignal(attune.library.listing_changed, timeout=REPLY_MS):
        attune.library.add(str(write_gguf(tmp_path / "mine.gguf")))
    added = row(attune, "Tiny Chat 1B")
    assert added.remove_button is not None
    assert added.remove_button.accessibleName() == "Forget Tiny Chat 1B"
    qtbot.mouseClick(added.remove_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: names(attune) == [BUNDLED_MODEL_NAME], timeout=REPLY_MS)
    assert (tmp_path / "mine.gguf").exists()


def test_a_load_that_failed_is_remembered_beside_the_model(attune: Attune, qtbot: QtBot, lm_studio: Path):
    path = write_gguf(lm_studio / "broken.gguf")
    open_page(attune, qtbot)
    failed = ModelStatus("broken", str(path), "failed", bundled=False, sentence="It is damaged.")
    with qtbot.waitSignal(attune.library.listing_changed, timeout=REPLY_MS):
        attune.models.status_changed.emit(failed)
    labels = [label.text() for label in row(attune, "Tiny Chat 1B").findChildren(Label)]
    assert "Last time it did not load. It is damaged." in labels


def test_everything_is_reached_by_tab_in_the_order_in_which_it_is_seen(attune: Attune, qtbot: QtBot):
    open_page(attune, qtbot)
    page = attune.window.models
    page.setFocus()
    reached: list[str] = []
    for _ in range(30):
        qtbot.keyClick(QApplication.focusWidget() or page, Qt.Key.Key_Tab)
        focused = QApplication.focusWidget()
        if focused is None or not page.isAncestorOf(focused):
            break
        if isinstance(focused, QAbstractButton | QLineEdit):
            reached.append(focused.accessibleName())
    first = page.recommendation_rows[0].model.name
    wanted = [f"Use {BUNDLED_MODEL_NAME}", "Add a GGUF file…", f"Fetch {first}", page.target_field.accessibleName()]
    assert [name for name in reached if name in wanted] == wanted


def test_the_focus_stays_where_it_was_when_everything_is_looked_at_again(attune: Attune, qtbot: QtBot):
    open_page(attune, qtbot)
    button = attune.window.models.recommendation_rows[1].fetch_button
    name = button.accessibleName()
    button.setFocus()
    with qtbot.waitSignal(attune.library.listing_changed, timeout=REPLY_MS):
        attune.library.refresh()
    focused = QApplication.focusWidget()
    assert focused is not None
    assert focused is not button
    assert focused.accessibleName() == name


def test_every_control_has_a_name(attune: Attune, qtbot: QtBot):
    open_page(attune, qtbot)
    page = attune.window.models
    page.show_download(Download("target", "A model", "fetching", n_done=1, n_total=2))
    for kind in (QAbstractButton, QLineEdit, QProgressBar):
        for control in page.findChildren(kind):
            if not isinstance(control.parent(), QLineEdit):
                assert control.accessibleName(), control
    assert page.download_card.pause_button.accessibleName() == "Pause fetching A model"


def test_the_page_is_as_high_as_its_text_and_never_wider_than_the_window(attune: Attune, qtbot: QtBot, lm_studio: Path):
    write_gguf(lm_studio / "a.gguf", general__name="A-name-of-a-single-long-word-" * 4)
    open_page(attune, qtbot)
    attune.window.resize(attune.window.minimumSize())
    qtbot.waitUntil(lambda: attune.window.width() == attune.window.minimumWidth())
    page = attune.window.models
    scroll = page.findChild(QScrollArea)
    assert scroll is not None
    assert scroll.widget().width() <= scroll.viewport().width()
    last = page.servers
    below = scroll.widget().height() - last.mapTo(scroll.widget(), QPoint(0, last.height())).y()
    assert 0 <= below < 100
    button = page.recommendation_rows[0].fetch_button
    assert button.mapTo(page, QPoint(button.width(), 0)).x() <= page.width()


def test_a_frozen_build_runs_the_commands_through_a_hidden_flag(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    program, *flag = engine_command()
    monkeypatch.undo()
    command = [program, "-m", "desktop.app", *flag, "models", "check", "/nowhere/a.gguf", "--json"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stderr == "Cannot use the model file a.gguf: there is no such file.\n"


@pytest.mark.parametrize(
    ("download", "said"),
    [
        (Download("t", "n", "starting"), "Asking the server…"),
        (Download("t", "n", "fetching", n_done=1_200_000_000, n_total=4_600_000_000, bytes_per_s=12_300_000.0),
         "1.2 GB of 4.6 GB · 12.3 MB/s · about 5 min left"),
        (Download("t", "n", "fetching", n_done=50_000_000, bytes_per_s=2_000_000.0), "50 MB · 2.0 MB/s"),
        (Download("t", "n", "fetching", n_done=10**9, n_total=10**11, bytes_per_s=5e6),
         "1.0 GB of 100.0 GB · 5.0 MB/s · about 6 h left"),
        (Download("t", "n", "paused", n_done=50_000_000, n_total=100_000_000), "50 MB of 100 MB"),
        (Download("t", "n", "waiting", n_done=50_000_000, n_total=100_000_000, sentence="It broke off."),
         "It broke off. 50 MB of 100 MB."),
        (Download("t", "n", "failed", sentence="There is no such file."), "There is no such file."),
    ],
)  # fmt: skip
def test_progress_is_said_in_words(attune: Attune, download: Download, said: str):
    assert progress_text(download) == said


def test_loading_can_be_stopped_and_begun_again(attune: Attune, qtbot: QtBot):
    open_page(attune, qtbot)
    attune.models.start()
    stop = row(attune, BUNDLED_MODEL_NAME).stop_button
    qtbot.waitUntil(stop.isVisible)
    qtbot.mouseClick(stop, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: attune.models.status.state == "failed", timeout=REPLY_MS)
    assert "was stopped" in attune.models.status.sentence
    assert stop.isHidden()
    qtbot.mouseClick(attune.window.models.reload_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: attune.models.status.state == "ready", timeout=REPLY_MS)
