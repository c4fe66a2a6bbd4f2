"""The chat: a top bar, the conversation in one scrolling column, and the composer."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QScrollArea, QVBoxLayout, QWidget

from desktop.chat.composer import Composer
from desktop.chat.context_meter import ContextDivider
from desktop.chat.message_view import ReplyMessage, UserMessage
from desktop.chat.progress_card import ProgressCard
from desktop.chat.states import MessageState, Progress, Receipt, Why
from desktop.chat.taste_header import TasteHeader
from desktop.personas.button import PersonaButton
from desktop.theme import metrics
from desktop.theme.controls import Button, ElidedLabel, IconButton, Label, centered_column, row
from engine.store.chats import Conversation

SEEK_MS = 400
"""How long the messages of a chat that was just opened may take to find their heights."""

BUILT_AT_ONCE = 24
"""Messages at the end of a chat that are there when it opens; earlier ones are made as one scrolls up to them."""
BUILT_MORE = 8

SERVER_WIDTH = 190
"""Of the name of the server that answers."""


class EmptyChat(QWidget):
    """What a new chat says before its first message.

    Signals:
        model_requested: the person wants another model.
    """

    model_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        title = Label(self.tr("What can I write for you?"), "display", wrap=True)
        self._usual_hint = self.tr(
            "Attune writes several drafts and shows the one you would like best. "
            "Thumbs and “I prefer this one” keep its sense of your taste current."
        )
        title.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.hint = Label(self._usual_hint, "muted", wrap=True)
        self.hint.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.bundled_note = Label(
            self.tr("This is the bundled model. It is tiny and often wrong; it is here so that Attune works at once."),
            "small",
            wrap=True,
        )
        self.bundled_note.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.model_button = Button(self.tr("Choose a larger model…"), "link")
        self.model_button.setProperty("size", "small")
        self.model_button.clicked.connect(self.model_requested)
        layout = QVBoxLayout(self)
        layout.setSpacing(metrics.M)
        layout.addStretch(2)
        layout.addWidget(title)
        layout.addWidget(centered_column(self.hint, 540))
        layout.addSpacing(metrics.M)
        layout.addWidget(self.bundled_note)
        layout.addLayout(row(None, self.model_button, None))
        layout.addStretch(3)

    def show_temporary(self, temporary: bool) -> None:
        """What becomes of the chat that begins here."""
        self.hint.setText(
            self.tr(
                "This chat is temporary. It is kept in memory alone: never written to the disk, in no list, "
                "and gone once you open another chat or close Attune. Nothing is learned from it, "
                "though your taste still chooses among the drafts."
            )
            if temporary
            else self._usual_hint
        )

    def show_bundled(self, bundled: bool) -> None:
        self.bundled_note.setVisible(bundled)
        self.model_button.setVisible(bundled)


class ChatPage(QWidget):
    """Signals:
    prefer_requested, thumb_pressed, reason_chosen, why_requested, undo_requested: as in ReplyMessage.
    try_again_requested.
    reworded, version_turned, message_delete_requested, another_requested, plain_requested, continue_requested: as in
    UserMessage and ReplyMessage.
    pin_requested: (bool); rename_requested, duplicate_requested, export_requested, delete_requested: for the open
    conversation.
    model_requested: the person wants another model.
    sidebar_requested: show or hide the sidebar.
    stop_requested: Esc was pressed.
    Sending, stopping and the mode are signals of `composer`; the progress card has its own stop; profile and
    correction of the chat are signals of `taste_header`.
    """

    prefer_requested = Signal(str, int)
    thumb_pressed = Signal(str, int, bool)
    reason_chosen = Signal(str, int, str)
    why_requested = Signal(str, int)
    undo_requested = Signal(str, int)
    try_again_requested = Signal()
    reworded = Signal(str, str)
    version_turned = Signal(str, int)
    message_delete_requested = Signal(str)
    another_requested = Signal(str)
    plain_requested = Signal(str)
    continue_requested = Signal(str, int)
    pin_requested = Signal(bool)
    rename_requested = Signal()
    duplicate_requested = Signal()
    export_requested = Signal()
    delete_requested = Signal()
    model_requested = Signal()
    sidebar_requested = Signal()
    stop_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("page")
        self.setAcceptDrops(True)
        self._messages: dict[str, UserMessage | ReplyMessage] = {}
        self._states: dict[str, MessageState] = {}
        self._earlier: list[MessageState] = []
        self._seen_from: str | None = None
        self._anchor: QWidget | None = None
        self._anchor_y = 0
        self._follow = True
        self._sought: QWidget | None = None
        self._busy = False
        self._is_temporary = False
        self.composer = Composer()
        self.progress_card = ProgressCard()
        self.taste_header = TasteHeader()
        self.persona_button = PersonaButton()
        self.empty = EmptyChat()
        self.context_divider = ContextDivider()
        self._trailer = Label("", "small", wrap=True, selectable=True)
        self.trailer_button = Button(self.tr("Try again"), "small", icon_name="retry")
        self._trailer_row = QWidget()
        trailer_layout = QHBoxLayout(self._trailer_row)
        trailer_layout.setContentsMargins(0, 0, 0, 0)
        trailer_layout.addWidget(self._trailer, 1)
        trailer_layout.addWidget(self.trailer_button)
        self._trailer_row.hide()
        self._column = QVBoxLayout()
        self._column.setSpacing(metrics.L)
        self._scroll = self._build_scroll()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._build_top_bar())
        layout.addWidget(self._scroll, 1)
        layout.addWidget(self._build_bottom())
        self._scroll.verticalScrollBar().rangeChanged.connect(self._on_range_changed)
        self._scroll.verticalScrollBar().valueChanged.connect(self._on_scrolled)
        self.trailer_button.clicked.connect(self.try_again_requested)
        self.empty.model_requested.connect(self.model_requested)
        escape = QShortcut(QKeySequence(Qt.Key.Key_Escape), self)
        escape.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        escape.activated.connect(self.stop_requested)
        self.show_thread([])

    # building

    def _build_top_bar(self) -> QFrame:
        bar = QFrame()
        bar.setObjectName("topBar")
        self.sidebar_button = IconButton("sidebar", self.tr("Show or hide the sidebar (Ctrl+B)"))
        self.sidebar_button.clicked.connect(self.sidebar_requested)
        self._title = ElidedLabel("", "heading")
        self.temporary_badge = Label(self.tr("Temporary"), "badge")
        explained = self.tr(
            "Temporary chat: it is not saved, nothing is learned from it, and it is gone once you leave it"
        )
        self.temporary_badge.setToolTip(explained)
        self.temporary_badge.setAccessibleName(explained)
        self.temporary_badge.hide()
        self.server_badge = Label("", "badge")
        self.server_badge.hide()
        self.more_button = IconButton("more", self.tr("More about this chat"))
        menu = QMenu(self.more_button)
        self.pin_action = menu.addAction(self.tr("Pin"))
        self.pin_action.setCheckable(True)
        self.pin_action.triggered.connect(self.pin_requested)
        menu.addAction(self.tr("Rename…"), self.rename_requested.emit)
        menu.addAction(self.tr("Duplicate"), self.duplicate_requested.emit)
        menu.addAction(self.tr("Export…"), self.export_requested.emit)
        menu.addSeparator()
        menu.addAction(self.tr("Delete"), self.delete_requested.emit)
        self.more_button.setMenu(menu)
        self.more_button.setPopupMode(IconButton.ToolButtonPopupMode.InstantPopup)
        layout = QHBoxLayout(bar)
        layout.setContentsMargins(metrics.M, metrics.S, metrics.M, metrics.S)
        layout.addWidget(self.sidebar_button)
        layout.addWidget(self._title, 1)
        layout.addWidget(self.temporary_badge)
        layout.addWidget(self.server_badge)
        layout.addWidget(self.persona_button)
        layout.addWidget(self.taste_header)
        layout.addWidget(self.more_button)
        return bar

    def _build_scroll(self) -> QScrollArea:
        content = QWidget()
        content.setLayout(self._column)
        self._content = content
        self._column.setContentsMargins(metrics.L, metrics.L, metrics.L, metrics.L)
        self._column.addWidget(self.empty, 1)
        self._column.addWidget(self.progress_card)
        self._column.addWidget(self._trailer_row)
        self._column.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setAccessibleName(self.tr("Conversation"))
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        middle = centered_column(content, metrics.CONTENT_WIDTH + 2 * metrics.L)
        scroll.setWidget(middle)
        middle.setAutoFillBackground(False)  # setWidget turned it on
        return scroll

    def _build_bottom(self) -> QWidget:
        content = QWidget()
        layout = QVBoxLayout(content)
        layout.setContentsMargins(metrics.L, 0, metrics.L, metrics.M)
        layout.setSpacing(metrics.S)
        layout.addWidget(self.composer)
        self._bottom = centered_column(content, metrics.CONTENT_WIDTH + 2 * metrics.L)
        return self._bottom

    # showing

    @property
    def messages(self) -> list[UserMessage | ReplyMessage]:
        return list(self._messages.values())

    @property
    def trailer_text(self) -> str:
        return "" if self._trailer_row.isHidden() else self._trailer.text()

    @Slot(object)
    def show_conversation(self, conversation: Conversation | None) -> None:
        new = self.tr("Temporary chat") if self._is_temporary else self.tr("New chat")
        self._title.show_text(conversation.title if conversation and not self._is_temporary else new)
        self.more_button.setVisible(conversation is not None and not self._is_temporary)
        self.pin_action.setChecked(conversation is not None and conversation.pinned)

    @Slot(bool)
    def show_temporary(self, temporary: bool) -> None:
        """Whether the open chat is a temporary one; before `show_conversation`."""
        self._is_temporary = temporary
        self.temporary_badge.setVisible(temporary)
        self.empty.show_temporary(temporary)

    def show_server(self, short: str, words: str) -> None:
        """short: that a server writes the drafts, "" where none does; words: what that means."""
        lines = self.server_badge.fontMetrics()
        fitting = lines.elidedText(short, Qt.TextElideMode.ElideMiddle, metrics.scaled(SERVER_WIDTH))
        self.server_badge.setText(fitting)
        self.server_badge.setToolTip(words)
        self.server_badge.setAccessibleName(words)
        self.server_badge.setVisible(bool(short))

    @Slot(bool)
    def set_busy(self, busy: bool) -> None:
        """While a reply is being written, no message can be changed."""
        self._busy = busy
        for widget in self._messages.values():
            widget.set_actions_enabled(not busy)

    @Slot(object)
    def show_thread(self, states: list[MessageState]) -> None:
        """What is shown already is kept, from the top on: only what has changed is made anew."""
        first = next(iter(self._messages), None)
        n_earlier = next((position for position, state in enumerate(states) if state.id == first), None)
        if n_earlier is None:
            for message_id in list(self._messages):
                self.remove_message(message_id)
            n_earlier = max(0, len(states) - BUILT_AT_ONCE)
        self._earlier, states = states[:n_earlier], states[n_earlier:]
        self._show_built(states)
        self._build_earlier(max(0, BUILT_AT_ONCE - len(self._messages)))
        self._follow = True
        self._update_empty()
        QTimer.singleShot(SEEK_MS, self, self._fill)

    def _show_built(self, states: list[MessageState]) -> None:
        kept = 0
        for shown, state in zip(list(self._messages), states, strict=False):
            if shown != state.id:
                break
            kept += 1
        for message_id in list(self._messages)[kept:]:
            self.remove_message(message_id)
        for state in states[:kept]:
            if state != self._states[state.id]:
                self.change_message(state)
        for state in states[kept:]:
            self.add_message(state)

    def _build_earlier(self, n: int) -> None:
        """Make the last `n` of the messages that have no widget yet."""
        if not n or not self._earlier:
            return
        states, self._earlier = self._earlier[-n:], self._earlier[:-n]
        top = next(iter(self._messages.values()), self.progress_card)
        self._anchor = top
        self._note_anchor()
        position = self._column.indexOf(top)
        above = self._column.itemAt(position - 1)
        if above is not None and above.widget() is self.context_divider:
            position -= 1
        built = {state.id: self._widget_for(state) for state in states}
        for offset, widget in enumerate(built.values()):
            self._column.insertWidget(position + offset, widget)
        self._messages = built | self._messages
        self._states |= {state.id: state for state in states}
        if self._seen_from in built:
            self.show_seen_from(self._seen_from)
        QTimer.singleShot(SEEK_MS, self, self._end_growing)

    @Slot()
    def _end_growing(self) -> None:
        self._anchor = None
        self._fill()

    def _note_anchor(self) -> None:
        """Where the message is that stays where it is while the chat grows above it."""
        if self._anchor is not None:
            top = self._anchor.mapTo(self._content, QPoint(0, 0)).y()
            self._anchor_y = top - self._scroll.verticalScrollBar().value()

    @Slot()
    def _fill(self) -> None:
        """More of the chat, where there is room for it or the person comes near to what is not there yet."""
        bar = self._scroll.verticalScrollBar()
        if self._earlier and self._anchor is None and bar.value() < self._scroll.viewport().height():
            self._build_earlier(BUILT_MORE)

    @Slot(object)
    def add_message(self, state: MessageState) -> None:
        widget = self._messages[state.id] = self._widget_for(state)
        self._states[state.id] = state
        self._column.insertWidget(self._column.indexOf(self.progress_card), widget)
        widget.setVisible(not self._is_blank(state))
        self._follow = True
        self._update_empty()

    def _widget_for(self, state: MessageState) -> UserMessage | ReplyMessage:
        widget = self._user_message(state) if state.role == "user" else self._reply(state)
        widget.set_actions_enabled(not self._busy)
        return widget

    @Slot(object)
    def change_message(self, state: MessageState) -> None:
        widget = self._messages.get(state.id)
        if widget is not None:
            self._states[state.id] = state
        else:
            self._earlier = [state if each.id == state.id else each for each in self._earlier]
        if isinstance(widget, UserMessage):
            widget.show_state(state)
        elif isinstance(widget, ReplyMessage):
            was_hidden = widget.isHidden()
            widget.show_state(state)
            widget.setVisible(not self._is_blank(state))
            if was_hidden:
                QTimer.singleShot(0, self, self._show_start_of_last_turn)

    @Slot(str)
    def remove_message(self, message_id: str) -> None:
        widget = self._messages.pop(message_id, None)
        if widget is not None:
            self._states.pop(message_id)
            if widget is self._sought:
                self._sought = None
            if widget is self._anchor:
                self._anchor = None
            self._column.removeWidget(widget)
            widget.hide()
            widget.deleteLater()
        self._update_empty()

    @Slot(str, str)
    def append_text(self, message_id: str, text: str) -> None:
        widget = self._messages.get(message_id)
        if isinstance(widget, ReplyMessage):
            widget.append_text(text)
            widget.show()

    @Slot(str)
    def seek_message(self, message_id: str) -> None:
        """Scroll to a message, and stay there while the messages around it find their heights."""
        unbuilt = [state.id for state in self._earlier]
        if message_id in unbuilt:
            self._build_earlier(len(unbuilt) - unbuilt.index(message_id) + BUILT_MORE)
        self._sought = self._messages.get(message_id)
        self._follow = False
        QTimer.singleShot(0, self, self._show_sought)
        QTimer.singleShot(SEEK_MS, self, self._end_seeking)

    @Slot()
    def _show_sought(self) -> None:
        if self._sought is not None:
            top = self._sought.mapTo(self._content, QPoint(0, 0)).y() - metrics.L
            self._scroll.verticalScrollBar().setValue(top)

    @Slot()
    def _end_seeking(self) -> None:
        self._show_sought()
        self._sought = None

    @Slot(object)
    def show_progress(self, progress: Progress | None) -> None:
        self.progress_card.show_progress(progress)

    @Slot(str, bool)
    def show_trailer(self, sentence: str, can_try_again: bool) -> None:
        self._trailer.setText(sentence)
        self.trailer_button.setVisible(can_try_again)
        self._trailer_row.setVisible(bool(sentence))

    @Slot(object)
    def show_receipt(self, receipt: Receipt) -> None:
        widget = self._messages.get(receipt.message_id)
        if isinstance(widget, ReplyMessage):
            widget.show_receipt(receipt)

    @Slot(object)
    def show_why(self, why: Why) -> None:
        widget = self._messages.get(why.message_id)
        if isinstance(widget, ReplyMessage):
            widget.show_why(why)
            QTimer.singleShot(0, widget, lambda: self._scroll.ensureWidgetVisible(widget.why_panel, 0, metrics.L))

    @Slot(object)
    def show_seen_from(self, message_id: str | None) -> None:
        """Where the model begins to read; None where it reads everything."""
        self._seen_from = message_id
        widget = self._messages.get(message_id) if message_id else None
        self._column.removeWidget(self.context_divider)
        if widget is not None:
            self._column.insertWidget(self._column.indexOf(widget), self.context_divider)
        self.context_divider.setVisible(widget is not None)

    # files dropped anywhere on the chat

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        self.composer.dragEnterEvent(event)

    def dropEvent(self, event: QDropEvent) -> None:
        self.composer.dropEvent(event)

    # helpers

    def _user_message(self, state: MessageState) -> UserMessage:
        widget = UserMessage(state)
        widget.reworded.connect(self._on_reworded)
        widget.version_turned.connect(self._on_version_turned)
        widget.delete_requested.connect(self._on_delete)
        return widget

    def _reply(self, state: MessageState) -> ReplyMessage:
        widget = ReplyMessage(state)
        widget.prefer_requested.connect(self.prefer_requested)
        widget.thumb_pressed.connect(self.thumb_pressed)
        widget.reason_chosen.connect(self.reason_chosen)
        widget.why_requested.connect(self.why_requested)
        widget.undo_requested.connect(self.undo_requested)
        widget.try_again_requested.connect(self.try_again_requested)
        widget.another_requested.connect(self.another_requested)
        widget.plain_requested.connect(self.plain_requested)
        widget.continue_requested.connect(self.continue_requested)
        widget.version_turned.connect(self._on_version_turned)
        widget.delete_requested.connect(self._on_delete)
        return widget

    # what is done to a message takes its widget away: the keyboard goes on at a place that is still there

    @Slot(str, str)
    def _on_reworded(self, message_id: str, text: str) -> None:
        self.reworded.emit(message_id, text)
        self.composer.field.setFocus()

    @Slot(str)
    def _on_delete(self, message_id: str) -> None:
        self.message_delete_requested.emit(message_id)
        self.composer.field.setFocus()

    @Slot(str, int)
    def _on_version_turned(self, message_id: str, step: int) -> None:
        position = list(self._messages).index(message_id)
        self.version_turned.emit(message_id, step)
        if position < len(self._messages) and message_id not in self._messages:
            self.messages[position].pager.take_focus(step)

    @staticmethod
    def _is_blank(state: MessageState) -> bool:
        return state.role == "assistant" and state.status == "writing" and not state.text

    def _update_empty(self) -> None:
        self.empty.setVisible(not self._messages)

    @Slot()
    def _on_scrolled(self) -> None:
        bar = self._scroll.verticalScrollBar()
        self._follow = bar.value() >= bar.maximum() - 24
        self._note_anchor()
        self._fill()

    @Slot(int, int)
    def _on_range_changed(self, _minimum: int, maximum: int) -> None:
        scroll_bar = self._scroll.verticalScrollBar()
        # the composer stays below the column of text, which the scroll bar moves aside
        self._bottom.setContentsMargins(0, 0, scroll_bar.sizeHint().width() if maximum > 0 else 0, 0)
        if self._sought is not None:
            self._show_sought()
        elif self._follow:
            scroll_bar.setValue(maximum)
            self._follow = True
        elif self._anchor is not None:
            anchored = self._anchor_y
            scroll_bar.setValue(self._anchor.mapTo(self._content, QPoint(0, 0)).y() - anchored)
            self._anchor_y = anchored

    @Slot()
    def _show_start_of_last_turn(self) -> None:
        """A reply that appears as a whole is read from its top."""
        bar = self._scroll.verticalScrollBar()
        last = next((w for w in reversed(self._messages.values()) if isinstance(w, UserMessage)), None)
        if last is not None and bar.maximum() > 0:
            top = last.mapTo(self._content, QPoint(0, 0)).y() - metrics.L
            bar.setValue(min(top, bar.maximum()))
