"""Replies in the shape of OpenAI's chat completions, whole and in pieces. Pure."""

from __future__ import annotations

import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

import msgspec
from msgspec import UNSET, Struct, UnsetType

from engine.reply import Reply
from engine.types import ScoredDraft

FinishReason = Literal["stop", "length"]


class _Message(Struct):
    content: str
    reasoning_content: str | UnsetType = UNSET
    """As servers of reasoning models name it."""
    role: str = "assistant"
    refusal: None = None


class _Choice(Struct):
    index: int
    message: _Message
    finish_reason: FinishReason
    logprobs: None = None


class _CachedTokens(Struct):
    cached_tokens: int


class _Usage(Struct):
    """completion_tokens: of the choices that are returned."""

    prompt_tokens: int
    completion_tokens: int
    total_tokens: int
    prompt_tokens_details: _CachedTokens


class _About(Struct):
    """Attune's own field. drafts: how many were written, with any text; drafts_tokens: of all of them."""

    drafts: int
    drafts_tokens: int
    seed: int | None = None
    messages_dropped: int = 0
    notice: str | None = None


class _Completion(Struct):
    id: str
    created: int
    model: str
    choices: list[_Choice]
    usage: _Usage
    attune: _About
    object: str = "chat.completion"


class _Delta(Struct):
    role: str | UnsetType = UNSET
    content: str | UnsetType = UNSET
    reasoning_content: str | UnsetType = UNSET


class _ChunkChoice(Struct):
    index: int
    delta: _Delta
    finish_reason: FinishReason | None = None
    logprobs: None = None


class _Chunk(Struct):
    id: str
    created: int
    model: str
    choices: list[_ChunkChoice]
    usage: _Usage | UnsetType | None = UNSET
    attune: _About | UnsetType = UNSET
    object: str = "chat.completion.chunk"


@dataclass(frozen=True)
class Written:
    """What the model wrote for a request. reply: None where there is no text at all, which is an answer too."""

    reply: Reply | None
    n_prompt_tokens: int

    def best(self, n: int) -> list[ScoredDraft]:
        """The choice, then the others by what the choice was made by."""
        if self.reply is None:
            return []
        chosen = self.reply.drafts[self.reply.chosen]
        others = sorted(
            (draft for draft in self.reply.drafts if draft is not chosen), key=lambda draft: draft.score, reverse=True
        )
        return [chosen, *others][:n]


@dataclass(frozen=True)
class Answer:
    """One answer's envelope: every piece of it carries the same id, time and model."""

    model: str
    id: str = field(default_factory=lambda: f"chatcmpl-{secrets.token_hex(12)}")
    created: int = field(default_factory=lambda: int(time.time()))

    def whole(self, written: Written, n_choices: int) -> bytes:
        """The body of an answer that is not streamed."""
        drafts = written.best(n_choices)
        choices = [
            _Choice(i, _Message(draft.text, draft.reasoning or UNSET), _finish_reason(draft))
            for i, draft in enumerate(drafts)
        ]
        return msgspec.json.encode(
            _Completion(
                id=self.id,
                created=self.created,
                model=self.model,
                choices=choices or [_Choice(0, _Message(""), "stop")],
                usage=_usage(written, drafts),
                attune=_about(written),
            )
        )

    def opening(self, n_choices: int) -> bytes:
        return b"".join(self._event(self._chunk(i, _Delta(role="assistant", content=""))) for i in range(n_choices))

    def piece(self, text: str, reasoning: bool, index: int = 0) -> bytes:
        delta = _Delta(reasoning_content=text) if reasoning else _Delta(content=text)
        return self._event(self._chunk(index, delta))

    def ending(self, written: Written, n_choices: int, *, shown: bool, include_usage: bool) -> bytes:
        """What comes once the choice is made: the texts, unless they were `shown` as they came, and the end."""
        drafts = written.best(n_choices)
        events = []
        for index, draft in enumerate(drafts):
            if not shown and draft.reasoning:
                events.append(self.piece(draft.reasoning, True, index))
            if not shown:
                events.append(self.piece(draft.text, False, index))
        for index in range(n_choices):
            # fewer drafts may have any text than were asked for
            reason = _finish_reason(drafts[index]) if index < len(drafts) else "stop"
            events.append(self._event(self._chunk(index, _Delta(), reason, _about(written) if index == 0 else UNSET)))
        if include_usage:
            usage = _usage(written, drafts)
            events.append(self._event(_Chunk(self.id, self.created, self.model, choices=[], usage=usage)))
        return b"".join([*events, b"data: [DONE]\n\n"])

    def _chunk(
        self,
        index: int,
        delta: _Delta,
        finish_reason: FinishReason | None = None,
        about: _About | UnsetType = UNSET,
    ) -> _Chunk:
        choice = _ChunkChoice(index, delta, finish_reason)
        return _Chunk(self.id, self.created, self.model, choices=[choice], attune=about)

    @staticmethod
    def _event(chunk: _Chunk) -> bytes:
        return event(msgspec.json.encode(chunk))


def event(data: bytes) -> bytes:
    """A server-sent event of one line: JSON has no line breaks outside its strings, and none unescaped inside."""
    return b"data: " + data + b"\n\n"


def _finish_reason(draft: ScoredDraft) -> FinishReason:
    return "stop" if draft.finish == "stop" else "length"


def _usage(written: Written, drafts: Sequence[ScoredDraft]) -> _Usage:
    n_completion = sum(draft.n_tokens for draft in drafts)
    n_reused = written.reply.timings.n_reused_tokens if written.reply else 0
    return _Usage(
        prompt_tokens=written.n_prompt_tokens,
        completion_tokens=n_completion,
        total_tokens=written.n_prompt_tokens + n_completion,
        prompt_tokens_details=_CachedTokens(n_reused),
    )


def _about(written: Written) -> _About:
    reply = written.reply
    if reply is None:
        return _About(drafts=0, drafts_tokens=0)
    return _About(
        drafts=len(reply.drafts),
        drafts_tokens=sum(draft.n_tokens for draft in reply.drafts),
        seed=reply.seed,
        messages_dropped=reply.n_messages_dropped,
        notice=reply.notice,
    )
