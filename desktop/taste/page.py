"""What Attune believes about the person's taste: a summary, a chart, and the events it rests on."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, QSize, Qt, Signal, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QCheckBox, QFrame, QGridLayout, QHBoxLayout, QMenu, QVBoxLayout, QWidget

from desktop.taste.describe import EventLine, TasteState
from desktop.taste.history_section import HistorySection
from desktop.taste.liking_slider import LikingSlider
from desktop.taste.likings_chart import LikingBar
from desktop.taste.profile_button import ProfileButton
from desktop.taste.words import axis_name, ends, is_sure
from desktop.theme import metrics
from desktop.theme.controls import Button, ElidedLabel, IconButton, Label, row
from desktop.theme.page import ScrollingPage
from engine.preferences.explanation import AxisLiking
from engine.types import AXES

_N_LISTED, _N_MORE = 30, 100
"""Events listed at first, and by each "show earlier ones"."""


class TastePage(ScrollingPage):
    """Signals:
    undo_requested: (event number).
    liking_stated: (axis, liking in log-odds a standard deviation).
    learns_chosen: (bool), whether ratings in chats are kept.
    profile_chosen: (profile id).
    create_requested, rename_requested, delete_requested, export_requested, import_requested: profiles.
    comparisons_requested: export which reply was preferred over which.
    reset_requested, quiz_requested, self_test_requested.
    looked_at: the page comes into view.
    """

    undo_requested = Signal(int)
    liking_stated = Signal(str, float)
    learns_chosen = Signal(bool)
    profile_chosen = Signal(int)
    create_requested = Signal()
    rename_requested = Signal()
    delete_requested = Signal()
    export_requested = Signal()
    import_requested = Signal()
    comparisons_requested = Signal()
    reset_requested = Signal()
    quiz_requested = Signal()
    self_test_requested = Signal()
    looked_at = Signal()

    def __init__(self) -> None:
        super().__init__(QCoreApplication.translate("TastePage", "Your taste"))
        self._summary = Label("", "title", wrap=True)
        self._rests_on = Label("", "muted", wrap=True)
        self.profile_button = ProfileButton()
        self.bars = {axis: LikingBar() for axis in AXES}
        self.correct_buttons = {axis: self._correct_button(axis) for axis in AXES}
        self.sliders = {axis: LikingSlider(axis) for axis in AXES}
        self._likings: dict[str, AxisLiking] = {}
        self.ends: dict[str, tuple[Label, Label]] = {}
        self._reach = 1.0
        self._event: int | None = None
        self._profile_id: int | None = None
        self.history = HistorySection()
        self._receipt = Label("", "small", wrap=True)
        self.receipt_undo_button = Button(self.tr("Undo"), "link", name=self.tr("Undo this change"))
        self.receipt_undo_button.setProperty("size", "small")
        self.learns_box = QCheckBox(self.tr("Learn from my ratings in chats"))
        self.learns_box.setAccessibleName(self.learns_box.text())
        self._learns_note = Label("", "small", wrap=True)
        self._events = QVBoxLayout()
        self._events.setSpacing(2)
        self._event_rows: list[QWidget] = []
        self._all_events: tuple[EventLine, ...] = ()
        self._n_listed = _N_LISTED
        self.more_events_button = Button("", "link")
        self._no_events = Label(self.tr("Nothing yet. Take the quiz, or rate a reply in a chat."), "muted", wrap=True)
        self.quiz_button = Button(self.tr("Take the quiz"), icon_name="quiz")
        self.self_test_button = Button(self.tr("Take the blind self-test"))
        self._self_tests = Label("", "small", wrap=True)
        self.reset_button = Button(self.tr("Reset my taste…"), "danger")
        self.add_to_bar(self.profile_button)
        self.add_to_bar(self._build_more_button())
        self.set_content(self._build_content())
        for axis, slider in self.sliders.items():
            slider.stated.connect(self._on_stated)
            slider.left.connect(lambda axis=axis: self._close_slider(axis))
        self.profile_button.profile_chosen.connect(self.profile_chosen)
        self.receipt_undo_button.clicked.connect(self._on_undo)
        self.learns_box.clicked.connect(self.learns_chosen)
        self.quiz_button.clicked.connect(self.quiz_requested)
        self.reset_button.clicked.connect(self.reset_requested)
        self.more_events_button.clicked.connect(self._list_more)
        self.self_test_button.clicked.connect(self.self_test_requested)

    def _build_more_button(self) -> IconButton:
        self.more_button = IconButton("more", self.tr("Profiles: add, rename, delete, export, import"))
        menu = QMenu(self.more_button)
        menu.addAction(self.tr("New profile…"), self.create_requested.emit)
        menu.addAction(self.tr("Rename this profile…"), self.rename_requested.emit)
        self.delete_action = menu.addAction(self.tr("Delete this profile…"), self.delete_requested.emit)
        menu.addSeparator()
        menu.addAction(self.tr("Export to a file…"), self.export_requested.emit)
        menu.addAction(self.tr("Import from a file…"), self.import_requested.emit)
        menu.addSeparator()
        menu.addAction(self.tr("Export comparisons as text…"), self.comparisons_requested.emit)
        self.more_button.setMenu(menu)
        self.more_button.setPopupMode(IconButton.ToolButtonPopupMode.InstantPopup)
        return self.more_button

    def _correct_button(self, axis: str) -> IconButton:
        button = IconButton("edit", self.tr("Correct {axis}").format(axis=axis), checkable=True)
        button.setProperty("kind", "tight")
        button.setIconSize(QSize(metrics.scaled(14), metrics.scaled(14)))
        button.clicked.connect(lambda checked: self._open_slider(axis) if checked else self._close_slider(axis))
        return button

    def _build_content(self) -> QWidget:
        content = QWidget()
        layout = QVBoxLayout(content)
        layout.setContentsMargins(metrics.L, metrics.XL - 8, metrics.L, metrics.XL)
        layout.setSpacing(metrics.M)
        layout.addWidget(self._summary)
        layout.addWidget(self._rests_on)
        layout.addSpacing(metrics.S)
        layout.addWidget(self._build_chart())
        layout.addWidget(self._build_receipt())
        layout.addWidget(
            Label(
                self.tr(
                    "The dot is Attune's best guess, on the side of what you like more; the cloud around it is where it"
                    " may well be instead. Grey ones are too unsure to count on. Where it is wrong, correct it with the"
                    " pen. “Most people” are those that Attune was trained on: a language model played them."
                ),
                "small",
                wrap=True,
            )
        )
        layout.addSpacing(metrics.M)
        self._sections = QVBoxLayout()
        self._sections.setSpacing(metrics.M)
        layout.addLayout(self._sections)
        layout.addWidget(Label(self.tr("How it came about"), "heading"))
        layout.addWidget(self.history)
        layout.addSpacing(metrics.M)
        layout.addWidget(Label(self.tr("What it rests on"), "heading"))
        layout.addWidget(self._no_events)
        layout.addLayout(self._events)
        layout.addWidget(self.more_events_button, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addSpacing(metrics.M)
        layout.addWidget(Label(self.tr("Does it work for you?"), "heading"))
        layout.addWidget(
            Label(
                self.tr(
                    "A blind self-test: ten times two replies to your own prompts, Attune's pick and the first draft,"
                    " without saying which is which."
                ),
                "muted",
                wrap=True,
            )
        )
        layout.addWidget(self._self_tests)
        layout.addLayout(row(self.self_test_button, None))
        layout.addSpacing(metrics.M)
        layout.addWidget(self.learns_box)
        layout.addWidget(self._learns_note)
        layout.addSpacing(metrics.M)
        layout.addLayout(row(self.quiz_button, self.reset_button, None))
        layout.addStretch(1)
        return content

    def add_section(self, title: str, section: QWidget) -> None:
        """One more part of the page, between the chart and what it rests on."""
        self._sections.addWidget(Label(title, "heading"))
        self._sections.addWidget(section)
        self._sections.addSpacing(metrics.M)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.looked_at.emit()

    def _build_receipt(self) -> QWidget:
        self._receipt_row = QWidget()
        layout = QHBoxLayout(self._receipt_row)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._receipt, 1)
        layout.addWidget(self.receipt_undo_button)
        self._receipt_row.hide()
        return self._receipt_row

    def _build_chart(self) -> QFrame:
        card = QFrame()
        card.setObjectName("card")
        grid = QGridLayout(card)
        grid.setContentsMargins(metrics.M, metrics.L - 4, metrics.S, metrics.L - 4)
        grid.setHorizontalSpacing(metrics.S)
        grid.setVerticalSpacing(metrics.XS + 1)
        for index, axis in enumerate(AXES):
            if metrics.text_is_large():
                self._place_stacked(grid, axis, 3 * index)
            else:
                self._place_in_a_line(grid, axis, 2 * index)
            self.sliders[axis].hide()
        for column, share in ((1, 3), (2, 5), (3, 3)):
            grid.setColumnStretch(column, share)
        return card

    def _ends(self, axis: str) -> tuple[Label, Label]:
        """What less and more of an axis is called."""
        less, more = (Label(word, "small", wrap=True) for word in ends(axis))
        self.ends[axis] = (less, more)
        less.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        return less, more

    def _mark_ends(self, liking: AxisLiking) -> None:
        """The words for what is liked stand out."""
        for end, liked in zip(self.ends[liking.axis], (liking.mean < 0, liking.mean > 0), strict=True):
            role = "picked" if liked and is_sure(liking) else "small"
            if end.property("role") != role:
                end.setProperty("role", role)
                end.style().unpolish(end)
                end.style().polish(end)

    def _place_in_a_line(self, grid: QGridLayout, axis: str, line: int) -> None:
        less, more = self._ends(axis)
        widgets = (Label(axis_name(axis)), less, self.bars[axis], more, self.correct_buttons[axis])
        for place, widget in enumerate(widgets):
            grid.addWidget(widget, line, place)
        grid.addWidget(self.sliders[axis], line + 1, 0, 1, 5)

    def _place_stacked(self, grid: QGridLayout, axis: str, line: int) -> None:
        """With large text the name gets a line of its own, so that the bar keeps its width."""
        less, more = self._ends(axis)
        grid.addWidget(Label(axis_name(axis)), line, 1, 1, 3)
        grid.addWidget(self.correct_buttons[axis], line, 4)
        for place, widget in enumerate((less, self.bars[axis], more), start=1):
            grid.addWidget(widget, line + 1, place)
        grid.addWidget(self.sliders[axis], line + 2, 1, 1, 4)

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
            self._summary.setText(self.tr("No leaning of your own yet"))
        rests_on = [
            self.tr("Rests on what most people like, your quiz answers ({a}) and your ratings in chats ({b}).").format(
                a=state.n_answers, b=state.n_ratings
            )
        ]
        if state.assumed:
            rests_on.append(
                self.tr("Assumed of you as of most people: {words}.").format(words=", ".join(state.assumed))
            )
        self._rests_on.setText(" ".join(rests_on))
        self._reach = max([1.0, *(abs(liking.mean) + 2 * liking.sd for liking in state.likings)])
        self._likings = {liking.axis: liking for liking in state.likings}
        for liking in state.likings:
            self.bars[liking.axis].show_liking(liking, self._reach)
            self._mark_ends(liking)
        self._show_events(state.events)
        self.reset_button.setEnabled(bool(state.events))
        self._show_profile(state)

    def _show_profile(self, state: TasteState) -> None:
        self.profile_button.show_profiles(state.profiles, state.profile_id)
        self.delete_action.setVisible(len(state.profiles) > 1)
        self.learns_box.setChecked(state.learns)
        self._learns_note.setText(
            self.tr("Thumbs and “I prefer this one” move your taste, and each can be undone.")
            if state.learns
            else self.tr(
                "Paused: thumbs and “I prefer this one” are not kept, also not for later. "
                "The quiz and corrections made here still count."
            )
        )
        if state.profile_id != self._profile_id:
            self._profile_id = state.profile_id
            self._n_listed = _N_LISTED
            self.show_receipt("", None)
            for axis in AXES:
                self._close_slider(axis)

    @property
    def receipt_text(self) -> str:
        return "" if self._receipt_row.isHidden() else self._receipt.text()

    def show_receipt(self, sentence: str, event: int | None) -> None:
        """What a change did. event: its number in the log, None when there is nothing to undo."""
        self._event = event
        self._receipt.setText(sentence)
        self._receipt.setAccessibleName(sentence)
        self._receipt_row.setVisible(bool(sentence))
        self.receipt_undo_button.setVisible(event is not None)

    def _open_slider(self, axis: str) -> None:
        for other in AXES:
            if other != axis:
                self._close_slider(other)
        self.sliders[axis].show()
        self.sliders[axis].begin(self._likings[axis], self._reach)

    def _close_slider(self, axis: str) -> None:
        had_focus = self.sliders[axis].isAncestorOf(self.focusWidget()) if self.focusWidget() else False
        self.sliders[axis].hide()
        self.correct_buttons[axis].setChecked(False)
        if had_focus:
            self.correct_buttons[axis].setFocus()

    @Slot(str, float)
    def _on_stated(self, axis: str, value: float) -> None:
        self._close_slider(axis)
        self.liking_stated.emit(axis, value)

    @Slot()
    def _on_undo(self) -> None:
        if self._event is not None:
            self.undo_requested.emit(self._event)

    @property
    def self_tests_text(self) -> str:
        return self._self_tests.text()

    def show_self_tests(self, lines: Sequence[str], *, running: bool) -> None:
        """lines: the tests that have ended, latest first; running: there is one to go on with."""
        self._self_tests.setText("\n".join(lines))
        self._self_tests.setVisible(bool(lines))
        text = self.tr("Go on with the blind self-test") if running else self.tr("Take the blind self-test")
        self.self_test_button.setText(text)
        self.self_test_button.setAccessibleName(text)

    def show_quiz_entry(self, text: str) -> None:
        self.quiz_button.setText(text)
        self.quiz_button.setAccessibleName(text)

    def _show_events(self, events: tuple[EventLine, ...]) -> None:
        for line in self._event_rows:
            self._events.removeWidget(line)
            line.hide()
            line.deleteLater()
        self._all_events = events
        self._event_rows = [self._event_row(event) for event in events[: self._n_listed]]
        for line in self._event_rows:
            self._events.addWidget(line)
        self._no_events.setVisible(not events)
        n_left = len(events) - len(self._event_rows)
        self.more_events_button.setVisible(n_left > 0)
        text = self.tr("Show earlier ones ({n})").format(n=n_left)
        self.more_events_button.setText(text)
        self.more_events_button.setAccessibleName(text)

    @Slot()
    def _list_more(self) -> None:
        """The focus goes to the first that was not there, so that Tab goes on from it."""
        listed, self._n_listed = self._n_listed, self._n_listed + _N_MORE
        self._show_events(self._all_events)
        self.undo_buttons[listed].setFocus()

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
