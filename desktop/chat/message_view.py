"""One message: the person's in a tinted bubble, a reply as Markdown with what can be done about it."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import TypeVar

from PySide6.QtCore import QPoint, Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QToolButton, QVBoxLayout, QWidget

from desktop.chat.attachment_bar import AttachmentChip, size_in_words
from desktop.chat.drafts_bar import DraftsBar
from desktop.chat.flow_text import FlowText
from desktop.chat.markdown_view import MarkdownView
from desktop.chat.message_actions import MessageEditor, VersionPager, statistics_details, statistics_summary
from desktop.chat.reason_row import ReasonRow
from desktop.chat.states import DraftState, MessageState, Receipt, Why
from desktop.chat.thoughts import Thoughts
from desktop.chat.why_panel import WhyPanel
from desktop.theme import metrics
from desktop.theme.controls import Button, IconButton, Label, LineLabel
from desktop.theme.flow_layout import FlowLayout
from engine.preferences.events import ThumbReason

_BUBBLE_SHARE = 0.82
_PAD_X, _PAD_Y = 14, 9


class UserMessage(QWidget):
    """What the person wrote, as they wrote it, and what can be done about it.

    Signals:
        reworded: (message id, text).
        version_turned: (message id, −1 or +1).
        delete_requested: (message id).
    """

    reworded = Signal(str, str)
    version_turned = Signal(str, int)
    delete_requested = Signal(str)

    def __init__(self, state: MessageState) -> None:
        super().__init__()
        self.message_id = state.id
        self._state = state
        self._enabled = True
        self.chips: list[AttachmentChip] = []
        self._text = FlowText()
        self._text.setAccessibleName(self.tr("You wrote"))
        self._bubble = QFrame()
        self._bubble.setObjectName("userBubble")
        inner = QVBoxLayout(self._bubble)
        inner.setContentsMargins(_PAD_X, _PAD_Y, _PAD_X, _PAD_Y)
        inner.addWidget(self._text)
        self.more_button = IconButton("more", self.tr("More about your message"), kind="tight")
        self.more_button.clicked.connect(self._show_menu)
        self._written = QWidget()
        written = QHBoxLayout(self._written)
        written.setContentsMargins(0, 0, 0, 0)
        written.setSpacing(metrics.XS)
        written.addStretch(1)
        written.addWidget(self.more_button, 0, Qt.AlignmentFlag.AlignVCenter)
        written.addWidget(self._bubble)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(metrics.XS)
        self._layout.addWidget(self._written)
        QWidget.setTabOrder(self._text, self.more_button)
        self.show_state(state)

    @cached_property
    def pager(self) -> VersionPager:
        part = VersionPager(of_reply=False)
        part.turned.connect(self._on_turned)
        self._layout.addWidget(part, 0, Qt.AlignmentFlag.AlignRight)
        QWidget.setTabOrder(self.more_button, part.previous_button)
        QWidget.setTabOrder(part.previous_button, part.next_button)
        return part

    @cached_property
    def editor(self) -> MessageEditor:
        part = MessageEditor()
        part.hide()
        part.send_requested.connect(self._on_reworded)
        part.cancelled.connect(self._end_edit)
        self._layout.insertWidget(self._layout.indexOf(self._written) + 1, part)
        former: QWidget = self.more_button
        for control in (part.field, part.cancel_button, part.send_button):
            QWidget.setTabOrder(former, control)
            former = control
        return part

    @property
    def text(self) -> str:
        return self._text.toPlainText()

    @property
    def pager_text(self) -> str:
        """ "" where the message has one wording only."""
        return "" if "pager" not in self.__dict__ or self.pager.isHidden() else self.pager.text

    def show_state(self, state: MessageState) -> None:
        self._state = state
        if self.text != state.text:
            self._text.set_plain(state.text)
        self._show_files()
        self._show_version()

    def _show_files(self) -> None:
        files = self._state.attachments
        if [chip.toolTip() for chip in self.chips] == [file.name for file in files]:
            return
        for chip in self.chips:
            self._layout.removeWidget(chip)
            chip.deleteLater()
        self.chips = [AttachmentChip(file.name, size_in_words(file), removable=False) for file in files]
        for position, chip in enumerate(self.chips):
            self._layout.insertWidget(position, chip, 0, Qt.AlignmentFlag.AlignRight)

    def set_actions_enabled(self, enabled: bool) -> None:
        """Whether the conversation may be changed: not while a reply is being written."""
        self._enabled = enabled
        self._show_version()

    @Slot()
    def begin_edit(self) -> None:
        self.editor.begin(self._state.text)
        self._written.hide()
        self.editor.show()
        self.editor.field.setFocus()

    def _show_version(self) -> None:
        position, total = self._state.version
        if total > 1 or "pager" in self.__dict__:
            self.pager.show_version(position, total, enabled=self._enabled)
            self.pager.setVisible(total > 1)

    @Slot()
    def _show_menu(self) -> None:
        menu = message_menu(self.more_button)
        menu.addAction(self.tr("Copy"), self._copy)
        menu.addAction(self.tr("Edit and send again"), self.begin_edit).setEnabled(self._enabled)
        menu.addSeparator()
        delete = menu.addAction(self.tr("Delete from here on"), lambda: self.delete_requested.emit(self.message_id))
        delete.setEnabled(self._enabled)
        pop_up_at(self.more_button, menu)

    @Slot()
    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._state.text)

    @Slot(str)
    def _on_reworded(self, text: str) -> None:
        if self._enabled:
            self._end_edit()
            self.reworded.emit(self.message_id, text)

    @Slot()
    def _end_edit(self) -> None:
        self.editor.hide()
        self._written.show()
        self.more_button.setFocus()

    @Slot(int)
    def _on_turned(self, step: int) -> None:
        self.version_turned.emit(self.message_id, step)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        ideal = self._text.ideal_width() + 2 * _PAD_X
        room = event.size().width() - self.more_button.sizeHint().width() - metrics.XS
        self._bubble.setFixedWidth(max(60, min(ideal, int(event.size().width() * _BUBBLE_SHARE), room)))


def message_menu(button: QToolButton) -> QMenu:
    """A menu that is made when it is asked for: in a long chat hardly any ever is."""
    menu = QMenu(button)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    menu.setAccessibleName(button.accessibleName())
    return menu


def pop_up_at(button: QToolButton, menu: QMenu) -> None:
    menu.popup(button.mapToGlobal(QPoint(0, button.height() + metrics.XS)))


class LineWithButton(QWidget):
    """A sentence and what can be done about it, which wrap where the width ends."""

    def __init__(self, *others: Button, button: Button) -> None:
        super().__init__()
        self.button = button
        self._line = LineLabel("", "small")
        self.setLayout(FlowLayout(self._line, *others, button, spacing=metrics.S))

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
_PARTS = ("thoughts", "body", "mark_row", "bar", "pager", "statistics_label", "reasons", "receipt_row", "why_panel")
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
        another_requested, plain_requested: (message id), one more reply to the same message.
        continue_requested: (message id, draft index), a longer version of a draft that was cut off.
        version_turned: (message id, −1 or +1).
        delete_requested: (message id).
    """

    prefer_requested = Signal(str, int)
    thumb_pressed = Signal(str, int, bool)
    reason_chosen = Signal(str, int, str)
    why_requested = Signal(str, int)
    undo_requested = Signal(str, int)
    try_again_requested = Signal()
    another_requested = Signal(str)
    plain_requested = Signal(str)
    continue_requested = Signal(str, int)
    version_turned = Signal(str, int)
    delete_requested = Signal(str)

    def __init__(self, state: MessageState) -> None:
        super().__init__()
        self.message_id = state.id
        self._enabled = True
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
        self.bar.more_requested.connect(self._show_menu)
        self.show_state(state)

    # parts that few replies ever show are made when they are first needed: a long chat opens sooner

    @cached_property
    def thoughts(self) -> Thoughts:
        """What the model thought before it answered."""
        return self._placed("thoughts", Thoughts())

    @cached_property
    def mark_row(self) -> LineWithButton:
        """What happened to the reply, "Continue" and "Try again"."""
        part = LineWithButton(self.continue_button, button=Button(self.tr("Try again"), "small", icon_name="retry"))
        part.button.clicked.connect(self.try_again_requested)
        return self._placed("mark_row", part, self.continue_button, part.button)

    @cached_property
    def continue_button(self) -> Button:
        button = Button(self.tr("Continue"), "small", name=self.tr("Continue this reply"))
        button.clicked.connect(self._on_continue)
        return button

    @cached_property
    def pager(self) -> VersionPager:
        """The replies that were written to the same message."""
        part = VersionPager(of_reply=True)
        part.turned.connect(self._on_turned)
        self._placed("pager", part, part.previous_button, part.next_button)
        self._layout.setAlignment(part, Qt.AlignmentFlag.AlignLeft)
        return part

    @cached_property
    def statistics_label(self) -> Label:
        return self._placed("statistics_label", Label("", "small", wrap=True, selectable=True))

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
        return self._placed("receipt_row", LineWithButton(button=undo), undo)

    @cached_property
    def why_panel(self) -> WhyPanel:
        return self._placed("why_panel", WhyPanel())

    def _placed(self, name: str, part: _Part, *controls: QWidget) -> _Part:
        """Put a part, hidden, in its place, its controls after those before it in the order of Tab."""
        part.hide()
        above = [other for other in _PARTS[: _PARTS.index(name)] if other in self.__dict__]
        self._layout.insertWidget(len(above), part)
        former: QWidget = self.bar.more_button
        if name == "receipt_row" and "reasons" in self.__dict__:
            former = list(self.reasons.buttons.values())[-1]
        for control in controls:
            QWidget.setTabOrder(former, control)
            former = control
        return part

    @property
    def pager_text(self) -> str:
        """ "" where there is one reply only."""
        return "" if "pager" not in self.__dict__ or self.pager.isHidden() else self.pager.text

    @property
    def statistics_text(self) -> str:
        """ "" where they are not shown."""
        shown = "statistics_label" in self.__dict__ and not self.statistics_label.isHidden()
        return self.statistics_label.text() if shown else ""

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

    def set_actions_enabled(self, enabled: bool) -> None:
        """Whether the conversation may be changed: not while a reply is being written."""
        self._enabled = enabled
        self._show_version()

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
        reasoning = draft.reasoning if draft is not None else ""
        if reasoning or "thoughts" in self.__dict__:
            self.thoughts.show_text(reasoning)
        finished = state.status != "writing"
        self.bar.setVisible(finished)
        if finished:
            self.bar.show_drafts(state.drafts, self._position, plain=state.plain)
        asks = self._asks_reason and draft is not None and draft.thumb == "down"
        if asks or "reasons" in self.__dict__:
            self.reasons.show_reason(draft.reason if draft is not None else None)
            self.reasons.setVisible(asks)
        self._show_version()
        if self.statistics_text:
            self._show_statistics()
        mark = self._mark_for(draft)
        if mark or "mark_row" in self.__dict__:
            self.mark_row.show_line(mark, with_button=state.can_try_again)
            self.continue_button.setVisible(self._can_continue(draft))

    def _show_version(self) -> None:
        position, total = self._state.version
        shown = total > 1 and self._state.status != "writing"
        if shown or "pager" in self.__dict__:
            self.pager.show_version(position, total, enabled=self._enabled)
            self.pager.setVisible(shown)

    @Slot()
    def _show_menu(self) -> None:
        menu = message_menu(self.bar.more_button)
        if self._state.statistics is not None:
            menu.addAction(statistics_summary(self._state.statistics), self._toggle_statistics)
            menu.addSeparator()
        another = menu.addAction(self.tr("Write another reply"), lambda: self.another_requested.emit(self.message_id))
        plain = menu.addAction(self.tr("Answer again, plainly"), lambda: self.plain_requested.emit(self.message_id))
        plain.setToolTip(self.tr("As most people would like it, whatever your taste"))
        menu.addSeparator()
        delete = menu.addAction(self.tr("Delete from here on"), lambda: self.delete_requested.emit(self.message_id))
        for action in (another, plain, delete):
            action.setEnabled(self._enabled)
        pop_up_at(self.bar.more_button, menu)

    @Slot()
    def _toggle_statistics(self) -> None:
        if self.statistics_text:
            self.statistics_label.hide()
        else:
            self._show_statistics()

    def _show_statistics(self) -> None:
        statistics = self._state.statistics
        self.statistics_label.setText(statistics_details(statistics) if statistics is not None else "")
        self.statistics_label.setVisible(statistics is not None)

    @Slot(int)
    def _on_turned(self, step: int) -> None:
        self.version_turned.emit(self.message_id, step)

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

    def _can_continue(self, draft: DraftState | None) -> bool:
        cut = self._state.status == "interrupted" or (draft is not None and draft.finish in ("length", "cancelled"))
        return self._state.can_continue and cut

    @Slot()
    def _on_continue(self) -> None:
        if self._enabled:
            self.continue_requested.emit(self.message_id, self.draft.index if self.draft is not None else -1)

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
            self.bar.show_drafts(self._state.drafts, self._position, plain=self._state.plain)
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
