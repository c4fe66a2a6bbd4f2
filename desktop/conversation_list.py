"""The list of chats in the sidebar: folders, titles, pins, and where a search found its words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import (
    QMimeData,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
    QTimer,
    Signal,
    Slot,
)
from PySide6.QtGui import (
    QColor,
    QDragEnterEvent,
    QDragMoveEvent,
    QDropEvent,
    QFont,
    QFontMetrics,
    QKeyEvent,
    QKeySequence,
    QPainter,
)
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
from desktop.theme.marked_line import draw_line
from engine.store.folders import Folder

_CHAT = Qt.ItemDataRole.UserRole
"""A ListedChat or a FolderRow."""
CHAT_MIME = "application/x-attune-chat"
"""A chat being dragged: its id."""
_INDENT = 14
"""Of chats that lie in a folder."""
_IN_FOLDER = Qt.ItemDataRole.UserRole + 1
_LEAD_CHARS = 14
"""Of a line, shown before the first mark: what was searched for must not fall off its end."""
_SNIPPET_SCALE = 0.88


@dataclass(frozen=True)
class FolderRow:
    """A folder in the list, above its chats unless it is collapsed."""

    folder: Folder
    n_chats: int


class _ItemPainter(QStyledItemDelegate):
    """A folder, or a title and below it where a search found the words."""

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
        shown = index.data(_CHAT)
        if isinstance(shown, FolderRow):
            self._draw_folder(painter, rect.adjusted(6, 6, -10, -6), shown, colors)
        else:
            indent = metrics.scaled(_INDENT) if index.data(_IN_FOLDER) else 0
            self._draw_chat(painter, rect.adjusted(10 + indent, 6, -10, -6), shown, colors)
        painter.restore()

    @staticmethod
    def _draw_folder(painter: QPainter, rect: QRect, row: FolderRow, colors: Colors) -> None:
        font = QFont(painter.font())
        side = round(QFontMetrics(font).height() * 0.8)
        scale = painter.device().devicePixelRatioF()
        top = rect.top() + (rect.height() - side) // 2
        chevron = "chevron-right" if row.folder.collapsed else "chevron-down"
        painter.drawPixmap(rect.left(), top, pixmap(chevron, colors.muted, side, scale))
        count = str(row.n_chats)
        count_width = QFontMetrics(font).horizontalAdvance(count)
        draw_line(painter, rect.adjusted(rect.width() - count_width, 0, 0, 0), font, count, (), colors.muted, colors)
        font.setWeight(QFont.Weight.DemiBold)
        line = rect.adjusted(side + metrics.XS, 0, -count_width - metrics.S, 0)
        draw_line(painter, line, font, row.folder.name, (), colors.text, colors)

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
        draw_line(painter, line, font, chat.conversation.title, chat.title_marks, colors.text, colors)
        if chat.snippet:
            below = QRect(rect)
            below.setTop(rect.top() + QFontMetrics(font).height() + 2)
            font.setPointSizeF(font.pointSizeF() * _SNIPPET_SCALE)
            text, marks = from_mark(chat.snippet, chat.snippet_marks)
            draw_line(painter, below, font, text, marks, colors.muted, colors)

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        line: int = option.fontMetrics.height()
        shown = index.data(_CHAT)
        return QSize(60, line * (2 if isinstance(shown, ListedChat) and shown.snippet else 1) + 16)


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
    move_requested: (conversation id, folder id or None for no folder).
    folder_create_requested: (conversation id that moves into it).
    folder_collapsed: (folder id, bool).
    folder_rename_requested, folder_delete_requested: (folder id).
    """

    pin_requested = Signal(str, bool)
    rename_requested = Signal(str)
    duplicate_requested = Signal(str)
    export_requested = Signal(str)
    delete_requested = Signal(str)
    undo_requested = Signal()
    move_requested = Signal(str, object)
    folder_create_requested = Signal(str)
    folder_collapsed = Signal(int, bool)
    folder_rename_requested = Signal(int)
    folder_delete_requested = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self._open_id: str | None = None
        self._folders: Sequence[Folder] = ()
        self.setItemDelegate(_ItemPainter(self))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setMouseTracking(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._show_menu)
        self.itemClicked.connect(self._on_clicked)
        self.setDragDropMode(QListWidget.DragDropMode.DragDrop)
        self.setDefaultDropAction(Qt.DropAction.CopyAction)  # after a move Qt would take the row away by itself
        self.setDropIndicatorShown(False)  # chats have no place of their own between two others

    @property
    def chats(self) -> list[ListedChat]:
        """The chats that are shown, in order: none of a collapsed folder."""
        return [shown for shown in self._rows() if isinstance(shown, ListedChat)]

    @property
    def folders(self) -> list[FolderRow]:
        return [shown for shown in self._rows() if isinstance(shown, FolderRow)]

    @property
    def current_chat(self) -> ListedChat | None:
        shown = self._current
        return shown if isinstance(shown, ListedChat) else None

    @property
    def current_folder(self) -> FolderRow | None:
        shown = self._current
        return shown if isinstance(shown, FolderRow) else None

    @property
    def _current(self) -> ListedChat | FolderRow | None:
        return self._at(self.currentItem()) if self.currentRow() >= 0 else None

    def _rows(self) -> list[ListedChat | FolderRow | None]:
        return [self._at(self.item(row)) for row in range(self.count())]

    @staticmethod
    def _at(item: QListWidgetItem | None) -> ListedChat | FolderRow | None:
        shown = item.data(_CHAT) if item is not None else None
        return shown if isinstance(shown, ListedChat | FolderRow) else None

    def chat_of(self, item: QListWidgetItem) -> ListedChat | None:
        shown = self._at(item)
        return shown if isinstance(shown, ListedChat) else None

    def show_chats(self, chats: list[ListedChat], open_id: str | None, folders: Sequence[Folder] = ()) -> None:
        """folders: those to show; without any, the chats are one list, as a search found them.

        The keyboard stays at the row where it was, or, where that is gone, at the one that took its place.
        """
        current, row = self._current, self.currentRow()
        at_open = isinstance(current, ListedChat) and current.conversation.id == self._open_id
        elsewhere = self.hasFocus() and current is not None and not at_open
        scrolled = self.verticalScrollBar().value()
        self.clear()
        self._folders = folders
        for shown in arranged(chats, folders):
            self.addItem(self._folder_item(shown) if isinstance(shown, FolderRow) else self._item(shown))
        self.verticalScrollBar().setValue(scrolled)
        self._open_id = open_id
        wanted = _key(current) if elsewhere else open_id
        if not self._go_to(wanted) and self.hasFocus() and row >= 0:
            self.setCurrentRow(min(row, self.count() - 1))

    def select(self, conversation_id: str | None) -> None:
        """Another chat was opened; None where it is in no list."""
        if conversation_id != self._open_id:
            self._open_id = conversation_id
            self._go_to(conversation_id)

    def _go_to(self, key: str | int | None) -> bool:
        """key: the id of a chat or of a folder. Returns whether it is in the list."""
        for row, shown in enumerate(self._rows()):
            if key is not None and _key(shown) == key:
                self.setCurrentRow(row)
                return True
        self.setCurrentRow(-1)
        return False

    def _item(self, chat: ListedChat) -> QListWidgetItem:
        title = chat.conversation.title
        item = QListWidgetItem(title)
        item.setData(_CHAT, chat)
        item.setData(_IN_FOLDER, any(folder.id == chat.conversation.folder_id for folder in self._folders))
        item.setToolTip(title)
        name = self.tr("{title}, pinned").format(title=title) if chat.conversation.pinned else title
        item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{name}. {chat.snippet}" if chat.snippet else name)
        return item

    def _folder_item(self, row: FolderRow) -> QListWidgetItem:
        folder = row.folder
        item = QListWidgetItem(folder.name)
        item.setData(_CHAT, row)
        item.setToolTip(folder.name)
        item.setFlags(item.flags() & ~Qt.ItemFlag.ItemIsDragEnabled)
        state = self.tr("collapsed") if folder.collapsed else self.tr("expanded")
        said = self.tr("Folder {name}, chats: {n}, {state}").format(name=folder.name, n=row.n_chats, state=state)
        item.setData(Qt.ItemDataRole.AccessibleTextRole, said)
        return item

    @Slot(QListWidgetItem)
    def _on_clicked(self, item: QListWidgetItem) -> None:
        shown = self._at(item)
        if isinstance(shown, FolderRow):
            folder = shown.folder
            # afterwards: Qt still holds the row that was clicked, and the list is made anew
            QTimer.singleShot(0, self, lambda: self.folder_collapsed.emit(folder.id, not folder.collapsed))

    @Slot()
    def _show_menu(self) -> None:
        shown = self._current
        if shown is None:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if isinstance(shown, FolderRow):
            self._fill_folder_menu(menu, shown.folder)
        else:
            self._fill_chat_menu(menu, shown)
        menu.popup(self.viewport().mapToGlobal(self.visualItemRect(self.currentItem()).bottomLeft()))

    def _fill_folder_menu(self, menu: QMenu, folder: Folder) -> None:
        menu.setAccessibleName(folder.name)
        text = self.tr("Expand\tRight") if folder.collapsed else self.tr("Collapse\tLeft")
        menu.addAction(text, lambda: self.folder_collapsed.emit(folder.id, not folder.collapsed))
        menu.addAction(self.tr("Rename…\tF2"), lambda: self.folder_rename_requested.emit(folder.id))
        menu.addSeparator()
        menu.addAction(self.tr("Delete the folder\tDel"), lambda: self.folder_delete_requested.emit(folder.id))

    def _fill_chat_menu(self, menu: QMenu, chat: ListedChat) -> None:
        chat_id, pinned = chat.conversation.id, chat.conversation.pinned
        menu.setAccessibleName(chat.conversation.title)
        pin = self.tr("Unpin\tCtrl+P") if pinned else self.tr("Pin\tCtrl+P")
        menu.addAction(pin, lambda: self.pin_requested.emit(chat_id, not pinned))
        menu.addAction(self.tr("Rename…\tF2"), lambda: self.rename_requested.emit(chat_id))
        menu.addAction(self.tr("Duplicate\tCtrl+D"), lambda: self.duplicate_requested.emit(chat_id))
        menu.addAction(self.tr("Export…\tCtrl+E"), lambda: self.export_requested.emit(chat_id))
        self._fill_move_menu(menu.addMenu(self.tr("Move to folder")), chat)
        menu.addSeparator()
        menu.addAction(self.tr("Delete\tDel"), lambda: self.delete_requested.emit(chat_id))

    def _fill_move_menu(self, menu: QMenu, chat: ListedChat) -> None:
        chat_id, folder_id = chat.conversation.id, chat.conversation.folder_id
        for folder in self._folders:
            action = menu.addAction(folder.name.replace("&", "&&"))
            action.setCheckable(True)
            action.setChecked(folder.id == folder_id)
            action.triggered.connect(lambda _checked, to=folder.id: self.move_requested.emit(chat_id, to))
        menu.addSeparator()
        menu.addAction(self.tr("New folder…"), lambda: self.folder_create_requested.emit(chat_id))
        out = menu.addAction(self.tr("Out of its folder"), lambda: self.move_requested.emit(chat_id, None))
        out.setEnabled(folder_id is not None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        chat = self.current_chat
        keys = QKeySequence(event.keyCombination()).toString(QKeySequence.SequenceFormat.PortableText)
        by_key = {
            "F2": self.rename_requested,
            "Ctrl+D": self.duplicate_requested,
            "Ctrl+E": self.export_requested,
            "Del": self.delete_requested,
        }
        folder = self.current_folder
        if keys == "Ctrl+Z":
            self.undo_requested.emit()
        elif folder is not None and self._pressed_on_folder(folder.folder, keys):
            return
        elif chat is not None and keys == "Ctrl+P":
            self.pin_requested.emit(chat.conversation.id, not chat.conversation.pinned)
        elif chat is not None and keys in by_key:
            by_key[keys].emit(chat.conversation.id)
        else:
            super().keyPressEvent(event)

    def _pressed_on_folder(self, folder: Folder, keys: str) -> bool:
        """Returns whether the key means something there."""
        if keys == "F2":
            self.folder_rename_requested.emit(folder.id)
        elif keys == "Del":
            self.folder_delete_requested.emit(folder.id)
        elif keys in ("Return", "Enter", "Space"):
            self.folder_collapsed.emit(folder.id, not folder.collapsed)
        elif keys in ("Left", "Right") and folder.collapsed == (keys == "Right"):
            self.folder_collapsed.emit(folder.id, keys == "Left")
        else:
            return False
        return True

    # dragging a chat into a folder

    def mimeTypes(self) -> list[str]:
        return [CHAT_MIME]

    def mimeData(self, items: Sequence[QListWidgetItem]) -> QMimeData:
        data = QMimeData()
        for item in items:
            chat = self.chat_of(item)
            if chat is not None:
                data.setData(CHAT_MIME, chat.conversation.id.encode())
        return data

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        event.setAccepted(event.mimeData().hasFormat(CHAT_MIME))

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        """Only where something would come of it."""
        event.setAccepted(event.mimeData().hasFormat(CHAT_MIME) and bool(self._folders))

    def dropEvent(self, event: QDropEvent) -> None:
        if not event.mimeData().hasFormat(CHAT_MIME):
            event.ignore()
            return
        chat_id = bytes(event.mimeData().data(CHAT_MIME).data()).decode()
        folder_id = self._folder_at(event)
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        QTimer.singleShot(0, self, lambda: self.move_requested.emit(chat_id, folder_id))

    def _folder_at(self, event: QDropEvent) -> int | None:
        """The folder that is there, or that the chat there lies in."""
        shown = self._at(self.itemAt(event.position().toPoint()))
        if isinstance(shown, FolderRow):
            return shown.folder.id
        return shown.conversation.folder_id if shown is not None else None


def arranged(chats: Sequence[ListedChat], folders: Sequence[Folder]) -> list[ListedChat | FolderRow]:
    """Pinned chats of no folder, the folders with their chats, and the rest; within each in the given order."""
    if not folders:
        return list(chats)
    inside: dict[int, list[ListedChat]] = {folder.id: [] for folder in folders}
    pinned: list[ListedChat | FolderRow] = []
    rest: list[ListedChat] = []
    for chat in chats:
        if chat.conversation.folder_id in inside:
            inside[chat.conversation.folder_id].append(chat)
        else:
            (pinned if chat.conversation.pinned else rest).append(chat)
    rows = pinned
    for folder in folders:
        rows.append(FolderRow(folder, len(inside[folder.id])))
        if not folder.collapsed:
            rows += inside[folder.id]
    return [*rows, *rest]


def _key(shown: ListedChat | FolderRow | None) -> str | int | None:
    """What tells a row from all others: the id of its chat, or of its folder."""
    if isinstance(shown, FolderRow):
        return shown.folder.id
    return shown.conversation.id if shown is not None else None
