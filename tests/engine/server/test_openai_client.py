"""The official client against the real server and model."""

from __future__ import annotations

import json
import threading
from pathlib import Path

import openai
import pytest
from helpers.profiles import make_profile
from helpers.server import ServerProcess

from engine.preferences.taste_model import TasteModel

TIP = [{"role": "user", "content": "How can I sleep better?"}]


def ask(client: openai.OpenAI, *, messages: list[dict] = TIP, drafts: int | None = None, **parameters):
    extra = {"attune": {"drafts": drafts}} if drafts else None
    settings = {"model": "attune", "seed": 1, "max_tokens": 16, **parameters}
    return client.chat.completions.create(messages=messages, extra_body=extra, **settings)


def text(completion) -> str:
    return completion.choices[0].message.content


def pieces(stream) -> tuple[list[str], list]:
    """The texts of a stream of one choice, and its chunks."""
    chunks = list(stream)
    return [
        chunk.choices[0].delta.content for chunk in chunks if chunk.choices and chunk.choices[0].delta.content
    ], chunks


def test_the_model_is_listed_and_can_be_asked_for_by_name(client: openai.OpenAI):
    (model,) = client.models.list().data
    assert "SmolLM2-135M" in model.id
    assert client.models.retrieve(model.id) == model
    assert ask(client, model=model.id, max_tokens=1, drafts=1).model == model.id


def test_a_reply_is_one_of_several_drafts_and_its_tokens_are_counted(client: openai.OpenAI):
    reply = ask(client)
    (choice,) = reply.choices
    assert choice.message.role == "assistant"
    assert len(choice.message.content.split()) > 5
    assert choice.finish_reason == "length"
    assert reply.usage.completion_tokens == 16
    assert reply.usage.prompt_tokens > 20
    assert reply.usage.total_tokens == reply.usage.prompt_tokens + 16
    assert reply.attune["drafts"] == 4
    assert reply.attune["drafts_tokens"] > 16


def test_what_was_chosen_streams_in_one_piece_and_is_what_comes_unstreamed(client: openai.OpenAI):
    texts, chunks = pieces(ask(client, stream=True, stream_options={"include_usage": True}))
    assert texts == [text(ask(client))]
    assert chunks[0].choices[0].delta.role == "assistant"
    assert chunks[-2].choices[0].finish_reason == "length"
    assert chunks[-1].choices == []
    assert chunks[-1].usage.completion_tokens == 16


def test_a_single_draft_streams_as_it_is_written(client: openai.OpenAI):
    texts, chunks = pieces(ask(client, stream=True, drafts=1))
    assert len(texts) > 8
    assert "".join(texts) == text(ask(client, drafts=1))
    assert chunks[-1].choices[0].finish_reason == "length"


def test_several_choices_are_the_drafts_best_first(client: openai.OpenAI):
    best = text(ask(client, drafts=3))
    choices = [choice.message.content for choice in ask(client, drafts=3, n=3).choices]
    assert choices[0] == best
    assert len(set(choices)) == 3
    chunks = list(ask(client, drafts=3, n=3, stream=True))
    streamed = dict.fromkeys(range(3), "")
    for chunk in chunks:
        streamed[chunk.choices[0].index] += chunk.choices[0].delta.content or ""
    assert [*streamed.values()] == choices


def test_one_seed_gives_one_reply_and_another_another(client: openai.OpenAI):
    same, again, other = (text(ask(client, seed=seed, drafts=2)) for seed in (7, 7, 8))
    assert same == again != other


def test_without_chance_one_draft_is_written_whatever_the_seed(client: openai.OpenAI):
    first, second = (ask(client, temperature=0, seed=seed) for seed in (1, 2))
    assert text(first) == text(second)
    assert first.attune["drafts"] == 1


def test_a_reply_ends_before_a_stop_text(client: openai.OpenAI):
    whole = text(ask(client, drafts=1))
    stop = whole.split()[4]
    reply = ask(client, drafts=1, stop=[stop])
    assert text(reply) == whole[: whole.index(stop)]
    assert reply.choices[0].finish_reason == "stop"


def test_a_reply_can_be_held_to_a_json_schema(client: openai.OpenAI):
    schema = {
        "type": "object",
        "properties": {"fruit": {"enum": ["apple", "pear"]}, "ripe": {"type": "boolean"}},
        "required": ["fruit", "ripe"],
    }
    reply = ask(
        client,
        messages=[{"role": "user", "content": "Name a fruit."}],
        drafts=2,
        max_tokens=40,
        response_format={"type": "json_schema", "json_schema": {"name": "fruit", "strict": True, "schema": schema}},
    )
    answer = json.loads(text(reply))
    assert answer["fruit"] in ("apple", "pear")
    assert answer["ripe"] in (True, False)
    assert text(ask(client, drafts=1, response_format={"type": "json_object"})).startswith("{")


def test_the_profile_chooses_and_counts_anew_once_its_file_has_changed(
    client: openai.OpenAI, profile: Path, taste: TasteModel, tmp_path: Path
):
    before = profile.read_bytes()
    short = ask(client, drafts=4, n=4, max_tokens=24)
    make_profile(tmp_path / "long.json", taste, likes_long=True).replace(profile)
    try:
        long = ask(client, drafts=4, n=4, max_tokens=24)
    finally:
        profile.write_bytes(before)
    same = [sorted(choice.message.content for choice in reply.choices) for reply in (short, long)]
    assert same[0] == same[1]
    assert len(text(long).split()) > len(text(short).split())
    assert text(ask(client, drafts=4, max_tokens=24)) == text(short)


def test_two_clients_at_once_each_get_their_own_reply(client: openai.OpenAI):
    seeds = (11, 12, 13)
    alone = {seed: text(ask(client, seed=seed, drafts=2)) for seed in seeds}
    together: dict[int, str] = {}

    def run(seed: int) -> None:
        texts, _ = pieces(ask(client, seed=seed, drafts=2, stream=True))
        together[seed] = "".join(texts)

    threads = [threading.Thread(target=run, args=(seed,)) for seed in seeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert together == alone


def test_what_is_not_supported_is_refused_and_named(client: openai.OpenAI):
    image = [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "data:"}}]}]
    tool = {"type": "function", "function": {"name": "f", "parameters": {}}}
    for parameters, field in (({"tools": [tool]}, "tools"), ({"messages": image}, "messages[0]")):
        with pytest.raises(openai.BadRequestError) as refused:
            ask(client, **parameters)
        assert refused.value.param == field


def test_a_conversation_too_long_for_the_model_is_a_bad_request_also_when_streamed(client: openai.OpenAI):
    for stream in (False, True):
        with pytest.raises(openai.BadRequestError) as refused:
            ask(client, messages=[{"role": "user", "content": "word " * 5000}], stream=stream)
        assert refused.value.code == "context_length_exceeded"
        assert "5" in refused.value.message


def test_another_model_and_another_key_are_refused(client: openai.OpenAI, server: ServerProcess):
    with pytest.raises(openai.NotFoundError, match="SmolLM2"):
        ask(client, model="gpt-4o")
    with (
        openai.OpenAI(base_url=server.base_url, api_key="another", max_retries=0) as stranger,
        pytest.raises(openai.AuthenticationError),
    ):
        stranger.models.list()


def test_a_schema_that_is_none_is_a_bad_request(client: openai.OpenAI):
    broken = {"type": "object", "properties": {"x": {"type": "string", "pattern": "^[0-9$"}}}
    with pytest.raises(openai.BadRequestError) as refused:
        ask(client, response_format={"type": "json_schema", "json_schema": {"name": "x", "schema": broken}})
    assert refused.value.param == "response_format"
