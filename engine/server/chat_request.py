"""A request body, as OpenAI's clients write it, into what the engine is asked for. Pure; it may all be hostile.

Fields that would change the answer and are not supported are refused; others that are unknown are passed over, since
clients send many that only OpenAI's own service has a use for (`user`, `store`, `metadata`, …).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Literal

import msgspec

from engine.server.api_error import ApiError, bad_request
from engine.server.json_schema import ANY_OBJECT, checked_schema
from engine.types import N_DRAFTS_MAX, ChatMessage, Role, SamplingSettings

N_STOPS_MAX = 16
STOP_CHARS = 256
N_MESSAGES_MAX = 2048

_ROLES: dict[str, Role] = {"system": "system", "developer": "system", "user": "user", "assistant": "assistant"}
_FIELD = re.compile(r"at `\$\.(\w+)")


class _Part(msgspec.Struct):
    type: str
    text: str | None = None


class _Message(msgspec.Struct):
    role: str
    content: str | list[_Part] | None = None
    tool_calls: list[Any] | None = None


class _NamedSchema(msgspec.Struct):
    schema: dict[str, Any] | None = None


class _ResponseFormat(msgspec.Struct):
    type: Literal["text", "json_object", "json_schema"]
    json_schema: _NamedSchema | None = None


class _StreamOptions(msgspec.Struct):
    include_usage: bool = False


class _Extension(msgspec.Struct, forbid_unknown_fields=True):
    """Attune's own field: `{"attune": {"drafts": 8}}`."""

    drafts: int | None = None


class _Body(msgspec.Struct):
    messages: list[_Message]
    model: str | None = None
    stream: bool | None = None
    stream_options: _StreamOptions | None = None
    temperature: float | None = None
    top_p: float | None = None
    max_tokens: int | None = None
    max_completion_tokens: int | None = None
    stop: str | list[str] | None = None
    seed: int | None = None
    frequency_penalty: float | None = None
    presence_penalty: float | None = None
    n: int | None = None
    response_format: _ResponseFormat | None = None
    attune: _Extension | None = None
    # what is looked at only to be refused
    tools: list[Any] | None = None
    functions: list[Any] | None = None
    logprobs: bool | None = None
    logit_bias: dict[str, Any] | None = None
    audio: dict[str, Any] | None = None


@dataclass(frozen=True)
class ChatRequest:
    """n_drafts: written, at most; n_choices: of them that are returned, best first."""

    model: str | None
    messages: list[ChatMessage]
    sampling: SamplingSettings
    n_drafts: int
    n_choices: int
    stream: bool
    include_usage: bool


def parse_chat_request(data: bytes, default_drafts: int) -> ChatRequest:
    """Read the body of POST /v1/chat/completions.

    Args:
        default_drafts: where the request does not say how many.

    Raises: ApiError (400), naming the field.
    """
    body = _decode(data)
    _refuse_unsupported(body)
    n_choices = _within(body.n, 1, 1, N_DRAFTS_MAX, "n")
    asked = body.attune.drafts if body.attune else None
    n_drafts = _within(asked, max(default_drafts, n_choices), 1, N_DRAFTS_MAX, "attune.drafts")
    if n_choices > n_drafts:
        raise bad_request(f"n is {n_choices}, but attune.drafts asks for {n_drafts} drafts only.", "n")
    sampling = _sampling(body)
    return ChatRequest(
        model=body.model,
        messages=_messages(body.messages),
        sampling=sampling,
        # without chance the drafts would all be one
        n_drafts=n_drafts if sampling.temperature > 0 else n_choices,
        n_choices=n_choices,
        stream=bool(body.stream),
        include_usage=body.stream_options is not None and body.stream_options.include_usage,
    )


def _decode(data: bytes) -> _Body:
    try:
        return msgspec.json.decode(data, type=_Body)
    except msgspec.ValidationError as exc:
        field = _FIELD.search(str(exc))
        raise bad_request(f"{exc}.", field.group(1) if field else None) from exc
    except (msgspec.DecodeError, UnicodeDecodeError) as exc:
        raise bad_request("The body is not valid JSON in UTF-8.") from exc
    except RecursionError as exc:
        raise bad_request("The body's JSON is nested too deeply.") from exc


def _refuse_unsupported(body: _Body) -> None:
    unsupported = {
        "tools": body.tools,
        "functions": body.functions,
        "logprobs": body.logprobs,
        "logit_bias": body.logit_bias,
        "audio": body.audio,
    }
    for name, value in unsupported.items():
        if value:
            raise bad_request(f"{name} is not supported by this server.", name, "unsupported_parameter")


def _messages(given: list[_Message]) -> list[ChatMessage]:
    """Turns as the engine reads them; system messages at the beginning become one."""
    if not given:
        raise bad_request("messages is empty: there is nothing to answer.", "messages")
    if len(given) > N_MESSAGES_MAX:
        raise bad_request(f"There are more than {N_MESSAGES_MAX} messages.", "messages")
    messages: list[ChatMessage] = []
    for number, message in enumerate(given):
        turn = _message(message, number)
        if turn.role == "system" and len(messages) == 1 and messages[0].role == "system":
            messages[0] = ChatMessage("system", f"{messages[0].content}\n\n{turn.content}")
        else:
            messages.append(turn)
    return messages


def _message(message: _Message, number: int) -> ChatMessage:
    where = f"messages[{number}]"
    role = _ROLES.get(message.role)
    if role is None or message.tool_calls:
        raise bad_request("Messages are those of system, developer, user and assistant, without tools.", where)
    if message.content is None or isinstance(message.content, str):
        return ChatMessage(role, message.content or "")
    if any(part.type != "text" or part.text is None for part in message.content):
        raise bad_request("Messages may hold text only: no images, audio or files.", where)
    return ChatMessage(role, "\n".join(part.text or "" for part in message.content))


def _sampling(body: _Body) -> SamplingSettings:
    defaults = SamplingSettings()
    max_tokens = body.max_tokens if body.max_completion_tokens is None else body.max_completion_tokens
    return SamplingSettings(
        temperature=_within(body.temperature, defaults.temperature, 0.0, 2.0, "temperature"),
        top_p=_within(body.top_p, defaults.top_p, 0.0, 1.0, "top_p"),
        frequency_penalty=_within(body.frequency_penalty, 0.0, -2.0, 2.0, "frequency_penalty"),
        presence_penalty=_within(body.presence_penalty, 0.0, -2.0, 2.0, "presence_penalty"),
        max_tokens=_within(max_tokens, defaults.max_tokens, 1, 2**31 - 1, "max_tokens"),
        stop=_stop(body.stop),
        json_schema=_json_schema(body.response_format),
        seed=body.seed,
    )


def _stop(given: str | list[str] | None) -> tuple[str, ...]:
    stop = (given,) if isinstance(given, str) else tuple(given or ())
    if len(stop) > N_STOPS_MAX or any(len(text) > STOP_CHARS for text in stop):
        raise bad_request(f"stop may hold {N_STOPS_MAX} texts of {STOP_CHARS} characters.", "stop")
    return stop


def _json_schema(given: _ResponseFormat | None) -> str | None:
    if given is None or given.type == "text":
        return None
    if given.type == "json_object":
        return ANY_OBJECT
    if given.json_schema is None or given.json_schema.schema is None:
        raise bad_request("A response_format of type json_schema needs json_schema.schema.", "response_format")
    return checked_schema(given.json_schema.schema)


def _within(given: Any, default: Any, low: Any, high: Any, name: str) -> Any:
    """What was given, or the default; numbers that are out of bounds are refused."""
    if given is None:
        return default
    if not low <= given <= high:
        raise _out_of_bounds(name, low, high)
    return given


def _out_of_bounds(name: str, low: float, high: float) -> ApiError:
    return bad_request(f"{name} must be between {low:g} and {high:g}.", name)
