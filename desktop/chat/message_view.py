"""One message: the person's in a tinted bubble, a reply as Markdown with what can be done about it."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import TypeVar

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
from desktop.theme.controls import Button, LineLabel
from desktop.theme.flow_layout import FlowLayout
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


class LineWithButton(QWidget):
    """A sentence and what can be done about it, which wrap where the width ends."""

    def __init__(self, button: Button) -> None:
        super().__init__()
        self.button = button
        self._line = LineLabel("", "small")
        self.setLayout(FlowLayout(self._line, button, spacing=metrics.S))

    @property
    def text(self) -> str:
        """What is shown; "" where it is hidden."""
        return "" if self.isHidden() else self._line.text()

    def show_line(self, sentence: str, *, with_button: bool) -> None:
        self._line.setText(sentence)
        self._line.setAccessibleName(sentence)
        self.button.setVisible(with_button)
        self.setVisible(bool(sentence))


_Part = TypeVar("_Part", bound=QWidget)
_PARTS = ("body", "mark_row", "bar", "reasons", "receipt_row", "why_panel")
"""Of a reply, from top to bottom."""


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
        self._asks_reason = False
        self.body = MarkdownView()
        self.bar = DraftsBar()
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(metrics.XS)
        self._layout.addWidget(self.body)
        self._layout.addWidget(self.bar)
        self.bar.page_requested.connect(self._on_page)
        self.bar.prefer_requested.connect(self._on_prefer)
        self.bar.thumb_pressed.connect(self._on_thumb)
        self.bar.copy_requested.connect(self._copy)
        self.bar.why_requested.connect(self._on_why)
        self.show_state(state)

    # parts that few replies ever show are made when they are first needed: a long chat opens sooner

    @cached_property
    def mark_row(self) -> LineWithButton:
        """What happened to the reply, and "Try again"."""
        part = LineWithButton(Button(self.tr("Try again"), "small", icon_name="retry"))
        part.button.clicked.connect(self.try_again_requested)
        return self._placed("mark_row", part, part.button)

    @cached_property
    def reasons(self) -> ReasonRow:
        part = ReasonRow()
        part.reason_chosen.connect(self._on_reason)
        return self._placed("reasons", part, *part.buttons.values())

    @cached_property
    def receipt_row(self) -> LineWithButton:
        """What a rating did, and "Undo"."""
        undo = Button(self.tr("Undo"), "link", name=self.tr("Undo this rating"))
        undo.setProperty("size", "small")
        undo.clicked.connect(self._on_undo)
        return self._placed("receipt_row", LineWithButton(undo), undo)

    @cached_property
    def why_panel(self) -> WhyPanel:
        return self._placed("why_panel", WhyPanel())

    def _placed(self, name: str, part: _Part, *controls: QWidget) -> _Part:
        """Put a part, hidden, in its place, its controls after those before it in the order of Tab."""
        part.hide()
        above = [other for other in _PARTS[: _PARTS.index(name)] if other in self.__dict__]
        self._layout.insertWidget(len(above), part)
        former: QWidget = self.bar.why_button
        if name == "receipt_row" and "reasons" in self.__dict__:
            former = list(self.reasons.buttons.values())[-1]
        for control in controls:
            QWidget.setTabOrder(former, control)
            former = control
        return part

    @property
    def undo_button(self) -> Button:
        return self.receipt_row.button

    @property
    def try_again_button(self) -> Button:
        return self.mark_row.button

    @property
    def receipt_text(self) -> str:
        return self.receipt_row.text

    @property
    def mark_text(self) -> str:
        return self.mark_row.text

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
        self.receipt_row.show_line(receipt.sentence, with_button=receipt.event is not None)

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
        asks = self._asks_reason and draft is not None and draft.thumb == "down"
        if asks or "reasons" in self.__dict__:
            self.reasons.show_reason(draft.reason if draft is not None else None)
            self.reasons.setVisible(asks)
        mark = self._mark_for(draft)
        if mark or "mark_row" in self.__dict__:
            self.mark_row.show_line(mark, with_button=state.can_try_again)

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
        if "why_panel" in self.__dict__ and self.why_panel.isVisible():
            self._hide_why()
        elif self.draft is not None:
            self.why_requested.emit(self.message_id, self.draft.index)

    def _hide_why(self) -> None:
        if "why_panel" in self.__dict__:
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
