"""What a taste changes, shown on the shipped examples by people whose taste is simple."""

from __future__ import annotations

import shutil
from pathlib import Path

import msgspec
import numpy as np
import pytest
from helpers.profiles import make_profile

from engine.preferences.examples import (
    EXAMPLES_FILE,
    ExampleBank,
    ExamplePrompt,
    before_and_after,
    load_examples,
    picks,
)
from engine.preferences.learner import posterior_from_log
from engine.preferences.posterior import WeightPosterior
from engine.preferences.profile_file import ProfileFile
from engine.preferences.taste_model import TasteModel, heads_dir, load_taste_model


@pytest.fixture(scope="module")
def model() -> TasteModel:
    return load_taste_model()


@pytest.fixture(scope="module")
def prompts(model: TasteModel) -> list[ExamplePrompt]:
    return load_examples(model)


def belief(directory: Path, model: TasteModel, *, likes_long: bool) -> WeightPosterior:
    directory.mkdir(exist_ok=True)
    file = make_profile(directory / "p.json", model, likes_long=likes_long)
    return posterior_from_log(ProfileFile(file).log(), model)


def test_the_shipped_examples_belong_to_the_shipped_heads_and_leave_a_choice(
    model: TasteModel, prompts: list[ExamplePrompt]
):
    assert len(prompts) >= 30
    assert all(len({c.text for c in example.candidates}) == len(example.candidates) >= 4 for example in prompts)
    assert all(len(c.scored.base_rewards) == model.n_base for example in prompts for c in example.candidates)


def test_no_example_is_a_question_of_the_quiz(model: TasteModel, prompts: list[ExamplePrompt]):
    assert not {example.prompt for example in prompts} & {pair.prompt for pair in model.quiz.pairs}


def test_before_any_answer_both_picks_are_the_same_on_every_prompt(model: TasteModel, prompts: list[ExamplePrompt]):
    example = before_and_after(prompts, posterior_from_log([], model), model)
    assert example is not None
    assert example.is_same
    assert (example.n_different, example.n_prompts) == (0, len(prompts))


def test_who_likes_long_replies_gets_longer_ones_than_who_likes_short_ones(
    tmp_path: Path, model: TasteModel, prompts: list[ExamplePrompt]
):
    words = {}
    for likes_long in (True, False):
        posterior = belief(tmp_path / str(likes_long), model, likes_long=likes_long)
        chosen = [picks([c.scored for c in p.candidates], posterior, model)[1].chosen for p in prompts]
        words[likes_long] = np.mean(
            [len(p.candidates[index].text.split()) for p, index in zip(prompts, chosen, strict=True)]
        )
    assert words[True] > 1.2 * words[False]


def test_the_example_is_the_one_with_the_largest_lead_and_is_among_the_candidates(
    tmp_path: Path, model: TasteModel, prompts: list[ExamplePrompt]
):
    posterior = belief(tmp_path, model, likes_long=False)
    shown = before_and_after(prompts, posterior, model)
    assert shown is not None
    assert not shown.is_same
    texts = {c.text for example in prompts if example.prompt == shown.prompt for c in example.candidates}
    assert {shown.before, shown.after} <= texts
    rest = [example for example in prompts if example.prompt != shown.prompt]
    second = before_and_after(rest, posterior, model)
    assert second is not None
    assert second.lead <= shown.lead


def test_a_prompt_that_was_asked_is_not_shown(model: TasteModel, prompts: list[ExamplePrompt]):
    asked = {example.prompt for example in prompts[1:]}
    shown = before_and_after(prompts, posterior_from_log([], model), model, asked)
    assert shown is not None
    assert (shown.prompt, shown.n_prompts) == (prompts[0].prompt, 1)
    assert before_and_after(prompts[:1], posterior_from_log([], model), model, {prompts[0].prompt}) is None


def test_examples_of_other_heads_or_a_damaged_file_are_no_examples(tmp_path: Path, model: TasteModel):
    assert load_examples(model, tmp_path) == []
    file = Path(shutil.copy(heads_dir() / EXAMPLES_FILE, tmp_path))
    assert load_examples(model, tmp_path)
    bank = msgspec.json.decode(file.read_bytes(), type=ExampleBank)
    file.write_bytes(msgspec.json.encode(msgspec.structs.replace(bank, heads_version="h-other")))
    assert load_examples(model, tmp_path) == []
    file.write_bytes(b'{"heads_version": 3')
    assert load_examples(model, tmp_path) == []
