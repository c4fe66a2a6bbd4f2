"""Where the person writes: a field that grows, the mode, and one button that sends or stops."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent, QMimeData, QObject, Signal, Slot
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QButtonGroup, QFileDialog, QFrame, QHBoxLayout, QVBoxLayout

from desktop.chat.attachment_bar import AttachmentBar
from desktop.chat.context_meter import ContextMeter
from desktop.theme import metrics
from desktop.theme.controls import Button, ElidedLabel, IconButton, row
from desktop.theme.growing_field import GrowingField
from engine.types import Mode


def files_in(data: QMimeData) -> list[Path]:
    """The files of this machine that are dragged or pasted."""
    return [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]


class _MessageField(GrowingField):
    """Signals:
    files_given: (list of Path), dropped or pasted.
    """

    files_given = Signal(object)

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        return bool(files_in(source)) or super().canInsertFromMimeData(source)

    def insertFromMimeData(self, source: QMimeData) -> None:
        files = files_in(source)
        if files:
            self.files_given.emit(files)
        else:
            super().insertFromMimeData(source)


class Composer(QFrame):
    """Signals:
    send_requested: (text). The text stays until `clear` is called.
    stop_requested: the person wants the reply to end here.
    mode_chosen: ("instant" or "personal").
    text_changed: (text), as it is typed.
    files_given: (list of Path), to be read and attached.
    The attached files, and their changes, are those of `attachment_bar`.
    """

    send_requested = Signal(str)
    stop_requested = Signal()
    mode_chosen = Signal(str)
    text_changed = Signal(str)
    files_given = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("composer")
        self._busy = False
        self.setAcceptDrops(True)
        self.field = _MessageField()
        self.field.setPlaceholderText(self.tr("Write a message"))
        self.field.setAccessibleName(self.tr("Message"))
        self.instant_button = Button(self.tr("Instant"), "segment", name=self.tr("Instant mode"))
        self.personal_button = Button(self.tr("Personal"), "segment", name=self.tr("Personal mode"))
        self.instant_button.setToolTip(self.tr("One draft, shown as it is written"))
        self.plain_button = Button(self.tr("Plain"), "ghost", name=self.tr("Answer the next message plainly"))
        self.plain_button.setCheckable(True)
        self.plain_button.setToolTip(
            self.tr("The next answer is the one that most people would like, whatever your taste")
        )
        self.send_button = IconButton("send", self.tr("Send"), kind="send")
        self._hint = ElidedLabel("", "small")
        self.meter = ContextMeter()
        self.attachment_bar = AttachmentBar()
        self.attach_button = IconButton("attach", self.tr("Attach files"))
        self.attach_button.setToolTip(
            self.tr("Attach text, Markdown, source files or PDF (or drop or paste them here)")
        )
        layout = QVBoxLayout(self)
        layout.setContentsMargins(metrics.L - 6, metrics.M, metrics.S + 2, metrics.S + 2)
        layout.setSpacing(metrics.S)
        layout.addWidget(self.attachment_bar)
        layout.addWidget(self.field)
        bottom = row(self.attach_button, self._segments(), self.plain_button, self._hint, self.meter, self.send_button)
        bottom.setStretch(3, 1)  # the hint gives way first
        layout.addLayout(bottom)
        self.field.send_requested.connect(self._send)
        self.field.textChanged.connect(self._on_text_changed)
        self.field.installEventFilter(self)
        self.field.files_given.connect(self.files_given)
        self.attach_button.clicked.connect(self.choose_files)
        self.attachment_bar.changed.connect(self._show_sendable)
        self.send_button.clicked.connect(self._on_button)
        self._on_text_changed()

    def _segments(self) -> QFrame:
        frame = QFrame()
        frame.setObjectName("segments")
        layout = QHBoxLayout(frame)
        layout.setContentsMargins(2, 2, 2, 2)
        layout.setSpacing(2)
        group = QButtonGroup(self)
        for button, mode in ((self.instant_button, "instant"), (self.personal_button, "personal")):
            button.setCheckable(True)
            group.addButton(button)
            layout.addWidget(button)
            button.clicked.connect(lambda _checked, mode=mode: self.mode_chosen.emit(mode))
        return frame

    def show_settings(self, mode: Mode, n_drafts: int, time_budget_s: int) -> None:
        self.instant_button.setChecked(mode == "instant")
        self.personal_button.setChecked(mode == "personal")
        self.personal_button.setToolTip(
            self.tr("Writes up to {n} drafts within about {s} seconds and shows the one you would like best").format(
                n=n_drafts, s=time_budget_s
            )
        )
        self.plain_button.setVisible(mode == "personal")
        hint = self.tr("best of up to {n} drafts · about {s} s").format(n=n_drafts, s=time_budget_s)
        self._hint.show_text("" if mode == "instant" else hint)

    def set_busy(self, busy: bool) -> None:
        self._busy = busy
        self.send_button.set_icon_name("stop" if busy else "send")
        self.send_button.set_name(self.tr("Stop (Esc)") if busy else self.tr("Send"))
        self._on_text_changed()

    def give_back(self, text: str) -> None:
        """What could not be answered, before whatever was typed meanwhile."""
        meanwhile = self.field.toPlainText()
        self.field.setPlainText(f"{text}\n\n{meanwhile}" if meanwhile.strip() else text)
        self.field.moveCursor(self.field.textCursor().MoveOperation.End)
        self.field.setFocus()

    def clear(self) -> None:
        self.attachment_bar.clear()
        self.field.clear()
        self.plain_button.setChecked(False)

    @property
    def wants_plain(self) -> bool:
        """Whether the next message is to be answered whatever the taste."""
        return self.plain_button.isChecked() and not self.plain_button.isHidden()

    @Slot()
    def choose_files(self) -> None:
        dialog = QFileDialog(self, self.tr("Attach files"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.filesSelected.connect(lambda files: self.files_given.emit([Path(file) for file in files]))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if files_in(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        self.files_given.emit(files_in(event.mimeData()))
        event.acceptProposedAction()

    @Slot()
    def _on_button(self) -> None:
        if self._busy:
            self.stop_requested.emit()
        else:
            self._send()

    @Slot()
    def _send(self) -> None:
        text = self.field.toPlainText()
        if text.strip() and not self._busy and not self.attachment_bar.is_reading:
            self.send_requested.emit(text)

    @Slot()
    def _on_text_changed(self) -> None:
        self._show_sendable()
        self.text_changed.emit(self.field.toPlainText())

    @Slot()
    def _show_sendable(self) -> None:
        written = bool(self.field.toPlainText().strip()) and not self.attachment_bar.is_reading
        self.send_button.setEnabled(self._busy or written)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.field and event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            self.setProperty("focused", event.type() == QEvent.Type.FocusIn)
            self.style().unpolish(self)
            self.style().polish(self)
        return super().eventFilter(watched, event)
