"""Attune put together: every object is made here and every signal connected here. No rules of its own."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QLockFile, QObject, Slot

from desktop.chat.chat_stores import ChatStores
from desktop.chat.chat_taste_controller import ChatTasteController
from desktop.chat.context_meter import ContextKeeper
from desktop.chat.controller import ChatController
from desktop.chat.rating_controller import RatingController
from desktop.chat.reply_writer import ReplyWriter
from desktop.chat_assembly import ChatAssembly
from desktop.engine_client import EngineClient
from desktop.library.calibration_controller import CalibrationController
from desktop.library.controller import LibraryController
from desktop.library.models import ModelController
from desktop.model_assembly import ModelAssembly
from desktop.personas.controller import PersonaController
from desktop.safekeeping import Safekeeping
from desktop.server_assembly import ServerAssembly
from desktop.settings.keeper import SettingsKeeper
from desktop.shell_assembly import ShellAssembly, ShellParts
from desktop.taste.session import TasteSession
from desktop.taste_assembly import TasteAssembly
from desktop.window import MainWindow
from engine.errors import AlreadyOpenError, StoreError
from engine.paths import Paths
from engine.preferences.taste_model import TasteModel, load_taste_model
from engine.store.calibrations import CalibrationBook
from engine.store.database import Database
from engine.store.model_configs import ModelConfigStore
from engine.store.profiles import ProfileStore
from engine.store.settings import Settings
from engine.store.speeds import SpeedBook


@dataclass(frozen=True)
class Stores:
    """What is opened before there is a window, so that what fails can be said without one."""

    paths: Paths
    database: Database
    taste_model: TasteModel
    lock: QLockFile
    """Held while these are open: two windows would each believe their own copy of the log."""

    @classmethod
    def open(cls, paths: Paths, taste_dir: Path | None = None) -> Stores:
        """Raises: EngineError, when a directory, the database or the taste files cannot be used, or are in use."""
        paths.ensure()
        lock = QLockFile(str(paths.lock))
        lock.setStaleLockTime(0)  # a lock is stale when its process is gone, however old it is
        if not lock.tryLock(0):
            raise AlreadyOpenError(
                f"Attune is already open on {paths.data}. Go on in that window, or choose another --data-dir."
            )
        try:
            taste_model = load_taste_model(taste_dir)
            return cls(paths, Database(paths.database), taste_model, lock)
        except BaseException:
            lock.unlock()
            raise

    def close(self) -> None:
        self.database.close()
        self.lock.unlock()


class Attune(QObject):
    """The running application: controllers, the engine client and the window."""

    def __init__(
        self, stores: Stores, worker_command: Sequence[str] | None = None, *, no_tray: str | None = None
    ) -> None:
        """worker_command: starts another worker; no_tray: as in ShellAssembly."""
        super().__init__()
        self.stores = stores
        self.settings = SettingsKeeper(stores.paths.settings, self)
        self.taste = TasteSession(ProfileStore(stores.database), stores.taste_model, self)
        known = CalibrationBook(stores.paths.data, stores.taste_model.heads_version)
        self.client = EngineClient(stores.paths.logs, SpeedBook(stores.paths.speeds), worker_command, self, known)
        self.models = ModelController(self.client, self.settings, ModelConfigStore(stores.database), self)
        self.calibrations = CalibrationController(self.client, self.models, self.settings, known, self)
        self.library = LibraryController(stores.paths, self)
        chat_stores = ChatStores(stores.database)
        self.chat_taste = ChatTasteController(chat_stores, self.taste, self)
        self.ratings = RatingController(chat_stores, self.taste, self.chat_taste, self)
        self.personas = PersonaController(chat_stores, self.settings, self.models, self)
        self.writer = ReplyWriter(self.client, self.models, self.settings, self.personas, self)
        self.chats = ChatController(chat_stores, self.taste, self.chat_taste, self.personas, self.writer, self)
        self.context = ContextKeeper(chat_stores, self.client, self.settings, self.personas, self)
        self.window = MainWindow()
        self.model_assembly = ModelAssembly(
            self.models, self.library, self.settings, self.calibrations, self.window, self
        )
        self.chat_assembly = ChatAssembly(
            chat_stores, self.chats, self.writer, self.taste, self.personas, self.window, self
        )
        self.servers = ServerAssembly(self.settings, self.models, self.window, parent=self)
        self.taste_assembly = TasteAssembly(
            self.taste,
            self.chats,
            self.client,
            self.models,
            self.settings,
            stores.database,
            self.window,
            self,
        )
        self.quiz, self.tastes = self.taste_assembly.quiz, self.taste_assembly.tastes
        self.shell = ShellAssembly(self._shell_parts(), no_tray, self)
        self.safekeeping = Safekeeping(stores.paths, self.window, self)
        self._closed = False
        self._connect_chat()
        self._connect_context()
        self._connect_ratings()
        self._connect_chat_taste()
        self._connect_sidebar()
        self._connect_shell()
        self.window.closing.connect(self.close)

    def _shell_parts(self) -> ShellParts:
        return ShellParts(
            paths=self.stores.paths,
            window=self.window,
            settings=self.settings,
            chats=self.chats,
            chat_assembly=self.chat_assembly,
            writer=self.writer,
            models=self.models,
            library=self.library,
            personas=self.personas,
            taste=self.taste,
            show_models=self.model_assembly.show_page,
            use_model=self.model_assembly.use,
            enter_quiz=self.taste_assembly.enter_quiz,
        )

    def start(self) -> None:
        """Show the window where the person left off, and load the model beside it."""
        self.show()
        self.models.start()
        self.safekeeping.start()

    def show(self) -> None:
        """Show the window where the person left off."""
        settings = self.settings.current
        self.window.resize(settings.window_width, settings.window_height)
        self._on_settings_changed(settings, settings)
        self.model_assembly.show()
        self.chat_assembly.start()
        self.taste_assembly.start()
        self.shell.show_window()

    @Slot()
    def close(self) -> None:
        """Keep what there is, end the worker, close the database. Once."""
        if self._closed:
            return
        self._closed = True
        if not self.window.isMaximized():
            # the window's size is not worth a message at the end
            with contextlib.suppress(StoreError):
                self.settings.update(window_width=self.window.width(), window_height=self.window.height())
        self.window.hide()  # at once; the worker may take a moment
        self.context.stop()
        try:
            self.safekeeping.shutdown()
            self.library.shutdown()
            self.servers.shutdown()
            self.chat_assembly.shutdown()
            self.taste_assembly.shutdown()
        finally:  # also where the disk is full: the worker never outlives the window
            self.client.shutdown()
            self.stores.close()

    # connections

    def _connect_context(self) -> None:
        context, page = self.context, self.window.chat
        self.chats.conversation_opened.connect(lambda c: context.open(c.id if c else None))
        self.chats.message_changed.connect(context.measure_soon)
        page.composer.text_changed.connect(context.type)
        page.composer.attachment_bar.changed.connect(context.attach)
        context.changed.connect(page.composer.meter.show_use)
        context.changed.connect(page.composer.attachment_bar.show_use)
        context.seen_from_changed.connect(page.show_seen_from)

    def _connect_chat(self) -> None:
        chats, page = self.chats, self.window.chat
        chats.thread_changed.connect(page.show_thread)
        chats.message_added.connect(page.add_message)
        chats.message_changed.connect(page.change_message)
        chats.message_removed.connect(page.remove_message)
        chats.text_streamed.connect(page.append_text)
        chats.progress_changed.connect(page.show_progress)
        chats.trailer_changed.connect(page.show_trailer)
        chats.busy_changed.connect(page.composer.set_busy)
        chats.text_accepted.connect(page.composer.clear)
        chats.text_returned.connect(page.composer.give_back)
        chats.conversation_opened.connect(page.show_conversation)
        page.composer.send_requested.connect(lambda text: chats.send(text, plain=page.composer.wants_plain))
        page.composer.stop_requested.connect(self.writer.stop)
        page.composer.mode_chosen.connect(lambda mode: self.settings.update(mode=mode))
        page.progress_card.stop_requested.connect(self.writer.stop)
        page.stop_requested.connect(self.writer.stop)
        page.try_again_requested.connect(chats.try_again)
        page.sidebar_requested.connect(self.window.toggle_sidebar)
        self.settings.changed.connect(self._on_settings_changed)

    def _connect_ratings(self) -> None:
        ratings, page = self.ratings, self.window.chat
        ratings.message_touched.connect(self.chats.refresh_message)
        ratings.receipt_changed.connect(page.show_receipt)
        ratings.why_ready.connect(page.show_why)
        page.prefer_requested.connect(ratings.prefer)
        page.thumb_pressed.connect(ratings.rate)
        page.reason_chosen.connect(ratings.give_reason)
        page.why_requested.connect(ratings.explain)
        page.undo_requested.connect(ratings.undo)

    def _connect_chat_taste(self) -> None:
        chat_taste, header = self.chat_taste, self.window.chat.taste_header
        chat_taste.changed.connect(header.show_taste)
        chat_taste.profile_changed.connect(self.chats.refresh_ratings)
        header.profile_chosen.connect(chat_taste.choose_profile)
        header.profiles_requested.connect(lambda: self.window.show_page("taste"))
        header.corrected.connect(chat_taste.correct)
        header.clear_requested.connect(chat_taste.clear_correction)

    def _connect_sidebar(self) -> None:
        sidebar = self.window.sidebar
        sidebar.taste_requested.connect(lambda: self.window.show_page("taste"))

    def _connect_shell(self) -> None:
        window, shell = self.window, self.shell
        window.sidebar.settings_requested.connect(shell.open_settings)
        self.quiz.skipped.connect(shell.offer_tour)
        window.quiz_end.chat_requested.connect(shell.offer_tour)

    # what the window asks for

    @Slot()
    # what the controllers report

    @Slot(object, object)
    def _on_settings_changed(self, _before: object, now: Settings) -> None:
        self.window.chat.composer.show_settings(now.mode, now.n_drafts, now.time_budget_s)
