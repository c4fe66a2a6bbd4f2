"""Everything about models put together: which is held, the models page, and what is fetched. No rules of its own."""

from __future__ import annotations

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QFileDialog

from desktop.library.calibration_controller import CalibrationController
from desktop.library.controller import LibraryController
from desktop.library.model_settings_dialog import ModelSettingsDialog
from desktop.library.models import ModelController, ModelStatus
from desktop.settings.keeper import SettingsKeeper
from desktop.theme.controls import ask, open_file_dialog
from desktop.window import MainWindow
from engine.library.families import family_sampling
from engine.library.fit import gigabytes
from engine.library.listing import ListedModel
from engine.store.settings import Settings
from engine.types import SamplingSettings


class ModelAssembly(QObject):
    """Models and the library, connected to the window."""

    def __init__(
        self,
        models: ModelController,
        library: LibraryController,
        settings: SettingsKeeper,
        calibrations: CalibrationController,
        window: MainWindow,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._calibrations = calibrations
        self._models = models
        self._library = library
        self._settings = settings
        self._window = window
        self._connect_models()
        self._connect_library()
        self._connect_settings()
        self._connect_wishes()

    def show(self) -> None:
        """What is known before anything has loaded."""
        self._window.sidebar.show_model(self._models.status)
        self._window.models.show_status(self._models.status)
        self._window.models.show_idle(self._settings.current.unload_after_min)

    # connections

    def _connect_models(self) -> None:
        models, window = self._models, self._window
        models.status_changed.connect(window.sidebar.show_model)
        models.status_changed.connect(self._on_status)
        models.problem.connect(window.show_problem)
        models.notice.connect(window.show_problem)
        window.sidebar.models_requested.connect(self.show_page)
        window.chat.model_requested.connect(self.show_page)
        # whoever types will soon want an answer
        window.chat.composer.text_changed.connect(lambda _text: models.wake())

    def _connect_library(self) -> None:
        library, page, models = self._library, self._window.models, self._models
        library.listing_changed.connect(page.show_listing)
        library.looking_changed.connect(page.show_looking)
        library.download_changed.connect(page.show_download)
        library.problem.connect(self._window.show_problem)
        library.added.connect(models.choose)
        library.fetched.connect(page.clear_target)
        models.status_changed.connect(page.show_status)
        models.status_changed.connect(library.remember_load)
        page.load_requested.connect(self.use)
        page.remove_requested.connect(self._remove)
        page.fetch_requested.connect(library.fetch)
        page.pause_requested.connect(library.pause)
        page.resume_requested.connect(library.resume)
        page.discard_requested.connect(library.discard)
        page.use_requested.connect(self._use_fetched)
        page.file_requested.connect(self._choose_file)
        page.reload_requested.connect(models.reload)
        page.stop_loading_requested.connect(models.stop_loading)
        page.refresh_requested.connect(library.refresh)
        page.sidebar_requested.connect(self._window.toggle_sidebar)

    def _connect_settings(self) -> None:
        page = self._window.models
        page.settings_requested.connect(self._open_settings)
        page.idle_chosen.connect(lambda minutes: self._settings.update(unload_after_min=minutes))
        self._settings.changed.connect(self._on_settings_changed)

    def _connect_wishes(self) -> None:
        card, calibrations = self._window.models.wishes, self._calibrations
        card.try_requested.connect(calibrations.start)
        card.stop_requested.connect(calibrations.stop)
        calibrations.status_changed.connect(card.show_status)
        calibrations.problem.connect(self._window.show_problem)

    # what the window asks for

    @Slot()
    def show_page(self) -> None:
        self._window.show_page("models")
        self._library.refresh()

    @Slot(object)
    def _open_settings(self, model: ListedModel) -> None:
        header = model.header
        family = family_sampling(header.architecture, header.name) if header else SamplingSettings()
        dialog = ModelSettingsDialog(model, self._models.settings_of(model.path), family, self._window)
        dialog.settings_chosen.connect(lambda settings: self._models.keep_settings(model.path, settings))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    @Slot(object)
    def use(self, model: ListedModel) -> None:
        """Load a model; one that won't fit only when the person wants it all the same."""
        if model.fit is None or model.fit.verdict != "wont_fit":
            self._models.choose(model.path)
            return
        ask(
            self._window,
            self.tr("{name} probably won't fit. Load it all the same?").format(name=model.name),
            self.tr("{numbers} The computer may become very slow while it tries.").format(numbers=model.fit.sentence),
            self.tr("Load it"),
            lambda: self._models.choose(model.path),
        )

    @Slot(str)
    def _use_fetched(self, path: str) -> None:
        self._library.discard()  # it is done: nothing more to say of it
        model = self._library.find(path)
        if model is not None:
            self.use(model)
        else:  # the list is still being made
            self._models.choose(path)

    @Slot(object)
    def _remove(self, model: ListedModel) -> None:
        """Take a file off the list at once; ask before a fetched one is deleted."""
        if model.origin != "fetched":
            self._library.remove(model.path)
            return
        size = gigabytes(model.header.file_bytes) if model.header else ""
        ask(
            self._window,
            self.tr("Delete {name}?").format(name=model.name),
            self.tr("{size} on the disk become free. It can be fetched again.").format(size=size),
            self.tr("Delete"),
            lambda: self._library.remove(model.path),
        )

    @Slot()
    def _choose_file(self) -> None:
        dialog = QFileDialog(self._window, self.tr("Choose a GGUF file"), "", self.tr("GGUF models (*.gguf)"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        open_file_dialog(dialog, self._library.add)

    # what the controllers report

    @Slot(object)
    def _on_status(self, status: ModelStatus) -> None:
        self._window.chat.empty.show_bundled(status.bundled)

    @Slot(object, object)
    def _on_settings_changed(self, _before: Settings, now: Settings) -> None:
        self._window.models.show_idle(now.unload_after_min)
