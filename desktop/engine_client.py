"""The engine process as a QObject: typed requests go out, typed events come in, a crash is an ordinary event.

Owns the process and what must survive it: which model it should hold, and which requests wait for an answer.
Knows nothing of conversations or widgets.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

import msgspec
from PySide6.QtCore import QObject, QProcess, QProcessEnvironment, QTimer, Signal, Slot

import engine
from desktop.worker_log import WorkerLog
from engine import protocol
from engine.directions.examples import Example
from engine.protocol import NO_REQUEST
from engine.remote.address import RemoteServer
from engine.store.calibrations import CalibrationBook
from engine.store.speeds import SpeedBook
from engine.types import ALL_CHANNELS, Channels, ChatMessage, SamplingSettings, WeightVector

MAX_RESTARTS = 2
"""In a row without a finished reply."""
SHUTDOWN_MS = 2000
PING_MS = 5000
N_SILENT_PINGS = 12
"""In a row without a word from the worker: it hangs, and is killed. Its reading thread answers beside any work."""
N_SILENT_PINGS_AT_START = 24
"""Until its first word, while a cold disk gives it its libraries."""


def worker_command() -> list[str]:
    """How to start the worker: this Python, or in a frozen build the same executable with a hidden flag."""
    if getattr(sys, "frozen", False):
        return [sys.executable, "--engine-worker"]
    return [sys.executable, "-m", "engine.worker"]


class EngineClient(QObject):
    """The engine process, seen from the window.

    A reply that is asked for while a model loads waits for it. When the process dies, replies in flight fail; a
    load is repeated under its own id, and a loaded model is loaded again: a step further down the ladder (fewer layers
    on the graphics device, a smaller context) where it has written no reply yet, or died twice.

    A model that rests has given its memory back and is loaded again with the next request.

    Signals:
        ready: (protocol.Hello), a worker has started.
        load_started: (request id, path), also when a model is loaded again after a crash or a rest.
        rested: the model has left memory.
        load_progress: (request id, fraction 0 to 1).
        model_loaded: (request id, protocol.ModelLoaded).
        prompt_progress: (request id, tokens read, tokens in all).
        measured: (request id, protocol.Measured).
        calibration_progress: (request id, fraction 0 to 1).
        calibrated: (request id, engine.directions.calibration.Calibration).
        drafts_planned: (request id, protocol.DraftsPlanned), the prompt is read.
        draft_delta: (request id, draft index, more text).
        reasoning_delta: (request id, draft index, more of what the model thinks before it answers).
        draft_progress: (request id, protocol.DraftProgress).
        scoring: (request id), the drafts are written and are being compared.
        reply_ready: (request id, protocol.ReplyReady).
        failed: (request id, sentence for a person, kind as in protocol.Failed).
        finished: (request id), always last, also after a failure, a stop or a crash.
        gave_up: (sentence for a person), the process keeps dying and is not started again by itself.
    """

    ready = Signal(object)
    load_started = Signal(int, str)
    rested = Signal()
    load_progress = Signal(int, float)
    model_loaded = Signal(int, object)
    prompt_progress = Signal(int, int, int)
    measured = Signal(int, object)
    calibration_progress = Signal(int, float)
    calibrated = Signal(int, object)
    drafts_planned = Signal(int, object)
    draft_delta = Signal(int, int, str)
    reasoning_delta = Signal(int, int, str)
    draft_progress = Signal(int, object)
    scoring = Signal(int)
    reply_ready = Signal(int, object)
    failed = Signal(int, str, str)
    finished = Signal(int)
    gave_up = Signal(str)

    def __init__(
        self,
        logs_dir: Path,
        speeds: SpeedBook,
        command: Sequence[str] | None = None,
        parent: QObject | None = None,
        calibrations: CalibrationBook | None = None,
    ) -> None:
        """calibrations: what is known of models; without it, the worker goes by what is shipped."""
        super().__init__(parent)
        self._speeds = speeds
        self._calibrations = calibrations
        self._command = list(command or worker_command())
        self._log = WorkerLog(logs_dir)
        self._process: QProcess | None = None
        self._retired: list[QProcess] = []
        self._buffer = bytearray()
        self._skipping_line = False
        self._last_id = 0
        self._n_crashes = 0
        self._closing = False
        self._load: protocol.LoadModel | None = None
        self._loaded: protocol.LoadModel | None = None
        self._resting: protocol.LoadModel | None = None
        self._has_replied = False
        self._waiting: dict[int, protocol.Generate] = {}
        self._running: dict[int, protocol.Generate | protocol.Calibrate] = {}
        self._measuring = NO_REQUEST
        self._n_silent_pings = 0
        self._greeted = False
        self._hung = False
        # ticks are counted and not time: while this process or the machine sleeps, none pass
        self._heartbeat = QTimer(self, interval=PING_MS)
        self._heartbeat.timeout.connect(self._on_heartbeat)
        self._answered: set[int] = set()
        self._last_words = ""

    @property
    def process_id(self) -> int:
        """Of the worker; 0 when none runs."""
        return self._process.processId() if self._process else 0

    @property
    def has_model(self) -> bool:
        return self._loaded is not None

    @property
    def is_busy(self) -> bool:
        return self._load is not None or bool(self._running) or bool(self._waiting)

    # requests

    def start(self) -> None:
        """Start a worker, unless one runs."""
        if self._process is None and not self._closing:
            self._start_process()

    def load_model(
        self,
        path: str,
        n_gpu_layers: int = -1,
        n_ctx: int = 0,
        first_rung: int = 0,
        remote: RemoteServer | None = None,
    ) -> int:
        """Replace whatever model is held; a worker that has one is replaced with it. Arguments as `LoadModel`."""
        stale = self._load is not None or self._loaded is not None
        given_up = [*self._running]
        if self._load is not None:
            given_up.append(self._load.id)
        self._running.clear()
        self._loaded = self._resting = None
        self._n_crashes = 0
        self._has_replied = False
        self._load = protocol.LoadModel(
            id=self._new_id(),
            path=path,
            n_gpu_layers=n_gpu_layers,
            n_ctx=n_ctx,
            first_rung=first_rung,
            speed=self._speeds.get(path, n_gpu_layers),
            remote=remote,
            calibration=self._calibrations.get(path) if self._calibrations is not None and remote is None else None,
        )
        if stale and self._process is not None:
            self._retire()
        elif self._process is not None or not self._retired:
            self.start()
            self._send(self._load)
        # else the one that is leaving frees its memory first, and what was chosen last is then loaded
        load_id = self._load.id
        self.load_started.emit(load_id, path)
        for request_id in given_up:
            self._fail(request_id, self.tr("Another model was chosen meanwhile."), "cancelled")
        return load_id

    def rest(self) -> None:
        """Let the model go until it is needed; nothing happens while something is under way."""
        if self._loaded is None or self.is_busy or self._process is None:
            return
        self._resting, self._loaded = self._loaded, None
        self._retire()
        self.rested.emit()

    def wake(self) -> None:
        """Load the model that rests."""
        resting = self._resting
        if resting is not None:
            self.load_model(resting.path, resting.n_gpu_layers, resting.n_ctx, resting.first_rung, resting.remote)

    def generate(
        self,
        messages: list[ChatMessage],
        n_drafts: int,
        sampling: SamplingSettings,
        weights: WeightVector | None,
        budget_s: float | None = None,
        channels: Channels = ALL_CHANNELS,
        examples: Sequence[Example] = (),
        *,
        full: bool = True,
    ) -> int:
        request = protocol.Generate(
            id=self._new_id(),
            messages=messages,
            n_drafts=n_drafts,
            sampling=sampling,
            weights=weights,
            budget_s=budget_s,
            channels=channels,
            examples=list(examples),
            full=full,
        )
        if len(protocol.encode(request)) > protocol.MAX_LINE_BYTES:
            # the worker would refuse the line without knowing whose it was, and no answer would ever come
            sentence = self.tr("This message is too long to be sent to the model. Shorten it or split it up.")
            QTimer.singleShot(0, lambda: self._fail(request.id, sentence, "prompt"))
        elif self._loaded is not None and self._load is None:
            self._running[request.id] = request
            self._send(request)
        else:
            self._waiting[request.id] = request
            self.wake()
            if self._load is None:
                QTimer.singleShot(0, self._fail_waiting_without_model)
        return request.id

    def measure(self, messages: list[ChatMessage], max_tokens: int) -> int | None:
        """Ask how much of the model's window a conversation takes; None where no model could tell.

        Only the latest question is answered.
        """
        if self._loaded is None or self._load is not None:
            return None
        request = protocol.Measure(id=self._new_id(), messages=messages, max_tokens=max_tokens)
        if len(protocol.encode(request)) > protocol.MAX_LINE_BYTES:
            return None
        self._measuring = request.id
        self._send(request)
        return request.id

    def calibrate(self, n_prompts: int, max_tokens: int) -> int | None:
        """Have the loaded model tried out; None where none is loaded. Replies that are asked for go first."""
        if self._loaded is None or self._load is not None:
            return None
        request = protocol.Calibrate(id=self._new_id(), n_prompts=n_prompts, max_tokens=max_tokens)
        self._running[request.id] = request
        self._send(request)
        return request.id

    def cancel(self, request_id: int) -> None:
        """Stop a request; what is written so far still comes, as a reply."""
        if request_id in self._waiting:
            del self._waiting[request_id]
            QTimer.singleShot(0, lambda: self._fail(request_id, self.tr("Stopped."), "cancelled"))
        elif request_id in self._running or (self._load is not None and self._load.id == request_id):
            self._send(protocol.Cancel(id=request_id))

    def shutdown(self) -> None:
        """End the worker and wait for it, at most two seconds; then it is killed."""
        self._closing = True
        self._heartbeat.stop()
        process, self._process = self._process, None
        for each in ([process] if process else []) + self._retired:
            self._let_go(each)
            self._ask_to_leave(each)
        for each in ([process] if process else []) + self._retired:
            if each.state() != QProcess.ProcessState.NotRunning and not each.waitForFinished(SHUTDOWN_MS):
                each.kill()
                each.waitForFinished(SHUTDOWN_MS)
            self._log.write(bytes(each.readAllStandardError().data()).decode(errors="replace"))
        self._retired.clear()
        self._log.close()

    # the process

    def _start_process(self) -> None:
        process = QProcess(self)
        process.setProcessEnvironment(worker_environment())
        process.readyReadStandardOutput.connect(self._on_output)
        process.readyReadStandardError.connect(self._on_error_output)
        process.finished.connect(self._on_process_finished)
        process.errorOccurred.connect(self._on_process_error)
        self._buffer.clear()
        self._skipping_line = False
        self._n_silent_pings = 0
        self._greeted = False
        self._process = process
        self._heartbeat.start()
        process.start(self._command[0], self._command[1:])

    def _retire(self) -> None:
        """Have the worker leave. Its memory must be free before the next model is read into it."""
        old, self._process = self._process, None
        assert old is not None
        self._let_go(old)
        self._retired.append(old)

        def on_left() -> None:
            if self._closing:
                return
            if old in self._retired:
                self._retired.remove(old)
            old.deleteLater()
            if self._load is not None and self._process is None and not self._retired:
                self._start_process()
                self._send(self._load)

        old.finished.connect(on_left)
        self._ask_to_leave(old)
        QTimer.singleShot(SHUTDOWN_MS, old, old.kill)

    def _let_go(self, process: QProcess) -> None:
        """Its events no longer count."""
        if process in self._retired:
            return
        process.readyReadStandardOutput.disconnect(self._on_output)
        process.readyReadStandardError.disconnect(self._on_error_output)
        process.finished.disconnect(self._on_process_finished)
        process.errorOccurred.disconnect(self._on_process_error)

    @staticmethod
    def _ask_to_leave(process: QProcess) -> None:
        if process.state() != QProcess.ProcessState.NotRunning:
            process.write(protocol.encode(protocol.Shutdown()))
            process.closeWriteChannel()

    def _send(self, request: protocol.Request) -> None:
        if self._process is not None:
            self._process.write(protocol.encode(request))

    @Slot()
    def _on_error_output(self) -> None:
        if self._process is not None:
            self._log.write(bytes(self._process.readAllStandardError().data()).decode(errors="replace"))

    @Slot()
    def _on_output(self) -> None:
        if self._process is None:
            return
        new = self._process.readAllStandardOutput().data()
        self._n_silent_pings = 0
        if self._skipping_line and b"\n" not in new:
            return
        self._buffer += new
        if b"\n" not in new and len(self._buffer) <= protocol.MAX_LINE_BYTES:
            return  # a long line is put together once, not searched again with every piece of it
        *lines, rest = bytes(self._buffer).split(b"\n")
        self._buffer = bytearray(rest)
        for line in lines:
            if self._skipping_line:
                self._skipping_line = False
            elif line.strip():
                self._dispatch_line(line)
        if len(self._buffer) > protocol.MAX_LINE_BYTES:
            self._log.write(f"window: ignored a line of more than {protocol.MAX_LINE_BYTES} bytes")
            self._buffer.clear()
            self._skipping_line = True

    @Slot()
    def _on_heartbeat(self) -> None:
        if self._process is None:
            self._heartbeat.stop()
            return
        allowed = N_SILENT_PINGS if self._greeted else N_SILENT_PINGS_AT_START
        if self._n_silent_pings >= allowed:
            self._log.write("window: the worker does not answer and is killed")
            self._hung = True
            self._process.kill()
            return
        self._n_silent_pings += 1
        if self._greeted:
            self._send(protocol.Ping(id=self._new_id()))

    @Slot(QProcess.ProcessError)
    def _on_process_error(self, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart:
            self._on_worker_died()

    @Slot(int, QProcess.ExitStatus)
    def _on_process_finished(self, exit_code: int, _status: QProcess.ExitStatus) -> None:
        self._on_output()
        self._on_error_output()
        self._log.write(f"window: the worker ended with {exit_code}")
        self._on_worker_died()

    def _on_worker_died(self) -> None:
        if self._process is not None:
            self._process.deleteLater()
        self._process = None
        if self._closing:
            return
        lost = [*self._running]
        self._running.clear()
        self._n_crashes += 1
        if self._n_crashes > MAX_RESTARTS or self._last_words:
            self._give_up(lost)
            return
        reload = self._load
        if reload is None and self._loaded is not None:
            speed = self._speeds.get(self._loaded.path, self._loaded.n_gpu_layers)
            reload = msgspec.structs.replace(self._loaded, id=self._new_id(), speed=speed)
        if reload is not None and (not self._has_replied or self._n_crashes == MAX_RESTARTS):
            reload = msgspec.structs.replace(reload, first_rung=reload.first_rung + 1)
        self._load, self._loaded = reload, None
        self._start_process()
        if reload is not None:
            self._send(reload)
        sentence = self.tr("The engine stopped unexpectedly. Attune is starting it again.")
        if self._hung:
            sentence = self.tr("The engine no longer answered. Attune is starting it again.")
        self._hung = False
        for request_id in lost:
            self._fail(request_id, sentence, "engine")
        if reload is not None:
            self.load_started.emit(reload.id, reload.path)

    def _give_up(self, lost: list[int]) -> None:
        sentence = self._last_words or self.tr(
            "The engine stopped {n} times in a row, so Attune no longer starts it by itself. "
            "Load the model again, or choose another one."
        ).format(n=self._n_crashes)
        self._last_words = ""
        self._log.write("window: gave up on the worker")
        load, self._load, self._loaded = self._load, None, None
        waiting = [*self._waiting]
        self._waiting.clear()
        self.gave_up.emit(sentence)
        for request_id in [*([load.id] if load else []), *lost, *waiting]:
            self._fail(request_id, sentence, "engine")

    # events

    def _dispatch_line(self, line: bytes) -> None:
        try:
            event = protocol.decode_event(line)
        except protocol.ProtocolError:
            self._log.write("window: ignored " + line[:200].decode(errors="replace"))
            return
        if isinstance(event, protocol.Hello):
            self._on_hello(event)
        elif isinstance(event, protocol.Pong):
            pass
        elif isinstance(event, protocol.Failed) and event.id == protocol.NO_REQUEST:
            # the environment failed for good (kind engine), or it did not understand a line of ours
            self._log.write(f"window: the worker says {event.message}")
            if event.kind == "engine":
                self._last_words = event.message
        elif self._load is not None and event.id == self._load.id:
            self._on_load_event(event)
        elif event.id in self._running:
            self._on_reply_event(event)
        elif isinstance(event, protocol.Measured) and event.id == self._measuring:
            self.measured.emit(event.id, event)

    def _on_hello(self, hello: protocol.Hello) -> None:
        self._greeted = True
        if hello.protocol_version == protocol.PROTOCOL_VERSION:
            self.ready.emit(hello)
            return
        self._log.write(f"window: protocol {hello.protocol_version}, wanted {protocol.PROTOCOL_VERSION}")
        self._last_words = self.tr("The engine that was found is of another version. Please reinstall Attune.")
        self._n_crashes = MAX_RESTARTS  # starting it again would not change its version
        if self._process is not None:
            self._process.kill()

    def _on_load_event(self, event: protocol.Event) -> None:
        assert self._load is not None
        match event:
            case protocol.LoadProgress(id=request_id, fraction=fraction):
                self.load_progress.emit(request_id, fraction)
            case protocol.ModelLoaded(id=request_id):
                # where it went further down the ladder, that is where the next load begins
                self._loaded = msgspec.structs.replace(self._load, first_rung=event.rung)
                self._has_replied = False
                self.model_loaded.emit(request_id, event)
            case protocol.Failed(id=request_id, message=message, kind=kind):
                self._answered.add(request_id)
                self.failed.emit(request_id, message, kind)
            case protocol.Finished(id=request_id):
                self._on_load_finished(request_id)
            case _:
                pass

    def _on_load_finished(self, request_id: int) -> None:
        if self._load is not None and self._load.id == request_id:
            self._load = None
        if self._loaded is not None:
            waiting, self._waiting = self._waiting, {}
            for request in waiting.values():
                self._running[request.id] = request
                self._send(request)
        elif request_id not in self._answered:
            self.failed.emit(request_id, self.tr("The model could not be loaded."), "model")
        self._answered.discard(request_id)
        self.finished.emit(request_id)
        if self._loaded is None and self._load is None:
            self._fail_waiting_without_model()

    def _on_reply_event(self, event: protocol.Event) -> None:
        match event:
            case protocol.PromptProgress(id=request_id, n_done=n_done, n_total=n_total):
                self.prompt_progress.emit(request_id, n_done, n_total)
            case protocol.DraftsPlanned(id=request_id):
                self.drafts_planned.emit(request_id, event)
            case protocol.DraftDelta(id=request_id, index=index, text=text, reasoning=True):
                self.reasoning_delta.emit(request_id, index, text)
            case protocol.DraftDelta(id=request_id, index=index, text=text):
                self.draft_delta.emit(request_id, index, text)
            case protocol.DraftProgress(id=request_id):
                self.draft_progress.emit(request_id, event)
            case protocol.Scoring(id=request_id):
                self.scoring.emit(request_id)
            case protocol.ReplyReady(id=request_id):
                self._n_crashes = 0
                self._has_replied = True
                self._answered.add(request_id)
                if event.speed is not None and self._loaded is not None:
                    self._speeds.put(self._loaded.path, self._loaded.n_gpu_layers, event.speed)
                self.reply_ready.emit(request_id, event)
            case protocol.CalibrationProgress(id=request_id, fraction=fraction):
                self.calibration_progress.emit(request_id, fraction)
            case protocol.Calibrated(id=request_id, calibration=calibration):
                self._answered.add(request_id)
                if self._loaded is not None:  # should the worker die, the next one knows it too
                    self._loaded = msgspec.structs.replace(self._loaded, calibration=calibration)
                self.calibrated.emit(request_id, calibration)
            case protocol.Failed(id=request_id, message=message, kind=kind):
                self._answered.add(request_id)
                self.failed.emit(request_id, message, kind)
            case protocol.Finished(id=request_id):
                self._running.pop(request_id, None)
                if request_id not in self._answered:
                    self.failed.emit(request_id, self.tr("The engine gave no reply."), "engine")
                self._answered.discard(request_id)
                self.finished.emit(request_id)
            case _:
                pass

    @Slot()
    def _fail_waiting_without_model(self) -> None:
        if self._load is not None or self._loaded is not None:
            return
        waiting = [*self._waiting]
        self._waiting.clear()
        for request_id in waiting:
            self._fail(request_id, self.tr("No model is loaded. Choose one with the model button first."), "model")

    def _fail(self, request_id: int, sentence: str, kind: str) -> None:
        self.failed.emit(request_id, sentence, kind)
        self.finished.emit(request_id)

    def _new_id(self) -> int:
        self._last_id += 1
        return self._last_id


def worker_environment() -> QProcessEnvironment:
    """For a process of the engine: native libraries' settings, and the code that this window was loaded from."""
    environment = QProcessEnvironment.systemEnvironment()
    root = str(Path(engine.__file__).resolve().parent.parent)
    others = environment.value("PYTHONPATH")
    environment.insert("PYTHONPATH", root + (os.pathsep + others if others else ""))
    return environment
