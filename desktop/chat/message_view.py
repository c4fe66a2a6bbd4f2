"""One message: the person's in a tinted bubble, a reply as Markdown with what can be done about it."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QGuiApplication, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from desktop.chat.drafts_bar import DraftsBar
from desktop.chat.flow_text import FlowText
from desktop.chat.markdown_view import MarkdownView
from desktop.chat.reason_row import ReasonRow
from desktop.chat.states import DraftState, MessageState, Receipt, Why
from desktop.chat.why_panel import WhyPanel
from desktop.theme import metrics
from desktop.theme.controls import Button, Label, row
from engine.preferences.events import ThumbReason

_BUBBLE_SHARE = 0.82
_PAD_X, _PAD_Y = 14, 9


class UserMessage(QWidget):
    """What the person wrote, as they wrote it."""

    def __init__(self, state: MessageState) -> None:
        super().__init__()
        self.message_id = state.id
        self._text = FlowText()
        self._text.setAccessibleName(self.tr("You wrote"))
        self._bubble = QFrame()
        self._bubble.setObjectName("userBubble")
        inner = QVBoxLayout(self._bubble)
        inner.setContentsMargins(_PAD_X, _PAD_Y, _PAD_X, _PAD_Y)
        inner.addWidget(self._text)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addStretch(1)
        layout.addWidget(self._bubble)
        self._text.set_plain(state.text)

    @property
    def text(self) -> str:
        return self._text.toPlainText()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        ideal = self._text.ideal_width() + 2 * _PAD_X
        self._bubble.setFixedWidth(max(60, min(ideal, int(event.size().width() * _BUBBLE_SHARE))))


class ReplyMessage(QWidget):
    """A reply, being written or finished.

    Signals:
        prefer_requested: (message id, draft index).
        thumb_pressed: (message id, draft index, True for up).
        reason_chosen: (message id, draft index, ThumbReason), why the thumb is down.
        why_requested: (message id, draft index).
        undo_requested: (message id, event number).
        try_again_requested.
    """

    prefer_requested = Signal(str, int)
    thumb_pressed = Signal(str, int, bool)
    reason_chosen = Signal(str, int, str)
    why_requested = Signal(str, int)
    undo_requested = Signal(str, int)
    try_again_requested = Signal()

    def __init__(self, state: MessageState) -> None:
        super().__init__()
        self.message_id = state.id
        self._state = replace(state, drafts=())  # so that `show_state` turns to the shown draft
        self._position = 0
        self._event: int | None = None
        self.body = MarkdownView()
        self.bar = DraftsBar()
        self.reasons = ReasonRow()
        self._asks_reason = False
        self.why_panel = WhyPanel()
        self._mark = Label("", "small")
        self.try_again_button = Button(self.tr("Try again"), "small", icon_name="retry")
        self._mark_row = QWidget()
        mark_layout = row(self._mark, self.try_again_button, None)
        mark_layout.setContentsMargins(0, 0, 0, 0)
        self._mark_row.setLayout(mark_layout)
        self._receipt = Label("", "small")
        self.undo_button = Button(self.tr("Undo"), "link", name=self.tr("Undo this rating"))
        self.undo_button.setProperty("size", "small")
        self._receipt_row = QWidget()
        receipt_layout = row(self._receipt, self.undo_button, None)
        receipt_layout.setContentsMargins(0, 0, 0, 0)
        self._receipt_row.setLayout(receipt_layout)
        self._receipt_row.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(metrics.XS)
        for widget in (self.body, self._mark_row, self.bar, self.reasons, self._receipt_row, self.why_panel):
            layout.addWidget(widget)
        self.bar.page_requested.connect(self._on_page)
        self.bar.prefer_requested.connect(self._on_prefer)
        self.bar.thumb_pressed.connect(self._on_thumb)
        self.reasons.reason_chosen.connect(self._on_reason)
        self.bar.copy_requested.connect(self._copy)
        self.bar.why_requested.connect(self._on_why)
        self.undo_button.clicked.connect(self._on_undo)
        self.try_again_button.clicked.connect(self.try_again_requested)
        self.show_state(state)

    @property
    def receipt_text(self) -> str:
        return "" if self._receipt_row.isHidden() else self._receipt.text()

    @property
    def mark_text(self) -> str:
        return "" if self._mark_row.isHidden() else self._mark.text()

    @property
    def draft(self) -> DraftState | None:
        """The draft that is looked at."""
        drafts = self._state.drafts
        return drafts[self._position] if self._position < len(drafts) else None

    def show_state(self, state: MessageState) -> None:
        """Shows the message; the page stays where the person paged to, unless another draft became the reply."""
        former = next((d.index for d in self._state.drafts if d.shown), None)
        shown = next((i for i, d in enumerate(state.drafts) if d.shown), 0)
        now = state.drafts[shown].index if state.drafts else None
        self._state = state
        if now != former or self._position >= len(state.drafts):
            self._position = shown
        self._refresh()

    def append_text(self, text: str) -> None:
        self.body.append(text)
        self.body.setVisible(True)

    def show_receipt(self, receipt: Receipt) -> None:
        self._event = receipt.event
        self._receipt.setText(receipt.sentence)
        self._receipt.setAccessibleName(receipt.sentence)
        self.undo_button.setVisible(receipt.event is not None)
        self._receipt_row.show()

    def show_why(self, why: Why) -> None:
        self.why_panel.show_why(why)
        self.bar.why_button.setChecked(True)

    def _refresh(self) -> None:
        draft, state = self.draft, self._state
        text = draft.text if draft is not None else state.text
        self.body.set_markdown(text)
        self.body.setVisible(bool(text))
        finished = state.status != "writing"
        self.bar.setVisible(finished)
        if finished:
            self.bar.show_drafts(state.drafts, self._position)
        self.reasons.show_reason(draft.reason if draft is not None else None)
        self.reasons.setVisible(self._asks_reason and draft is not None and draft.thumb == "down")
        mark = self._mark_for(draft)
        self._mark.setText(mark)
        self._mark_row.setVisible(bool(mark))
        self.try_again_button.setVisible(state.can_try_again)

    def _mark_for(self, draft: DraftState | None) -> str:
        if self._state.status == "interrupted":
            return self.tr("Interrupted: this is what was written so far.")
        if draft is not None and draft.finish == "cancelled":
            return self.tr("Stopped by you.")
        if draft is not None and draft.finish == "length":
            return self.tr("Cut at the longest reply that the settings allow.")
        if draft is not None and draft.finish == "context":
            return self.tr("Cut: the conversation fills what this model can read.")
        return ""

    @Slot(int)
    def _on_page(self, position: int) -> None:
        self._position = max(0, min(position, len(self._state.drafts) - 1))
        self._asks_reason = False
        self._hide_why()
        self._refresh()

    @Slot(bool)
    def _on_thumb(self, up: bool) -> None:
        if self.draft is not None:
            # the buttons toggle themselves when clicked; what they show follows from the log alone
            self.bar.show_drafts(self._state.drafts, self._position)
            self._asks_reason = not up  # only right after the thumb: an old one is no open question
            self.thumb_pressed.emit(self.message_id, self.draft.index, up)

    @Slot(str)
    def _on_reason(self, reason: ThumbReason) -> None:
        if self.draft is not None:
            self.reason_chosen.emit(self.message_id, self.draft.index, reason)

    @Slot()
    def _on_why(self) -> None:
        if self.why_panel.isVisible():
            self._hide_why()
        elif self.draft is not None:
            self.why_requested.emit(self.message_id, self.draft.index)

    def _hide_why(self) -> None:
        self.why_panel.hide()
        self.bar.why_button.setChecked(False)

    @Slot()
    def _on_undo(self) -> None:
        if self._event is not None:
            self.undo_requested.emit(self.message_id, self._event)

    @Slot()
    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.draft.text if self.draft is not None else self._state.text)

    @Slot()
    def _on_prefer(self) -> None:
        if self.draft is not None:
            self.prefer_requested.emit(self.message_id, self.draft.index)
