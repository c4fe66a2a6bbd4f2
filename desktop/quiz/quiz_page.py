"""One question of the quiz: a prompt, two replies side by side, and keys for every answer."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeyEvent, QKeySequence, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QProgressBar, QScrollArea, QVBoxLayout, QWidget

from desktop.chat.markdown_view import MarkdownView
from desktop.quiz.controller import QuizQuestion
from desktop.theme import metrics
from desktop.theme.controls import Button, Label, PromptBubble, centered_column, row
from desktop.theme.flow_layout import FlowLayout

_Key = Qt.Key
MIN_CARD_HEIGHT = 340


class QuizCard(QFrame):
    """One reply, chosen by a click or with Enter.

    Signals:
        chosen.
    """

    chosen = Signal()

    def __init__(self, key: str) -> None:
        super().__init__()
        self.setObjectName("quizCard")
        self._key = key
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._text = MarkdownView(selectable=False)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        holder = QWidget()
        inner = QVBoxLayout(holder)
        inner.setContentsMargins(0, 0, metrics.S, 0)
        inner.addWidget(self._text)
        inner.addStretch(1)
        self._scroll.setWidget(holder)
        holder.setAutoFillBackground(False)
        self._holder = holder
        badge = Label(key, "badge")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(metrics.L, metrics.L - 4, metrics.M, metrics.L - 4)
        layout.setSpacing(metrics.M)
        layout.addLayout(row(badge, Label(self.tr("Reply {n}").format(n=key), "small"), None))
        layout.addWidget(self._scroll, 1)

    @property
    def wanted_height(self) -> int:
        """At which the whole reply is seen without scrolling."""
        return self._holder.minimumSizeHint().height() + self.height() - self._scroll.viewport().height()

    def show_reply(self, markdown: str) -> None:
        self._text.set_markdown(markdown)
        self._scroll.verticalScrollBar().setValue(0)
        self.setAccessibleName(self.tr("Reply {n}: {text}").format(n=self._key, text=markdown))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.chosen.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        bar = self._scroll.verticalScrollBar()
        steps = {_Key.Key_Down: 1, _Key.Key_Up: -1, _Key.Key_PageDown: 8, _Key.Key_PageUp: -8}
        if event.key() in (_Key.Key_Return, _Key.Key_Enter, _Key.Key_Space):
            self.chosen.emit()
        elif (step := steps.get(_Key(event.key()))) is not None:
            bar.setValue(bar.value() + step * 24)
        else:
            super().keyPressEvent(event)


class QuizPage(QWidget):
    """Signals:
    side_chosen: (True for the left reply).
    tie_chosen, both_bad_chosen, back_requested, later_requested, skip_requested.
    """

    side_chosen = Signal(bool)
    tie_chosen = Signal()
    both_bad_chosen = Signal()
    back_requested = Signal()
    later_requested = Signal()
    skip_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("page")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(self.tr("Quiz: press 1 or 2 to choose a reply"))
        self._number = Label("", "small")
        self._certainty_label = Label("", "small")
        self._certainty = QProgressBar()
        self._certainty.setRange(0, 100)
        self._certainty.setTextVisible(False)
        self._certainty.setFixedWidth(metrics.scaled(120))
        self._question = Label(self.tr("Which reply would you rather get?"), "title")
        self._prompt = PromptBubble()
        self.left = QuizCard("1")
        self.right = QuizCard("2")
        self.tie_button = self._answer_button(self.tr("No preference"), "0")
        self.both_bad_button = self._answer_button(self.tr("Both are bad"), "X")
        self.back_button = Button(self.tr("Back"), "ghost", icon_name="chevron-left")
        self.back_button.setToolTip(self.tr("Backspace or Ctrl+Z: take the last answer back"))
        self.later_button = Button(self.tr("Go on later"), "ghost")
        self.later_button.setToolTip(self.tr("L: your answers are kept, and the quiz waits in the sidebar"))
        self.skip_button = Button(self.tr("Skip the rest"), "ghost")
        self.skip_button.setToolTip(self.tr("S or Esc"))
        self._lay_out()
        self._connect()

    @staticmethod
    def _answer_button(text: str, key: str) -> Button:
        return Button(f"{text}  ·  {key}", name=text)

    def _lay_out(self) -> None:
        cards = QHBoxLayout()
        cards.setSpacing(metrics.L - 4)
        cards.addWidget(self.left, 1)
        cards.addWidget(self.right, 1)
        content = QWidget()
        layout = QVBoxLayout(content)
        layout.setContentsMargins(metrics.L, metrics.L, metrics.L, metrics.L)
        layout.setSpacing(metrics.M)
        layout.addStretch(1)
        layout.addLayout(row(self._number, None, self._certainty_label, self._certainty))
        layout.addWidget(self._question)
        layout.addWidget(self._prompt)
        layout.addLayout(cards, 100)
        answers = QWidget()
        answers.setLayout(
            FlowLayout(
                self.back_button,
                self.tie_button,
                self.both_bad_button,
                self.later_button,
                self.skip_button,
                spacing=metrics.S,
            )
        )
        layout.addWidget(answers)
        layout.addStretch(2)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(centered_column(content, 980))

    def _connect(self) -> None:
        self.left.chosen.connect(lambda: self.side_chosen.emit(True))
        self.right.chosen.connect(lambda: self.side_chosen.emit(False))
        self.tie_button.clicked.connect(self.tie_chosen)
        self.both_bad_button.clicked.connect(self.both_bad_chosen)
        self.back_button.clicked.connect(self.back_requested)
        self.later_button.clicked.connect(self.later_requested)
        self.skip_button.clicked.connect(self.skip_requested)

    @property
    def prompt(self) -> str:
        return self._prompt.text

    @property
    def progress_text(self) -> str:
        return self._number.text()

    def show_question(self, question: QuizQuestion) -> None:
        number = self.tr("Question {n} of up to {m}").format(n=question.number, m=question.at_most)
        if question.profile:
            number = self.tr("{number} · for “{name}”").format(number=number, name=question.profile)
        self._number.setText(number)
        percent = round(100 * question.certainty)
        self._certainty.setValue(percent)
        self._certainty.setAccessibleName(self.tr("How sure Attune is of your taste: {n}%").format(n=percent))
        self._certainty_label.setText(self.tr("Sure of your taste: {n}%").format(n=percent))
        self._prompt.show_text(question.prompt)
        self.left.show_reply(question.left)
        self.right.show_reply(question.right)
        self.back_button.setEnabled(question.can_go_back)
        QTimer.singleShot(0, self, self._fit_cards)
        self.setFocus()

    @Slot()
    def _fit_cards(self) -> None:
        """Both cards are as tall as the longer reply, and never so short that the buttons jump about."""
        height = max(self.left.wanted_height, self.right.wanted_height, MIN_CARD_HEIGHT)
        for card in (self.left, self.right):
            card.setMaximumHeight(height)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        QTimer.singleShot(0, self, self._fit_cards)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        actions: dict[Qt.Key, Callable[[], object]] = {
            _Key.Key_1: lambda: self.side_chosen.emit(True),
            _Key.Key_2: lambda: self.side_chosen.emit(False),
            _Key.Key_0: self.tie_chosen.emit,
            _Key.Key_Equal: self.tie_chosen.emit,
            _Key.Key_X: self.both_bad_chosen.emit,
            _Key.Key_Backspace: self.back_requested.emit,
            _Key.Key_L: self.later_requested.emit,
            _Key.Key_S: self.skip_requested.emit,
            _Key.Key_Escape: self.skip_requested.emit,
        }
        action = actions.get(_Key(event.key()))
        if event.matches(QKeySequence.StandardKey.Undo):
            action = self.back_requested.emit
        if action is not None and not event.isAutoRepeat():
            action()
        else:
            super().keyPressEvent(event)
