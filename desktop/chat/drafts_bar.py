"""The row below a reply: paging through its drafts, preferring one, thumbs, copy, and why."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QWidget

from desktop.chat.direction_words import direction_in_short
from desktop.chat.reason_words import reason_words
from desktop.chat.states import DraftState
from desktop.theme import metrics
from desktop.theme.colors import Colors
from desktop.theme.controls import Button, IconButton, IconLabel, Label
from desktop.theme.flow_layout import FlowLayout

COPIED_MS = 1500


def _accent(colors: Colors) -> str:
    return colors.accent


class DraftsBar(QWidget):
    """Signals:
    page_requested: (position among the drafts).
    prefer_requested: the draft that is looked at shall be the reply.
    thumb_pressed: (True for up).
    copy_requested, why_requested: for the draft that is looked at.
    more_requested: what else can be done to the reply.
    """

    page_requested = Signal(int)
    prefer_requested = Signal()
    thumb_pressed = Signal(bool)
    copy_requested = Signal()
    why_requested = Signal()
    more_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._position = 0
        self.previous_button = IconButton("chevron-left", self.tr("Previous draft"))
        self.next_button = IconButton("chevron-right", self.tr("Next draft"))
        self._pager = Label("", "pager")
        self._direction = Label("", "small")
        self._picked_icon = IconLabel("sparkle", 14, _accent)
        self._picked = Label("", "picked")
        self.prefer_button = Button(self.tr("I prefer this one"), "small")
        self.up_button = IconButton("thumb-up", self.tr("Good reply"), checkable=True)
        self.down_button = IconButton("thumb-down", self.tr("Bad reply"), checkable=True)
        self.copy_button = IconButton("copy", self.tr("Copy reply"))
        self.why_button = Button(self.tr("Why this one?"), "ghost")
        self.why_button.setCheckable(True)
        self.more_button = IconButton("more", self.tr("More about this reply"))
        groups = (
            (self.up_button, self.down_button, self.copy_button),
            (self.previous_button, self._pager, self.next_button, self._direction),
            (self._picked_icon, self._picked, self.prefer_button),
            (self.why_button,),
            (self.more_button,),
        )
        self._groups = [_group(*widgets) for widgets in groups]
        self.setLayout(FlowLayout(*self._groups, spacing=metrics.M))
        self.previous_button.clicked.connect(lambda: self.page_requested.emit(self._position - 1))
        self.next_button.clicked.connect(lambda: self.page_requested.emit(self._position + 1))
        self.prefer_button.clicked.connect(self.prefer_requested)
        self.up_button.clicked.connect(lambda: self.thumb_pressed.emit(True))
        self.down_button.clicked.connect(lambda: self.thumb_pressed.emit(False))
        self.copy_button.clicked.connect(self._on_copy)
        self.why_button.clicked.connect(self.why_requested)
        self.more_button.clicked.connect(self.more_requested)

    @property
    def picked_text(self) -> str:
        return "" if self._picked.isHidden() else self._picked.text()

    @property
    def pager_text(self) -> str:
        return self._pager.text()

    @property
    def direction_text(self) -> str:
        return "" if self._direction.isHidden() else self._direction.text()

    def show_drafts(self, drafts: tuple[DraftState, ...], position: int, *, plain: bool = False) -> None:
        """The drafts of a finished reply, of which the one at `position` is looked at. plain: no taste chose it."""
        self._position = position
        several = len(drafts) > 1
        for widget in (self.previous_button, self.next_button, self._pager, self.why_button):
            widget.setVisible(several)
        draft = drafts[position] if drafts else None
        ratable = draft is not None and draft.ratable
        self.up_button.setVisible(ratable)
        self.down_button.setVisible(ratable)
        self.up_button.setChecked(draft is not None and draft.thumb == "up")
        self.down_button.setChecked(draft is not None and draft.thumb == "down")
        reason = draft.reason if draft is not None else None
        bad = self.tr("Bad reply")
        self.down_button.set_name(bad if reason is None else f"{bad}: {reason_words(reason)}")
        self.previous_button.setEnabled(position > 0)
        self.next_button.setEnabled(position < len(drafts) - 1)
        self._pager.setText(f"{position + 1}/{len(drafts)}")
        direction = direction_in_short(draft.direction, (each.direction for each in drafts)) if draft else ""
        self._direction.setText(direction)
        self._direction.setVisible(several and bool(direction))
        place = self.tr("Draft {n} of {total}").format(n=position + 1, total=len(drafts))
        self._pager.setAccessibleName(f"{place}, {direction}" if direction else place)
        label = ""
        if several and draft is not None:
            picked = self.tr("Plain answer") if plain else self.tr("Picked for you")
            label = picked if draft.picked else self.tr("Your choice") if draft.shown else ""
        elif plain:
            label = self.tr("Plain answer")
        self._picked.setText(label)
        self._picked.setVisible(bool(label))
        self._picked_icon.setVisible(bool(label))
        self.prefer_button.setVisible(several and draft is not None and not draft.shown)
        for group in self._groups:
            buttons = group.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly)
            group.setVisible(any(not button.isHidden() for button in buttons))

    @Slot()
    def _on_copy(self) -> None:
        self.copy_requested.emit()
        self.copy_button.set_icon_name("check")
        QTimer.singleShot(COPIED_MS, self.copy_button, lambda: self.copy_button.set_icon_name("copy"))


def _group(*widgets: QWidget) -> QWidget:
    """What stays side by side when the row wraps."""
    group = QWidget()
    layout = QHBoxLayout(group)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(metrics.XS)
    for widget in widgets:
        layout.addWidget(widget)
    return group
