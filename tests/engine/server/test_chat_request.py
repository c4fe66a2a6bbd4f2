"""What a request body comes to: settings, or a refusal that names the field."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest

from engine.server.api_error import ApiError
from engine.server.chat_request import ChatRequest, parse_chat_request
from engine.server.json_schema import checked_schema
from engine.types import ChatMessage, SamplingSettings

HI = [{"role": "user", "content": "Hi"}]


def parse(**fields: Any) -> ChatRequest:
    return parse_chat_request(json.dumps({"messages": HI, **fields}).encode(), default_drafts=4)


def refusal(**fields: Any) -> ApiError:
    with pytest.raises(ApiError) as refused:
        parse(**fields)
    assert refused.value.status == 400
    return refused.value


def test_without_anything_else_the_defaults_are_the_apps():
    request = parse()
    assert request.messages == [ChatMessage("user", "Hi")]
    assert request.sampling == SamplingSettings()
    assert (request.n_drafts, request.n_choices, request.stream) == (4, 1, False)


def test_every_setting_arrives():
    request = parse(
        temperature=0.3,
        top_p=0.5,
        frequency_penalty=-1.5,
        presence_penalty=2,
        max_tokens=9,
        stop="\n",
        seed=-3,
        n=2,
        attune={"drafts": 3},
        stream=True,
        stream_options={"include_usage": True},
        model="attune",
    )
    expected = SamplingSettings(
        temperature=0.3,
        top_p=0.5,
        frequency_penalty=-1.5,
        presence_penalty=2.0,
        max_tokens=9,
        stop=("\n",),
        seed=-3,
    )
    assert request.sampling == expected
    assert (request.n_drafts, request.n_choices) == (3, 2)
    assert request.stream
    assert request.include_usage


def test_null_is_as_good_as_nothing_and_what_only_openai_needs_is_passed_over():
    nulls = dict.fromkeys(("temperature", "stop", "seed", "n", "stream", "response_format", "tools", "attune"))
    assert parse(**nulls, user="me", store=True, metadata={"a": "b"}, functions=[]) == parse()


def test_the_newer_name_of_the_limit_wins():
    assert parse(max_tokens=5, max_completion_tokens=7).sampling.max_tokens == 7


def test_more_choices_than_drafts_by_default_means_more_drafts():
    assert parse(n=6).n_drafts == 6


def test_messages_in_parts_and_by_developers_are_read_and_first_system_messages_become_one():
    request = parse(
        messages=[
            {"role": "system", "content": "Be brief."},
            {"role": "developer", "content": [{"type": "text", "text": "Be kind."}]},
            {"role": "user", "content": [{"type": "text", "text": "one"}, {"type": "text", "text": "two"}]},
            {"role": "assistant", "content": None},
            {"role": "user", "content": "three", "name": "somebody"},
        ]
    )
    assert request.messages == [
        ChatMessage("system", "Be brief.\n\nBe kind."),
        ChatMessage("user", "one\ntwo"),
        ChatMessage("assistant", ""),
        ChatMessage("user", "three"),
    ]


def test_a_json_schema_arrives_whole_and_any_object_is_a_schema_too():
    schema = {"type": "object", "properties": {"größe": {"type": "integer"}}}
    sampling = parse(response_format={"type": "json_schema", "json_schema": {"schema": schema}}).sampling
    assert json.loads(sampling.json_schema) == schema
    assert json.loads(parse(response_format={"type": "json_object"}).sampling.json_schema) == {"type": "object"}
    assert parse(response_format={"type": "text"}).sampling.json_schema is None


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("temperature", 2.1),
        ("temperature", -0.1),
        ("temperature", "hot"),
        ("top_p", 1.01),
        ("frequency_penalty", -3),
        ("presence_penalty", 3),
        ("max_tokens", 0),
        ("max_tokens", True),
        ("seed", 1.5),
        ("n", 0),
        ("n", 17),
        ("stop", [1]),
        ("stop", ["x"] * 17),
        ("stop", "x" * 257),
        ("stream", "yes"),
        ("messages", []),
        ("messages", "Hi"),
        ("messages", HI * 2049),
        ("tools", [{}]),
        ("functions", [{}]),
        ("logprobs", True),
        ("logit_bias", {"1": 5}),
        ("audio", {"voice": "x"}),
        ("response_format", {"type": "xml"}),
        ("response_format", {"type": "json_schema"}),
        ("response_format", {"type": "json_schema", "json_schema": {"schema": [1]}}),
        ("attune", {"draft": 3}),
    ],
)
def test_what_cannot_be_followed_is_refused_by_its_name(field: str, value: Any):
    assert refusal(**{field: value}).param == field


@pytest.mark.parametrize("drafts", [0, 17, -1])
def test_numbers_of_drafts_have_bounds(drafts: int):
    assert refusal(attune={"drafts": drafts}).param == "attune.drafts"


def test_more_choices_than_the_drafts_asked_for_are_refused():
    assert refusal(n=3, attune={"drafts": 2}).param == "n"


@pytest.mark.parametrize("role", ["tool", "function", "", "System"])
def test_other_roles_are_refused_by_the_messages_number(role: str):
    assert refusal(messages=[*HI, {"role": role, "content": "x"}]).param == "messages[1]"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"null",
        b"[]",
        b'{"messages": NaN}',
        b'{"messages": [{"role": "user", "content": "\\ud800"}]}',
        b'{"messages": [{"role": "user", "content": "\\udc00\\ud800 and more"}]}',
        b'{"messages": [{"role": "user", "content": "\xed\xa0\x80"}]}',
        b'{"messages": [{"role": "user", "content": "\xff"}]}',
        b'{"messages": [], "temperature": 1e999}',
        b'{"messages": [], "seed": ' + b"9" * 5000 + b"}",
        b'{"messages": [], "tools": ' + b"[" * 200_000,
        b'{"messages": [], "metadata": ' + b'{"a":' * 200_000,
        b'{"messages": [], "tools": ' + b"[" * 200_000 + b"]" * 200_000 + b"}",
    ],
)
def test_what_is_no_json_of_this_kind_is_a_bad_request(data: bytes):
    with pytest.raises(ApiError) as refused:
        parse_chat_request(data, default_drafts=4)
    assert refused.value.status == 400


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "array", "items": {"type": "integer"}, "minItems": 10**9},
        {"type": "array", "items": {"type": "integer"}, "maxItems": 10**12},
        {"type": "string", "maxLength": 1e12},
        {"type": "object", "properties": {"x": {"type": "string", "minLength": 10**7}}},
        {"type": "string", "pattern": "^a{1000000000}$"},
        {"type": "string", "pattern": "^a{0, " + "9" * 5000 + "}$"},
        {"type": "string", "pattern": "^a{1_0_0_0_0_0_0_0}$"},
        {"type": "string", "pattern": "{" * 30_000 + "a{300}"},
        {"anyOf": [{"const": "x" * 40_000}]},
    ],
)
def test_a_schema_that_would_fill_the_memory_is_refused_at_once(schema: dict):
    started = time.monotonic()
    given = refusal(response_format={"type": "json_schema", "json_schema": {"schema": schema}})
    assert given.param == "response_format"
    assert time.monotonic() - started < 1


def test_a_schema_nested_too_deeply_is_refused():
    schema: dict = {"type": "integer"}
    for _ in range(100):
        schema = {"type": "array", "items": schema}
    assert "deep" in str(refusal(response_format={"type": "json_schema", "json_schema": {"schema": schema}}))


@pytest.mark.parametrize(
    "pattern",
    ["^((((a*)*)*)*|(b?)*){200}$", "(a+)+", "((a)*b)*", "x{2}(y{3}){4}", "a?{200}", "a{9}{9}", "((a*)?)*", "[b]+*"],
)
def test_a_pattern_that_repeats_a_repetition_is_refused(pattern: str):
    """Its grammar took llama.cpp minutes a token, and could not be stopped."""
    with pytest.raises(ApiError, match="repeats a repetition"):
        checked_schema({"type": "string", "pattern": pattern})


@pytest.mark.parametrize(
    "pattern",
    [
        "^(ab)*c+$",
        "[(a*)*]",
        "\\(a*\\)*",
        "(a|b){3}x?",
        "(a*)b*",
        "[a\\]*]+(q)+",
        "(((",
        ")*)*",
        "^[0-9]+(\\.[0-9]+)?$",
    ],
)
def test_other_patterns_are_let_through(pattern: str):
    assert json.loads(checked_schema({"type": "string", "pattern": pattern}))["pattern"] == pattern


def test_many_repetitions_are_refused_in_one_pattern_and_in_all():
    """Side by side their grammars' states grow as the cube of their number."""
    most = {"type": "string", "pattern": f"^{'a*' * 16}$"}
    assert checked_schema({"anyOf": [most] * 16})
    with pytest.raises(ApiError, match="more than 16 repetitions"):
        checked_schema({"type": "string", "pattern": f"^{'a*' * 17}$"})
    with pytest.raises(ApiError, match="more than 256 repetitions"):
        checked_schema({"anyOf": [most] * 17})
