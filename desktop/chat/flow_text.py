"""Text that is as tall as its content, for a page that scrolls as a whole."""

from __future__ import annotations

import math
from typing import Any

from PySide6.QtCore import QEvent, QSize, QSizeF, Qt, QUrl, Signal, Slot
from PySide6.QtGui import QFontDatabase, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QFrame, QSizePolicy, QTextBrowser, QTextEdit, QWidget

from desktop.theme import metrics
from desktop.theme.colors import colors_of

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
        self.document().setIndentWidth(metrics.scaled(26))
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

    def extra_height(self) -> int:
        """Beside the text itself."""
        return 0

    def _render(self) -> None:
        self.document().setDefaultStyleSheet(document_css(self))
        self.setHtml(self._html)

    @Slot(QSizeF)
    def _fit(self, size: QSizeF) -> None:
        height = max(1, math.ceil(size.height())) + self.extra_height()
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


class WideTable(FlowText):
    """A table of many columns: no narrower than its words can be read, scrolling sideways where that does not fit."""

    COLUMN_WIDTH = 130
    """What a column is given at least, where its text wants that much."""

    def __init__(self, *, selectable: bool = True) -> None:
        super().__init__(selectable=selectable)
        self.n_columns = 0
        self.setLineWrapMode(QTextEdit.LineWrapMode.FixedPixelWidth)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.horizontalScrollBar().rangeChanged.connect(lambda: self._fit(self.document().size()))

    def set_html(self, html: str) -> None:
        self.n_columns = max((line.count("<td") + line.count("<th>") for line in html.split("<tr>")), default=0)
        super().set_html(html)
        self._set_width()

    def _set_width(self) -> None:
        readable = min(self.ideal_width(), self.n_columns * metrics.scaled(self.COLUMN_WIDTH))
        self.setLineWrapColumnOrWidth(max(self.viewport().width(), readable))

    def extra_height(self) -> int:
        bar = self.horizontalScrollBar()
        return bar.sizeHint().height() if bar.maximum() > 0 else 0

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._set_width()

    def wheelEvent(self, event: QWheelEvent) -> None:
        if abs(event.angleDelta().x()) > abs(event.angleDelta().y()):
            QTextBrowser.wheelEvent(self, event)
        else:
            event.ignore()
