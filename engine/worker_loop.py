"""What the engine's process does: one thread reads requests, the other owns the model and works them off.

The reading thread answers pings and raises stop flags, so that "stop" never waits behind the work. The working
thread takes one request after another: overlapping calls on one model can hang or crash.
"""

from __future__ import annotations

import queue
import threading
import time
import traceback
from pathlib import Path
from typing import IO

import llama_cpp

from engine import __version__
from engine.directions.calibration import find_calibration
from engine.directions.measuring import PROMPTS, BatchRead, CancelledError
from engine.errors import EngineError, LoadCancelledError, ModelFileError, PromptError, RemoteError
from engine.generation.machine_load import MachineWatch
from engine.generation.speed import Plan
from engine.model_loading import open_model, open_remote
from engine.preferences.taste_model import load_taste_model
from engine.protocol import (
    MAX_LINE_BYTES,
    NO_REQUEST,
    PROTOCOL_VERSION,
    Calibrate,
    Calibrated,
    CalibrationProgress,
    Cancel,
    DraftDelta,
    DraftProgress,
    DraftsPlanned,
    Event,
    Failed,
    FailureKind,
    Finished,
    Generate,
    Hello,
    LoadModel,
    LoadProgress,
    Measure,
    Measured,
    ModelLoaded,
    Ping,
    Pong,
    PromptProgress,
    ProtocolError,
    ReplyReady,
    Request,
    Scoring,
    Shutdown,
    decode_request,
    encode,
)
from engine.reply import ReplyEngine
from engine.rewards.scorer import ReplyScorer
from engine.types import PlanReason, check_number_of_drafts

PROGRESS_INTERVAL_S = 0.1
NO_MODEL = "No model is loaded yet."


class EventWriter:
    """Writes events, a line each, from any thread."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._lock = threading.Lock()

    def __call__(self, event: Event) -> None:
        with self._lock:
            self._stream.write(encode(event))
            self._stream.flush()


class _ProgressListener:
    """Passes on what the drafts are doing: text as it comes, numbers at most every tenth of a second."""

    def __init__(self, request_id: int, emit: EventWriter) -> None:
        self._id = request_id
        self._emit = emit
        self._last = 0.0
        self._pending: dict[tuple[int, bool], str] = {}
        self._dropped: list[int] = []

    def on_prompt(self, n_done: int, n_total: int) -> None:
        self._emit(PromptProgress(id=self._id, n_done=n_done, n_total=n_total))

    def on_text(self, index: int, text: str, reasoning: bool) -> None:
        self._pending[index, reasoning] = self._pending.get((index, reasoning), "") + text

    def on_dropped(self, indices: list[int]) -> None:
        self._dropped += indices

    def on_step(self, n_tokens: list[int], finished: list[bool], tokens_per_s: float) -> None:
        # one draft is being read while it is written: its text goes out at once
        if len(n_tokens) == 1:
            self.flush()
        now = time.monotonic()
        if now - self._last >= PROGRESS_INTERVAL_S:
            self._last = now
            self.flush()
            self._emit(
                DraftProgress(
                    id=self._id,
                    n_tokens=n_tokens,
                    finished=finished,
                    tokens_per_s=tokens_per_s,
                    dropped=list(self._dropped),
                )
            )

    def flush(self) -> None:
        for (index, reasoning), text in self._pending.items():
            self._emit(DraftDelta(id=self._id, index=index, text=text, reasoning=reasoning))
        self._pending.clear()


class WorkerLoop:
    """The state of the engine process.

    Args:
        emit: where events go.
    """

    def __init__(self, emit: EventWriter) -> None:
        self._emit = emit
        self._work: queue.Queue[LoadModel | Generate | Measure | Calibrate | None] = queue.Queue()
        self._cancelled: set[int] = set()
        self._closing = threading.Event()
        self._engine: ReplyEngine | None = None
        self._scorer: ReplyScorer | None = None
        self._calibrating: dict[int, list[BatchRead]] = {}
        self._taste = load_taste_model()
        self._watch = MachineWatch()
        # before either thread runs: nothing may come before it
        self._emit(
            Hello(
                protocol_version=PROTOCOL_VERSION,
                engine_version=__version__,
                heads_version=self._taste.heads_version,
                gpu_offload=bool(llama_cpp.llama_supports_gpu_offload()),
            )
        )

    # the thread that reads

    def read_requests(self, stream: IO[bytes]) -> None:
        """Until stdin closes or a `Shutdown` comes."""
        while True:
            line = stream.readline(MAX_LINE_BYTES + 1)
            if not line:
                break
            try:
                request = decode_request(line)
            except ProtocolError as exc:
                self._emit(Failed(id=NO_REQUEST, message=str(exc), kind="protocol"))
                continue
            if isinstance(request, Shutdown):
                break
            self._accept(request)
        self._closing.set()
        self._work.put(None)

    def _accept(self, request: Request) -> None:
        match request:
            case Ping():
                self._emit(Pong(id=request.id))
            case Cancel():
                self._cancelled.add(request.id)
            case LoadModel() | Generate() | Measure() | Calibrate():
                self._work.put(request)
            case Shutdown():
                pass

    # the thread that works

    def run(self) -> None:
        """One request after another. Each ends with `Finished`, whatever happens to it."""
        self._watch.start()
        while (request := self._work.get()) is not None:
            put_aside = False
            try:
                match request:
                    case LoadModel():
                        self._load(request)
                    case Generate():
                        self._generate(request)
                    case Measure():
                        self._measure(request)
                    case Calibrate():
                        put_aside = not self._calibrate(request)
            except EngineError as exc:
                self._emit(Failed(id=request.id, message=str(exc), kind=_kind(exc)))
            except MemoryError:
                self._emit(Failed(id=request.id, message="There was not enough memory for this.", kind="engine"))
            except Exception as exc:  # the process's edge: anything else is our fault, is said and logged
                traceback.print_exc()
                self._emit(Failed(id=request.id, message=f"The engine made a mistake ({exc}).", kind="engine"))
            if put_aside:
                self._work.put(request)
                continue
            self._emit(Finished(id=request.id))
            self._calibrating.pop(request.id, None)
            self._cancelled.discard(request.id)
        if self._engine is not None:
            self._engine.close()

    def _stopped(self, request_id: int) -> bool:
        return request_id in self._cancelled or self._closing.is_set()

    def _load(self, request: LoadModel) -> None:
        if self._engine is not None:
            raise EngineError("This worker already holds a model.")

        def on_progress(fraction: float) -> bool:
            self._emit(LoadProgress(id=request.id, fraction=fraction))
            return not self._stopped(request.id)

        if request.remote is not None:
            opened = open_remote(request.remote, should_stop=lambda: self._stopped(request.id))
        else:
            opened = open_model(
                Path(request.path),
                n_gpu_layers=request.n_gpu_layers,
                n_ctx=request.n_ctx,
                n_threads=request.n_threads,
                first_rung=request.first_rung,
                on_progress=on_progress,
            )
        model = opened.model
        # what else this machine does matters to a model that runs on it
        watch = self._watch if request.remote is None else None
        # before the model counts as loaded: without these no reply could be chosen
        self._scorer = self._scorer or ReplyScorer()
        calibration = request.calibration
        if calibration is None and request.remote is None:
            calibration = find_calibration(Path(request.path), self._taste.heads_version)
        self._engine = ReplyEngine(
            model, self._scorer, self._taste, watch=watch, speed=request.speed, calibration=calibration
        )
        self._emit(
            ModelLoaded(
                id=request.id,
                name=model.name,
                path=request.path,
                n_ctx=model.window,
                n_gpu_layers=model.n_gpu_layers,
                n_layers=model.n_layers,
                seconds=model.load_seconds,
                rung=opened.rung,
                notice=opened.notice or None,
                sampling=opened.sampling,
            )
        )

    def _generate(self, request: Generate) -> None:
        if self._engine is None:
            raise EngineError(NO_MODEL)
        check_number_of_drafts(request.n_drafts)
        listener = _ProgressListener(request.id, self._emit)

        def on_scoring() -> None:
            listener.flush()
            self._emit(Scoring(id=request.id))

        def on_plan(plan: Plan, reason: PlanReason) -> None:
            self._emit(DraftsPlanned(id=request.id, n_drafts=plan.n_drafts, expected_s=plan.expected_s, reason=reason))

        reply = self._engine.reply(
            request.messages,
            n_drafts=request.n_drafts,
            sampling=request.sampling,
            weights=request.weights,
            listener=listener,
            on_scoring=on_scoring,
            should_stop=lambda: self._stopped(request.id),
            budget_s=request.budget_s,
            on_plan=on_plan,
            directed=request.directed,
            channels=request.channels,
            examples=request.examples,
            full=request.full,
        )
        if reply is None:
            stopped = self._stopped(request.id)
            message = (
                "Stopped before anything was written." if stopped else "The model wrote nothing. Please try again."
            )
            self._emit(Failed(id=request.id, message=message, kind="cancelled" if stopped else "engine"))
            return
        self._emit(
            ReplyReady(
                id=request.id,
                drafts=reply.drafts,
                chosen=reply.chosen,
                heads_version=self._taste.heads_version,
                seed=reply.seed,
                timings=reply.timings,
                notice=reply.notice,
                n_messages_dropped=reply.n_messages_dropped,
                speed=self._engine.speed,
                dropped=list(reply.dropped),
            )
        )

    def _calibrate(self, request: Calibrate) -> bool:
        """False where it was put aside for something else: it goes on where it was, once that is done."""
        if self._engine is None:
            raise EngineError(NO_MODEL)
        if not 2 <= request.n_prompts <= len(PROMPTS):
            raise EngineError(f"The number of prompts must be between 2 and {len(PROMPTS)}.")
        done = self._calibrating.setdefault(request.id, [])
        try:
            calibration = self._engine.calibrate(
                request.n_prompts,
                request.max_tokens,
                done,
                on_progress=lambda share: self._emit(CalibrationProgress(id=request.id, fraction=share)),
                should_stop=lambda: self._stopped(request.id) or self._something_waits(),
            )
        except CancelledError:
            if self._stopped(request.id):
                self._emit(Failed(id=request.id, message="Stopped.", kind="cancelled"))
                return True
            return False
        self._emit(Calibrated(id=request.id, calibration=calibration))
        return True

    def _something_waits(self) -> bool:
        """Anything but calibrations, which would otherwise put each other aside for ever."""
        with self._work.mutex:
            return any(not isinstance(each, Calibrate) for each in self._work.queue)

    def _measure(self, request: Measure) -> None:
        if self._engine is None:
            raise EngineError(NO_MODEL)
        try:
            fitted = self._engine.measure(request.messages, request.max_tokens)
            n_tokens, n_dropped = len(fitted.tokens), fitted.n_dropped
        except PromptError as exc:
            if exc.n_tokens is None:
                raise
            # too long is an answer here; what would be read is then the last turn alone
            n_tokens, n_dropped = exc.n_tokens, len(request.messages) - 1
        self._emit(Measured(id=request.id, n_tokens=n_tokens, window=self._engine.window, n_messages_dropped=n_dropped))


def _kind(error: EngineError) -> FailureKind:
    match error:
        case LoadCancelledError():
            return "cancelled"
        case PromptError():
            return "prompt"
        case ModelFileError() | RemoteError():
            return "model"
    return "engine"
