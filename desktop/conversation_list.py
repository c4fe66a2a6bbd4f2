"""The list of chats in the sidebar: titles, pins, and where a search found its words."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QFont, QFontMetrics, QKeyEvent, QKeySequence, QPainter, QTextCharFormat, QTextLayout
from PySide6.QtWidgets import (
    QFrame,
    QListWidget,
    QListWidgetItem,
    QMenu,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
)

from desktop.chat.chat_list_controller import ListedChat, Marks
from desktop.theme import metrics
from desktop.theme.colors import Colors, colors_of
from desktop.theme.icons import pixmap

_CHAT = Qt.ItemDataRole.UserRole
_LEAD_CHARS = 14
"""Of a line, shown before the first mark: what was searched for must not fall off its end."""
_SNIPPET_SCALE = 0.88


class _ItemPainter(QStyledItemDelegate):
    """A title, and below it where a search found the words."""

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        colors = colors_of(option.widget)
        state = option.state
        rect: QRect = option.rect.adjusted(0, 1, 0, -1)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        if state & QStyle.StateFlag.State_Selected:
            painter.setBrush(QColor(colors.accent_soft))
            painter.drawRoundedRect(rect, 8, 8)
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.setBrush(QColor(colors.hover))
            painter.drawRoundedRect(rect, 8, 8)
        if state & QStyle.StateFlag.State_HasFocus and state & QStyle.StateFlag.State_KeyboardFocusChange:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QColor(colors.accent))
            painter.drawRoundedRect(rect.adjusted(0, 0, -1, -1), 8, 8)
        self._draw_chat(painter, rect.adjusted(10, 6, -10, -6), index.data(_CHAT), colors)
        painter.restore()

    @staticmethod
    def _draw_chat(painter: QPainter, rect: QRect, chat: ListedChat, colors: Colors) -> None:
        font = QFont(painter.font())
        line = QRect(rect)
        if chat.snippet:
            line.setHeight(QFontMetrics(font).height())
        if chat.conversation.pinned:
            side = round(QFontMetrics(font).height() * 0.8)
            top = line.top() + (line.height() - side) // 2
            scale = painter.device().devicePixelRatioF()
            painter.drawPixmap(line.right() - side + 1, top, pixmap("pin", colors.muted, side, scale))
            line.setRight(line.right() - side - metrics.XS)
        _draw_line(painter, line, font, chat.conversation.title, chat.title_marks, colors.text, colors)
        if chat.snippet:
            below = QRect(rect)
            below.setTop(rect.top() + QFontMetrics(font).height() + 2)
            font.setPointSizeF(font.pointSizeF() * _SNIPPET_SCALE)
            text, marks = from_mark(chat.snippet, chat.snippet_marks)
            _draw_line(painter, below, font, text, marks, colors.muted, colors)

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        line: int = option.fontMetrics.height()
        return QSize(60, line * (2 if index.data(_CHAT).snippet else 1) + 16)


def _draw_line(
    painter: QPainter, rect: QRect, font: QFont, text: str, marks: Marks, shade: str, colors: Colors
) -> None:
    """One line, shortened where it does not fit, with its marks set off."""
    text = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, rect.width())
    layout = QTextLayout(text, font)
    formats = []
    for start, end in marks:
        span = QTextLayout.FormatRange()
        span.start, span.length = start, max(0, min(end, len(text)) - start)
        marked = QTextCharFormat()
        marked.setForeground(QColor(colors.text))
        marked.setBackground(QColor(colors.mark))
        span.format = marked
        formats.append(span)
    layout.setFormats(formats)
    layout.beginLayout()
    line = layout.createLine()
    line.setLineWidth(10 * rect.width())
    layout.endLayout()
    painter.setPen(QColor(shade))
    layout.draw(painter, QPointF(rect.left(), rect.top() + (rect.height() - line.height()) / 2))


def from_mark(text: str, marks: Marks) -> tuple[str, Marks]:
    """The text from a little before its first mark on, so that a narrow line shows what was found."""
    if not marks or marks[0][0] <= _LEAD_CHARS:
        return text, marks
    start = marks[0][0] - _LEAD_CHARS
    space = text.find(" ", start, marks[0][0])
    start = space + 1 if space >= 0 else start
    shortened = "…" + text[start:].removeprefix("…")
    moved = len(shortened) - len(text)
    return shortened, tuple((first + moved, last + moved) for first, last in marks)


class ConversationList(QListWidget):
    """Signals:
    pin_requested: (conversation id, bool).
    rename_requested, duplicate_requested, export_requested, delete_requested: (conversation id).
    undo_requested: Ctrl+Z was pressed.
    """

    pin_requested = Signal(str, bool)
    rename_requested = Signal(str)
    duplicate_requested = Signal(str)
    export_requested = Signal(str)
    delete_requested = Signal(str)
    undo_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._open_id: str | None = None
        self.setItemDelegate(_ItemPainter(self))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setMouseTracking(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._show_menu)

    @property
    def chats(self) -> list[ListedChat]:
        """What is shown, in order."""
        return [self.item(row).data(_CHAT) for row in range(self.count())]

    @property
    def current_chat(self) -> ListedChat | None:
        chat = self.currentItem().data(_CHAT) if self.currentRow() >= 0 else None
        return chat if isinstance(chat, ListedChat) else None

    def show_chats(self, chats: list[ListedChat], open_id: str | None) -> None:
        """The keyboard stays at the chat where it was, or, where that is gone, at the one that took its place."""
        current, row = self.current_chat, self.currentRow()
        elsewhere = self.hasFocus() and current is not None and current.conversation.id != self._open_id
        scrolled = self.verticalScrollBar().value()
        self.clear()
        for chat in chats:
            self.addItem(self._item(chat))
        self.verticalScrollBar().setValue(scrolled)
        self._open_id = open_id
        wanted = current.conversation.id if elsewhere and current is not None else open_id
        if not self._go_to(wanted) and self.hasFocus() and row >= 0:
            self.setCurrentRow(min(row, self.count() - 1))

    def select(self, conversation_id: str | None) -> None:
        """Another chat was opened; None where it is in no list."""
        if conversation_id != self._open_id:
            self._open_id = conversation_id
            self._go_to(conversation_id)

    def _go_to(self, conversation_id: str | None) -> bool:
        """Returns whether it is in the list."""
        for row, chat in enumerate(self.chats):
            if chat.conversation.id == conversation_id:
                self.setCurrentRow(row)
                return True
        self.setCurrentRow(-1)
        return False

    def _item(self, chat: ListedChat) -> QListWidgetItem:
        title = chat.conversation.title
        item = QListWidgetItem(title)
        item.setData(_CHAT, chat)
        item.setToolTip(title)
        name = self.tr("{title}, pinned").format(title=title) if chat.conversation.pinned else title
        item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{name}. {chat.snippet}" if chat.snippet else name)
        return item

    @Slot()
    def _show_menu(self) -> None:
        chat = self.current_chat
        if chat is None:
            return
        chat_id, pinned = chat.conversation.id, chat.conversation.pinned
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.setAccessibleName(chat.conversation.title)
        pin = self.tr("Unpin\tCtrl+P") if pinned else self.tr("Pin\tCtrl+P")
        menu.addAction(pin, lambda: self.pin_requested.emit(chat_id, not pinned))
        menu.addAction(self.tr("Rename…\tF2"), lambda: self.rename_requested.emit(chat_id))
        menu.addAction(self.tr("Duplicate\tCtrl+D"), lambda: self.duplicate_requested.emit(chat_id))
        menu.addAction(self.tr("Export…\tCtrl+E"), lambda: self.export_requested.emit(chat_id))
        menu.addSeparator()
        menu.addAction(self.tr("Delete\tDel"), lambda: self.delete_requested.emit(chat_id))
        menu.popup(self.viewport().mapToGlobal(self.visualItemRect(self.currentItem()).bottomLeft()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        chat = self.current_chat
        keys = QKeySequence(event.keyCombination()).toString(QKeySequence.SequenceFormat.PortableText)
        by_key = {
            "F2": self.rename_requested,
            "Ctrl+D": self.duplicate_requested,
            "Ctrl+E": self.export_requested,
            "Del": self.delete_requested,
        }
        if keys == "Ctrl+Z":
            self.undo_requested.emit()
        elif chat is not None and keys == "Ctrl+P":
            self.pin_requested.emit(chat.conversation.id, not chat.conversation.pinned)
        elif chat is not None and keys in by_key:
            by_key[keys].emit(chat.conversation.id)
        else:
            super().keyPressEvent(event)
