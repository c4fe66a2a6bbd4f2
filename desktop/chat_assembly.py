"""Everything about chats put together: what the sidebar lists and what the chat page shows. No rules of its own."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QFileDialog

from desktop.chat.attachment_reader import AttachmentReader
from desktop.chat.branch_controller import BranchController
from desktop.chat.chat_list_controller import ChatListController, ListedChat
from desktop.chat.chat_stores import ChatStores
from desktop.chat.controller import ChatController
from desktop.chat.deletions import Deletions
from desktop.chat.file_controller import ChatFileController, ChatFormat
from desktop.chat.folder_controller import FolderController
from desktop.chat.reply_writer import ReplyWriter
from desktop.line_edit_dialog import ask_for_line
from desktop.personas.controller import PersonaController
from desktop.personas.dialog import PersonasDialog
from desktop.taste.session import TasteSession
from desktop.theme.controls import open_file_dialog
from desktop.window import MainWindow
from engine.store.deletions import DeletionStore


class ChatAssembly(QObject):
    """The list of chats, their branches and deletions, connected to the window."""

    def __init__(
        self,
        stores: ChatStores,
        chats: ChatController,
        writer: ReplyWriter,
        taste: TasteSession,
        personas: PersonaController,
        window: MainWindow,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._stores = stores
        self._chats = chats
        self._writer = writer
        self._window = window
        self.deletions = Deletions(DeletionStore(stores.database), self)
        self.list = ChatListController(stores, chats, writer, self.deletions, self)
        self.branches = BranchController(stores, chats, self.deletions, self)
        self.files = ChatFileController(stores, taste, self)
        self.folders = FolderController(stores, chats, self.deletions, self)
        self.personas = personas
        self.attachments = AttachmentReader(self)
        self._connect_list()
        self._connect_folders()
        self._connect_personas()
        self._connect_messages()
        self._connect_deletions()
        self._connect_files()
        self._connect_attachments()

    def start(self) -> None:
        self.deletions.start()
        self.personas.start()
        self._chats.start()

    def shutdown(self) -> None:
        """Keep what is written so far; what was deleted is gone for good."""
        self.files.shutdown()
        self.attachments.shutdown()
        self._writer.shutdown()
        self.deletions.close()

    # connections

    def _connect_list(self) -> None:
        sidebar, page, chats = self._window.sidebar, self._window.chat, self._chats
        chats.conversations_changed.connect(self.show_list)
        chats.conversation_opened.connect(lambda c: sidebar.select(c.id if c else None))
        sidebar.search_changed.connect(self.show_list)
        sidebar.chat_chosen.connect(self._open)
        sidebar.new_chat_requested.connect(self.new_chat)
        sidebar.temporary_chat_requested.connect(self.new_temporary_chat)
        sidebar.conversations.pin_requested.connect(self.list.set_pinned)
        sidebar.conversations.rename_requested.connect(self._rename)
        sidebar.conversations.duplicate_requested.connect(self.list.duplicate)
        sidebar.conversations.delete_requested.connect(self.list.delete)
        page.pin_requested.connect(lambda pinned: self._with_open(partial(self._pin, pinned)))
        page.rename_requested.connect(self.rename_open)
        page.duplicate_requested.connect(self.duplicate_open)
        page.delete_requested.connect(self.delete_open)

    def _connect_folders(self) -> None:
        sidebar, entries, folders = self._window.sidebar, self._window.sidebar.conversations, self.folders
        sidebar.folder_requested.connect(self.create_folder)
        entries.folder_create_requested.connect(self.create_folder)
        entries.move_requested.connect(folders.move)
        entries.folder_collapsed.connect(folders.set_collapsed)
        entries.folder_rename_requested.connect(self._rename_folder)
        entries.folder_delete_requested.connect(folders.delete)

    def _connect_personas(self) -> None:
        button, personas = self._window.chat.persona_button, self.personas
        self._chats.conversation_opened.connect(personas.open)
        personas.changed.connect(button.show_choice)
        button.persona_chosen.connect(personas.choose)
        button.personas_requested.connect(self.open_personas)

    def _connect_messages(self) -> None:
        page, chats = self._window.chat, self._chats
        chats.temporary_changed.connect(page.show_temporary)
        chats.message_sought.connect(page.seek_message)
        chats.busy_changed.connect(page.set_busy)
        page.reworded.connect(self.branches.reword)
        page.version_turned.connect(self.branches.turn)
        page.another_requested.connect(self.branches.write_another)
        page.plain_requested.connect(self.branches.write_plainly)
        page.continue_requested.connect(self.branches.write_on)
        page.message_delete_requested.connect(self.branches.delete_from)

    def _connect_deletions(self) -> None:
        bar = self._window.undo_bar
        self.deletions.offered.connect(bar.show_sentence)
        self.deletions.withdrawn.connect(bar.hide)
        bar.undo_requested.connect(self.deletions.undo)
        bar.dismissed.connect(self.deletions.settle)
        bar.held.connect(self.deletions.hold)
        self._window.sidebar.conversations.undo_requested.connect(self.deletions.undo)
        self._chats.temporary_ending.connect(self.deletions.settle)

    def _connect_files(self) -> None:
        sidebar, bar, files = self._window.sidebar, self._window.job_bar, self.files
        files.progress_changed.connect(bar.show_progress)
        files.finished.connect(bar.show_outcome)
        files.imported.connect(self._chats.conversations_touched)
        bar.stop_requested.connect(files.stop)
        sidebar.import_requested.connect(self._choose_import)
        sidebar.export_requested.connect(lambda: self._choose_export(None))
        sidebar.conversations.export_requested.connect(self._choose_export)
        self._window.chat.export_requested.connect(self.export_open)

    def _connect_attachments(self) -> None:
        composer, reader = self._window.chat.composer, self.attachments
        bar = composer.attachment_bar
        composer.files_given.connect(reader.read_files)
        reader.reading_changed.connect(bar.show_reading)
        reader.read.connect(bar.add)
        reader.refused.connect(bar.show_problem)
        bar.reading_stopped.connect(reader.stop)
        bar.changed.connect(self._chats.attach)
        self._chats.attachments_returned.connect(bar.add)

    # what the window asks for

    def has_saved_chat(self) -> bool:
        """Whether a chat is open that can be renamed, exported, deleted."""
        return self._chats.open_id is not None and not self._stores.is_temporary and self._window.has_sidebar

    @Slot()
    def rename_open(self) -> None:
        self._with_open(self._rename)

    @Slot()
    def duplicate_open(self) -> None:
        self._with_open(self.list.duplicate)

    @Slot()
    def export_open(self) -> None:
        self._with_open(self._choose_export)

    @Slot()
    def delete_open(self) -> None:
        self._with_open(self.list.delete)

    def open_chat(self, conversation_id: str) -> None:
        self._chats.open(conversation_id)
        self._window.show_page("chat")

    @Slot()
    def new_chat(self) -> None:
        if self._window.has_sidebar:
            self._chats.new_chat()
            self._window.show_page("chat")

    @Slot()
    def new_temporary_chat(self) -> None:
        if self._window.has_sidebar:
            self._chats.new_temporary_chat()
            self._window.show_page("chat")

    @Slot()
    def show_list(self) -> None:
        """The chats, or those that have what is searched for."""
        search = self._window.sidebar.search_field.text()
        self._window.sidebar.show_chats(
            self.list.listed(search), self._chats.open_id, self.folders.folders(), searching=bool(search.strip())
        )

    @Slot(object)
    def _open(self, chat: ListedChat) -> None:
        self._chats.open(chat.conversation.id, chat.message_id)
        self._window.show_page("chat")

    def _with_open(self, act: Callable[[str], None]) -> None:
        if self._chats.open_id is not None:
            act(self._chats.open_id)

    def _pin(self, pinned: bool, conversation_id: str) -> None:
        self.list.set_pinned(conversation_id, pinned)

    @Slot()
    def _choose_import(self) -> None:
        known = self.tr("Chats of ChatGPT, Open WebUI or Attune (*.json *.zip)")
        dialog = QFileDialog(self._window, self.tr("Import chats"), "", known)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        open_file_dialog(dialog, lambda file: self.files.import_from(Path(file)))

    @Slot(str)
    def _choose_export(self, conversation_id: str | None) -> None:
        """conversation_id: of the chat to export; None for all."""
        title, ids = self.tr("Export all chats"), None
        name = self.tr("Attune chats")
        if conversation_id is not None:
            title, ids, name = self.tr("Export this chat"), [conversation_id], self.list.title_of(conversation_id)
        formats: dict[str, ChatFormat] = {
            self.tr("Markdown, to be read (*.md)"): "markdown",
            self.tr("JSON of Open WebUI (*.json)"): "open_webui",
            self.tr("JSON of Attune, with drafts and numbers (*.json)"): "attune",
        }
        dialog = QFileDialog(self._window, title)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilters(list(formats))
        dialog.filterSelected.connect(lambda chosen: dialog.setDefaultSuffix(_suffix(formats[chosen])))
        dialog.setDefaultSuffix(_suffix(formats[dialog.selectedNameFilter()]))
        dialog.selectFile(file_name(name))
        open_file_dialog(
            dialog, lambda file: self.files.export_chats(ids, Path(file), formats[dialog.selectedNameFilter()])
        )

    @Slot()
    @Slot(str)
    def create_folder(self, conversation_id: str = "") -> None:
        """conversation_id: the chat that moves into it at once; "" for none."""
        ask_for_line(
            self.tr("Name of the new folder"),
            "",
            self._window,
            lambda name: self.folders.create(name, conversation_id or None),
        )

    @Slot(int)
    def _rename_folder(self, folder_id: int) -> None:
        name = self.folders.name_of(folder_id)
        ask_for_line(self.tr("Rename folder"), name, self._window, partial(self.folders.rename, folder_id))

    @Slot()
    def open_personas(self) -> None:
        dialog, personas = PersonasDialog(self._window), self.personas

        def show(select_id: int | None = None) -> None:
            dialog.show_personas(list(personas.choice.personas), personas.default_id, select_id)

        dialog.add_requested.connect(lambda name, prompt: show(personas.add(name, prompt)))
        dialog.change_requested.connect(personas.change)
        dialog.remove_requested.connect(personas.remove)
        dialog.default_chosen.connect(personas.set_default)
        connection = personas.changed.connect(lambda _choice: show())
        dialog.finished.connect(lambda _result: personas.changed.disconnect(connection))
        dialog.finished.connect(dialog.deleteLater)
        show()
        dialog.open()

    @Slot(str)
    def _rename(self, conversation_id: str) -> None:
        title = self.list.title_of(conversation_id)
        ask_for_line(self.tr("Rename chat"), title, self._window, partial(self.list.rename, conversation_id))


def file_name(title: str) -> str:
    """A title as the name of a file on any system, without its suffix."""
    kept = "".join(" " if character in '<>:"/\\|?*' or ord(character) < 32 else character for character in title)
    return " ".join(kept.split())[:80].strip(". ") or "Attune"


def _suffix(format_: ChatFormat) -> str:
    return "md" if format_ == "markdown" else "json"
