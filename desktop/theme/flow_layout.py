"""Widgets side by side that wrap to further lines where the width ends, as large text makes them."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QWidget

from desktop.theme import metrics


class FlowLayout(QLayout):
    """Left to right, then the next line; hidden widgets take no place."""

    def __init__(self, *widgets: QWidget, spacing: int = metrics.XS) -> None:
        super().__init__()
        self._items: list[QLayoutItem] = []
        self._heights: dict[int, int] = {}
        self._minimum: QSize | None = None
        self.setContentsMargins(0, 0, 0, 0)
        self.setSpacing(spacing)
        for widget in widgets:
            self.addWidget(widget)

    def _place(self, rect: QRect, *, move: bool) -> int:
        """Returns: the height that the lines take."""
        lines: list[list[tuple[QLayoutItem, QSize]]] = [[]]
        right = rect.left()
        for item in self._items:
            if item.isEmpty():
                continue
            size = _size_within(item, rect.width())
            if lines[-1] and right + size.width() > rect.right() + 1:
                lines.append([])
                right = rect.left()
            lines[-1].append((item, size))
            right += size.width() + self.spacing()
        top = rect.top()
        for line in lines:
            height = max((size.height() for _, size in line), default=0)
            left = rect.left()
            for item, size in line:
                if move:
                    item.setGeometry(QRect(QPoint(left, top + (height - size.height()) // 2), size))
                left += size.width() + self.spacing()
            top += height + self.spacing()
        return top - self.spacing() - rect.top()

    # Qt's

    def addItem(self, item: QLayoutItem) -> None:
        self._items.append(item)

    def count(self) -> int:
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        if width not in self._heights:  # Qt asks many times for the same
            self._heights[width] = self._place(QRect(0, 0, width, 0), move=False)
        return self._heights[width]

    def setGeometry(self, rect: QRect) -> None:
        super().setGeometry(rect)
        self._place(rect, move=True)

    def sizeHint(self) -> QSize:
        return self.minimumSize()

    def minimumSize(self) -> QSize:
        if self._minimum is None:
            self._minimum = QSize()
            for item in self._items:
                if not item.isEmpty():
                    self._minimum = self._minimum.expandedTo(item.minimumSize())
        return self._minimum

    def invalidate(self) -> None:
        super().invalidate()
        self._heights.clear()
        self._minimum = None


def _size_within(item: QLayoutItem, width: int) -> QSize:
    """What the item asks for, or what it needs where that is wider than the whole line."""
    size = item.sizeHint()
    if size.width() <= width:
        return size
    return QSize(width, item.heightForWidth(width) if item.hasHeightForWidth() else size.height())
