"""Trying out how the loaded model follows wishes about style: start, progress, stop, and keeping what came out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QObject, Signal, Slot

from desktop.engine_client import EngineClient
from desktop.library.models import ModelController
from desktop.settings.keeper import SettingsKeeper
from engine.directions.calibration import Calibration
from engine.errors import StoreError
from engine.remote.address import is_remote
from engine.store.calibrations import CalibrationBook


@dataclass(frozen=True)
class WishesStatus:
    """What is known of the loaded model's way with wishes about style.

    state: none where there is no model here to try out; fraction: of a trial that is running, 0 to 1.
    """

    state: Literal["none", "unknown", "running", "known"]
    name: str = ""
    fraction: float = 0.0
    calibration: Calibration | None = None


class CalibrationController(QObject):
    """Signals:
    status_changed: (WishesStatus).
    problem: (sentence), why a trial ended without a result.
    """

    status_changed = Signal(object)
    problem = Signal(str)

    def __init__(
        self,
        client: EngineClient,
        models: ModelController,
        settings: SettingsKeeper,
        book: CalibrationBook,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._client = client
        self._models = models
        self._settings = settings
        self._book = book
        self.n_prompts, self.max_tokens = 8, 96
        """What a trial takes: fewer say less."""
        self._request: int | None = None
        self._wanted = ""
        """A model that is to be tried out as soon as it is loaded."""
        self._begun: set[str] = set()
        """Since the start: one that the engine dies of must not be tried again and again."""
        self._status = WishesStatus("none")
        client.calibration_progress.connect(self._on_progress)
        client.calibrated.connect(self._on_calibrated)
        client.failed.connect(self._on_failed)
        client.finished.connect(self._on_finished)
        models.status_changed.connect(lambda _status: self.refresh())
        settings.changed.connect(lambda _before, _now: self._begin_what_waits())

    @property
    def status(self) -> WishesStatus:
        return self._status

    @Slot()
    def start(self) -> None:
        """Try the model out, once it is loaded where it rests. Messages go first."""
        state = self._models.status.state
        if self._request is None and state == "ready":
            self._begun.add(self._models.status.path)
            self._request = self._client.calibrate(self.n_prompts, self.max_tokens)
            self.refresh()
        elif state == "resting":
            self._wanted = self._models.status.path
            self._models.wake()

    @Slot()
    def stop(self) -> None:
        """What was measured so far is given up."""
        if self._request is not None:
            self._client.cancel(self._request)

    @Slot()
    def refresh(self) -> None:
        """Say anew what is known of the model that is loaded."""
        model = self._models.status
        if model.state not in ("ready", "resting") or is_remote(model.path):
            self._set(WishesStatus("none"))
        elif self._request is not None:
            self._set(WishesStatus("running", model.name, self._status.fraction))
        else:
            calibration = self._book.get(model.path)
            self._set(WishesStatus("unknown" if calibration is None else "known", model.name, calibration=calibration))

    def _begin_what_waits(self) -> None:
        """A trial that was asked for while the model rested; or, where the settings allow it, one of a new model."""
        path = self._models.status.path
        is_new = self._status.state == "unknown" and path not in self._begun
        if path and (self._wanted == path or (self._settings.current.calibrate_new_models and is_new)):
            self._wanted = ""
            self.start()

    @Slot(int, float)
    def _on_progress(self, request_id: int, fraction: float) -> None:
        if request_id == self._request:
            self._set(WishesStatus("running", self._models.status.name, fraction))

    @Slot(int, object)
    def _on_calibrated(self, request_id: int, calibration: Calibration) -> None:
        if request_id != self._request:
            return
        try:
            self._book.put(calibration)
        except StoreError as exc:
            self.problem.emit(str(exc))

    @Slot(int, str, str)
    def _on_failed(self, request_id: int, sentence: str, kind: str) -> None:
        if request_id == self._request and kind != "cancelled":
            self.problem.emit(sentence)

    @Slot(int)
    def _on_finished(self, request_id: int) -> None:
        if request_id == self._request:
            self._request = None
            self.refresh()
        elif self._request is None and self._models.status.state == "ready":
            self._begin_what_waits()

    def _set(self, status: WishesStatus) -> None:
        if status != self._status:
            self._status = status
            self.status_changed.emit(status)
