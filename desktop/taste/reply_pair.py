"""Two replies to one prompt, side by side where there is room, one above the other where there is not."""

from __future__ import annotations

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QVBoxLayout, QWidget

from desktop.chat.markdown_view import MarkdownView
from desktop.theme import metrics
from desktop.theme.controls import Label, PromptBubble

_NARROW = 560
"""Below this width (at the usual text size) two columns of text are too thin to read."""


class ReplyPair(QWidget):
    """To be read, not chosen from: `desktop.quiz.quiz_page.QuizCard` is for choosing."""

    def __init__(self) -> None:
        super().__init__()
        self._prompt = PromptBubble()
        self._cards = [_Card(), _Card()]
        self._sides = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._sides.setSpacing(metrics.M)
        for card in self._cards:
            self._sides.addWidget(card, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(metrics.M)
        layout.addWidget(self._prompt)
        layout.addLayout(self._sides)

    @property
    def texts(self) -> list[tuple[str, str]]:
        """(title, reply) of what is shown."""
        return [(card.title.text(), card.reply.markdown) for card in self._cards if not card.isHidden()]

    @property
    def prompt(self) -> str:
        return self._prompt.text

    def show_pair(self, prompt: str, first: tuple[str, str], second: tuple[str, str] | None) -> None:
        """first, second: (title, reply in Markdown); None where there is only one to show."""
        self._prompt.show_text(prompt)
        for card, shown in zip(self._cards, (first, second), strict=True):
            card.setVisible(shown is not None)
            if shown is not None:
                card.show_reply(*shown)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        direction = QBoxLayout.Direction
        narrow = event.size().width() < metrics.scaled(_NARROW)
        self._sides.setDirection(direction.TopToBottom if narrow else direction.LeftToRight)


class _Card(QFrame):
    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("card")
        self.title = Label("", "heading", wrap=True)
        self.reply = MarkdownView()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(metrics.L - 4, metrics.M, metrics.L - 4, metrics.M)
        layout.setSpacing(metrics.S)
        layout.addWidget(self.title)
        layout.addWidget(self.reply)
        layout.addStretch(1)

    def show_reply(self, title: str, markdown: str) -> None:
        self.title.setText(title)
        self.reply.set_markdown(markdown)
        self.setAccessibleName(f"{title}: {markdown}")
