"""Control vectors on the bundled model: read from its layers, applied, taken away, and weighed."""

from __future__ import annotations

import numpy as np
import pytest

from engine.evaluation.inner_states import InnerStates
from engine.evaluation.vectors import VectorDraft, VectorTrial, control_vectors, vector_drafts, vector_effects
from engine.rewards.corpus import PromptRow
from engine.types import AXES, SamplingSettings

PROMPT = PromptRow(prompt_id="h02", category="how_to", prompt="how do i get red wine out of a wool rug")
SHORT = SamplingSettings(max_tokens=8)


@pytest.fixture(scope="module")
def vectors(model, corpus):
    return control_vectors(model, corpus, 3)


def test_the_states_of_the_layers_grow_apart_with_the_text(model):
    inner = InnerStates(model)
    bread = inner.mean_states(model.tokenize("Bread needs flour and water.", False), 1)
    again = inner.mean_states(model.tokenize("Bread needs flour and water.", False), 1)
    train = inner.mean_states(model.tokenize("The train leaves at nine.", False), 1)
    inner.close()
    assert bread.shape == (model.n_layers, inner.width)
    assert np.allclose(bread, again)
    assert (np.linalg.norm(bread - train, axis=1)[:-1] > 1.0).all()
    assert not bread[-1].any()  # as promised of the last layer


def test_a_vector_changes_what_is_written_until_it_is_taken_away(model, vectors, tmp_path):
    assert vectors.shape[0] == len(AXES)
    path = tmp_path / "drafts.jsonl"
    greedy = SamplingSettings(max_tokens=8, temperature=0)
    trial = VectorTrial(model, vectors, path, greedy, seed=0)
    trial.write(PROMPT, "", 0.0, 1)
    trial.write(PROMPT, "structure", 40.0, 1)
    trial.close()
    plain, steered = vector_drafts(path)
    other = VectorTrial(model, vectors, tmp_path / "again.jsonl", greedy, seed=0)
    other.write(PROMPT, "", 0.0, 1)
    other.close()
    assert plain.text != steered.text
    assert vector_drafts(tmp_path / "again.jsonl")[0].text == plain.text


def test_what_is_there_is_not_written_again(model, vectors, tmp_path):
    path = tmp_path / "drafts.jsonl"
    for _ in range(2):
        trial = VectorTrial(model, vectors, path, SHORT, seed=0)
        trial.write(PROMPT, "warmth", 2.0, 2)
        trial.close()
    assert len(vector_drafts(path)) == 2


def test_an_effect_is_the_move_of_its_axis_in_the_direction_asked(scorer):
    drafts = [
        VectorDraft(axis=axis, strength=strength, prompt_id="h02", text=text, finish="stop", n_tokens=9)
        for axis, strength, text in (
            ("", 0.0, "Blot it with cold water and a little salt, then let it dry."),
            ("length", 2.0, "Blot it with cold water and a little salt, then let it dry. " * 6),
            ("length", -2.0, "Blot it."),
        )
    ]
    less, more = vector_effects(drafts, [PROMPT], scorer, "small")
    assert (less.strength, more.strength) == (-2.0, 2.0)
    assert less.shift > 0.5
    assert more.shift > 0.5
    assert less.n_prompts == more.n_drafts == 1
