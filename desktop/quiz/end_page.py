"""What the quiz has learned, in plain words."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.quiz.controller import QuizOutcome
from desktop.theme import metrics
from desktop.theme.controls import Button, IconLabel, Label, centered_column, row


class QuizEndPage(QWidget):
    """Signals:
    chat_requested, taste_requested.
    """

    chat_requested = Signal()
    taste_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("page")
        self._title = Label("", "display", wrap=True)
        self._list = QVBoxLayout()
        self._list.setSpacing(metrics.M)
        self._items: list[QWidget] = []
        self._note = Label("", "muted", wrap=True)
        self.chat_button = Button(self.tr("Start chatting"), "primary")
        self.chat_button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.taste_button = Button(self.tr("See my taste"), "ghost")
        content = QWidget()
        layout = QVBoxLayout(content)
        layout.setContentsMargins(metrics.XL, metrics.XL, metrics.XL, metrics.XL)
        layout.setSpacing(metrics.L)
        layout.addStretch(2)
        layout.addWidget(self._title)
        layout.addLayout(self._list)
        layout.addWidget(self._note)
        layout.addLayout(row(self.chat_button, self.taste_button, None, spacing=metrics.M))
        layout.addStretch(3)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(centered_column(content, 640))
        self.chat_button.clicked.connect(self.chat_requested)
        self.taste_button.clicked.connect(self.taste_requested)

    @property
    def text(self) -> str:
        labels = [label.text() for item in self._items for label in item.findChildren(Label)]
        return "\n".join([self._title.text(), *labels, self._note.text()])

    def show_outcome(self, outcome: QuizOutcome) -> None:
        for item in self._items:
            self._list.removeWidget(item)
            item.hide()
            item.deleteLater()
        self._items = [self._item(liking) for liking in outcome.likings]
        for item in self._items:
            self._list.addWidget(item)
        answers = self.tr("From {n} answers.").format(n=outcome.n_answers)
        if outcome.likings:
            self._title.setText(self.tr("You seem to like"))
            self._note.setText(
                answers
                + " "
                + self.tr(
                    "It is a start: your thumbs in the chat refine it, and you can always see it and take back what"
                    " it rests on."
                )
            )
        else:
            self._title.setText(self.tr("No strong leaning so far"))
            self._note.setText(
                answers
                + " "
                + self.tr("Attune begins with what most people like, and learns from your thumbs as you chat.")
            )
        self.chat_button.setFocus()

    @staticmethod
    def _item(text: str) -> QWidget:
        item = QWidget()
        layout = row(
            IconLabel("check", 20, lambda colors: colors.accent),
            Label(text[:1].upper() + text[1:], "lead"),
            None,
            spacing=metrics.M,
        )
        layout.setContentsMargins(0, 0, 0, 0)
        item.setLayout(layout)
        return item
