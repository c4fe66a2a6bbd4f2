"""A dialog that shows text to read: a title, a page of it that scrolls, and buttons below."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from PySide6.QtWidgets import QDialog, QTextBrowser, QVBoxLayout, QWidget

from desktop.theme import metrics
from desktop.theme.controls import Button, Label, row


class TextDialog(QDialog):
    """The page is HTML of our own; links open in the browser, and only when they are clicked."""

    def __init__(self, title: str, parent: QWidget, *, lead: str = "") -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.page = QTextBrowser()
        self.page.setObjectName("framed")
        self.page.setOpenExternalLinks(True)
        self.page.setAccessibleName(title)
        self.page.document().setDocumentMargin(metrics.S)
        self.close_button = Button(self.tr("Close"))
        self.close_button.setDefault(True)
        self.close_button.clicked.connect(self.accept)
        self._buttons = row(None, self.close_button)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(metrics.L, metrics.L, metrics.L, metrics.L)
        self._layout.setSpacing(metrics.M)
        self._layout.addWidget(Label(title, "title", wrap=True))
        if lead:
            self._layout.addWidget(Label(lead, "muted", wrap=True))
        self._layout.addWidget(self.page, 1)
        self._layout.addLayout(self._buttons)
        self.resize(min(metrics.scaled(680), 1160), min(metrics.scaled(540), 760))

    @property
    def text(self) -> str:
        return self.page.toPlainText()

    def show_html(self, html: str) -> None:
        self.page.setHtml(html)

    def add_button(self, button: Button) -> None:
        """On the left, before "Close"."""
        self._buttons.insertWidget(self._buttons.count() - 2, button)

    def add_row(self, *widgets: QWidget) -> None:
        """Between the lead and the page."""
        self._layout.insertLayout(self._layout.count() - 2, row(*widgets, None))


def table_html(rows: Iterable[tuple[str, str]], first_width: int) -> str:
    """Two columns, the first bold and this wide at the usual text size; the texts are plain."""
    width = metrics.scaled(first_width)
    cells = "".join(
        f'<tr><td width="{width}"><b>{escape(name)}</b></td><td>{escape(text)}</td></tr>' for name, text in rows
    )
    return f'<table width="100%" cellpadding="4">{cells}</table>'
