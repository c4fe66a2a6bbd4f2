"""Several drafts of one reply, written by a server: `n` choices of one request, or as many requests at a time.

Takes the place of `engine.generation.drafts.DraftWriter`: the same drafts, listener, stop strings and reasoning.
"""

from __future__ import annotations

import contextlib
import queue
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from engine.errors import PromptError, RemoteError, SamplingError
from engine.generation.conversation_window import ConversationWindow, Fitted
from engine.generation.drafts import (
    Draft,
    DraftListener,
    DraftPlan,
    DraftRun,
    Dropping,
    PromptRead,
    SteeringPlan,
    SteeringRoom,
)
from engine.generation.sampler_chain import draft_seed
from engine.generation.text_stream import TextStream
from engine.remote.call import Call, Ended, Heard
from engine.remote.completion import Delta, Form, Usage, request_body
from engine.remote.model import RemoteModel
from engine.types import ChatMessage, Finish, SamplingSettings

POLL_S = 0.05
"""How long a stop may go unnoticed."""
N_ALONE = 8
"""Pieces of one choice without any of the others: the server takes no notice of `n`."""
ALONE_S = 0.5
"""The same of a choice that has ended: those of a server that sends one after the other come at once."""
CHARS_PER_TOKEN_MAX = 64
"""Of a server that takes no notice of `max_tokens`, a longer text is cut."""
MIN_STEPS = 4
"""Fewer say nothing of the speed: they came in one piece."""
SEED_MAX = 2**31
N_HEARD_MAX = 1024
"""Pieces that wait to be taken: a server that sends faster is made to wait."""
_REFUSED = (400, 422)
_TOO_LONG = ("context", "too long")
"""Words of a refusal that is about the conversation, not about a field."""
NO_GRAMMAR = "A grammar can be followed by a model on this machine only. Choose one, or leave the grammar out."
BROKE_OFF = "The connection to {host} broke off before the reply was whole."
SILENT = "{host} does not answer any more."


class RemoteWriter:
    """Writes drafts with a server's model. Used from one thread."""

    def __init__(self, model: RemoteModel) -> None:
        self.model = model
        self._window = ConversationWindow(model.window, lambda messages: [0] * self._estimate(messages))

    def write(
        self,
        messages: Sequence[ChatMessage],
        n_drafts: int | DraftPlan,
        sampling: SamplingSettings,
        seed: int,
        listener: DraftListener,
        should_stop: Callable[[], bool],
        steering: SteeringPlan | None = None,
        dropping: Dropping | None = None,
        steering_room: SteeringRoom | None = None,
    ) -> DraftRun:
        """As `DraftWriter.write`, but that every draft is plain and none is dropped.

        What broke off keeps its text; `notice` says why.

        Raises:
            PromptError: the last message is empty or too long, or the server says that the conversation is.
            SamplingError: a grammar.
            RemoteError: there is no text at all, and not because it was stopped.
        """
        if sampling.grammar is not None:
            raise SamplingError(NO_GRAMMAR)
        fitted = self.measure(messages, sampling.max_tokens)
        n_tokens = len(fitted.tokens)
        # how long the server reads is known from earlier replies only
        read = PromptRead(n_tokens, n_tokens, self.model.first_text_s)
        n = n_drafts(read) if callable(n_drafts) else n_drafts
        sent = _without(messages, fitted.n_dropped)
        reply = _Reply(self.model, sent, sampling, seed, [Draft(i) for i in range(n)], listener)
        reply.write(should_stop)
        if reply.usage is not None:
            n_tokens = reply.usage.prompt
            self.model.learn_tokens(_n_bytes(sent), len(sent), n_tokens)
        return DraftRun(
            reply.drafts,
            n_prompt_tokens=n_tokens,
            n_reused_tokens=reply.usage.cached if reply.usage else 0,
            prefill_s=reply.first_text_s,
            decode_s=reply.decode_s,
            n_messages_dropped=fitted.n_dropped,
            notice=reply.notice,
            steps=reply.steps,
        )

    def measure(self, messages: Sequence[ChatMessage], max_reply_tokens: int) -> Fitted:
        """The prompt as an estimate: only the number of its tokens means anything. Raises: PromptError."""
        return self._window.fit(messages, max_reply_tokens)

    def continue_from(self, index: int) -> None:
        """What the server keeps between requests is its own business."""

    def close(self) -> None:
        """Nothing is held between replies."""

    def _estimate(self, messages: Sequence[ChatMessage]) -> int:
        return self.model.estimate_tokens(_n_bytes(messages), len(messages))


@dataclass
class _Reply:
    """The drafts of one reply while they are written.

    steps: as in DraftRun, counted between the ends of drafts; first_text_s, decode_s: before and after the first text.
    """

    model: RemoteModel
    messages: Sequence[ChatMessage]
    sampling: SamplingSettings
    seed: int
    drafts: list[Draft]
    listener: DraftListener
    usage: Usage | None = None
    notice: str | None = None
    first_text_s: float = 0.0
    decode_s: float = 0.0
    steps: dict[int, tuple[int, float]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._streams = [TextStream(self.sampling.stop) for _ in self.drafts]
        self._heard: queue.Queue[tuple[Call, Heard]] = queue.Queue(N_HEARD_MAX)
        self._calls: list[Call] = []
        self._problem: RemoteError | None = None
        self._started = time.perf_counter()
        self._pace = _Pace(self.steps)

    # the whole

    def write(self, should_stop: Callable[[], bool]) -> None:
        """Raises: PromptError, RemoteError, as `RemoteWriter.write`."""
        self._ask([draft.index for draft in self.drafts], self.model.form)
        try:
            while self._calls and self._active():
                if should_stop():
                    break
                heard = self._next()
                for call, what in heard:
                    self._take(call, what)
                self._look_after_calls()
                if heard and self.first_text_s:
                    self._report()
            if self._calls and not should_stop():
                self._wait_for_usage()
        finally:
            for call in self._calls:
                call.close()
            for draft in self._active():
                self._end(draft, "cancelled")
        now = time.perf_counter()
        self.first_text_s = self.first_text_s or now - self._started
        self.decode_s = now - self._started - self.first_text_s
        if self._problem is not None and not should_stop():
            if not any(draft.text or draft.reasoning for draft in self.drafts):
                raise self._problem
            self.notice = str(self._problem)

    def _active(self) -> list[Draft]:
        return [draft for draft in self.drafts if draft.finish is None]

    def _next(self) -> list[tuple[Call, Heard]]:
        """Everything that has come, waiting a moment for it."""
        heard: list[tuple[Call, Heard]] = []
        with contextlib.suppress(queue.Empty):
            heard.append(self._heard.get(timeout=POLL_S))
            while len(heard) < N_HEARD_MAX:
                heard.append(self._heard.get_nowait())
        return heard

    def _wait_for_usage(self) -> None:
        """The count of tokens comes after the last text, mostly at once."""
        deadline = time.monotonic() + ALONE_S
        while self._calls and time.monotonic() < deadline:
            for call, what in self._next():
                self._take(call, what)

    def _report(self) -> None:
        n_tokens = [draft.n_tokens for draft in self.drafts]
        seconds = time.perf_counter() - self._started - self.first_text_s
        finished = [draft.finish is not None for draft in self.drafts]
        self.listener.on_step(n_tokens, finished, sum(n_tokens) / max(seconds, 1e-3))

    # requests

    def _ask(self, indices: list[int], form: Form) -> None:
        """One request for all of these drafts, or one for each."""
        groups = [indices] if form.together or len(indices) == 1 else [[index] for index in indices]
        for group in groups:
            body = request_body(
                self.model.server.model,
                self.messages,
                self.sampling,
                len(group),
                draft_seed(self.seed, group[0]) % SEED_MAX,
                plain=form.plain,
            )
            self._calls.append(Call(self.model.server, body, group, form, self.model.patience, self._heard))

    def _look_after_calls(self) -> None:
        """End those that have nothing more to say, or say nothing; ask again for choices that do not come."""
        now = time.monotonic()
        for call in list(self._calls):
            waiting = [self.drafts[i] for i in call.drafts if self.drafts[i].finish is None]
            silent_s = now - call.last_heard
            if not waiting:
                if silent_s > ALONE_S:
                    self._drop(call)
            elif silent_s > call.allowed_silence_s:
                self._drop(call)
                self._fail(call, RemoteError(SILENT.format(host=call.server.host)))
            elif _takes_no_notice([self.drafts[i] for i in call.drafts], silent_s):
                self._ask_apart(call)

    def _ask_apart(self, call: Call) -> None:
        """The server wrote one choice only: ask for the others one by one, now and from now on."""
        missing = [i for i in call.drafts if not self.drafts[i].n_tokens]
        call.drafts = [i for i in call.drafts if i not in missing]
        self.model.form = replace(call.form, together=False)
        self._ask(missing, self.model.form)

    def _drop(self, call: Call) -> None:
        call.close()
        self._calls.remove(call)

    # what comes

    def _take(self, call: Call, what: Heard) -> None:
        if call not in self._calls:
            return
        match what:
            case Delta():
                if what.text or what.reasoning or what.finish:
                    call.last_heard = time.monotonic()
                    self._take_delta(call, what)
            case Usage():
                # of several requests, each counts the same prompt
                self.usage = what
                if len(call.drafts) == 1 and what.completion:
                    self.drafts[call.drafts[0]].n_tokens = what.completion
            case Ended():
                self._calls.remove(call)
                self._take_end(call, what.problem)

    def _take_delta(self, call: Call, delta: Delta) -> None:
        if not 0 <= delta.choice < len(call.drafts):
            return  # more choices than were asked for
        draft = self.drafts[call.drafts[delta.choice]]
        if draft.finish is not None:
            return
        if delta.text or delta.reasoning:
            self._note_text(call)
            draft.n_tokens += 1
            self._pace.count(len(self._active()))
        if delta.reasoning:
            draft.reasoning += delta.reasoning
            self.listener.on_text(draft.index, delta.reasoning, True)
        # a server that tells the two apart often leaves the blank lines between them
        self._show(draft, delta.text.lstrip() if draft.reasoning and not draft.text else delta.text)
        if delta.finish is not None:
            self._end(draft, delta.finish)
        elif self._streams[draft.index].stopped:
            self._cut(call, draft, "stop")
        elif len(draft.text) + len(draft.reasoning) > CHARS_PER_TOKEN_MAX * self.sampling.max_tokens:
            self._cut(call, draft, "length")

    def _cut(self, call: Call, draft: Draft, finish: Finish) -> None:
        """The draft ends here, whatever the server goes on to write."""
        self._end(draft, finish)
        if all(self.drafts[i].finish is not None for i in call.drafts):
            self._drop(call)

    def _note_text(self, call: Call) -> None:
        call.has_text = True
        known = self.model.form
        self.model.form = Form(known.together and call.form.together, known.plain or call.form.plain)
        if not self.first_text_s:
            self.first_text_s = time.perf_counter() - self._started
            self.model.learn_first_text(self.first_text_s)

    def _take_end(self, call: Call, problem: RemoteError | None) -> None:
        waiting = [i for i in call.drafts if self.drafts[i].finish is None]
        if not waiting:
            return
        begun = [i for i in call.drafts if self.drafts[i].n_tokens]
        if problem is None and begun and not set(begun) & set(waiting):
            self._ask_apart(call)  # the others never came
            return
        if problem is None and call.said_done:
            for index in waiting:
                self._end(self.drafts[index], "stop")
            return
        if problem is not None and problem.status in _REFUSED:
            if any(word in str(problem).lower() for word in _TOO_LONG):
                raise PromptError(str(problem))
            if (simpler := call.form.simpler(len(call.drafts))) is not None:
                self._ask(call.drafts, simpler)
                return
        self._fail(call, problem or RemoteError(BROKE_OFF.format(host=call.server.host)))

    def _fail(self, call: Call, problem: RemoteError) -> None:
        self._problem = self._problem or problem
        for index in call.drafts:
            if self.drafts[index].finish is None:
                self._end(self.drafts[index], "cancelled")

    # the drafts

    def _show(self, draft: Draft, text: str, *, final: bool = False) -> None:
        stream = self._streams[draft.index]
        pieces = stream.feed(text.encode("utf-8", "replace")) if text else []
        for piece in [*pieces, *(stream.finish() if final else [])]:
            if piece.reasoning:
                draft.reasoning += piece.text
            else:
                draft.text += piece.text
            self.listener.on_text(draft.index, piece.text, piece.reasoning)

    def _end(self, draft: Draft, finish: Finish) -> None:
        self._pace.close()
        draft.finish = finish
        self._show(draft, "", final=True)


class _Pace:
    """Times the steps between the ends of drafts: pieces of text, divided by the drafts that were being written."""

    def __init__(self, steps: dict[int, tuple[int, float]]) -> None:
        self._steps = steps
        self._since = 0.0
        self._n_pieces = 0
        self._n_drafts = 0

    def count(self, n_drafts: int) -> None:
        if not self._n_pieces:
            self._since, self._n_drafts = time.perf_counter(), n_drafts
        self._n_pieces += 1

    def close(self) -> None:
        """The number of drafts is about to change."""
        n_steps = (self._n_pieces - 1) // self._n_drafts if self._n_pieces else 0
        if n_steps >= MIN_STEPS:
            count, seconds = self._steps.get(self._n_drafts, (0, 0.0))
            self._steps[self._n_drafts] = (count + n_steps, seconds + time.perf_counter() - self._since)
        self._n_pieces = 0


def _takes_no_notice(drafts: Sequence[Draft], silent_s: float) -> bool:
    """Whether a request for several choices is answered with one."""
    begun = [draft for draft in drafts if draft.n_tokens]
    if len(begun) != 1 or len(drafts) == 1:
        return False
    if begun[0].finish is None:
        return begun[0].n_tokens >= N_ALONE
    return silent_s > ALONE_S


def _without(messages: Sequence[ChatMessage], n_dropped: int) -> list[ChatMessage]:
    """What is sent: the system prompt, and the turns that are left."""
    n_system = 1 if messages[0].role == "system" else 0
    return [*messages[:n_system], *messages[n_system + n_dropped :]]


def _n_bytes(messages: Sequence[ChatMessage]) -> int:
    return sum(len(message.content.encode("utf-8", "replace")) for message in messages)
