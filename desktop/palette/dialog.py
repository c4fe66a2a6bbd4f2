"""The command palette: type a few letters, press Enter. Chats, models, personas and profiles are in it too."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QRect, QSize, Qt, QTimer, Slot
from PySide6.QtGui import QColor, QFont, QFontMetrics, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QDialog,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from desktop.palette.fuzzy import Match, match
from desktop.theme import metrics
from desktop.theme.colors import colors_of
from desktop.theme.controls import Label
from desktop.theme.marked_line import draw_line

MOST_SHOWN = 60
_ENTRY = Qt.ItemDataRole.UserRole
_MATCH = Qt.ItemDataRole.UserRole + 1


@dataclass(frozen=True)
class PaletteEntry:
    """kind: what it is, such as "Chat"; keys: its shortcut, as it is shown."""

    text: str
    kind: str
    run: Callable[[], object]
    keys: str = ""


def found(entries: Sequence[PaletteEntry], typed: str) -> list[tuple[PaletteEntry, Match]]:
    """What fits, best first; of what fits alike, in the given order. Without letters: all."""
    fitting = [(entry, fit) for entry in entries if (fit := match(typed, entry.text)) is not None]
    if typed.strip():
        fitting.sort(key=lambda pair: -pair[1].score)
    return fitting[:MOST_SHOWN]


class _EntryPainter(QStyledItemDelegate):
    """What it does on the left, its key or kind on the right."""

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        colors = colors_of(option.widget)
        entry, fit = index.data(_ENTRY), index.data(_MATCH)
        rect: QRect = option.rect.adjusted(2, 1, -2, -1)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colors.accent_soft))
            painter.drawRoundedRect(rect, 8, 8)
        font = QFont(painter.font())
        aside = entry.keys or entry.kind
        width = QFontMetrics(font).horizontalAdvance(aside)
        inner = rect.adjusted(metrics.M, 0, -metrics.M, 0)
        draw_line(painter, inner.adjusted(inner.width() - width - 1, 0, 0, 0), font, aside, (), colors.muted, colors)
        text = inner.adjusted(0, 0, -width - metrics.M, 0)
        draw_line(painter, text, font, entry.text, fit.marks, colors.text, colors)
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(80, option.fontMetrics.height() + 14)


class Palette(QDialog):
    """Opened with what can be chosen now; what is chosen is done once it has closed."""

    def __init__(self, entries: Sequence[PaletteEntry], parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Command palette"))
        self._entries = entries
        self._window = parent
        self.field = QLineEdit()
        self.field.setPlaceholderText(self.tr("Commands, chats, models, personas, profiles"))
        self.field.setAccessibleName(self.tr("Search commands, chats, models, personas and profiles"))
        self.list = QListWidget()
        self.list.setObjectName("plainList")
        self.list.setAccessibleName(self.tr("What can be done"))
        self.list.setItemDelegate(_EntryPainter(self.list))
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # arrows in the field move in it
        self.nothing = Label(self.tr("Nothing has these letters."), "muted")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(metrics.M, metrics.M, metrics.M, metrics.M)
        layout.setSpacing(metrics.S)
        layout.addWidget(self.field)
        layout.addWidget(self.list, 1)
        layout.addWidget(self.nothing)
        self.field.textChanged.connect(self._show)
        self.field.installEventFilter(self)
        self.list.itemClicked.connect(self._choose)
        self.resize(min(metrics.scaled(560), parent.width() - 80), min(metrics.scaled(420), parent.height() - 80))
        self._show("")

    def show_entries(self, entries: Sequence[PaletteEntry]) -> None:
        """There is more to choose from than when it was opened."""
        self._entries = entries
        self._show(self.field.text())

    @property
    def texts(self) -> list[str]:
        """What is shown, in order."""
        return [self.list.item(row).text() for row in range(self.list.count())]

    @Slot(str)
    def _show(self, typed: str) -> None:
        self.list.clear()
        for entry, fit in found(self._entries, typed):
            item = QListWidgetItem(entry.text)
            item.setData(_ENTRY, entry)
            item.setData(_MATCH, fit)
            said = ", ".join(part for part in (entry.text, entry.kind, entry.keys) if part)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, said)
            self.list.addItem(item)
        self.list.setCurrentRow(0)
        self._say()
        self.nothing.setVisible(self.list.count() == 0)

    def _say(self) -> None:
        """The keyboard stays in the field: what is selected is its description."""
        item = self.list.currentItem()
        self.field.setAccessibleDescription(
            item.data(Qt.ItemDataRole.AccessibleTextRole) if item is not None else self.nothing.text()
        )

    @Slot()
    def _choose(self) -> None:
        item = self.list.currentItem()
        if item is not None:
            run = item.data(_ENTRY).run
            self.accept()
            QTimer.singleShot(0, self._window, lambda: run())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.field and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            steps = {
                Qt.Key.Key_Down: 1,
                Qt.Key.Key_Up: -1,
                Qt.Key.Key_PageDown: 8,
                Qt.Key.Key_PageUp: -8,
            }
            if event.key() in steps and self.list.count():
                step, last = steps[Qt.Key(event.key())], self.list.count() - 1
                row = self.list.currentRow() + step
                if abs(step) == 1:
                    row %= last + 1  # from the last one on to the first
                self.list.setCurrentRow(max(0, min(row, last)))
                self._say()
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._choose()
                return True
        return super().eventFilter(watched, event)
