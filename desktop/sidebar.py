"""The sidebar: conversations, search, taste, quiz, and the model that is loaded."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QLineEdit, QListWidgetItem, QMenu, QVBoxLayout, QWidget

from desktop.chat.chat_list_controller import ListedChat
from desktop.conversation_list import ConversationList
from desktop.library.models import ModelStatus
from desktop.theme import metrics
from desktop.theme.controls import Button, IconButton, Label, row, separator
from engine.store.folders import Folder


class Sidebar(QFrame):
    """Signals:
    new_chat_requested, temporary_chat_requested, taste_requested, quiz_requested, models_requested,
    settings_requested.
    import_requested, export_requested: chats from a file, all chats to one.
    folder_requested: a new, empty folder.
    backups_requested: copies of everything, going back to one, and erasing.
    chat_chosen: (ListedChat). What else is done to chats are signals of `conversations`.
    search_changed: (text), "" ends the search.
    """

    new_chat_requested = Signal()
    temporary_chat_requested = Signal()
    taste_requested = Signal()
    quiz_requested = Signal()
    settings_requested = Signal()
    import_requested = Signal()
    export_requested = Signal()
    folder_requested = Signal()
    backups_requested = Signal()
    chat_chosen = Signal(object)
    search_changed = Signal(str)
    models_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("sidebar")
        self._status: ModelStatus | None = None
        self._fit()
        self.new_chat_button = Button(self.tr("New chat"), "nav", icon_name="plus")
        self.new_chat_button.setToolTip("Ctrl+N")
        self.temporary_button = IconButton("temporary", self.tr("New temporary chat (Ctrl+Shift+N)"))
        self.more_button = IconButton("more", self.tr("More about all chats"))
        menu = QMenu(self.more_button)
        menu.addAction(self.tr("New folder…"), self.folder_requested.emit)
        menu.addSeparator()
        menu.addAction(self.tr("Import chats…"), self.import_requested.emit)
        menu.addAction(self.tr("Export all chats…"), self.export_requested.emit)
        menu.addSeparator()
        menu.addAction(self.tr("Backups and erasing…"), self.backups_requested.emit)
        self.more_button.setMenu(menu)
        self.more_button.setPopupMode(IconButton.ToolButtonPopupMode.InstantPopup)
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
        new_row = row(self.new_chat_button, self.temporary_button, self.more_button, spacing=0)
        new_row.setStretch(0, 1)
        layout.addLayout(new_row)
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
        self.temporary_button.clicked.connect(self.temporary_chat_requested)
        self.taste_button.clicked.connect(self.taste_requested)
        self.quiz_button.clicked.connect(self.quiz_requested)
        self.settings_button.clicked.connect(self.settings_requested)
        self.model_button.clicked.connect(self.models_requested)
        self.search_field.textChanged.connect(self.search_changed)
        self.conversations.itemClicked.connect(self._on_item)
        self.conversations.itemActivated.connect(self._on_item)

    @property
    def titles(self) -> list[str]:
        return [chat.conversation.title for chat in self.conversations.chats]

    def show_chats(
        self, chats: list[ListedChat], open_id: str | None, folders: Sequence[Folder], *, searching: bool
    ) -> None:
        """While something is searched for, what was found is one list, without the folders."""
        self.conversations.show_chats(chats, open_id, () if searching else folders)
        self._nothing.setVisible(searching and not chats)

    def select(self, conversation_id: str | None) -> None:
        self.conversations.select(conversation_id)

    @Slot(object)
    def show_model(self, status: ModelStatus) -> None:
        self._status = status
        states = {
            "loading": self.tr("Loading… {n}%").format(n=round(100 * status.fraction)),
            "ready": self.tr("Ready"),
            "resting": self.tr("Rests until your next message"),
            "failed": self.tr("Not loaded"),
        }
        text = states[status.state] if status.state in ("loading", "failed") else status.name
        elided = self.model_button.fontMetrics().elidedText(text, Qt.TextElideMode.ElideMiddle, metrics.scaled(176))
        self.model_button.setText(elided)
        self.model_button.setToolTip(f"{status.name}\n{status.sentence or states[status.state]}")
        self.model_button.setAccessibleName(
            self.tr("Model: {name}, {state}").format(name=status.name, state=states[status.state])
        )

    def _fit(self) -> None:
        self.setFixedWidth(metrics.scaled(metrics.SIDEBAR_WIDTH))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._fit()
            if self._status is not None:
                self.show_model(self._status)

    def show_quiz_entry(self, text: str) -> None:
        self.quiz_button.setText(text)
        self.quiz_button.setAccessibleName(text)

    @Slot(QListWidgetItem)
    def _on_item(self, item: QListWidgetItem) -> None:
        chat = self.conversations.chat_of(item)
        if chat is not None:
            self.chat_chosen.emit(chat)
