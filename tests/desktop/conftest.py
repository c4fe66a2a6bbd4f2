"""Fixtures of the window's tests: a data directory for each, and one real worker for each module that asks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from helpers.waiting import REPLY_MS
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.app import make_application
from desktop.assembly import Attune, Stores
from engine.paths import Paths


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            # said by Qt's offscreen platform for every window with a minimum size
            item.add_marker(pytest.mark.qt_log_ignore("propagateSizeHints", extend=True))


@pytest.fixture(scope="session")
def app(qapp: QApplication) -> QApplication:
    """The themed application."""
    return make_application()


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    return Paths.under(tmp_path / "data")


@pytest.fixture
def open_attune(app: QApplication, paths: Paths) -> Iterator[Callable[[], Attune]]:
    """Opens Attune on this test's data directory; again after `close`, as on the next launch. No model is loaded."""
    opened: list[Attune] = []

    def open_it() -> Attune:
        attune = Attune(Stores.open(paths))
        opened.append(attune)
        attune.show()
        activate(attune)
        return attune

    yield open_it
    for attune in opened:
        close(attune)


@pytest.fixture
def attune(open_attune: Callable[[], Attune]) -> Attune:
    """Attune at its first launch, without a model."""
    return open_attune()


@pytest.fixture(scope="module")
def running(app: QApplication, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Attune]:
    """Attune with the real worker and the bundled model, shared by a module's tests."""
    attune = Attune(Stores.open(Paths.under(tmp_path_factory.mktemp("attune"))))
    attune.taste.set_quiz_state("skipped")
    attune.settings.update(max_tokens=40, n_drafts=3, time_budget_s=600)
    attune.start()
    QtBot(_Request()).waitUntil(lambda: attune.models.status.state == "ready", timeout=REPLY_MS)
    yield attune
    close(attune)


@pytest.fixture
def chat(running: Attune, qtbot: QtBot) -> Attune:
    """The running Attune with a new, empty chat in personal mode."""
    qtbot.waitUntil(lambda: not running.chats.is_busy and running.models.status.state == "ready", timeout=REPLY_MS)
    running.settings.update(mode="personal")
    running.chats.new_chat()
    running.window.show_page("chat")
    activate(running)
    return running


def activate(attune: Attune) -> None:
    """Shortcuts reach the active window only, and without a window manager no window becomes active by itself."""
    attune.window.activateWindow()
    QtBot(_Request()).waitUntil(attune.window.isActiveWindow)


def close(attune: Attune) -> None:
    attune.close()
    attune.window.hide()
    attune.window.deleteLater()
    attune.deleteLater()
    QApplication.processEvents()


class _Request:
    """`QtBot` outside a test function wants something to hang its widgets on."""

    def __init__(self) -> None:
        self.node = self
        self.config = self
