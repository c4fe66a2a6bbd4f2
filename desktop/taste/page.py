"""What Attune believes about the person's taste: a summary, a chart, and the events it rests on."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from desktop.taste.describe import EventLine, TasteState
from desktop.taste.likings_chart import LikingBar
from desktop.theme import metrics
from desktop.theme.controls import Button, IconButton, Label, centered_column, row
from engine.preferences.explanation import AXIS_WORDS
from engine.types import AXES


class ElidedLabel(Label):
    """One line, shortened at its end where it does not fit."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self._full = text
        self.setToolTip(text)
        self.setAccessibleName(text)
        self.setMinimumWidth(40)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.setText(self.fontMetrics().elidedText(self._full, Qt.TextElideMode.ElideRight, self.width()))


class TastePage(QWidget):
    """Signals:
    undo_requested: (event number).
    reset_requested, quiz_requested, sidebar_requested.
    """

    undo_requested = Signal(int)
    reset_requested = Signal()
    quiz_requested = Signal()
    sidebar_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("page")
        self._summary = Label("", "title", wrap=True)
        self._rests_on = Label("", "muted", wrap=True)
        self.bars = {axis: LikingBar() for axis in AXES}
        self._events = QVBoxLayout()
        self._events.setSpacing(2)
        self._event_rows: list[QWidget] = []
        self._no_events = Label(self.tr("Nothing yet. Take the quiz, or rate a reply in a chat."), "muted", wrap=True)
        self.quiz_button = Button(self.tr("Take the quiz"), icon_name="quiz")
        self.reset_button = Button(self.tr("Reset my taste…"), "danger")
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(centered_column(self._build_content(), metrics.CONTENT_WIDTH + 2 * metrics.L))
        scroll.setAccessibleName(self.tr("Your taste"))
        self.setFocusProxy(scroll)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._build_top_bar())
        layout.addWidget(scroll, 1)
        self.quiz_button.clicked.connect(self.quiz_requested)
        self.reset_button.clicked.connect(self.reset_requested)

    def _build_top_bar(self) -> QFrame:
        bar = QFrame()
        bar.setObjectName("topBar")
        sidebar_button = IconButton("sidebar", self.tr("Show or hide the sidebar (Ctrl+B)"))
        sidebar_button.clicked.connect(self.sidebar_requested)
        layout = QHBoxLayout(bar)
        layout.setContentsMargins(metrics.M, metrics.S, metrics.M, metrics.S)
        layout.addWidget(sidebar_button)
        layout.addWidget(Label(self.tr("Your taste"), "heading"), 1)
        return bar

    def _build_content(self) -> QWidget:
        content = QWidget()
        layout = QVBoxLayout(content)
        layout.setContentsMargins(metrics.L, metrics.XL - 8, metrics.L, metrics.XL)
        layout.setSpacing(metrics.M)
        layout.addWidget(self._summary)
        layout.addWidget(self._rests_on)
        layout.addSpacing(metrics.S)
        layout.addWidget(self._build_chart())
        layout.addWidget(
            Label(
                self.tr(
                    "The bar is Attune's best guess, the whisker how far off it may well be. "
                    "Pale bars are too unsure to count on."
                ),
                "small",
                wrap=True,
            )
        )
        layout.addSpacing(metrics.M)
        layout.addWidget(Label(self.tr("What it rests on"), "heading"))
        layout.addWidget(self._no_events)
        layout.addLayout(self._events)
        layout.addSpacing(metrics.M)
        layout.addLayout(row(self.quiz_button, self.reset_button, None))
        layout.addStretch(1)
        return content

    def _build_chart(self) -> QFrame:
        card = QFrame()
        card.setObjectName("card")
        grid = QGridLayout(card)
        grid.setContentsMargins(metrics.L, metrics.L - 4, metrics.L, metrics.L - 4)
        grid.setHorizontalSpacing(metrics.M)
        grid.setVerticalSpacing(metrics.XS + 1)
        for index, axis in enumerate(AXES):
            less, more = AXIS_WORDS[axis]
            left = Label(less, "small", wrap=True)
            left.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            grid.addWidget(Label(axis.capitalize()), index, 0)
            grid.addWidget(left, index, 1)
            grid.addWidget(self.bars[axis], index, 2)
            grid.addWidget(Label(more, "small", wrap=True), index, 3)
        for column, share in ((1, 3), (2, 5), (3, 3)):
            grid.setColumnStretch(column, share)
        return card

    @property
    def summary(self) -> str:
        return self._summary.text()

    @property
    def undo_buttons(self) -> list[Button]:
        return [button for line in self._event_rows for button in line.findChildren(Button)]

    def show_taste(self, state: TasteState) -> None:
        if state.words:
            self._summary.setText(self.tr("You seem to like: {words}").format(words=" · ".join(state.words)))
        else:
            self._summary.setText(self.tr("No clear leaning yet"))
        self._rests_on.setText(
            self.tr("Rests on what most people like, your quiz answers ({a}) and your ratings in chats ({b}).").format(
                a=state.n_answers, b=state.n_ratings
            )
        )
        reach = max([1.0, *(abs(liking.mean) + 2 * liking.sd for liking in state.likings)])
        for liking in state.likings:
            self.bars[liking.axis].show_liking(liking, reach)
        self._show_events(state.events)
        self.reset_button.setEnabled(bool(state.events))

    def show_quiz_entry(self, text: str) -> None:
        self.quiz_button.setText(text)
        self.quiz_button.setAccessibleName(text)

    def _show_events(self, events: tuple[EventLine, ...]) -> None:
        for line in self._event_rows:
            self._events.removeWidget(line)
            line.hide()
            line.deleteLater()
        self._event_rows = [self._event_row(event) for event in events]
        for line in self._event_rows:
            self._events.addWidget(line)
        self._no_events.setVisible(not events)

    def _event_row(self, event: EventLine) -> QWidget:
        line = QWidget()
        undo = Button(self.tr("Undo"), "link", name=self.tr("Undo: {text}").format(text=event.text))
        undo.clicked.connect(lambda: self.undo_requested.emit(event.number))
        layout = QHBoxLayout(line)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(metrics.M)
        layout.addWidget(ElidedLabel(event.text), 1)
        layout.addWidget(Label(event.when, "small"))
        layout.addWidget(undo)
        return line
