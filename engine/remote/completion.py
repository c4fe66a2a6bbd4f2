"""Chat completions on the wire: what is asked for, and what comes back in pieces. Pure; answers may be hostile."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from engine.errors import RemoteError, SamplingError
from engine.remote.connection import error_text
from engine.types import ChatMessage, Finish, SamplingSettings

N_TOKENS_MAX = 2**31
N_STOPS_MAX = 4
"""What OpenAI's API takes; `engine.generation.text_stream` sees to all of them."""


@dataclass(frozen=True)
class Form:
    """What a server was found to understand. together: `n` choices in one request; plain: no fields but the common."""

    together: bool = True
    plain: bool = False

    def simpler(self, n_choices: int) -> Form | None:
        """What to try after a refusal, None when there is nothing left."""
        if self.together and n_choices > 1:
            return Form(together=False, plain=self.plain)
        return None if self.plain else Form(together=self.together, plain=True)


@dataclass(frozen=True)
class Delta:
    """More of one choice. finish: why it ends here, None while it goes on."""

    choice: int
    text: str = ""
    reasoning: str = ""
    finish: Finish | None = None


@dataclass(frozen=True)
class Usage:
    """Tokens as the server counts them."""

    prompt: int
    cached: int
    completion: int


def request_body(
    model: str, messages: Sequence[ChatMessage], sampling: SamplingSettings, n: int, seed: int, *, plain: bool
) -> dict[str, Any]:
    """The JSON of POST /chat/completions. What OpenAI's API does not know is named as llama.cpp's server names it."""
    body: dict[str, Any] = {
        "model": model,
        "messages": [{"role": message.role, "content": message.content} for message in messages],
        "stream": True,
        "max_tokens": sampling.max_tokens,
        "temperature": sampling.temperature,
        "top_p": sampling.top_p,
    }
    if n > 1:
        body["n"] = n
    if stop := [text for text in sampling.stop if text][:N_STOPS_MAX]:
        body["stop"] = stop
    if sampling.frequency_penalty:
        body["frequency_penalty"] = sampling.frequency_penalty
    if sampling.presence_penalty:
        body["presence_penalty"] = sampling.presence_penalty
    if sampling.json_schema is not None:
        schema = _schema(sampling.json_schema)
        body["response_format"] = {"type": "json_schema", "json_schema": {"name": "reply", "schema": schema}}
    if not plain:
        body |= {"seed": seed, "stream_options": {"include_usage": True}} | _extensions(sampling)
    return body


def _schema(text: str) -> Any:
    """Raises: SamplingError."""
    try:
        return msgspec.json.decode(text)
    except msgspec.DecodeError as exc:
        raise SamplingError(f"The JSON schema is not valid JSON ({exc}).") from exc


def _extensions(sampling: SamplingSettings) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "top_k": sampling.top_k,
        "min_p": sampling.min_p,
        "repeat_penalty": sampling.repeat_penalty,
        "repeat_last_n": sampling.repeat_last_n,
    }
    if sampling.typical_p < 1:
        fields["typical_p"] = sampling.typical_p
    if sampling.dry_multiplier:
        fields |= {
            "dry_multiplier": sampling.dry_multiplier,
            "dry_base": sampling.dry_base,
            "dry_allowed_length": sampling.dry_allowed_length,
            "dry_penalty_last_n": sampling.dry_last_n,
        }
    if sampling.xtc_probability:
        fields |= {"xtc_probability": sampling.xtc_probability, "xtc_threshold": sampling.xtc_threshold}
    return fields


class _Words(msgspec.Struct):
    """A delta, or a whole message. Servers name what the model thinks in two ways."""

    content: str | None = None
    reasoning_content: str | None = None
    reasoning: str | None = None


class _Choice(msgspec.Struct):
    index: int = 0
    delta: _Words | None = None
    message: _Words | None = None
    finish_reason: str | None = None


class _Cached(msgspec.Struct):
    cached_tokens: int | None = None


class _Counts(msgspec.Struct):
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    prompt_tokens_details: _Cached | None = None


class _Chunk(msgspec.Struct):
    choices: list[_Choice] | None = None
    usage: _Counts | None = None
    error: Any = None


_decoder = msgspec.json.Decoder(_Chunk, strict=False)


def parse_chunk(data: bytes, host: str) -> list[Delta | Usage]:
    """What one piece of a stream says, or a whole answer of a server that does not stream.

    Raises: RemoteError, where it is no such piece, or says that something went wrong.
    """
    try:
        chunk = _decoder.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as exc:
        raise RemoteError(f"{host} sent something that cannot be read as a reply.") from exc
    if chunk.error is not None:
        said = error_text(data)
        raise RemoteError(f"{host} stopped with an error." + (f" It says: {said}" if said else ""))
    found: list[Delta | Usage] = [_delta(choice) for choice in chunk.choices or []]
    if chunk.usage is not None and chunk.usage.prompt_tokens is not None:
        cached = chunk.usage.prompt_tokens_details
        n_cached = _count(cached.cached_tokens) if cached else 0
        found.append(Usage(_count(chunk.usage.prompt_tokens), n_cached, _count(chunk.usage.completion_tokens)))
    return found


def _count(value: int | None) -> int:
    """A number of tokens, 0 where there is none that can be true."""
    return value if value is not None and 0 <= value <= N_TOKENS_MAX else 0


def _delta(choice: _Choice) -> Delta:
    words = choice.delta or choice.message or _Words()
    finish: Finish | None = None
    if choice.finish_reason:
        finish = "length" if choice.finish_reason == "length" else "stop"
    return Delta(choice.index, words.content or "", words.reasoning_content or words.reasoning or "", finish)
