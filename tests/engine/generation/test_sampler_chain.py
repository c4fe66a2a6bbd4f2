"""Every sampling control does what it is for, on the real model."""

from __future__ import annotations

import itertools
import json
import re

import pytest
from helpers.listeners import RecordingListener
from helpers.writers import new_writer

from engine.errors import SamplingError
from engine.generation.drafts import Draft, DraftWriter
from engine.generation.model import LlamaModel
from engine.types import ChatMessage, SamplingSettings

LIST = "Repeat the word banana many times: banana banana banana banana"
STORY = "Tell me a story about the sea."


def drafts(writer: DraftWriter, prompt: str, n: int = 1, seed: int = 1, **settings: object) -> list[Draft]:
    listener = RecordingListener()
    sampling = SamplingSettings(**{"max_tokens": 24, **settings})  # type: ignore[arg-type]
    run = writer.write([ChatMessage("user", prompt)], n, sampling, seed, listener, listener.should_stop)
    assert all(listener.texts.get(draft.index, "") == draft.text for draft in run.drafts)
    return run.drafts


def texts(found: list[Draft]) -> list[str]:
    return [draft.text for draft in found]


@pytest.mark.parametrize(
    "settings",
    [
        {"typical_p": 0.3},
        {"frequency_penalty": 1.5},
        {"presence_penalty": 1.5},
        {"dry_multiplier": 2.0},
        {"xtc_probability": 1.0, "xtc_threshold": 0.05},
        {"min_p": 0.6},
        {"top_p": 0.2},
        {"top_k": 2},
        {"repeat_penalty": 1.6},
        {"temperature": 0.2},
    ],
    ids=lambda settings: next(iter(settings)),
)
def test_each_control_changes_what_is_written_and_the_same_request_repeats_exactly(
    model: LlamaModel, writer: DraftWriter, settings: dict[str, float]
):
    plain = texts(drafts(writer, LIST, 3))
    changed = texts(drafts(new_writer(model), LIST, 3, **settings))
    assert changed != plain
    assert texts(drafts(new_writer(model), LIST, 3, **settings)) == changed


def n_repeated(text: str) -> int:
    words = re.findall(r"\w+", text.lower())
    return len(words) - len(set(words))


@pytest.mark.parametrize("settings", [{"frequency_penalty": 2.0}, {"dry_multiplier": 5.0}, {"repeat_penalty": 2.0}])
def test_penalties_and_dry_keep_from_repeating(writer: DraftWriter, settings: dict[str, float]):
    off = {"repeat_penalty": 1.0, "max_tokens": 48, "temperature": 0.5}
    plain = sum(n_repeated(text) for text in texts(drafts(writer, LIST, 4, **off)))
    penalised = sum(n_repeated(text) for text in texts(drafts(writer, LIST, 4, **{**off, **settings})))
    assert penalised < 0.7 * plain


def test_a_penalty_over_no_tokens_is_none(model: LlamaModel, writer: DraftWriter):
    off = texts(drafts(writer, LIST, 2, repeat_penalty=1.0))
    assert texts(drafts(new_writer(model), LIST, 2, repeat_penalty=3.0, repeat_last_n=0)) == off


def test_excluding_top_choices_writes_less_likely_words(writer: DraftWriter):
    def mean(found: list[Draft]) -> float:
        return sum(sum(d.log_probabilities) for d in found) / sum(d.n_tokens for d in found)

    plain = drafts(writer, STORY, 4, repeat_penalty=1.0)
    excluded = drafts(writer, STORY, 4, repeat_penalty=1.0, xtc_probability=1.0, xtc_threshold=0.1)
    assert mean(excluded) < mean(plain) - 0.3


# log-probabilities


def test_log_probabilities_are_those_of_the_tokens_drawn(writer: DraftWriter):
    """Greedy takes the likeliest token, so that each is at least as likely as any other: over 1 / n_vocab."""
    found = drafts(writer, STORY, 3)
    for draft in found:
        assert len(draft.log_probabilities) == draft.n_tokens
        assert all(p <= 0 for p in draft.log_probabilities)
    greedy = drafts(writer, STORY, 1, temperature=0.0, repeat_penalty=1.0)[0]
    assert sum(greedy.log_probabilities) > max(sum(draft.log_probabilities) for draft in found)


def test_log_probabilities_do_not_depend_on_temperature_or_penalties(model: LlamaModel, writer: DraftWriter):
    """The first token's, where two settings draw the same one."""
    first = {}
    for temperature, seed in itertools.product((0.3, 1.5), range(6)):
        run = drafts(writer, STORY, 2, seed=seed, temperature=temperature, max_tokens=1, top_k=0)
        for draft in run:
            first.setdefault(draft.text, []).append(draft.log_probabilities[0])
    shared = [values for values in first.values() if len(values) > 1]
    assert shared
    assert all(max(values) - min(values) < 1e-6 for values in shared)


# stop strings


def test_a_draft_ends_at_a_stop_string_and_does_not_show_it(writer: DraftWriter):
    full = drafts(writer, STORY, 1, temperature=0.0, max_tokens=40)[0].text
    stop = full[15:22]
    cut = drafts(writer, STORY, 1, temperature=0.0, max_tokens=40, stop=(stop, "no such text"))[0]
    assert cut.finish == "stop"
    assert cut.text == full[: full.index(stop)]


def test_one_draft_that_meets_a_stop_string_does_not_end_the_others(writer: DraftWriter):
    plain = drafts(writer, STORY, 4, max_tokens=20)
    stop = plain[1].text[4:14]
    found = drafts(writer, STORY, 4, max_tokens=20, stop=(stop,))
    assert found[1].finish == "stop"
    assert stop not in "".join(texts(found))
    assert sum(draft.finish == "length" for draft in found) >= 2


# grammars


def test_a_grammar_is_followed_by_every_draft(writer: DraftWriter):
    grammar = 'root ::= ("yes" | "no") " because " [a-z ]+ "."'
    found = drafts(writer, "Is the sea salty?", 4, grammar=grammar, max_tokens=60)
    for draft in found:
        assert re.match(r"(yes|no) because [a-z ]*", draft.text)
        if draft.finish == "stop":
            assert re.fullmatch(r"(yes|no) because [a-z ]+\.", draft.text)
    assert len(set(texts(found))) > 1


def test_a_json_schema_is_followed(writer: DraftWriter):
    schema = {
        "type": "object",
        "properties": {"name": {"type": "string", "maxLength": 12}, "age": {"type": "integer"}},
        "required": ["name", "age"],
        "additionalProperties": False,
    }
    found = drafts(writer, "Invent a person.", 3, json_schema=json.dumps(schema), max_tokens=80)
    whole = [json.loads(draft.text) for draft in found if draft.finish == "stop"]
    assert whole
    for value in whole:
        assert set(value) == {"name", "age"}
        assert isinstance(value["age"], int)


def test_a_request_with_a_grammar_repeats_exactly(model: LlamaModel, writer: DraftWriter):
    grammar = "root ::= [a-z ]+"
    first = texts(drafts(writer, STORY, 3, grammar=grammar))
    assert texts(drafts(new_writer(model), STORY, 3, grammar=grammar)) == first


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"grammar": "root ::= ("}, "must be GBNF"),
        ({"grammar": "start ::= [a-z]"}, "rule named root"),
        ({"json_schema": "{"}, "cannot be used"),
        ({"json_schema": "[1]"}, "must be an object"),
        ({"json_schema": '{"$ref": "https://example.org/a.json"}'}, "cannot be used"),
        ({"json_schema": "{}", "grammar": "root ::= [a-z]"}, "not both"),
    ],
)
def test_a_grammar_that_is_none_is_said_and_the_model_goes_on(
    writer: DraftWriter, settings: dict[str, str], sentence: str
):
    with pytest.raises(SamplingError, match=sentence):
        drafts(writer, STORY, 2, **settings)
    assert all(texts(drafts(writer, STORY, 2)))
