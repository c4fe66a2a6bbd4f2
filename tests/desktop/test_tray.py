"""Close to the tray, quit from it, and start there. The tray's menu is used; no desktop with a tray is needed."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from conftest import close
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.assembly import Attune, Stores
from desktop.tray import why_no_tray
from engine.paths import Paths


@pytest.fixture
def open_in_tray(app: QApplication, paths: Paths) -> Iterator[Callable[..., Attune]]:
    """Opens Attune as on a desktop that has a tray, or not, with these settings."""
    opened: list[Attune] = []

    def open_it(no_tray: str = "", **settings: object) -> Attune:
        attune = Attune(Stores.open(paths), no_tray=no_tray)
        opened.append(attune)
        attune.taste.set_quiz_state("done")
        attune.settings.update(**settings)
        attune.show()
        return attune

    yield open_it
    for attune in opened:
        attune.window.close_for_good()
        close(attune)


def use(attune: Attune, text: str) -> None:
    next(action for action in attune.shell.tray.menu.actions() if action.text() == text).trigger()


def test_closing_leaves_attune_in_the_tray_only_where_that_was_chosen(open_in_tray: Callable[..., Attune]):
    attune = open_in_tray(close_to_tray=True)
    assert attune.shell.tray.icon.isVisible()
    attune.window.close()
    assert not attune.window.isVisible()
    assert not attune._closed
    use(attune, "Open Attune")
    assert attune.window.isVisible()
    attune.settings.update(close_to_tray=False)
    assert not attune.shell.tray.icon.isVisible()
    attune.window.close()
    assert attune._closed


def test_quit_from_the_tray_ends_attune_also_while_its_window_is_hidden(
    open_in_tray: Callable[..., Attune], qtbot: QtBot
):
    attune = open_in_tray(close_to_tray=True)
    attune.window.close()
    with qtbot.waitSignal(attune.shell.ended):
        use(attune, "Quit")
    assert attune._closed


def test_a_new_chat_from_the_tray_opens_the_window(open_in_tray: Callable[..., Attune]):
    attune = open_in_tray(close_to_tray=True)
    attune.window.show_page("taste")
    attune.window.close()
    use(attune, "New chat")
    assert attune.window.isVisible()
    assert attune.window.page == "chat"


def test_started_minimised_it_is_in_the_tray_alone_until_it_is_opened(open_in_tray: Callable[..., Attune]):
    attune = open_in_tray(close_to_tray=True, start_minimised=True)
    assert not attune.window.isVisible()
    use(attune, "Open Attune")
    assert attune.window.isVisible()


def test_without_a_tray_it_starts_as_a_minimised_window_that_closing_ends(open_in_tray: Callable[..., Attune]):
    attune = open_in_tray("No tray here.", close_to_tray=True)
    assert not attune.shell.tray.icon.isVisible()
    assert attune.shell.starts_as == "window"
    attune.settings.update(start_minimised=True)  # not shown so: without a window manager it would keep the keyboard
    assert attune.shell.starts_as == "minimised"
    attune.window.show_page("welcome")
    assert attune.shell.starts_as == "window"  # something is asked of the person there
    attune.window.close()
    assert attune._closed


def test_a_desktop_without_a_tray_is_told_apart(app: QApplication):
    assert why_no_tray() in ("", "This desktop shows no tray, so Attune could not be reached there.")
