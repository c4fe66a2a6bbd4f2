"""What can be done to a message beside reading it: turning to its other versions, rewording it, its statistics."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QEvent, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from desktop.chat.states import ReplyStatistics
from desktop.theme import metrics
from desktop.theme.controls import Button, IconButton, Label, row
from desktop.theme.growing_field import GrowingField


class VersionPager(QWidget):
    """‹1/2›: the wordings of a message, or the replies to one.

    Signals:
        turned: (−1 for the version before, +1 for the one after).
    """

    turned = Signal(int)

    def __init__(self, *, of_reply: bool) -> None:
        super().__init__()
        self._of_reply = of_reply
        before = self.tr("Previous reply") if of_reply else self.tr("Previous wording")
        after = self.tr("Next reply") if of_reply else self.tr("Next wording")
        self.previous_button = IconButton("chevron-left", before, kind="tight")
        self.next_button = IconButton("chevron-right", after, kind="tight")
        self._label = Label("", "pager")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(metrics.XS)
        for widget in (self.previous_button, self._label, self.next_button):
            layout.addWidget(widget)
        self.previous_button.clicked.connect(lambda: self.turned.emit(-1))
        self.next_button.clicked.connect(lambda: self.turned.emit(1))

    @property
    def text(self) -> str:
        return self._label.text()

    def take_focus(self, step: int) -> None:
        """The keyboard goes on where it turned to this version."""
        wanted, other = self.next_button, self.previous_button
        if step < 0:
            wanted, other = other, wanted
        (wanted if wanted.isEnabled() else other).setFocus()

    def show_version(self, position: int, total: int, *, enabled: bool) -> None:
        self._label.setText(f"{position + 1}/{total}")
        named = self.tr("Wording {n} of {total}")
        if self._of_reply:
            self._label.setText(self.tr("Reply {n}/{total}").format(n=position + 1, total=total))
            named = self.tr("Reply {n} of {total}")
        self._label.setAccessibleName(named.format(n=position + 1, total=total))
        self.previous_button.setEnabled(enabled and position > 0)
        self.next_button.setEnabled(enabled and position < total - 1)


class MessageEditor(QFrame):
    """A message that is being reworded. Enter sends it, Esc leaves it as it was.

    Signals:
        send_requested: (text).
        cancelled.
    """

    send_requested = Signal(str)
    cancelled = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("composer")
        self.field = _EditorField()
        self.field.setAccessibleName(self.tr("Reword your message"))
        self.send_button = Button(self.tr("Send"), "primary")
        self.cancel_button = Button(self.tr("Cancel"))
        note = Label(self.tr("The former wording is kept."), "small", wrap=True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(metrics.M, metrics.M, metrics.M, metrics.M)
        layout.setSpacing(metrics.S)
        layout.addWidget(self.field)
        buttons = row(note, self.cancel_button, self.send_button)
        buttons.setStretch(0, 1)
        layout.addLayout(buttons)
        self.field.send_requested.connect(self._send)
        self.field.cancelled.connect(self.cancelled)
        self.field.textChanged.connect(self._on_text_changed)
        self.send_button.clicked.connect(self._send)
        self.cancel_button.clicked.connect(self.cancelled)

    def begin(self, text: str) -> None:
        self.field.setPlainText(text)
        self.field.moveCursor(self.field.textCursor().MoveOperation.End)
        self.field.setFocus()

    @Slot()
    def _send(self) -> None:
        if self.field.toPlainText().strip():
            self.send_requested.emit(self.field.toPlainText())

    @Slot()
    def _on_text_changed(self) -> None:
        self.send_button.setEnabled(bool(self.field.toPlainText().strip()))


class _EditorField(GrowingField):
    """Signals:
    cancelled: Esc was pressed.
    """

    cancelled = Signal()

    def event(self, event: QEvent) -> bool:
        if not isinstance(event, QKeyEvent) or event.type() != QEvent.Type.ShortcutOverride:
            return super().event(event)
        if event.key() == Qt.Key.Key_Escape:
            event.accept()  # else the page's Esc, which stops a reply, would have it
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.cancelled.emit()
        else:
            super().keyPressEvent(event)


def statistics_summary(statistics: ReplyStatistics) -> str:
    """The numbers that people look for, in one short line."""
    parts = [_tr("{n} tokens").format(n=statistics.n_tokens)]
    if statistics.tokens_per_s is not None:
        parts.append(_tr("{n} tokens/s").format(n=f"{statistics.tokens_per_s:.1f}"))
    if statistics.n_drafts > 1:
        parts.append(_tr("{n} drafts").format(n=statistics.n_drafts))
    parts.append(_tr("{s} s").format(s=f"{statistics.timings.total_s:.1f}"))
    return " · ".join(parts)


def statistics_details(statistics: ReplyStatistics) -> str:
    """All that is known, in sentences."""
    times = statistics.timings
    sentences = [_tr("{n} tokens by {model}.").format(n=statistics.n_tokens, model=statistics.model)]
    if statistics.n_drafts > 1:
        sentences = [
            _tr("{n} tokens; {all} in {drafts} drafts by {model}.").format(
                n=statistics.n_tokens,
                all=statistics.n_tokens_of_all,
                drafts=statistics.n_drafts,
                model=statistics.model,
            )
        ]
    if times.n_dropped:
        sentences.append(
            _tr("{n} of them were given up on the way, after {m} tokens together.").format(
                n=times.n_dropped, m=times.n_dropped_tokens
            )
        )
    if statistics.tokens_per_s is not None:
        speed = _tr("Written at {n} tokens a second, all drafts together.")
        if statistics.n_drafts == 1:
            speed = _tr("Written at {n} tokens a second.")
        sentences.append(speed.format(n=f"{statistics.tokens_per_s:.1f}"))
    sentences.append(
        _tr("{total} s: reading {prefill} s, writing {decode} s, choosing {score} s.").format(
            total=f"{times.total_s:.1f}",
            prefill=f"{times.prefill_s:.1f}",
            decode=f"{times.decode_s:.1f}",
            score=f"{times.score_s:.1f}",
        )
    )
    sentences.append(
        _tr("Of {n} tokens read, {m} were known from before.").format(n=times.n_prompt_tokens, m=times.n_reused_tokens)
    )
    return " ".join(sentences)


def _tr(text: str) -> str:
    return QCoreApplication.translate("ReplyStatistics", text)
