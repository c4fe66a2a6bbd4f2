"""The trial of own examples, on the real bundled model and heads."""

from __future__ import annotations

import pytest

from engine.directions.example_trial import N_ANSWERS, try_examples, typical_people, worth_trying
from engine.generation.drafts import DraftWriter
from engine.generation.model import LlamaModel
from engine.preferences.taste_model import TasteModel
from engine.rewards.scorer import ReplyScorer

TASTES = (("length", False), ("humour", True))


def test_typical_people_prefer_what_their_weights_say(taste: TasteModel):
    short, funny = typical_people(TASTES, taste, seed=1)
    for person in (short, funny):
        assert len(person.examples) == N_ANSWERS
        assert all(example.margin >= 0 for example in person.examples)
    assert [e.preferred for e in short.examples] != [e.preferred for e in funny.examples]


def test_the_bundled_model_is_too_small_to_be_tried(model: LlamaModel):
    assert not worth_trying(model)


def test_a_trial_reads_every_prompt_once_and_says_what_the_examples_cost(
    writer: DraftWriter, scorer: ReplyScorer, taste: TasteModel
):
    people = typical_people(TASTES, taste, seed=1)
    prompts: list[str] = []
    trial = try_examples(
        writer,
        scorer,
        people,
        ["why do cats purr?", "my bike chain is rusty. what should i do?"],
        writer_kind="small",
        max_tokens=6,
        seed=1,
        on_prompt=lambda: prompts.append("done"),
        should_stop=lambda: False,
    )
    assert trial is not None
    assert len(prompts) == 2
    assert trial.n_read_tokens > 60
    assert trial.gain_se > 0
    assert trial.pays == (trial.gain > trial.gain_se)


@pytest.mark.parametrize("n_before", [0, 1])
def test_a_trial_can_be_stopped(writer: DraftWriter, scorer: ReplyScorer, taste: TasteModel, n_before: int):
    done: list[int] = []
    trial = try_examples(
        writer,
        scorer,
        typical_people(TASTES[:1], taste, seed=1),
        ["hello", "hi there", "good day"],
        writer_kind="small",
        max_tokens=4,
        seed=1,
        on_prompt=lambda: done.append(1),
        should_stop=lambda: len(done) == n_before,
    )
    assert trial is None
    assert len(done) == n_before
