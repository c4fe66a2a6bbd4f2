"""Attune put together: every object is made here and every signal connected here. No rules of its own."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QLockFile, QObject, Slot
from PySide6.QtWidgets import QFileDialog

from desktop.chat.chat_stores import ChatStores
from desktop.chat.chat_taste_controller import ChatTasteController
from desktop.chat.context_meter import ContextKeeper
from desktop.chat.controller import ChatController
from desktop.chat.rating_controller import RatingController
from desktop.chat.reply_writer import ReplyWriter
from desktop.chat_assembly import ChatAssembly
from desktop.engine_client import EngineClient
from desktop.library.controller import LibraryController
from desktop.library.models import ModelController
from desktop.line_edit_dialog import ask_for_line
from desktop.quiz.controller import QuizController, QuizOutcome, QuizQuestion
from desktop.safekeeping import Safekeeping
from desktop.settings.dialog import SettingsDialog
from desktop.settings.keeper import SettingsKeeper
from desktop.taste.controller import FILE_SUFFIX, TasteController
from desktop.taste.describe import taste_state
from desktop.taste.session import TasteSession
from desktop.theme.controls import ask, open_file_dialog
from desktop.window import MainWindow
from engine.errors import AlreadyOpenError, StoreError
from engine.library.fit import gigabytes
from engine.library.listing import ListedModel
from engine.paths import Paths
from engine.preferences.taste_model import TasteModel, load_taste_model
from engine.store.database import Database
from engine.store.profiles import ProfileStore
from engine.store.settings import Settings
from engine.store.speeds import SpeedBook

_PROFILE_FILES = "Attune profiles (*.json)"


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

    def __init__(self, stores: Stores, worker_command: Sequence[str] | None = None) -> None:
        super().__init__()
        self.stores = stores
        self.settings = SettingsKeeper(stores.paths.settings, self)
        self.taste = TasteSession(ProfileStore(stores.database), stores.taste_model, self)
        self.client = EngineClient(stores.paths.logs, SpeedBook(stores.paths.speeds), worker_command, self)
        self.models = ModelController(self.client, self.settings, self)
        self.library = LibraryController(stores.paths, self)
        chat_stores = ChatStores(stores.database)
        self.chat_taste = ChatTasteController(chat_stores, self.taste, self)
        self.ratings = RatingController(chat_stores, self.taste, self.chat_taste, self)
        self.writer = ReplyWriter(self.client, self.models, self.settings, self)
        self.chats = ChatController(chat_stores, self.taste, self.chat_taste, self.writer, self)
        self.tastes = TasteController(self.taste, self)
        self.context = ContextKeeper(chat_stores, self.client, self.settings, self)
        self.quiz = QuizController(self.taste, self)
        self.window = MainWindow()
        self.chat_assembly = ChatAssembly(chat_stores, self.chats, self.writer, self.taste, self.window, self)
        self.safekeeping = Safekeeping(stores.paths, self.window, self)
        self._closed = False
        self._connect_models()
        self._connect_library()
        self._connect_chat()
        self._connect_context()
        self._connect_ratings()
        self._connect_chat_taste()
        self._connect_sidebar()
        self._connect_quiz()
        self._connect_taste_page()
        self._connect_shortcuts()
        self.window.closing.connect(self.close)

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
        self._on_taste_changed()
        self.window.sidebar.show_model(self.models.status)
        self.window.models.show_status(self.models.status)
        self.chat_assembly.start()
        state = self.taste.quiz_state
        if state == "new":
            self.window.show_page("welcome")
        elif state == "started":
            self.quiz.begin()
        else:
            self.window.show_page("chat")
        self.window.show()

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
            self.chat_assembly.shutdown()
        finally:  # also where the disk is full: the worker never outlives the window
            self.client.shutdown()
            self.stores.close()

    # connections

    def _connect_models(self) -> None:
        sidebar = self.window.sidebar
        self.models.status_changed.connect(sidebar.show_model)
        self.models.status_changed.connect(self._on_model_status)
        self.models.problem.connect(self.window.show_problem)
        self.models.notice.connect(self.window.show_problem)
        sidebar.models_requested.connect(self._show_models)
        self.window.chat.model_requested.connect(self._show_models)

    def _connect_library(self) -> None:
        library, page = self.library, self.window.models
        library.listing_changed.connect(page.show_listing)
        library.looking_changed.connect(page.show_looking)
        library.download_changed.connect(page.show_download)
        library.problem.connect(self.window.show_problem)
        library.added.connect(self.models.choose)
        library.fetched.connect(page.clear_target)
        self.models.status_changed.connect(page.show_status)
        self.models.status_changed.connect(library.remember_load)
        page.load_requested.connect(self._use_model)
        page.remove_requested.connect(self._remove_model)
        page.fetch_requested.connect(library.fetch)
        page.pause_requested.connect(library.pause)
        page.resume_requested.connect(library.resume)
        page.discard_requested.connect(library.discard)
        page.use_requested.connect(self._use_fetched)
        page.file_requested.connect(self._choose_file)
        page.reload_requested.connect(self.models.reload)
        page.stop_loading_requested.connect(self.models.stop_loading)
        page.refresh_requested.connect(library.refresh)
        page.sidebar_requested.connect(self.window.toggle_sidebar)

    def _connect_context(self) -> None:
        context, page = self.context, self.window.chat
        self.chats.conversation_opened.connect(lambda c: context.open(c.id if c else None))
        self.chats.message_changed.connect(context.measure_soon)
        page.composer.text_changed.connect(context.type)
        context.changed.connect(page.composer.meter.show_use)
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
        page.composer.send_requested.connect(chats.send)
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
        sidebar.settings_requested.connect(self.open_settings)
        sidebar.quiz_requested.connect(self._enter_quiz)

    def _connect_quiz(self) -> None:
        window, quiz = self.window, self.quiz
        window.welcome.quiz_requested.connect(quiz.begin)
        window.welcome.skip_requested.connect(quiz.skip)
        window.quiz.side_chosen.connect(quiz.choose_side)
        window.quiz.tie_chosen.connect(lambda: quiz.answer("tie"))
        window.quiz.both_bad_chosen.connect(lambda: quiz.answer("both_bad"))
        window.quiz.back_requested.connect(quiz.back)
        window.quiz.skip_requested.connect(quiz.skip)
        quiz.question_changed.connect(self._on_question)
        quiz.finished.connect(self._on_quiz_finished)
        quiz.skipped.connect(lambda: window.show_page("chat"))
        window.quiz_end.chat_requested.connect(lambda: window.show_page("chat"))
        window.quiz_end.taste_requested.connect(lambda: window.show_page("taste"))
        self.taste.changed.connect(self._on_taste_changed)

    def _connect_taste_page(self) -> None:
        page, tastes = self.window.taste, self.tastes
        page.undo_requested.connect(tastes.undo)
        page.liking_stated.connect(tastes.correct)
        page.learns_chosen.connect(tastes.set_learns)
        page.profile_chosen.connect(self.taste.select)
        page.create_requested.connect(self._create_profile)
        page.rename_requested.connect(self._rename_profile)
        page.delete_requested.connect(self._delete_profile)
        page.export_requested.connect(self._export_profile)
        page.import_requested.connect(self._import_profile)
        page.reset_requested.connect(self._reset_taste)
        page.quiz_requested.connect(self._enter_quiz)
        page.sidebar_requested.connect(self.window.toggle_sidebar)
        tastes.receipt_changed.connect(page.show_receipt)
        tastes.problem.connect(self.window.show_problem)

    def _connect_shortcuts(self) -> None:
        window = self.window
        for keys, text, slot in (
            ("Ctrl+N", self.tr("New chat"), self.chat_assembly.new_chat),
            ("Ctrl+Shift+N", self.tr("New temporary chat"), self.chat_assembly.new_temporary_chat),
            ("Ctrl+Alt+Z", self.tr("Bring back what was just deleted"), self.chat_assembly.deletions.undo),
            ("Ctrl+F", self.tr("Search"), window.focus_search),
            ("Ctrl+B", self.tr("Sidebar"), window.toggle_sidebar),
            ("Ctrl+,", self.tr("Settings"), self.open_settings),
            ("Ctrl+.", self.tr("Stop"), self.writer.stop),
            ("Ctrl+Q", self.tr("Quit"), window.close),
        ):
            window.add_shortcut(keys, text).triggered.connect(slot)

    # what the window asks for

    @Slot()
    def open_settings(self) -> None:
        dialog = SettingsDialog(self.settings.current, self.window)
        dialog.settings_chosen.connect(lambda values: self.settings.update(**values))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    @Slot()
    def _show_models(self) -> None:
        self.window.show_page("models")
        self.library.refresh()

    @Slot(object)
    def _use_model(self, model: ListedModel) -> None:
        """Load a model; one that won't fit only when the person wants it all the same."""
        if model.fit is None or model.fit.verdict != "wont_fit":
            self.models.choose(model.path)
            return
        ask(
            self.window,
            self.tr("{name} probably won't fit. Load it all the same?").format(name=model.name),
            self.tr("{numbers} The computer may become very slow while it tries.").format(numbers=model.fit.sentence),
            self.tr("Load it"),
            lambda: self.models.choose(model.path),
        )

    @Slot(str)
    def _use_fetched(self, path: str) -> None:
        self.library.discard()  # it is done: nothing more to say of it
        model = self.library.find(path)
        if model is not None:
            self._use_model(model)
        else:  # the list is still being made
            self.models.choose(path)

    @Slot(object)
    def _remove_model(self, model: ListedModel) -> None:
        """Take a file off the list at once; ask before a fetched one is deleted."""
        if model.origin != "fetched":
            self.library.remove(model.path)
            return
        size = gigabytes(model.header.file_bytes) if model.header else ""
        ask(
            self.window,
            self.tr("Delete {name}?").format(name=model.name),
            self.tr("{size} on the disk become free. It can be fetched again.").format(size=size),
            self.tr("Delete"),
            lambda: self.library.remove(model.path),
        )

    @Slot()
    def _choose_file(self) -> None:
        dialog = QFileDialog(self.window, self.tr("Choose a GGUF file"), "", self.tr("GGUF models (*.gguf)"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        open_file_dialog(dialog, self.library.add)

    @Slot()
    def _create_profile(self) -> None:
        ask_for_line(self.tr("Name of the new profile"), "", self.window, self.tastes.create)

    @Slot()
    def _rename_profile(self) -> None:
        ask_for_line(self.tr("Rename profile"), self.taste.profile.name, self.window, self.tastes.rename)

    @Slot()
    def _delete_profile(self) -> None:
        heir = self.taste.heir
        if heir is not None:
            ask(
                self.window,
                self.tr("Delete the profile “{name}”?").format(name=self.taste.profile.name),
                self.tr(
                    "Its quiz answers, ratings and corrections are deleted for good. "
                    "Its chats stay, and “{heir}” chooses in them from then on."
                ).format(heir=heir.name),
                self.tr("Delete"),
                self.taste.delete_profile,
            )

    @Slot()
    def _export_profile(self) -> None:
        dialog = QFileDialog(self.window, self.tr("Export the profile"), "", _PROFILE_FILES)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("json")
        dialog.selectFile(self.taste.profile.name.replace("/", "-") + FILE_SUFFIX)
        open_file_dialog(dialog, self.tastes.export_to)

    @Slot()
    def _import_profile(self) -> None:
        dialog = QFileDialog(self.window, self.tr("Import a profile"), "", _PROFILE_FILES)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        open_file_dialog(dialog, self.tastes.import_from)

    @Slot()
    def _reset_taste(self) -> None:
        ask(
            self.window,
            self.tr("Reset the taste of “{name}”?").format(name=self.taste.profile.name)
            if len(self.taste.profiles) > 1
            else self.tr("Reset your taste?"),
            self.tr("All quiz answers, ratings and corrections are deleted for good. Your chats stay."),
            self.tr("Reset"),
            self._on_reset_confirmed,
        )

    def _on_reset_confirmed(self) -> None:
        self.taste.reset()
        self.chats.refresh(anew=True)

    @Slot()
    def _enter_quiz(self) -> None:
        if self.taste.quiz_state == "started" or not self.taste.learner.n_quiz_answers:
            self.quiz.begin()
            return
        ask(
            self.window,
            self.tr("Take the quiz again?"),
            self.tr("Your earlier quiz answers are taken back first. Ratings in your chats stay."),
            self.tr("Start again"),
            self.quiz.begin_anew,
        )

    # what the controllers report

    @Slot(object, object)
    def _on_settings_changed(self, _before: object, now: Settings) -> None:
        self.window.chat.composer.show_settings(now.mode, now.n_drafts, now.time_budget_s)

    @Slot(object)
    def _on_model_status(self, status: object) -> None:
        self.window.chat.empty.show_bundled(getattr(status, "bundled", False))

    @Slot(object)
    def _on_question(self, question: QuizQuestion) -> None:
        self.window.quiz.show_question(question)
        self.window.show_page("quiz")

    @Slot(object)
    def _on_quiz_finished(self, outcome: QuizOutcome) -> None:
        self.window.quiz_end.show_outcome(outcome)
        self.window.show_page("quiz_end")

    @Slot()
    def _on_taste_changed(self) -> None:
        self.window.taste.show_taste(taste_state(self.taste))
        entry = self.tr("Take the quiz")
        if self.taste.learner.n_quiz_answers:
            started = self.taste.quiz_state == "started"
            entry = self.tr("Continue the quiz") if started else self.tr("Retake the quiz")
        self.window.sidebar.show_quiz_entry(entry)
        self.window.taste.show_quiz_entry(entry)
