"""Several drafts of one reply, written in lock-step: one prefill, one batch a step, one sampler chain a draft.

Knows nothing of rewards or people. Drafts are sequences 1 … N of the KV cache, forked from the trunk. They stay until
the next request, which keeps whichever agrees longest with its prompt (`engine.generation.kv_cache`). Some drafts may
be steered: they read the conversation with a request of their own (`engine.generation.steering`), share with the others
what comes before it, and are written in the same batches. The next turn goes on from the plain prompt, so that a
steered reply is then read once.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Protocol, TypeAlias

import llama_cpp
import numpy as np
from numpy.typing import NDArray

from engine.errors import EngineError
from engine.generation.conversation_window import (
    MIN_REPLY_TOKENS,
    ConversationWindow,
    Fitted,
    before_reply,
    reply_begun,
)
from engine.generation.kv_cache import TRUNK, KvCache, common_prefix
from engine.generation.model import LlamaModel, fitting_tokens
from engine.generation.sampler_chain import SamplerChain, draft_seed, grammar_of
from engine.generation.steering import Steering, steered
from engine.generation.text_stream import Piece, TextStream, open_reasoning_tag
from engine.types import N_DRAFTS_MAX, ChatMessage, Finish, SamplingSettings

_ABORTED, _NO_ROOM = 2, 1  # llama_decode
Logits: TypeAlias = NDArray[np.float32]


class DraftListener(Protocol):
    """Who watches the drafts being written. Called on the thread that owns the model."""

    def on_prompt(self, n_done: int, n_total: int) -> None: ...

    def on_text(self, index: int, text: str, reasoning: bool) -> None: ...

    def on_dropped(self, indices: list[int]) -> None: ...

    def on_step(self, n_tokens: list[int], finished: list[bool], tokens_per_s: float) -> None: ...


class SilentListener:
    """Watches without a word: for who wants the drafts alone."""

    def on_prompt(self, n_done: int, n_total: int) -> None: ...

    def on_text(self, index: int, text: str, reasoning: bool) -> None: ...

    def on_dropped(self, indices: list[int]) -> None: ...

    def on_step(self, n_tokens: list[int], finished: list[bool], tokens_per_s: float) -> None: ...


@dataclass
class Draft:
    """One draft; grows while it is written. finish is None until it ends.

    reasoning: what the model thought before it answered, apart from the text; log_probabilities: natural logarithm,
    at temperature 1 and before any penalty, of each token that was drawn (`n_tokens` numbers, reasoning included);
    steering: what it was asked for beside the conversation, None for a plain draft.
    """

    index: int
    text: str = ""
    reasoning: str = ""
    n_tokens: int = 0
    finish: Finish | None = None
    log_probabilities: list[float] = field(default_factory=list)
    steering: Steering | None = None


@dataclass(frozen=True)
class PromptRead:
    """What reading the prompt took: what the number of drafts can be chosen by."""

    n_tokens: int
    n_reused: int
    seconds: float


DraftPlan: TypeAlias = Callable[[PromptRead], int]
"""How many drafts to write, decided once the prompt has been read."""
SteeringPlan: TypeAlias = Callable[[int], Sequence[Steering | None]]
"""For a number of drafts, what each is asked for beside the conversation."""
SteeringRoom: TypeAlias = Callable[[int], int]
"""For a number of drafts, the most tokens that may be read for steered drafts alone."""
Dropping: TypeAlias = Callable[[int, Sequence["Draft"]], Sequence[int]]
"""(how many drafts were begun, those still being written, all equally far) → positions of those to give up."""


@dataclass
class DraftRun:
    """The drafts of one request, and where the time went (seconds).

    native_s: the part of `decode_s` spent within llama_decode; dropping_s: deciding whom to drop, which is in none of
    the others; steps: (drafts in the batch, steps, seconds) by size of batch; n_messages_dropped: messages at the
    beginning that no longer fitted the window; n_steering_tokens, steering_s: what was read, and how long, for steered
    drafts alone; notice: a sentence for the person, where something went wrong and there is a reply all the same.
    """

    drafts: list[Draft]
    n_prompt_tokens: int
    n_reused_tokens: int
    prefill_s: float
    decode_s: float = 0.0
    native_s: float = 0.0
    n_messages_dropped: int = 0
    notice: str | None = None
    n_steering_tokens: int = 0
    steering_s: float = 0.0
    dropping_s: float = 0.0
    steps: dict[int, tuple[int, float]] = field(default_factory=dict)

    def count_step(self, n_drafts: int, seconds: float) -> None:
        n_steps, total = self.steps.get(n_drafts, (0, 0.0))
        self.steps[n_drafts] = (n_steps + 1, total + seconds)


@dataclass
class _Writing:
    """A draft with its native side."""

    draft: Draft
    chain: SamplerChain
    stream: TextStream
    n_prompt: int
    """Tokens of its prompt, its steering included."""
    fed: list[int] = field(default_factory=list)
    """Tokens in the KV cache after the prompt."""
    last: int = -1

    @property
    def sequence(self) -> int:
        return _sequence(self.draft.index)


@dataclass(frozen=True)
class _SteeredPrompt:
    """tokens: the prompt with a steering; n_shared: how many it shares with the plain prompt at its beginning."""

    tokens: list[int]
    n_shared: int


class DraftWriter:
    """Writes drafts with one model, keeping the KV cache from turn to turn. Used from one thread."""

    def __init__(self, model: LlamaModel) -> None:
        self.model = model
        self.cache = KvCache(model)
        self._window = ConversationWindow(model.window, self._tokens)
        self._batch = llama_cpp.llama_batch_init(max(model.n_batch, N_DRAFTS_MAX), 0, 1)
        self._shifted = np.empty(model.n_vocab, np.float32)
        self._native_s = 0.0
        self._should_stop: Callable[[], bool] = lambda: False
        # checked by ggml between operations, so that a long prefill ends within milliseconds (CPU and Metal)
        self._abort = llama_cpp.ggml_abort_callback(lambda _data: self._should_stop())
        llama_cpp.llama_set_abort_callback(model.context, self._abort, None)

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
        """Write drafts of the next reply until each has ended, was dropped, or `should_stop` says so.

        Where messages end with the beginning of a reply, the drafts go on from its end, and do not repeat it.
        A draft whose steering does not fit the window, or the room there is for reading it, is plain, and so is every
        one of a model that cannot go back in what it read.

        Raises:
            PromptError: the last message is empty, or does not fit the window by itself.
            SamplingError: the grammar or JSON schema cannot be used.
        """
        plan: DraftPlan = n_drafts if callable(n_drafts) else lambda _read: n_drafts
        if not callable(n_drafts):
            _check_n_drafts(n_drafts)
        grammar = grammar_of(sampling, self.model.vocab)
        prompt = self.measure(messages, sampling.max_tokens)
        closing_tag = open_reasoning_tag(self.model.text(prompt.tokens[-16:]))
        self._should_stop = should_stop
        try:
            started = time.perf_counter()
            n_reused = self.cache.start(prompt.tokens)
            n_prompt = len(prompt.tokens)
            row = self._read(prompt.tokens, n_reused, TRUNK, lambda n_done: listener.on_prompt(n_done, n_prompt))
            prefill_s = time.perf_counter() - started
            stopped = row is None and callable(n_drafts)  # what was not read to its end says nothing of the speed
            n = 1 if stopped else plan(PromptRead(len(prompt.tokens), n_reused, prefill_s))
            _check_n_drafts(n)
            run = DraftRun(
                [Draft(i) for i in range(n)],
                n_prompt_tokens=len(prompt.tokens),
                n_reused_tokens=n_reused,
                prefill_s=prefill_s,
                n_messages_dropped=prompt.n_dropped,
            )
            if row is None:
                for draft in run.drafts:
                    draft.finish = "cancelled"
                return run
            steered_prompts: dict[Steering, _SteeredPrompt] = {}
            if steering is not None:
                asked = steering(n)
                n_most = None if steering_room is None else steering_room(n)
                steered_prompts = self._steered_prompts(messages, prompt, asked, n_most)
                for draft, request in zip(run.drafts, asked, strict=True):
                    draft.steering = request if request in steered_prompts else None
            writing = [
                _Writing(
                    draft,
                    SamplerChain(sampling, draft_seed(seed, draft.index), self.model, grammar),
                    TextStream(sampling.stop, closing_tag),
                    n_prompt=len(prompt.tokens),
                )
                for draft in run.drafts
            ]
            try:
                self._begin(run, writing, row, steered_prompts, listener)
                limit = _limit(len(prompt.tokens), steered_prompts.values(), n, sampling.max_tokens, self.model)
                self._write_in_lockstep(run, writing, limit, sampling.max_tokens, listener, dropping)
            finally:
                for item in writing:
                    item.chain.close()
                    self.cache.record(item.sequence, item.fed)
            return run
        finally:
            self._should_stop = lambda: False

    def measure(self, messages: Sequence[ChatMessage], max_reply_tokens: int) -> Fitted:
        """The prompt that a conversation comes to, and how much of it had to be left out.

        Raises: PromptError, as `write`.
        """
        return self._window.fit(messages, max_reply_tokens)

    def continue_from(self, index: int) -> None:
        """Draft `index` is the reply: the conversation goes on from it, as far as is known."""
        self.cache.continue_from(_sequence(index))

    def close(self) -> None:
        """Before the model is closed, or another writer takes it over."""
        # the context would otherwise go on calling a function that is gone
        llama_cpp.llama_set_abort_callback(self.model.context, llama_cpp.ggml_abort_callback(), None)
        llama_cpp.llama_batch_free(self._batch)

    # the prompt

    def _tokens(self, messages: Sequence[ChatMessage]) -> list[int]:
        tokens = self.model.template.tokens(before_reply(messages), self.model.tokenize)
        if begun := reply_begun(messages):
            tokens += self.model.tokenize(begun, False)
        bos = self.model.bos_token
        return tokens if bos is None or tokens[:1] == [bos] else [bos, *tokens]

    def _read(self, tokens: list[int], n_done: int, sequence: int, on_read: Callable[[int], None]) -> int | None:
        """Decode the rest of a prompt into a sequence. Returns the batch row with its logits, None if stopped."""
        while n_done < len(tokens):
            chunk = tokens[n_done : n_done + self.model.n_batch]
            is_last = n_done + len(chunk) == len(tokens)
            for row, token in enumerate(chunk):
                self._set_row(row, token, n_done + row, sequence, logits=is_last and row == len(chunk) - 1)
            status = self._decode(len(chunk))
            if status != 0 or self._should_stop():
                if sequence == TRUNK:
                    self.cache.settle()
                else:
                    self.cache.discard(sequence)
                if status in (0, _ABORTED):
                    return None
                raise EngineError("The model ran out of context memory while reading the conversation.")
            n_done += len(chunk)
            self.cache.record(sequence, chunk)
            on_read(n_done)
        return len(chunk) - 1

    def _steered_prompts(
        self,
        messages: Sequence[ChatMessage],
        prompt: Fitted,
        asked: Sequence[Steering | None],
        n_most: int | None = None,
    ) -> dict[Steering, _SteeredPrompt]:
        """What each steering makes of the prompt, with the same turns left out; those that do not fit are missing.

        n_most: tokens to read for all of them together.
        """
        found: dict[Steering, _SteeredPrompt] = {}
        n_system = int(messages[0].role == "system")
        kept = [*messages[:n_system], *messages[n_system + prompt.n_dropped :]]
        for steering in filter(None, dict.fromkeys(asked)):
            tokens = self._tokens(steered(kept, steering))
            n_shared = min(common_prefix(tokens, prompt.tokens), len(tokens) - 1)
            candidate = {**found, steering: _SteeredPrompt(tokens, n_shared)}
            if n_most is not None and sum(len(each.tokens) - each.n_shared for each in candidate.values()) > n_most:
                continue
            room = _limit(len(prompt.tokens), candidate.values(), len(asked), MIN_REPLY_TOKENS, self.model)
            if self.cache.can_fork_at(n_shared) and room >= MIN_REPLY_TOKENS:
                found = candidate
        return found

    # the drafts

    def _begin(
        self,
        run: DraftRun,
        writing: list[_Writing],
        row: int,
        steered_prompts: dict[Steering, _SteeredPrompt],
        listener: DraftListener,
    ) -> None:
        """Fork each draft from its prompt, and draw its first token from the prompt's last logits.

        The plain ones first: `row` holds the trunk's logits only until something else is decoded.
        """
        for item in writing:
            if item.draft.steering is None:
                self.cache.fork(item.sequence)
                self._take(item, row, self._logits(1)[0], listener)
        started = time.perf_counter()
        for steering, prompt in steered_prompts.items():
            first, *others = (item for item in writing if item.draft.steering == steering)
            self.cache.fork_at(first.sequence, prompt.n_shared)
            own_row = self._read(prompt.tokens, prompt.n_shared, first.sequence, lambda _n: None)
            if own_row is None:
                self._end([first, *others], "cancelled", listener)
                continue
            run.n_steering_tokens += len(prompt.tokens) - prompt.n_shared
            for item in others:
                self.cache.fork(item.sequence, first.sequence)
            for item in (first, *others):
                item.n_prompt = len(prompt.tokens)
                self._take(item, own_row, self._logits(1)[0], listener)
        run.steering_s = time.perf_counter() - started

    def _write_in_lockstep(
        self,
        run: DraftRun,
        writing: list[_Writing],
        limit: int,
        max_tokens: int,
        listener: DraftListener,
        dropping: Dropping | None,
    ) -> None:
        at_limit: Finish = "context" if limit < max_tokens else "length"
        started, native_before = time.perf_counter(), self._native_s
        while active := [item for item in writing if item.draft.finish is None]:
            # 1. who is done by length or by request
            if self._should_stop():
                self._end(active, "cancelled", listener)
                break
            if too_long := [item for item in active if item.draft.n_tokens >= limit]:
                self._end(too_long, at_limit, listener)
                continue
            # 2. one token of every draft in one batch
            step_started = time.perf_counter()
            for batch_row, item in enumerate(active):
                self._set_row(batch_row, item.last, item.n_prompt + len(item.fed), item.sequence, logits=True)
            status = self._decode(len(active))
            if status != 0:
                if status not in (_ABORTED, _NO_ROOM):
                    raise EngineError("The model failed while writing (llama_decode).")
                self._end(active, "cancelled" if status == _ABORTED else "context", listener)
                break
            # 3. the next token of each
            rows = self._logits(len(active))
            for batch_row, item in enumerate(active):
                item.fed.append(item.last)
                self._take(item, batch_row, rows[batch_row], listener)
            now = time.perf_counter()
            run.count_step(len(active), now - step_started)
            # 4. who goes no further
            going = [item for item in active if item.draft.finish is None and item.draft.n_tokens < limit]
            if dropping is not None and going:
                self._drop(len(writing), going, dropping, listener)
                run.dropping_s += time.perf_counter() - now
            n_tokens = [item.draft.n_tokens for item in writing]
            finished = [item.draft.finish is not None for item in writing]
            listener.on_step(n_tokens, finished, sum(n_tokens) / max(now - started, 1e-6))
        run.decode_s = time.perf_counter() - started - run.dropping_s
        run.native_s = self._native_s - native_before

    def _take(self, item: _Writing, row: int, logits: Logits, listener: DraftListener) -> None:
        """The next token of one draft, drawn from its row of the batch."""
        token = item.chain.sample(self.model.context, row, logits)
        if self.model.ends_reply(token):
            self._end([item], "stop", listener)
            return
        item.last = token
        item.draft.n_tokens += 1
        item.draft.log_probabilities.append(self._log_probability(logits, token))
        self._show(item.draft, item.stream.feed(self.model.piece(token)), listener)
        if item.stream.stopped:
            self._end([item], "stop", listener)

    def _log_probability(self, logits: Logits, token: int) -> float:
        """−log Σ exp(logit − the token's), in a buffer of its own: allocating one for each token would cost as much.

        The token drawn is never so unlikely that the sum overflows (it would have to be 1 in 10³⁸).
        """
        np.subtract(logits, logits[token], out=self._shifted)
        np.exp(self._shifted, out=self._shifted)
        return -float(np.log(self._shifted.sum()))

    def _drop(self, n_begun: int, going: list[_Writing], dropping: Dropping, listener: DraftListener) -> None:
        dropped = [going[position] for position in dropping(n_begun, [item.draft for item in going])]
        if dropped:
            self._end(dropped, "dropped", listener)
            listener.on_dropped([item.draft.index for item in dropped])
        for item in dropped:
            self.cache.discard(item.sequence)  # every step's attention would still run over its cells

    def _end(self, items: list[_Writing], finish: Finish, listener: DraftListener) -> None:
        for item in items:
            item.draft.finish = finish
            self._show(item.draft, item.stream.finish(), listener)

    @staticmethod
    def _show(draft: Draft, pieces: list[Piece], listener: DraftListener) -> None:
        for piece in pieces:
            if piece.reasoning:
                draft.reasoning += piece.text
            else:
                draft.text += piece.text
            listener.on_text(draft.index, piece.text, piece.reasoning)

    # the batch

    def _set_row(self, row: int, token: int, position: int, sequence: int, *, logits: bool) -> None:
        batch = self._batch
        batch.token[row] = token
        batch.pos[row] = position
        batch.n_seq_id[row] = 1
        batch.seq_id[row][0] = sequence
        batch.logits[row] = logits

    def _decode(self, n_rows: int) -> int:
        self._batch.n_tokens = n_rows
        started = time.perf_counter()
        status = int(llama_cpp.llama_decode(self.model.context, self._batch))
        if status == 0:
            llama_cpp.llama_synchronize(self.model.context)  # on a GPU the work is only queued until here
        self._native_s += time.perf_counter() - started
        return status

    def _logits(self, n_rows: int) -> Logits:
        """(n_rows, n_vocab): of the batch rows that asked for them, in their order. Valid until the next decode."""
        pointer = llama_cpp.llama_get_logits(self.model.context)
        return np.ctypeslib.as_array(pointer, shape=(n_rows, self.model.n_vocab))


def _sequence(index: int) -> int:
    """The KV sequence of draft `index`: 0 is the trunk."""
    return index + 1


def _limit(
    n_prompt: int, steered_prompts: Iterable[_SteeredPrompt], n_drafts: int, max_tokens: int, model: LlamaModel
) -> int:
    """New tokens that each draft may have beside the plain prompt and the steered ones."""
    steered_prompts = list(steered_prompts)
    n_longest = max([n_prompt, *(len(prompt.tokens) for prompt in steered_prompts)])
    n_read = n_prompt + sum(len(prompt.tokens) - prompt.n_shared for prompt in steered_prompts)
    return fitting_tokens(n_longest, n_drafts, max_tokens, model, n_beside=n_read - n_longest)


def _check_n_drafts(n: int) -> None:
    if not 1 <= n <= N_DRAFTS_MAX:
        raise ValueError(f"n_drafts must be between 1 and {N_DRAFTS_MAX}, not {n}")
