"""The blind self-test: what it is, a round with two replies, and the verdict."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from desktop.quiz.quiz_page import QuizCard
from desktop.taste.self_test_controller import TestRound
from desktop.taste.trial_writer import N_DRAFTS
from desktop.taste.verdict_words import verdict_sentences, verdict_title
from desktop.theme import metrics
from desktop.theme.controls import Button, Label, PromptBubble, centered_column
from desktop.theme.flow_layout import FlowLayout
from desktop.theme.page import scroll_area
from engine.preferences.blind_test import N_ROUNDS
from engine.store.self_tests import SelfTest

_Key = Qt.Key


class SelfTestPage(QWidget):
    """Signals:
    begin_requested: (list of prompts that were typed in).
    side_chosen: ("left" or "right", None for no preference).
    later_requested, give_up_requested, again_requested, back_requested.
    learn_requested: (test id).
    """

    begin_requested = Signal(list)
    side_chosen = Signal(object)
    later_requested = Signal()
    give_up_requested = Signal()
    again_requested = Signal()
    back_requested = Signal()
    learn_requested = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("page")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(self.tr("Blind self-test: press 1 or 2 to choose a reply"))
        self._n_earlier = 0
        self._possible = False
        self._test_id = 0
        self._intro = self._build_intro()
        self._round = self._build_round()
        self._verdict = self._build_verdict()
        self._stack = QStackedWidget()
        for view in (self._intro, self._round, self._verdict):
            self._stack.addWidget(view)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._stack)
        self._connect()

    def _build_intro(self) -> QScrollArea:
        self.typed_field = QPlainTextEdit()
        self.typed_field.setAccessibleName(self.tr("Prompts to ask besides, one a line"))
        self.typed_field.setPlaceholderText(self.tr("One prompt a line"))
        self.typed_field.setTabChangesFocus(True)
        self.typed_field.setFixedHeight(metrics.scaled(110))
        self._n_prompts = Label("", "muted", wrap=True)
        self.begin_button = Button(self.tr("Begin"), "primary")
        self.leave_button = Button(self.tr("Not now"), "ghost")
        return _column(
            self.tr("Blind self-test"),
            Label(self.tr("Blind self-test"), "display", wrap=True),
            Label(
                self.tr(
                    "Does Attune choose better for you than chance? You get {n} rounds. Each asks one of your own"
                    " earlier prompts again, drawn at random, and shows two new replies: the first draft that the model"
                    " wrote, and the one of {drafts} drafts that Attune picks for you. You are not told which is which,"
                    " and the sides are drawn anew each time. Choose the reply that you would rather get."
                ).format(n=N_ROUNDS, drafts=N_DRAFTS),
                wrap=True,
            ),
            Label(
                self.tr(
                    "Where Attune's pick is the first draft itself, there is nothing to choose: such a round is"
                    " counted apart, for neither side, and another prompt is drawn. How you are doing is not shown"
                    " before the end, so that nobody stops when it looks good. The picks count general quality too, so"
                    " this is about all that choosing does. Nothing is learned unless you say so afterwards."
                ),
                "muted",
                wrap=True,
            ),
            self._n_prompts,
            self.typed_field,
            _flow(self.begin_button, self.leave_button),
        )

    def _build_round(self) -> QWidget:
        self._number = Label("", "small")
        self._question = Label("", "title", wrap=True)
        self._prompt = PromptBubble()
        self.left, self.right = QuizCard("1"), QuizCard("2")
        self._cards = QWidget()
        cards = QHBoxLayout(self._cards)
        cards.setContentsMargins(0, 0, 0, 0)
        cards.setSpacing(metrics.L - 4)
        cards.addWidget(self.left, 1)
        cards.addWidget(self.right, 1)
        self.tie_button = Button(self.tr("No preference") + "  ·  0", name=self.tr("No preference"))
        self.again_button = Button(self.tr("Try again"))
        self.later_button = Button(self.tr("Go on later"), "ghost")
        self.later_button.setToolTip(self.tr("Esc: the test waits on the taste page"))
        self.give_up_button = Button(self.tr("Give up"), "ghost")
        self.give_up_button.setToolTip(self.tr("Ends the test for good, without a result"))
        content = QWidget()
        layout = QVBoxLayout(content)
        layout.setContentsMargins(metrics.L, metrics.L, metrics.L, metrics.L)
        layout.setSpacing(metrics.M)
        layout.addStretch(1)
        for widget in (self._number, self._question, self._prompt):
            layout.addWidget(widget)
        layout.addWidget(self._cards, 100)
        layout.addWidget(_flow(self.tie_button, self.again_button, self.later_button, self.give_up_button))
        layout.addStretch(1)
        return centered_column(content, 980)

    def _build_verdict(self) -> QScrollArea:
        self._title = Label("", "display", wrap=True)
        self._sentences = Label("", wrap=True, selectable=True)
        self.learn_button = Button(self.tr("Learn from these choices"))
        self._learn_note = Label("", "muted", wrap=True)
        self.done_button = Button(self.tr("Back to my taste"), "primary")
        self.done_button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        return _column(
            self.tr("The verdict"),
            self._title,
            self._sentences,
            _flow(self.done_button, self.learn_button),
            self._learn_note,
        )

    def _connect(self) -> None:
        self.typed_field.textChanged.connect(self._show_prompts)
        self.begin_button.clicked.connect(lambda: self.begin_requested.emit(self.typed))
        self.leave_button.clicked.connect(self.back_requested)
        self.left.chosen.connect(lambda: self._choose("left"))
        self.right.chosen.connect(lambda: self._choose("right"))
        self.tie_button.clicked.connect(lambda: self._choose(None))
        self.again_button.clicked.connect(self.again_requested)
        self.later_button.clicked.connect(self.later_requested)
        self.give_up_button.clicked.connect(self.give_up_requested)
        self.learn_button.clicked.connect(lambda: self.learn_requested.emit(self._test_id))
        self.done_button.clicked.connect(self.back_requested)

    # before

    @property
    def typed(self) -> list[str]:
        """The prompts that were typed in, without doubles."""
        lines = (" ".join(line.split()) for line in self.typed_field.toPlainText().splitlines())
        return list(dict.fromkeys(line for line in lines if line))

    @Slot(int)
    def show_intro(self, n_earlier: int) -> None:
        self._n_earlier = n_earlier
        self.typed_field.clear()
        self._show_prompts()
        self._stack.setCurrentWidget(self._intro)
        self.begin_button.setFocus()

    @Slot(bool)
    def show_possible(self, possible: bool) -> None:
        """Whether there is a model that could write."""
        self._possible = possible
        self._show_prompts()

    @Slot()
    def _show_prompts(self) -> None:
        n = self._n_earlier + len(self.typed)
        sentences = [self.tr("Prompts that your chats began with: {n}.").format(n=self._n_earlier)]
        if not self._possible:
            sentences.append(self.tr("No model is loaded yet, so nothing could be written."))
        elif n < N_ROUNDS:
            sentences.append(
                self.tr("For {all} rounds at least {n} more are needed. Type in what you would ask.").format(
                    all=N_ROUNDS, n=N_ROUNDS - n
                )
            )
        else:
            sentences.append(
                self.tr("You can add more: those that are left over stand in for rounds without a choice.")
            )
        self._n_prompts.setText(" ".join(sentences))
        self.begin_button.setEnabled(self._possible and n >= N_ROUNDS)

    # a round

    @Slot(int, str)
    def show_writing(self, number: int, sentence: str) -> None:
        self._show_round(number, self.tr("The model is writing…"), sentence, ready=False)

    @Slot(str)
    def show_problem(self, sentence: str) -> None:
        self._question.setText(sentence)
        self.again_button.show()
        self.again_button.setFocus()

    @Slot(object)
    def show_round(self, shown: TestRound) -> None:
        self._prompt.show_text(shown.prompt)
        self.left.show_reply(shown.left)
        self.right.show_reply(shown.right)
        self._show_round(shown.number, self.tr("Which reply would you rather get?"), "", ready=True)

    def _show_round(self, number: int, question: str, note: str, *, ready: bool) -> None:
        place = self.tr("Round {n} of {all}").format(n=number, all=N_ROUNDS)
        self._number.setText(f"{place} · {note}" if note else place)
        self._question.setText(question)
        for widget in (self._prompt, self._cards, self.tie_button):
            widget.setVisible(ready)
        self.again_button.hide()
        self._stack.setCurrentWidget(self._round)
        self.setFocus()

    def _choose(self, side: str | None) -> None:
        if not self._cards.isHidden():
            self.side_chosen.emit(side)

    # after

    @Slot(object)
    def show_verdict(self, test: SelfTest) -> None:
        self._test_id = test.id
        self._title.setText(verdict_title(test.verdict))
        self._sentences.setText("\n\n".join(verdict_sentences(test.verdict)))
        can_learn = test.verdict.n_decided > 0 and not test.learned
        self.learn_button.setVisible(can_learn)
        self._learn_note.setText(
            self.tr(
                "Usually better not: this result is about your taste as it was learned before, and choices that"
                " Attune has learned from can't show any more how well it does without them. Do it if you judged by"
                " style, and want Attune to know."
            )
            if can_learn
            else ""
        )
        self._stack.setCurrentWidget(self._verdict)
        self.done_button.setFocus()

    def show_learned(self) -> None:
        self.learn_button.hide()
        self._learn_note.setText(self.tr("Learned. Each choice stands in the list on the taste page, with its undo."))
        self.done_button.setFocus()

    @property
    def verdict_text(self) -> str:
        return f"{self._title.text()}\n{self._sentences.text()}"

    @property
    def round_text(self) -> str:
        return f"{self._number.text()}\n{self._question.text()}"

    def keyPressEvent(self, event: QKeyEvent) -> None:
        actions: dict[Qt.Key, Callable[[], object]] = {
            _Key.Key_1: lambda: self._choose("left"),
            _Key.Key_2: lambda: self._choose("right"),
            _Key.Key_0: lambda: self._choose(None),
            _Key.Key_Equal: lambda: self._choose(None),
            _Key.Key_Escape: self.later_requested.emit,
        }
        action = actions.get(_Key(event.key())) if self._stack.currentWidget() is self._round else None
        if action is not None and not event.isAutoRepeat():
            action()
        else:
            super().keyPressEvent(event)


def _flow(*widgets: QWidget) -> QWidget:
    holder = QWidget()
    holder.setLayout(FlowLayout(*widgets, spacing=metrics.S))
    return holder


def _column(name: str, *widgets: QWidget) -> QScrollArea:
    """Something to read, in the middle of the page."""
    content = QWidget()
    layout = QVBoxLayout(content)
    layout.setContentsMargins(metrics.XL, metrics.XL, metrics.XL, metrics.XL)
    layout.setSpacing(metrics.L - 4)
    layout.addStretch(2)
    for widget in widgets:
        layout.addWidget(widget)
    layout.addStretch(3)
    area = scroll_area(name)
    area.setWidget(centered_column(content, 700))
    return area
