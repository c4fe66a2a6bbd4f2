"""What the quiz has learned: in plain words, and by a reply before and after."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from desktop.quiz.controller import QuizOutcome
from desktop.taste.reply_pair import ReplyPair
from desktop.taste.trial_writer import Trial
from desktop.theme import metrics
from desktop.theme.controls import Button, IconLabel, Label, centered_column, row
from desktop.theme.flow_layout import FlowLayout
from desktop.theme.page import scroll_area
from engine.preferences.examples import BeforeAfter


class QuizEndPage(QWidget):
    """Signals:
    chat_requested, taste_requested.
    back_requested: the last answer was a slip.
    trial_requested: (prompt), to be answered with both picks. trial_stop_requested.
    """

    chat_requested = Signal()
    taste_requested = Signal()
    back_requested = Signal()
    trial_requested = Signal(str)
    trial_stop_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("page")
        self._title = Label("", "display", wrap=True)
        self._list = QVBoxLayout()
        self._list.setSpacing(metrics.S)
        self._items: list[QWidget] = []
        self._note = Label("", "muted", wrap=True)
        self.chat_button = Button(self.tr("Start chatting"), "primary")
        self.chat_button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.taste_button = Button(self.tr("See my taste"), "ghost")
        self.back_button = Button(self.tr("Back to the last question"), "ghost", icon_name="chevron-left")
        self._example = self._build_example()
        self._trial = self._build_trial()
        self._lay_out()
        self.chat_button.clicked.connect(self.chat_requested)
        self.taste_button.clicked.connect(self.taste_requested)
        self.back_button.clicked.connect(self.back_requested)
        self.trial_button.clicked.connect(self._ask_for_trial)
        self.trial_field.returnPressed.connect(self._ask_for_trial)
        self.trial_field.textChanged.connect(self._show_trial_button)
        self.stop_button.clicked.connect(self.trial_stop_requested)

    def _build_example(self) -> QWidget:
        self.example_pair = ReplyPair()
        self._example_note = Label("", "small", wrap=True)
        section = QWidget()
        layout = QVBoxLayout(section)
        layout.setContentsMargins(0, metrics.M, 0, 0)
        layout.setSpacing(metrics.M)
        layout.addWidget(Label(self.tr("What it changes"), "heading"))
        layout.addWidget(self.example_pair)
        layout.addWidget(self._example_note)
        return section

    def _build_trial(self) -> QWidget:
        self.trial_field = QLineEdit()
        self.trial_field.setPlaceholderText(self.tr("For example: how do I get red wine out of a carpet?"))
        self.trial_field.setAccessibleName(self.tr("Your own prompt"))
        self.trial_button = Button(self.tr("Write"), name=self.tr("Write drafts and show both picks"))
        self.stop_button = Button(self.tr("Stop"), "small")
        self._trial_status = Label("", "small", wrap=True)
        self.trial_pair = ReplyPair()
        section = QWidget()
        layout = QVBoxLayout(section)
        layout.setContentsMargins(0, metrics.M, 0, 0)
        layout.setSpacing(metrics.M)
        layout.addWidget(Label(self.tr("Try it on your own prompt"), "heading"))
        field = row(self.trial_field, self.trial_button)
        field.setStretch(0, 1)
        layout.addLayout(field)
        status = row(self._trial_status, self.stop_button)
        status.setStretch(0, 1)
        layout.addLayout(status)
        layout.addWidget(self.trial_pair)
        return section

    def _lay_out(self) -> None:
        content = QWidget()
        layout = QVBoxLayout(content)
        layout.setContentsMargins(metrics.XL, metrics.XL, metrics.XL, metrics.XL)
        layout.setSpacing(metrics.M)
        layout.addStretch(1)
        layout.addWidget(self._title)
        layout.addLayout(self._list)
        layout.addWidget(self._note)
        buttons = QWidget()
        buttons.setLayout(FlowLayout(self.chat_button, self.taste_button, self.back_button, spacing=metrics.S))
        layout.addWidget(buttons)
        layout.addWidget(self._example)
        layout.addWidget(self._trial)
        layout.addStretch(2)
        self._scroll = scroll_area(self.tr("What was learned"))
        self._scroll.setWidget(centered_column(content, 860))
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self._scroll)

    @property
    def text(self) -> str:
        labels = [label.text() for item in self._items for label in item.findChildren(Label)]
        return "\n".join([self._title.text(), *labels, self._note.text()])

    @property
    def example_note(self) -> str:
        return "" if self._example.isHidden() else self._example_note.text()

    @property
    def trial_text(self) -> str:
        return self._trial_status.text()

    def show_outcome(self, outcome: QuizOutcome) -> None:
        for item in self._items:
            self._list.removeWidget(item)
            item.hide()
            item.deleteLater()
        self._items = [self._item(liking) for liking in outcome.likings]
        for item in self._items:
            self._list.addWidget(item)
        no_leaning = self.tr("No strong leaning of your own so far")
        self._title.setText(self.tr("You seem to like") if outcome.likings else no_leaning)
        self._note.setText(" ".join(self._notes(outcome)))
        self._show_example(outcome.example)
        self.trial_pair.hide()
        self.trial_field.clear()
        self.show_trial_status("", running=False)
        self._scroll.verticalScrollBar().setValue(0)
        self.chat_button.setFocus()

    def _notes(self, outcome: QuizOutcome) -> list[str]:
        notes = [self.tr("From {n} answers.").format(n=outcome.n_answers)]
        if outcome.n_answers == 1:
            notes = [self.tr("From 1 answer.")]
        if outcome.enough_known:
            notes.append(self.tr("The quiz ended early, since further questions would have told little."))
        if outcome.assumed:
            sentence = self.tr("Beyond that, Attune goes by what most people like: {words}.")
            if not outcome.likings:
                sentence = self.tr("So far your answers are much like most people's. Attune goes by theirs: {words}.")
            notes.append(sentence.format(words=", ".join(outcome.assumed)))
        notes.append(
            self.tr(
                "It is a start: your thumbs in the chat refine it, and you can always see it and take back what"
                " it rests on."
            )
        )
        return notes

    def _show_example(self, example: BeforeAfter | None) -> None:
        self._example.setVisible(example is not None)
        if example is None:
            return
        if example.is_same:
            self.example_pair.show_pair(example.prompt, (self.tr("You and most people"), example.before), None)
            self._example_note.setText(
                self.tr(
                    "On all {n} questions that Attune tried, it would choose the same reply for you as for most people:"
                    " what it knows of you so far makes no difference. This is one of them, with the reply chosen."
                ).format(n=example.n_prompts)
            )
            return
        self.example_pair.show_pair(
            example.prompt, (self.tr("What most people like"), example.before), (self.tr("For you"), example.after)
        )
        self._example_note.setText(
            self.tr(
                "Both replies are from Attune's own collection, to a question that the quiz did not ask you. Of {n}"
                " such questions, it would choose differently for you in {k}; this is the one where it matters most."
                " A language model wrote the replies and played the people whom “most people” means."
            ).format(n=example.n_prompts, k=example.n_different)
        )

    # the person's own prompt

    @Slot(bool)
    def show_trial_possible(self, possible: bool) -> None:
        """Whether there is a model that could write."""
        self._trial.setVisible(possible)

    @Slot()
    def _ask_for_trial(self) -> None:
        prompt = self.trial_field.text().strip()
        if prompt and self.trial_button.isEnabled():
            self.trial_pair.hide()
            self.trial_requested.emit(prompt)

    @Slot()
    def _show_trial_button(self) -> None:
        self.trial_button.setEnabled(bool(self.trial_field.text().strip()) and self.stop_button.isHidden())

    def show_trial_status(self, sentence: str, *, running: bool) -> None:
        self._trial_status.setText(sentence)
        self._trial_status.setVisible(bool(sentence))
        self.stop_button.setVisible(running)
        self._show_trial_button()

    def show_trial(self, trial: Trial) -> None:
        if trial.population.text == trial.personal.text:
            self.trial_pair.show_pair(trial.prompt, (self.tr("You and most people"), trial.personal.text), None)
            sentence = self.tr("Of these drafts, you and most people would like the same one best.")
        else:
            self.trial_pair.show_pair(
                trial.prompt,
                (self.tr("What most people like"), trial.population.text),
                (self.tr("For you"), trial.personal.text),
            )
            sentence = self.tr("The model wrote these just now. How much they differ depends on the model.")
        self.show_trial_status(sentence, running=False)
        self.trial_pair.show()

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
