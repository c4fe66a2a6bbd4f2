"""Several drafts of one reply, written in lock-step: one prefill, one batch a step, one sampler chain a draft.

Knows nothing of rewards or people. Sequence 0 of the KV cache is the trunk (the conversation so far); drafts are
sequences 1 … N. They stay until the next request, which keeps whichever agrees longest with its prompt.
"""

from __future__ import annotations

import codecs
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import llama_cpp

from engine.errors import EngineError, PromptError
from engine.generation.model import LlamaModel, fitting_tokens
from engine.generation.sampler_chain import SamplerChain, draft_seed
from engine.types import N_DRAFTS_MAX, ChatMessage, Finish, SamplingSettings

TRUNK = 0
MIN_REPLY_TOKENS = 64
"""Room that a prompt must leave for the reply."""
_ABORTED, _NO_ROOM = 2, 1  # llama_decode


class DraftListener(Protocol):
    """Who watches the drafts being written. Called on the thread that owns the model."""

    def on_prompt(self, n_done: int, n_total: int) -> None: ...

    def on_text(self, index: int, text: str) -> None: ...

    def on_step(self, n_tokens: list[int], finished: list[bool], tokens_per_s: float) -> None: ...


@dataclass
class Draft:
    """One draft; grows while it is written. finish is None until it ends."""

    index: int
    text: str = ""
    n_tokens: int = 0
    finish: Finish | None = None


@dataclass
class DraftRun:
    """The drafts of one request, and where the time went (seconds)."""

    drafts: list[Draft]
    n_prompt_tokens: int
    n_reused_tokens: int
    prefill_s: float
    decode_s: float
    n_turns_dropped: int = 0


@dataclass
class _Writing:
    """A draft with its native side."""

    draft: Draft
    chain: SamplerChain
    sequence: int
    fed: list[int] = field(default_factory=list)
    """Tokens in the KV cache after the prompt."""
    last: int = -1
    decoder: codecs.IncrementalDecoder = field(
        default_factory=lambda: codecs.getincrementaldecoder("utf-8")(errors="replace")
    )


class DraftWriter:
    """Writes drafts with one model, keeping the KV cache from turn to turn. Used from one thread."""

    def __init__(self, model: LlamaModel) -> None:
        self.model = model
        self._held: dict[int, list[int]] = {}
        """Tokens in the KV cache, by sequence."""
        self._batch = llama_cpp.llama_batch_init(max(model.n_batch, N_DRAFTS_MAX), 0, 1)
        self._should_stop: Callable[[], bool] = lambda: False
        # checked by ggml between operations, so that a long prefill ends within milliseconds (CPU and Metal)
        self._abort = llama_cpp.ggml_abort_callback(lambda _data: self._should_stop())
        llama_cpp.llama_set_abort_callback(model.context, self._abort, None)

    def write(
        self,
        messages: Sequence[ChatMessage],
        n_drafts: int,
        sampling: SamplingSettings,
        seed: int,
        listener: DraftListener,
        should_stop: Callable[[], bool],
    ) -> DraftRun:
        """Write drafts of the next reply until each has ended or `should_stop` says so.

        Raises:
            PromptError: the last message is empty, or does not fit the window by itself.
        """
        if not 1 <= n_drafts <= N_DRAFTS_MAX:
            raise ValueError(f"n_drafts must be between 1 and {N_DRAFTS_MAX}, not {n_drafts}")
        prompt, n_dropped = self._prompt(messages)
        self._should_stop = should_stop
        try:
            started = time.perf_counter()
            n_reused = self._keep_longest_prefix(prompt)
            row = self._prefill(prompt, n_reused, listener)
            prefilled = time.perf_counter()
            run = DraftRun(
                [Draft(i) for i in range(n_drafts)],
                len(prompt),
                n_reused,
                prefilled - started,
                0.0,
                n_dropped,
            )
            if row is None:
                for draft in run.drafts:
                    draft.finish = "cancelled"
            else:
                limit = fitting_tokens(len(prompt), n_drafts, sampling.max_tokens, self.model)
                self._write_in_lockstep(run, prompt, row, limit, limit < sampling.max_tokens, sampling, seed, listener)
            run.decode_s = time.perf_counter() - prefilled
            return run
        finally:
            self._should_stop = lambda: False

    def close(self) -> None:
        """Before the model is closed, or another writer takes it over."""
        # the context would otherwise go on calling a function that is gone
        llama_cpp.llama_set_abort_callback(self.model.context, llama_cpp.ggml_abort_callback(), None)
        llama_cpp.llama_batch_free(self._batch)

    # the prompt

    def _prompt(self, messages: Sequence[ChatMessage]) -> tuple[list[int], int]:
        """Tokens of the conversation, oldest whole turns left out where it is too long; and how many were."""
        if not messages or messages[-1].role != "user" or not messages[-1].content.strip():
            raise PromptError("There is nothing to answer: the message is empty.")
        system = [message for message in messages[:1] if message.role == "system"]
        turns = list(messages[len(system) :])
        room = self.model.window - MIN_REPLY_TOKENS
        dropped = 0
        while True:
            tokens = self._tokens([*system, *turns])
            if len(tokens) <= room:
                return tokens, dropped
            # the next user message starts the next whole turn
            starts = [i for i, message in enumerate(turns) if i > 0 and message.role == "user"]
            if not starts:
                raise PromptError(
                    f"This message is too long for the model: {len(tokens)} tokens, where it can read {room}. "
                    "Shorten it or split it up."
                )
            turns = turns[starts[0] :]
            dropped += 1

    def _tokens(self, messages: Sequence[ChatMessage]) -> list[int]:
        tokens = self.model.template.tokens(messages, self.model.tokenize)
        bos = self.model.bos_token
        return tokens if bos is None or tokens[:1] == [bos] else [bos, *tokens]

    # the KV cache

    def _keep_longest_prefix(self, prompt: list[int]) -> int:
        """Make the trunk the longest cached prefix of the prompt; returns its length.

        The last token is always decoded anew: its logits are what the drafts start from.
        """
        memory = self.model.memory
        best, n_common = TRUNK, 0
        for sequence, tokens in self._held.items():
            common = min(_common_prefix(tokens, prompt), len(prompt) - 1)
            if common > n_common:
                best, n_common = sequence, common
        if n_common == 0:
            llama_cpp.llama_memory_clear(memory, False)
            self._held = {}
            return 0
        if best != TRUNK:
            llama_cpp.llama_memory_seq_rm(memory, TRUNK, -1, -1)
            llama_cpp.llama_memory_seq_cp(memory, best, TRUNK, -1, -1)
        llama_cpp.llama_memory_seq_keep(memory, TRUNK)
        self._held = {TRUNK: prompt[:n_common]}
        if not llama_cpp.llama_memory_seq_rm(memory, TRUNK, n_common, -1):
            # recurrent and hybrid models cannot forget a part: start over
            llama_cpp.llama_memory_clear(memory, False)
            self._held = {}
            return 0
        return n_common

    def _prefill(self, prompt: list[int], n_done: int, listener: DraftListener) -> int | None:
        """Decode the rest of the prompt into the trunk. Returns the batch row with its logits, None if stopped."""
        while n_done < len(prompt):
            chunk = prompt[n_done : n_done + self.model.n_batch]
            is_last = n_done + len(chunk) == len(prompt)
            for row, token in enumerate(chunk):
                self._set_row(row, token, n_done + row, TRUNK, logits=is_last and row == len(chunk) - 1)
            status = self._decode(len(chunk))
            if status != 0 or self._should_stop():
                llama_cpp.llama_memory_seq_rm(self.model.memory, TRUNK, n_done, -1)
                self._held = {TRUNK: prompt[:n_done]}
                if status in (0, _ABORTED):
                    return None
                raise EngineError("The model ran out of context memory while reading the conversation.")
            n_done += len(chunk)
            self._held = {TRUNK: prompt[:n_done]}
            listener.on_prompt(n_done, len(prompt))
        return len(chunk) - 1

    # the drafts

    def _write_in_lockstep(
        self,
        run: DraftRun,
        prompt: list[int],
        row: int,
        limit: int,
        limited_by_context: bool,
        sampling: SamplingSettings,
        seed: int,
        listener: DraftListener,
    ) -> None:
        memory, context = self.model.memory, self.model.context
        writing = [
            _Writing(
                draft,
                SamplerChain(sampling, draft_seed(seed, draft.index), self.model.n_vocab),
                draft.index + 1,
            )
            for draft in run.drafts
        ]
        try:
            # 1. fork the trunk; every draft's first token comes from the prompt's last logits
            for item in writing:
                llama_cpp.llama_memory_seq_cp(memory, TRUNK, item.sequence, -1, -1)
                self._take(item, item.chain.sample(context, row), listener)
            started = time.perf_counter()
            while active := [item for item in writing if item.draft.finish is None]:
                # 2. who is done by length or by request
                if self._should_stop():
                    self._end(active, "cancelled", listener)
                    break
                at_limit = [item for item in active if item.draft.n_tokens >= limit]
                if at_limit:
                    self._end(at_limit, "context" if limited_by_context else "length", listener)
                    continue
                # 3. one token of every draft in one batch
                for batch_row, item in enumerate(active):
                    self._set_row(batch_row, item.last, len(prompt) + len(item.fed), item.sequence, logits=True)
                status = self._decode(len(active))
                if status != 0:
                    if status not in (_ABORTED, _NO_ROOM):
                        raise EngineError("The model failed while writing (llama_decode).")
                    self._end(active, "cancelled" if status == _ABORTED else "context", listener)
                    break
                # 4. the next token of each
                for batch_row, item in enumerate(active):
                    item.fed.append(item.last)
                    self._take(item, item.chain.sample(context, batch_row), listener)
                elapsed = time.perf_counter() - started
                n_tokens = [item.draft.n_tokens for item in writing]
                finished = [item.draft.finish is not None for item in writing]
                listener.on_step(n_tokens, finished, sum(n_tokens) / max(elapsed, 1e-6))
        finally:
            for item in writing:
                item.chain.close()
                self._held[item.sequence] = prompt + item.fed

    def _take(self, item: _Writing, token: int, listener: DraftListener) -> None:
        if self.model.ends_reply(token):
            self._end([item], "stop", listener)
            return
        item.last = token
        item.draft.n_tokens += 1
        self._add_text(item, item.decoder.decode(self.model.piece(token)), listener)

    def _end(self, items: list[_Writing], finish: Finish, listener: DraftListener) -> None:
        for item in items:
            item.draft.finish = finish
            # a character cut in half at the end is dropped, not shown as a replacement mark
            item.decoder.reset()

    def _add_text(self, item: _Writing, text: str, listener: DraftListener) -> None:
        if text:
            item.draft.text += text
            listener.on_text(item.draft.index, text)

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
        return int(llama_cpp.llama_decode(self.model.context, self._batch))


def _common_prefix(a: list[int], b: list[int]) -> int:
    n = min(len(a), len(b))
    if a[:n] == b[:n]:
        return n
    return next(i for i in range(n) if a[i] != b[i])
