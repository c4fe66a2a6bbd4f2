"""Code as it is, in colours, with its language and a copy button."""

from __future__ import annotations

import time

from PySide6.QtCore import QEvent, Qt, QTimer, Slot
from PySide6.QtGui import (
    QColor,
    QFontDatabase,
    QGuiApplication,
    QPaintEvent,
    QSyntaxHighlighter,
    QTextCharFormat,
    QWheelEvent,
)
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QSizePolicy, QVBoxLayout

from desktop.chat.code_highlight import Span, line_spans
from desktop.theme import metrics
from desktop.theme.code_colors import code_colors_of
from desktop.theme.controls import Button, Label, row

COPIED_MS = 1500
COLOR_MS = 120
"""Code that is still being written is coloured anew no sooner than this after the last time …"""
COLOR_SHARE = 10
"""… and no sooner than this many times what the last time took: colouring takes a tenth of the time at most."""


class _Colors(QSyntaxHighlighter):
    """Draws spans that were found for the whole text at once. Lines that look the same are left alone."""

    def __init__(self, editor: _CodeText) -> None:
        super().__init__(editor.document())
        self._editor = editor
        self._lines: list[list[Span]] = []

    def show_lines(self, lines: list[list[Span]]) -> None:
        former, self._lines = self._lines, lines
        block = self.document().firstBlock()
        for number in range(max(len(lines), len(former))):
            if not block.isValid():
                break
            if lines[number : number + 1] != former[number : number + 1]:
                self.rehighlightBlock(block)
            block = block.next()

    def highlightBlock(self, _text: str) -> None:
        number = self.currentBlock().blockNumber()
        if number >= len(self._lines):
            return
        colors = code_colors_of(self._editor)
        for start, length, kind in self._lines[number]:
            style = QTextCharFormat()
            style.setForeground(QColor(colors[kind]))
            self.setFormat(start, length, style)


class _CodeText(QPlainTextEdit):
    """Colours are found when the code is first drawn: in a long chat most code never is."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.language = ""
        self._dirty = True
        self._last_took_s = 0.0
        self._colors = _Colors(self)
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self._find_colors)
        self.setReadOnly(True)
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFrameShape(QFrame.Shape.NoFrame)
        font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        font.setPointSizeF(max(6.0, self.font().pointSizeF() * 0.95))
        self.setFont(font)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.setTabChangesFocus(True)
        self.document().setDocumentMargin(0)
        self.horizontalScrollBar().rangeChanged.connect(self.fit)
        self.fit()

    @Slot()
    def fit(self) -> None:
        height = self.fontMetrics().lineSpacing() * max(1, self.blockCount()) + 4
        if self.horizontalScrollBar().maximum() > 0:
            height += self.horizontalScrollBar().sizeHint().height()
        self.setFixedHeight(height)

    def color_anew(self) -> None:
        self._dirty = True
        self.viewport().update()

    @Slot()
    def _find_colors(self) -> None:
        self._dirty = False
        began = time.perf_counter()
        self._colors.show_lines(line_spans(self.toPlainText(), self.language))
        self._last_took_s = time.perf_counter() - began

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._dirty and not self._timer.isActive():
            first = self._last_took_s == 0.0
            self._timer.start(0 if first else max(COLOR_MS, round(1000 * COLOR_SHARE * self._last_took_s)))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "_colors"):
            self._colors.rehighlight()

    def wheelEvent(self, event: QWheelEvent) -> None:
        if abs(event.angleDelta().x()) > abs(event.angleDelta().y()):
            super().wheelEvent(event)
        else:
            event.ignore()


class CodeBlock(QFrame):
    """Code as it is, scrolling sideways, with its language and a copy button."""

    def __init__(self, code: str, language: str) -> None:
        super().__init__()
        self.setObjectName("codeBlock")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._text = _CodeText(code)
        self._text.setAccessibleName(self.tr("Code"))
        self._language = Label("", "small")
        self.copy_button = Button(self.tr("Copy"), "ghost", icon_name="copy", name=self.tr("Copy code"))
        self.copy_button.setProperty("size", "small")
        self.copy_button.clicked.connect(self._copy)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(metrics.M, metrics.XS, metrics.XS, metrics.S)
        layout.setSpacing(metrics.XS)
        layout.addLayout(row(self._language, None, self.copy_button))
        layout.addWidget(self._text)
        self._show_language(language)

    @property
    def code(self) -> str:
        return self._text.toPlainText()

    @property
    def language(self) -> str:
        return self._language.text()

    def set_code(self, code: str, language: str) -> None:
        former = self.code
        if code != former:
            if code.startswith(former):
                cursor = self._text.textCursor()
                cursor.movePosition(cursor.MoveOperation.End)
                cursor.insertText(code[len(former) :])
            else:
                self._text.setPlainText(code)
            self._text.fit()
            self._text.color_anew()
        if language != self._text.language:
            self._show_language(language)
            self._text.color_anew()

    def _show_language(self, language: str) -> None:
        self._text.language = language
        self._language.setText(language or self.tr("code"))

    @Slot()
    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.code)
        self.copy_button.setText(self.tr("Copied"))
        QTimer.singleShot(COPIED_MS, self.copy_button, lambda: self.copy_button.setText(self.tr("Copy")))
