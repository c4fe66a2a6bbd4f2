"""The line in front of the model: requests wait their turn, and one thread writes their replies.

Overlapping calls on one model can hang or crash, so that nobody but the thread in `run` touches the engine.
"""

from __future__ import annotations

import logging
import math
import queue
import threading
import time
import traceback
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from engine.errors import EngineError, PromptError, SamplingError
from engine.generation.speed import Plan
from engine.reply import ReplyEngine
from engine.server.api_error import ApiError, bad_request, failed, unavailable
from engine.server.chat_request import ChatRequest
from engine.server.chat_response import Written
from engine.types import PlanReason, WeightVector

_log = logging.getLogger(__name__)

N_WAITING_MAX = 8
RETRY_AFTER_MAX_S = 60
CLOSING = "The server is being stopped."
OUT_OF_MEMORY = "There was not enough memory for this."


@dataclass(frozen=True)
class Began:
    """The prompt was read, and the first word is written: from here on little can go wrong."""


@dataclass(frozen=True)
class Text:
    """More of the only draft's text. reasoning: what the model thinks before it answers."""

    text: str
    reasoning: bool


JobEvent: TypeAlias = Began | Text | Written | ApiError
"""The last one of a job is `Written` or an error."""


class Job:
    """A request in line. `events` is read by the client's thread."""

    def __init__(self, request: ChatRequest) -> None:
        self.request = request
        self.events: queue.SimpleQueue[JobEvent] = queue.SimpleQueue()
        self.withdrawn = False


class _JobListener:
    """Passes on the text of a draft that is the only one."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._began = False
        self.only_draft = job.request.n_drafts == 1
        self.n_prompt_tokens = 0

    def on_plan(self, plan: Plan, _reason: PlanReason) -> None:
        self.only_draft = plan.n_drafts == 1

    def on_prompt(self, n_done: int, n_total: int) -> None:
        self.n_prompt_tokens = n_total

    def on_text(self, index: int, text: str, reasoning: bool) -> None:
        if not self._began:
            self._began = True
            self._job.events.put(Began())
        if self.only_draft:
            self._job.events.put(Text(text, reasoning))

    def on_dropped(self, indices: list[int]) -> None:
        pass

    def on_step(self, n_tokens: list[int], finished: list[bool], tokens_per_s: float) -> None:
        pass


class ModelQueue:
    """Requests, worked off in their order.

    Args:
        weights: asked before each reply whose taste chooses, on the model's thread.
        budget_s: seconds that a reply may take, or None: fewer drafts are written where time is short. Not where a
        request wants several of them: it gets those.
    """

    def __init__(self, weights: Callable[[], WeightVector | None], budget_s: float | None = None) -> None:
        self._weights = weights
        self._budget_s = budget_s
        self._waiting: deque[Job] = deque()
        self._current: Job | None = None
        self._last_reply_s = 1.0
        self._closing = False
        self._changed = threading.Condition()

    # from any thread

    def submit(self, job: Job) -> None:
        """Put a request in line. Raises: ApiError (503), when the line is full, or the server is being stopped."""
        with self._changed:
            if self._closing:
                raise unavailable(CLOSING, 1)
            if len(self._waiting) >= N_WAITING_MAX:
                retry_after_s = min(max(1, math.ceil(self._last_reply_s)), RETRY_AFTER_MAX_S)
                raise unavailable("Too many requests are waiting for the model already.", retry_after_s)
            self._waiting.append(job)
            self._changed.notify()

    def withdraw(self, job: Job) -> None:
        """Nobody waits for this any more: it leaves the line, or is stopped within milliseconds."""
        with self._changed:
            job.withdrawn = True
            if job in self._waiting:
                self._waiting.remove(job)

    def close(self) -> None:
        """Stop what is being written; whoever waits is told."""
        with self._changed:
            self._closing = True
            self._changed.notify()

    @property
    def state(self) -> tuple[bool, int]:
        """Whether a reply is being written, and how many requests wait."""
        with self._changed:
            return self._current is not None, len(self._waiting)

    # the model's thread

    def run(self, engine: ReplyEngine) -> None:
        """Until `close`."""
        while (job := self._next()) is not None:
            started = time.monotonic()
            job.events.put(self._work_off(engine, job))
            with self._changed:
                self._current = None
                if not job.withdrawn:
                    self._last_reply_s = time.monotonic() - started
        for job in self._waiting:
            job.events.put(unavailable(CLOSING, 1))

    def _next(self) -> Job | None:
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._closing)
            self._current = None if self._closing else self._waiting.popleft()
            return self._current

    def _work_off(self, engine: ReplyEngine, job: Job) -> Written | ApiError:
        try:
            return self._write(engine, job)
        except ApiError as exc:
            return exc
        except PromptError as exc:
            code = "context_length_exceeded" if exc.n_tokens is not None else None
            return bad_request(str(exc), "messages", code)
        except SamplingError as exc:
            return bad_request(str(exc), "response_format")
        except EngineError as exc:
            return failed(str(exc))
        except MemoryError:
            return failed(OUT_OF_MEMORY)
        except Exception as exc:  # the edge: a mistake of ours must not end the server
            log_mistake(exc)
            return failed(f"The engine made a mistake ({type(exc).__name__}).")

    def _write(self, engine: ReplyEngine, job: Job) -> Written:
        request, listener = job.request, _JobListener(job)
        try:
            # a template may refuse a conversation: known before anything is written, and no fault of the server
            engine.measure(request.messages, request.sampling.max_tokens)
        except PromptError:
            raise
        except EngineError as exc:
            raise bad_request(str(exc), "messages") from exc
        reply = engine.reply(
            request.messages,
            n_drafts=request.n_drafts,
            sampling=request.sampling,
            weights=self._weights(),
            listener=listener,
            on_scoring=lambda: None,
            should_stop=lambda: job.withdrawn or self._closing,
            budget_s=self._budget_s if request.n_choices == 1 else None,
            on_plan=listener.on_plan,
        )
        if self._closing:
            raise unavailable(CLOSING, 1)
        return Written(reply, reply.timings.n_prompt_tokens if reply else listener.n_prompt_tokens)


def log_mistake(exc: Exception) -> None:
    """Where it happened and what kind it was; not its message, which may quote what somebody wrote."""
    _log.error("%s\n%s", type(exc).__name__, "".join(traceback.format_tb(exc.__traceback__)))
