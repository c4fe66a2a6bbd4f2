"""The sidebar: conversations, search, taste, quiz, and the model that is loaded."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QFont, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QFrame,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QMenu,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from desktop.library.models import ModelStatus
from desktop.theme import metrics
from desktop.theme.colors import colors_of
from desktop.theme.controls import Button, IconButton, Label, row, separator
from engine.store.chats import Conversation

_ID = Qt.ItemDataRole.UserRole
_SNIPPET = Qt.ItemDataRole.UserRole + 1


class _ItemPainter(QStyledItemDelegate):
    """A title, and below it where a search found the words."""

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        view = option.widget
        colors = colors_of(view)
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
        self._draw_text(painter, rect.adjusted(10, 6, -10, -6), index, colors.text, colors.muted)
        painter.restore()

    @staticmethod
    def _draw_text(
        painter: QPainter, rect: QRect, index: QModelIndex | QPersistentModelIndex, text: str, muted: str
    ) -> None:
        metrics_of = painter.fontMetrics()
        painter.setPen(QColor(text))
        title = metrics_of.elidedText(str(index.data()), Qt.TextElideMode.ElideRight, rect.width())
        snippet = index.data(_SNIPPET)
        line = QRect(rect)
        if snippet:
            line.setHeight(metrics_of.height())
        painter.drawText(line, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, title)
        if snippet:
            font = QFont(painter.font())
            font.setPointSizeF(font.pointSizeF() * 0.88)
            painter.setFont(font)
            painter.setPen(QColor(muted))
            line.translate(0, metrics_of.height() + 2)
            shortened = painter.fontMetrics().elidedText(str(snippet), Qt.TextElideMode.ElideRight, rect.width())
            painter.drawText(line, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shortened)

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        line: int = option.fontMetrics.height()
        return QSize(60, line * (2 if index.data(_SNIPPET) else 1) + 16)


class ConversationList(QListWidget):
    """Signals:
    rename_requested, delete_requested: (conversation id).
    """

    rename_requested = Signal(str)
    delete_requested = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setItemDelegate(_ItemPainter(self))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setMouseTracking(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._show_menu)

    @Slot()
    def _show_menu(self) -> None:
        if self.currentRow() < 0:
            return
        item = self.currentItem()
        conversation_id = item.data(_ID)
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(self.tr("Rename…\tF2"), lambda: self.rename_requested.emit(conversation_id))
        menu.addAction(self.tr("Delete…\tDel"), lambda: self.delete_requested.emit(conversation_id))
        menu.popup(self.viewport().mapToGlobal(self.visualItemRect(item).bottomLeft()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        chosen = self.currentRow() >= 0
        if chosen and event.key() == Qt.Key.Key_F2:
            self.rename_requested.emit(self.currentItem().data(_ID))
        elif chosen and event.key() == Qt.Key.Key_Delete:
            self.delete_requested.emit(self.currentItem().data(_ID))
        else:
            super().keyPressEvent(event)


class Sidebar(QFrame):
    """Signals:
    new_chat_requested, taste_requested, quiz_requested, models_requested, settings_requested.
    conversation_chosen, rename_requested, delete_requested: (conversation id).
    search_changed: (text), "" ends the search.
    """

    new_chat_requested = Signal()
    taste_requested = Signal()
    quiz_requested = Signal()
    settings_requested = Signal()
    conversation_chosen = Signal(str)
    rename_requested = Signal(str)
    delete_requested = Signal(str)
    search_changed = Signal(str)
    models_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("sidebar")
        self.setFixedWidth(metrics.scaled(metrics.SIDEBAR_WIDTH))
        self.new_chat_button = Button(self.tr("New chat"), "nav", icon_name="plus")
        self.new_chat_button.setToolTip("Ctrl+N")
        self.search_field = QLineEdit()
        self.search_field.setPlaceholderText(self.tr("Search"))
        self.search_field.setAccessibleName(self.tr("Search conversations"))
        self.search_field.setClearButtonEnabled(True)
        self.conversations = ConversationList()
        self.conversations.setAccessibleName(self.tr("Conversations"))
        self._nothing = Label(self.tr("No conversation has these words."), "small", wrap=True)
        self._nothing.hide()
        self.taste_button = Button(self.tr("Taste"), "nav", icon_name="taste")
        self.taste_button.setCheckable(True)
        self.quiz_button = Button(self.tr("Retake the quiz"), "nav", icon_name="quiz")
        self.model_button = Button("", "nav", icon_name="model", name=self.tr("Model"))
        self.model_button.setCheckable(True)
        self.model_button.setProperty("elided", True)  # what was shortened to its width must not become wider
        self.settings_button = IconButton("settings", self.tr("Settings (Ctrl+,)"))
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(metrics.S + 2, metrics.M, metrics.S + 2, metrics.S + 2)
        layout.setSpacing(metrics.XS)
        layout.addWidget(self.new_chat_button)
        layout.addSpacing(metrics.XS)
        layout.addWidget(self.search_field)
        layout.addSpacing(metrics.XS)
        layout.addWidget(self.conversations, 1)
        layout.addWidget(self._nothing)
        layout.addWidget(separator())
        layout.addWidget(self.taste_button)
        layout.addWidget(self.quiz_button)
        layout.addWidget(separator())
        bottom: QWidget = QWidget()
        bottom_row = row(self.model_button, self.settings_button, spacing=metrics.XS)
        bottom_row.setStretch(0, 1)
        bottom_row.setContentsMargins(0, 0, 0, 0)
        bottom.setLayout(bottom_row)
        layout.addWidget(bottom)

    def _connect(self) -> None:
        self.new_chat_button.clicked.connect(self.new_chat_requested)
        self.taste_button.clicked.connect(self.taste_requested)
        self.quiz_button.clicked.connect(self.quiz_requested)
        self.settings_button.clicked.connect(self.settings_requested)
        self.model_button.clicked.connect(self.models_requested)
        self.search_field.textChanged.connect(self.search_changed)
        self.conversations.itemClicked.connect(self._on_item)
        self.conversations.itemActivated.connect(self._on_item)
        self.conversations.rename_requested.connect(self.rename_requested)
        self.conversations.delete_requested.connect(self.delete_requested)

    @property
    def titles(self) -> list[str]:
        return [self.conversations.item(i).text() for i in range(self.conversations.count())]

    def show_conversations(
        self, items: list[tuple[Conversation, str]], open_id: str | None, *, searching: bool
    ) -> None:
        """(conversation, snippet) in order; the snippet is "" outside a search."""
        self.conversations.clear()
        for conversation, snippet in items:
            item = QListWidgetItem(conversation.title)
            item.setData(_ID, conversation.id)
            item.setData(_SNIPPET, snippet)
            item.setToolTip(conversation.title)
            self.conversations.addItem(item)
            if conversation.id == open_id:
                self.conversations.setCurrentItem(item)
        self._nothing.setVisible(searching and not items)

    def select(self, conversation_id: str | None) -> None:
        for index in range(self.conversations.count()):
            if self.conversations.item(index).data(_ID) == conversation_id:
                self.conversations.setCurrentRow(index)
                return
        self.conversations.setCurrentRow(-1)

    @Slot(object)
    def show_model(self, status: ModelStatus) -> None:
        states = {
            "loading": self.tr("Loading… {n}%").format(n=round(100 * status.fraction)),
            "ready": self.tr("Ready"),
            "failed": self.tr("Not loaded"),
        }
        text = states[status.state] if status.state != "ready" else status.name
        elided = self.model_button.fontMetrics().elidedText(text, Qt.TextElideMode.ElideMiddle, metrics.scaled(176))
        self.model_button.setText(elided)
        self.model_button.setToolTip(f"{status.name}\n{status.sentence or states[status.state]}")
        self.model_button.setAccessibleName(
            self.tr("Model: {name}, {state}").format(name=status.name, state=states[status.state])
        )

    def show_quiz_entry(self, text: str) -> None:
        self.quiz_button.setText(text)
        self.quiz_button.setAccessibleName(text)

    @Slot(QListWidgetItem)
    def _on_item(self, item: QListWidgetItem) -> None:
        self.conversation_chosen.emit(item.data(_ID))
