"""How much of the model's window this chat takes, and where in it the model begins to read."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, QRectF, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QWidget

from desktop.chat.chat_stores import ChatStores
from desktop.chat.turns import with_system_prompt
from desktop.engine_client import EngineClient
from desktop.personas.controller import PersonaController
from desktop.settings.keeper import SettingsKeeper
from desktop.theme import metrics
from desktop.theme.colors import colors_of
from desktop.theme.controls import Label
from engine.attachments import Attachment, with_attachments
from engine.protocol import Measured
from engine.store.chats import conversation_turns, turns_of
from engine.types import ChatMessage

MEASURE_MS = 400
"""After the last key: measuring costs the worker a tokenization of the whole chat."""
NEARLY_FULL = 0.85


@dataclass(frozen=True)
class ContextUse:
    """n_tokens: of the prompt as the model would read it; n_left_out: messages at the beginning that it would not."""

    n_tokens: int
    window: int
    n_left_out: int

    @property
    def share(self) -> float:
        return self.n_tokens / self.window


class ContextKeeper(QObject):
    """Has the open chat measured, with what is being typed, whenever either changes.

    Signals:
        changed: (ContextUse, or None where nothing is known).
        seen_from_changed: (id of the first message that the model reads; None where it reads all).
    """

    changed = Signal(object)
    seen_from_changed = Signal(object)

    def __init__(
        self,
        stores: ChatStores,
        client: EngineClient,
        settings: SettingsKeeper,
        personas: PersonaController,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._stores = stores
        self._client = client
        self._settings = settings
        self._personas = personas
        self._conversation_id: str | None = None
        self._typed = ""
        self._attachments: tuple[Attachment, ...] = ()
        self._asked: int | None = None
        self._turn_ids: list[str] = []
        self._timer = QTimer(self, interval=MEASURE_MS, singleShot=True)
        self._timer.timeout.connect(self._measure)
        client.measured.connect(self._on_measured)
        client.model_loaded.connect(self.measure_soon)
        client.load_started.connect(self._forget)
        settings.changed.connect(self.measure_soon)
        personas.changed.connect(self.measure_soon)

    def open(self, conversation_id: str | None) -> None:
        """Another chat is shown, or the shown one has changed."""
        if conversation_id != self._conversation_id:
            self._conversation_id = conversation_id
            self._forget()
        self.measure_soon()

    @Slot(str)
    def type(self, text: str) -> None:
        self._typed = text
        self.measure_soon()

    @Slot(object)
    def attach(self, attachments: tuple[Attachment, ...]) -> None:
        """The files that go with what is being typed."""
        if attachments != self._attachments:
            self._attachments = attachments
            self.measure_soon()

    @Slot()
    def measure_soon(self) -> None:
        self._timer.start()

    def stop(self) -> None:
        """The window closes: nothing is measured any more."""
        self._timer.stop()
        self._timer.timeout.disconnect(self._measure)

    @Slot()
    def _forget(self) -> None:
        self._asked = None
        self.changed.emit(None)
        self.seen_from_changed.emit(None)

    @Slot()
    def _measure(self) -> None:
        thread = self._stores.chats.thread(self._conversation_id) if self._conversation_id else []
        turns, groups = conversation_turns(thread), turns_of(thread)
        self._turn_ids = [group[0].id for group in groups]
        typed = with_attachments(self._typed.strip(), self._attachments)
        if typed and turns and turns[-1].role == "user":
            turns[-1] = ChatMessage("user", f"{turns[-1].content}\n\n{typed}")
        elif typed or (turns and turns[-1].role == "assistant"):
            turns.append(ChatMessage("user", typed or "…"))  # a prompt ends with what the person says
        if not turns:
            self._forget()
            return
        settings = self._settings.current
        system_prompt = self._personas.system_prompt_of(self._stores.chats, self._conversation_id)
        self._asked = self._client.measure(with_system_prompt(turns, system_prompt), settings.max_tokens)

    @Slot(int, object)
    def _on_measured(self, request_id: int, measured: Measured) -> None:
        if request_id != self._asked:
            return
        n_left_out = min(measured.n_messages_dropped, len(self._turn_ids))
        self.changed.emit(ContextUse(measured.n_tokens, measured.window, n_left_out))
        seen = self._turn_ids[n_left_out:]
        self.seen_from_changed.emit(seen[0] if n_left_out and seen else None)


class ContextMeter(QWidget):
    """A small ring that fills up, the numbers beside it once they matter, the sentence as its tooltip."""

    def __init__(self) -> None:
        super().__init__()
        self._use: ContextUse | None = None
        self._ring = _Ring()
        self.label = Label("", "small")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, metrics.S, 0)
        layout.setSpacing(metrics.S - 2)
        layout.addWidget(self.label)
        layout.addWidget(self._ring)
        self.show_use(None)

    @Slot(object)
    def show_use(self, use: ContextUse | None) -> None:
        self._use = use
        self.setVisible(use is not None)
        if use is None:
            return
        too_long = use.n_tokens > use.window
        sentence = self.tr("This chat takes {n} of the {m} tokens that the model can read.").format(
            n=f"{use.n_tokens:,}", m=f"{use.window:,}"
        )
        if too_long:
            sentence = self.tr("This message is too long for the model: {n} tokens, where it can read {m}.").format(
                n=f"{use.n_tokens:,}", m=f"{use.window:,}"
            )
        elif use.n_left_out:
            sentence += " " + self.tr("Its beginning no longer fits and is not read.")
        nearly_full = use.share >= NEARLY_FULL or use.n_left_out > 0
        self.label.setText(self.tr("{p} % full").format(p=round(100 * use.share)) if nearly_full else "")
        if too_long:
            self.label.setText(self.tr("Too long"))
        self.label.setVisible(bool(self.label.text()))
        self._ring.show_share(use.share)
        self.setToolTip(sentence)
        self.setAccessibleName(sentence)


class _Ring(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self._share = 0.0
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_share(self, share: float) -> None:
        self._share = min(share, 1.0)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        colors = colors_of(self)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        width = max(2.0, self.width() / 7)
        circle = QRectF(self.rect()).adjusted(width, width, -width, -width)
        pen = QPen(QColor(colors.border), width)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        painter.setPen(pen)
        painter.drawEllipse(circle)
        pen.setColor(QColor(colors.danger if self._share >= NEARLY_FULL else colors.accent))
        painter.setPen(pen)
        painter.drawArc(circle, 90 * 16, -round(360 * 16 * self._share))
        painter.end()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        side = self.fontMetrics().height() + 2
        return QSize(side, side)


class ContextDivider(QFrame):
    """A line across the conversation: what is above it, the model does not read any more."""

    def __init__(self) -> None:
        super().__init__()
        text = self.tr("The model no longer reads what is above this line")
        self.setAccessibleName(text)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, metrics.S, 0, metrics.S)
        layout.setSpacing(metrics.M)
        layout.addWidget(_line(), 1)
        layout.addWidget(Label(text, "small"))
        layout.addWidget(_line(), 1)
        self.hide()


def _line() -> QFrame:
    line = QFrame()
    line.setObjectName("divider")
    line.setFixedHeight(1)
    return line
