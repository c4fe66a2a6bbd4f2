"""Files beside a message: a chip for each, with its size in tokens; before it is sent each can be taken away."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QSize, Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from desktop.chat.context_meter import ContextUse
from desktop.theme import metrics
from desktop.theme.controls import IconButton, IconLabel, Label
from desktop.theme.flow_layout import FlowLayout
from engine.attachments import Attachment

NAME_WIDTH = 220


class AttachmentChip(QFrame):
    """A file's name and size, as it is shown and as it is said; with a button that takes it away, if asked for.

    Signals:
        remove_requested.
    """

    remove_requested = Signal()

    def __init__(self, name: str, size: tuple[str, str], *, removable: bool) -> None:
        super().__init__()
        self.setObjectName("chip")
        self.setToolTip(name)
        self._name = name
        self._label = Label("", "small")
        self.size_label = Label(size[0], "small")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(metrics.S, metrics.XS, metrics.XS if removable else metrics.S, metrics.XS)
        layout.setSpacing(metrics.XS)
        layout.addWidget(IconLabel("attach", 15))
        layout.addWidget(self._label)
        layout.addWidget(self.size_label)
        if removable:
            self.remove_button = IconButton("close", self.tr("Remove {file}").format(file=name), kind="tight")
            self.remove_button.clicked.connect(self.remove_requested)
            layout.addWidget(self.remove_button)
        self.setAccessibleName(f"{name}, {size[1]}")
        self._elide(metrics.scaled(NAME_WIDTH))

    def _elide(self, width: int) -> None:
        # the end of a name says what kind of file it is
        lines = self._label.fontMetrics()
        self._label.setText(lines.elidedText(self._name, Qt.TextElideMode.ElideMiddle, width))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        over = self.sizeHint().width() - event.size().width()
        if over > 0:
            self._elide(max(40, self._label.width() - over))

    def minimumSizeHint(self) -> QSize:
        return QSize(80, super().minimumSizeHint().height())


class AttachmentBar(QWidget):
    """The files of a message that is being written.

    Signals:
        changed: (tuple of Attachment).
        reading_stopped: the person takes away a file that is still being read.
    """

    changed = Signal(object)
    reading_stopped = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._files: tuple[Attachment, ...] = ()
        self._reading: tuple[str, ...] = ()
        self._window: int | None = None
        self._problems: list[str] = []
        self._chips = FlowLayout()
        self._note = Label("", "warning", wrap=True, selectable=True)
        chips = QWidget()
        chips.setLayout(self._chips)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(metrics.XS)
        layout.addWidget(chips)
        layout.addWidget(self._note)
        self._show()

    @property
    def files(self) -> tuple[Attachment, ...]:
        return self._files

    @property
    def is_reading(self) -> bool:
        return bool(self._reading)

    @property
    def chips(self) -> list[AttachmentChip]:
        items = (self._chips.itemAt(i) for i in range(self._chips.count()))
        widgets = (item.widget() for item in items if item is not None)
        return [widget for widget in widgets if isinstance(widget, AttachmentChip)]

    @property
    def note(self) -> str:
        """What is wrong, in sentences; "" where nothing is."""
        return self._note.text()

    @Slot(object)
    def add(self, files: tuple[Attachment, ...]) -> None:
        self._files = (*self._files, *files)
        self._tell()

    def remove(self, position: int) -> None:
        self._files = (*self._files[:position], *self._files[position + 1 :])
        self._problems = []
        self._tell()

    def clear(self) -> None:
        self._files, self._problems = (), []
        self._tell()

    @Slot(object)
    def show_reading(self, names: tuple[str, ...]) -> None:
        """Files that are still being read."""
        if names and not self._reading:
            self._problems = []
        self._reading = names
        self._tell()

    @Slot(str)
    def show_problem(self, sentence: str) -> None:
        self._problems.append(sentence)
        self._show()

    @Slot(object)
    def show_use(self, use: ContextUse | None) -> None:
        """How much the model can read, once that is known."""
        window = use.window if use is not None else None
        if window != self._window:
            self._window = window
            self._show()

    def _tell(self) -> None:
        self._show()
        self.changed.emit(self._files)

    def _show(self) -> None:
        for chip in self.chips:
            self._chips.removeWidget(chip)
            chip.hide()
            chip.deleteLater()
        for position, file in enumerate(self._files):
            chip = AttachmentChip(file.name, size_in_words(file, self._window), removable=True)
            chip.remove_requested.connect(lambda position=position: self.remove(position))
            self._chips.addWidget(chip)
        for name in self._reading:
            chip = AttachmentChip(name, (self.tr("reading…"), self.tr("being read")), removable=True)
            chip.remove_requested.connect(self.reading_stopped)
            self._chips.addWidget(chip)
        sentences = [*self._problems, self._size_problem()]
        self._note.setText("\n".join(sentence for sentence in sentences if sentence))
        self._note.setAccessibleName(self._note.text())
        self._note.setVisible(bool(self._note.text()))
        self.setVisible(bool(self._files or self._reading or self._note.text()))

    def _size_problem(self) -> str:
        n_tokens = sum(file.n_tokens for file in self._files)
        if self._window is None or n_tokens <= self._window:
            return ""
        return self.tr(
            "What is attached has about {n} tokens, more than the {m} that this model can read. "
            "Attach less, or choose a model with a larger context."
        ).format(n=f"{n_tokens:,}", m=f"{self._window:,}")


def size_in_words(file: Attachment, window: int | None = None) -> tuple[str, str]:
    """About how much the model reads for a file, of how much it can: as it is shown, and as it is said."""
    n, m = f"{file.n_tokens:,}", f"{window or 0:,}"
    if window is None:
        return (
            QCoreApplication.translate("Attachments", "≈ {n} tokens").format(n=n),
            QCoreApplication.translate("Attachments", "about {n} tokens").format(n=n),
        )
    return (
        QCoreApplication.translate("Attachments", "≈ {n} of {m} tokens").format(n=n, m=m),
        QCoreApplication.translate("Attachments", "about {n} of {m} tokens").format(n=n, m=m),
    )
