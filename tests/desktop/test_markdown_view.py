"""Markdown as widgets: code that is coloured and copied, tables that scroll, nothing made anew without need."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QApplication, QPlainTextEdit
from pytestqt.qtbot import QtBot

from desktop.chat.code_block import CodeBlock
from desktop.chat.flow_text import FlowText, WideTable
from desktop.chat.markdown_view import MarkdownView
from desktop.theme.code_colors import CODE_DARK, CODE_LIGHT
from desktop.theme.style import Theme

CODE = "Before.\n\n```python\ndef f():\n    return 1\n```\n\nAfter.\n"


@pytest.fixture
def view(app: QApplication, qtbot: QtBot) -> Iterator[MarkdownView]:
    view = MarkdownView()
    qtbot.addWidget(view)
    view.resize(500, 400)
    view.show()
    qtbot.waitExposed(view)
    yield view
    for theme in app.findChildren(Theme):
        theme.apply(Qt.ColorScheme.Light)


def colors_in(block: CodeBlock) -> set[str]:
    """Those that parts of the code's first line are drawn in."""
    layout = block.findChildren(QPlainTextEdit)[0].document().firstBlock().layout()
    return {part.format.foreground().color().name() for part in layout.formats()}


def test_code_is_coloured_in_the_scheme_of_the_window(view: MarkdownView, app: QApplication, qtbot: QtBot):
    view.set_markdown(CODE)
    block = view.findChildren(CodeBlock)[0]
    for theme in app.findChildren(Theme):
        theme.apply(Qt.ColorScheme.Light)
    qtbot.waitUntil(lambda: colors_in(block) == {CODE_LIGHT["keyword"], CODE_LIGHT["name"]})
    for theme in app.findChildren(Theme):
        theme.apply(Qt.ColorScheme.Dark)
    qtbot.waitUntil(lambda: colors_in(block) == {CODE_DARK["keyword"], CODE_DARK["name"]})


def test_code_is_copied_by_keyboard_and_says_so(view: MarkdownView, qtbot: QtBot):
    view.set_markdown(CODE)
    block = view.findChildren(CodeBlock)[0]
    assert (block.language, block.copy_button.accessibleName()) == ("python", "Copy code")
    block.copy_button.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(block.copy_button, Qt.Key.Key_Return)
    assert QGuiApplication.clipboard().text() == "def f():\n    return 1"
    assert block.copy_button.text() == "Copied"


def test_blocks_that_are_finished_are_left_alone_while_a_reply_streams(view: MarkdownView):
    seen: dict[int, set[FlowText | CodeBlock]] = {}
    for start in range(0, len(CODE), 3):
        view.append(CODE[start : start + 3])
        for position, widget in enumerate(view._widgets):
            seen.setdefault(position, set()).add(widget)
    assert [len(widgets) for widgets in seen.values()] == [1, 1, 1]
    assert view.findChildren(CodeBlock)[-1].code == "def f():\n    return 1"


def test_a_table_of_many_columns_scrolls_sideways_and_a_narrow_one_wraps(view: MarkdownView, qtbot: QtBot):
    wide = "|" + "some words here |" * 9 + "\n|" + "-|" * 9 + "\n|" + "and more of them |" * 9
    view.set_markdown(f"{wide}\n\n|a|b|\n|-|-|\n|{'long words ' * 30}|2|")
    table = view.findChildren(WideTable)[0]
    qtbot.waitUntil(lambda: table.horizontalScrollBar().maximum() > 0)
    narrow = next(each for each in view.findChildren(FlowText) if not isinstance(each, WideTable))
    assert narrow.document().size().width() <= view.width()


def test_a_link_is_opened_only_when_it_is_clicked_and_only_a_safe_one(
    view: MarkdownView, monkeypatch: pytest.MonkeyPatch
):
    opened: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url.toString()))
    view.set_markdown("[a](https://x.org/) ![b](https://x.org/b.png)")
    text = view.findChildren(FlowText)[0]
    assert text.loadResource(2, QUrl("https://x.org/b.png")) is None
    assert opened == []
    text.anchorClicked.emit(QUrl("https://x.org/"))
    text.anchorClicked.emit(QUrl("file:///etc/passwd"))
    assert opened == ["https://x.org/"]
