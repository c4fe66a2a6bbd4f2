"""Text that is as tall as its content, for a page that scrolls as a whole; and code with a copy button."""

from __future__ import annotations

import math
from typing import Any

from PySide6.QtCore import QEvent, QSize, QSizeF, Qt, QTimer, QUrl, Signal, Slot
from PySide6.QtGui import QFontDatabase, QGuiApplication, QWheelEvent
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QPlainTextEdit,
    QSizePolicy,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

from desktop.theme import metrics
from desktop.theme.colors import colors_of
from desktop.theme.controls import Button, Label, row

COPIED_MS = 1500
READING_SCALE = 1.06
"""Text to read is a little larger than the controls around it; style.py has the same number."""
LONG_CHARS = 20_000
FULL_WIDTH = 100_000
"""Pixels: wider than any window."""


def document_css(widget: QWidget) -> str:
    """How Markdown looks inside a QTextDocument, which knows a small part of CSS."""
    colors = colors_of(widget)
    base = QApplication.font().pointSizeF() * READING_SCALE
    mono = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont).family()
    return f"""
        p {{ margin: 0 0 10px 0; line-height: 145%; }}
        li {{ margin: 0 0 4px 0; line-height: 140%; }}
        ul, ol {{ margin: 0 0 10px 0; }}
        h1 {{ font-size: {base * 1.35:.1f}pt; margin: 8px 0 8px 0; font-weight: 600; }}
        h2 {{ font-size: {base * 1.22:.1f}pt; margin: 8px 0 8px 0; font-weight: 600; }}
        h3, h4, h5, h6 {{ font-size: {base * 1.08:.1f}pt; margin: 6px 0 6px 0; font-weight: 600; }}
        a {{ color: {colors.accent}; text-decoration: underline; }}
        code {{ font-family: '{mono}'; background-color: {colors.sunken}; font-size: {base * 0.94:.1f}pt; }}
        pre {{ font-family: '{mono}'; background-color: {colors.sunken}; margin: 0 0 10px 0; }}
        blockquote {{ color: {colors.muted}; margin: 0 0 10px 16px; }}
        table {{ border-color: {colors.border}; margin: 2px 0 10px 0; }}
        td, th {{ border: 1px solid {colors.border}; padding: 5px 10px; }}
        th {{ background-color: {colors.sunken}; font-weight: 600; }}
    """


class FlowText(QTextBrowser):
    """Read-only rich text without scroll bars, whose height follows its content.

    Signals:
        link_activated: (url), the person opened a link.
    """

    link_activated = Signal(str)

    def __init__(self, *, selectable: bool = True) -> None:
        super().__init__()
        self._html = ""
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setOpenLinks(False)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.document().setDocumentMargin(0)
        self.document().setIndentWidth(26)
        self.document().setUndoRedoEnabled(False)
        if selectable:
            self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            self.setTextInteractionFlags(
                Qt.TextInteractionFlag.TextBrowserInteraction | Qt.TextInteractionFlag.TextSelectableByKeyboard
            )
        else:
            self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            self.setTextInteractionFlags(Qt.TextInteractionFlag.NoTextInteraction)
            self.viewport().setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
            self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setTabChangesFocus(True)
        self.document().documentLayout().documentSizeChanged.connect(self._fit)
        self.anchorClicked.connect(self._on_anchor_clicked)

    def set_html(self, html: str) -> None:
        if html == self._html:
            return
        self._html = html
        self._render()

    def set_plain(self, text: str) -> None:
        self._html = ""
        self.setPlainText(text)

    def ideal_width(self) -> int:
        """The width at which no line wraps; a very long text, whose measuring takes seconds, gets all there is."""
        if self.document().characterCount() > LONG_CHARS:
            return FULL_WIDTH
        copy = self.document().clone()
        copy.setTextWidth(-1)
        width = math.ceil(copy.idealWidth()) + 1
        copy.deleteLater()
        return width

    def _render(self) -> None:
        self.document().setDefaultStyleSheet(document_css(self))
        self.setHtml(self._html)

    @Slot(QSizeF)
    def _fit(self, size: QSizeF) -> None:
        height = max(1, math.ceil(size.height()))
        if height != self.height() or self.minimumHeight() != height:
            self.setFixedHeight(height)

    @Slot(QUrl)
    def _on_anchor_clicked(self, url: QUrl) -> None:
        self.link_activated.emit(url.toString())

    def loadResource(self, _kind: int, _url: QUrl | str) -> Any:
        return None  # nothing is ever fetched for a document, whatever its text asks for

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange) and self._html:
            self._render()

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()  # the page scrolls, not this text

    def minimumSizeHint(self) -> QSize:
        return QSize(40, 1)


class _CodeText(QPlainTextEdit):
    def __init__(self, code: str) -> None:
        super().__init__(code)
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
        self._language = Label(language or self.tr("code"), "small")
        self.copy_button = Button(self.tr("Copy"), "ghost", icon_name="copy", name=self.tr("Copy code"))
        self.copy_button.setProperty("size", "small")
        self.copy_button.clicked.connect(self._copy)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(metrics.M, metrics.XS, metrics.XS, metrics.S)
        layout.setSpacing(metrics.XS)
        layout.addLayout(row(self._language, None, self.copy_button))
        layout.addWidget(self._text)

    @property
    def code(self) -> str:
        return self._text.toPlainText()

    def set_code(self, code: str, language: str) -> None:
        if code != self.code:
            if code.startswith(self.code):
                cursor = self._text.textCursor()
                cursor.movePosition(cursor.MoveOperation.End)
                cursor.insertText(code[len(self.code) :])
            else:
                self._text.setPlainText(code)
            self._text.fit()
        self._language.setText(language or self.tr("code"))

    @Slot()
    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.code)
        self.copy_button.setText(self.tr("Copied"))
        QTimer.singleShot(COPIED_MS, self.copy_button, lambda: self.copy_button.setText(self.tr("Copy")))
