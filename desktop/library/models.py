"""Which model the engine holds: load, remember what worked, and go back to the former one when a file fails."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from desktop.engine_client import EngineClient
from desktop.settings.keeper import SettingsKeeper
from engine.errors import EngineError
from engine.library.bundled import BUNDLED_MODEL_NAME, bundled_model_path
from engine.protocol import ModelLoaded
from engine.remote.address import RemoteServer, entry_of, is_remote
from engine.store.model_configs import ModelConfigStore, ModelSettings, sampling_with
from engine.store.settings import Settings
from engine.types import CELLS_PER_WINDOW, SamplingSettings

ModelState = Literal["loading", "ready", "resting", "failed"]


@dataclass(frozen=True)
class ModelStatus:
    """What the model button shows. fraction: of loading, 0 to 1; sentence: why it failed.

    resting: it has given its memory back, and is loaded again with the next message.
    """

    name: str
    path: str
    state: ModelState
    bundled: bool
    fraction: float = 0.0
    sentence: str = ""


class ModelController(QObject):
    """Loads models and remembers the choice once it has loaded.

    Signals:
        status_changed: (ModelStatus).
        problem: (sentence for a person).
        notice: (sentence for a person), something about the loaded model worth saying.
        server_wanted: (path), a server's model is to be loaded whose key is not known here yet: `choose_server` it.
    """

    status_changed = Signal(object)
    problem = Signal(str)
    notice = Signal(str)
    server_wanted = Signal(str)

    def __init__(
        self,
        client: EngineClient,
        settings: SettingsKeeper,
        configs: ModelConfigStore,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._client = client
        self._settings = settings
        self._configs = configs
        self._family = SamplingSettings()
        self._idle_timer = QTimer(self, singleShot=True)
        self._idle_timer.timeout.connect(self._on_idle)
        self._servers: dict[str, RemoteServer] = {}
        self._load_id = 0
        self._ready_path: str | None = None
        self._bundled_path = _bundled_path()
        self._status = ModelStatus("", "", "failed", bundled=True)
        client.load_started.connect(self._on_load_started)
        client.load_progress.connect(self._on_load_progress)
        client.model_loaded.connect(self._on_model_loaded)
        client.failed.connect(self._on_failed)
        client.finished.connect(self._on_finished)
        client.gave_up.connect(self._on_gave_up)
        client.rested.connect(self._on_rested)
        settings.changed.connect(self._on_settings_changed)

    @property
    def status(self) -> ModelStatus:
        return self._status

    @property
    def model_settings(self) -> ModelSettings:
        """The person's settings for this model."""
        return self._configs.settings(self._status.path)

    def sampling(self, max_tokens: int) -> SamplingSettings:
        """How this model's replies are drawn."""
        return sampling_with(self._family, self.model_settings, self._settings.current.temperature, max_tokens)

    @property
    def system_prompt(self) -> str:
        own = self.model_settings.system_prompt
        return self._settings.current.system_prompt if own is None else own

    def settings_of(self, path: str) -> ModelSettings:
        return self._configs.settings(path)

    def keep_settings(self, path: str, settings: ModelSettings) -> None:
        """Keep a model's settings; where it is in use and is to be loaded otherwise, it is loaded again."""
        before = self._configs.settings(path)
        starts_lower = self._configs.first_rung(path) > 0
        self._configs.keep_settings(path, settings)
        otherwise = (before.n_gpu_layers, before.n_window) != (settings.n_gpu_layers, settings.n_window)
        if path == self._status.path and (otherwise or starts_lower):
            self.reload()

    def start(self) -> None:
        """Load the remembered model, or the bundled one."""
        self._load(self._settings.current.model_path or self._bundled_path)

    def choose(self, path: str) -> None:
        """Load a GGUF file. It is remembered only after it has loaded."""
        self._load(path)

    def choose_server(self, server: RemoteServer) -> None:
        """Have a server's model write the drafts. It is remembered, without its key, once it has answered."""
        self._servers[server.path] = server
        self._load(server.path)

    def forget_server(self, path: str) -> None:
        """Let go of its key; the bundled model takes its place where it is the one in use."""
        self._servers.pop(path, None)
        if self._status.path == path:
            self.use_bundled()

    def use_bundled(self) -> None:
        self._load(self._bundled_path)

    def reload(self) -> None:
        self._load(self._status.path or self._bundled_path)

    def stop_loading(self) -> None:
        """Give up the load that is under way; the former model, or the bundled one, comes back."""
        if self._status.state == "loading":
            self._client.cancel(self._load_id)

    @Slot()
    def wake(self) -> None:
        """Load a model that rests; somebody is about to need it."""
        if self._status.state == "resting":
            self._client.wake()
        self._wait_for_idleness()

    def _load(self, path: str) -> None:
        if is_remote(path) and path not in self._servers:
            self._set(ModelStatus(entry_of(path).title, path, "loading", bundled=False))
            self.server_wanted.emit(path)
            return
        if path:
            own = self._configs.settings(path)
            layers = self._settings.current.n_gpu_layers if own.n_gpu_layers is None else own.n_gpu_layers
            self._client.load_model(
                path,
                layers,
                CELLS_PER_WINDOW * own.n_window,
                self._configs.first_rung(path),
                self._servers.get(path),
            )
            return
        try:
            bundled_model_path()
        except EngineError as exc:
            self._set(ModelStatus(BUNDLED_MODEL_NAME, "", "failed", bundled=True, sentence=str(exc)))
            self.problem.emit(str(exc))

    @Slot(int, str)
    def _on_load_started(self, request_id: int, path: str) -> None:
        self._load_id = request_id
        bundled = path == self._bundled_path
        name = BUNDLED_MODEL_NAME if bundled else _name_of(path)
        self._set(ModelStatus(name, path, "loading", bundled))

    @Slot(int, float)
    def _on_load_progress(self, request_id: int, fraction: float) -> None:
        if request_id == self._load_id:
            self._set(replace(self._status, fraction=fraction))

    @Slot(int, object)
    def _on_model_loaded(self, request_id: int, model: ModelLoaded) -> None:
        if request_id != self._load_id:
            return
        self._ready_path = self._status.path
        own_name = self._status.bundled or is_remote(self._status.path)
        name = self._status.name if own_name else model.name or self._status.name
        self._set(replace(self._status, name=name, state="ready", fraction=1.0))
        self._settings.update(model_path=None if self._status.bundled else self._status.path)
        self._family = model.sampling
        is_news = model.rung > self._configs.first_rung(self._status.path)
        self._configs.keep_load(self._status.path, model.n_gpu_layers, model.n_ctx, model.rung, model.notice)
        if model.notice and is_news:
            self.notice.emit(model.notice)

    @Slot(int, str, str)
    def _on_failed(self, request_id: int, sentence: str, kind: str) -> None:
        if request_id == self._load_id:
            self._set(replace(self._status, state="failed", sentence=sentence))

    @Slot(int)
    def _on_finished(self, request_id: int) -> None:
        self._wait_for_idleness()
        if request_id != self._load_id or self._status.state != "failed":
            return
        failed, former = self._status, self._ready_path
        self._ready_path = None
        if former and former != failed.path:
            self.problem.emit(f"{failed.sentence} " + self.tr("The former model is being loaded again."))
            self._load(former)
        elif not failed.bundled and self._bundled_path:
            self.problem.emit(f"{failed.sentence} " + self.tr("The bundled model is used instead."))
            self._load(self._bundled_path)
        else:
            self.problem.emit(failed.sentence)

    def _wait_for_idleness(self) -> None:
        minutes = self._settings.current.unload_after_min
        if minutes > 0:
            self._idle_timer.start(minutes * 60_000)
        else:
            self._idle_timer.stop()

    @Slot()
    def _on_idle(self) -> None:
        if self._client.is_busy:
            self._wait_for_idleness()
        else:
            self._client.rest()

    @Slot()
    def _on_rested(self) -> None:
        if self._status.state == "ready":
            self._set(replace(self._status, state="resting"))

    @Slot(str)
    def _on_gave_up(self, sentence: str) -> None:
        if self._status.state != "failed":
            self._set(replace(self._status, state="failed", sentence=sentence))

    @Slot(object, object)
    def _on_settings_changed(self, before: Settings, now: Settings) -> None:
        if before.n_gpu_layers != now.n_gpu_layers and self.model_settings.n_gpu_layers is None:
            self.reload()
        if before.unload_after_min != now.unload_after_min:
            self._wait_for_idleness()

    def _set(self, status: ModelStatus) -> None:
        self._status = status
        self.status_changed.emit(status)


def _name_of(path: str) -> str:
    return entry_of(path).title if is_remote(path) else Path(path).stem


def _bundled_path() -> str:
    try:
        return str(bundled_model_path())
    except EngineError:
        return ""
