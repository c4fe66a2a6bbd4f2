"""Drafts recorded with what the bundled model knows of them while it writes."""

from __future__ import annotations

import zlib

import numpy as np
import pytest
from helpers.writers import new_writer

from engine.errors import InputFileError
from engine.evaluation.draft_table import build_table
from engine.evaluation.recorded_drafts import BATCH, DraftRecorder, recorded_prompt
from engine.generation.drafts import SilentListener
from engine.preferences.taste_model import heads_dir
from engine.rewards.corpus import PromptRow
from engine.rewards.encoder import ReplyEncoder
from engine.rewards.features import n_feature_dims
from engine.rewards.heads import load_heads
from engine.types import ChatMessage, SamplingSettings

PROMPT = "how do i get red wine out of a wool rug"
SHORT = SamplingSettings(max_tokens=20)


@pytest.fixture(scope="module")
def directory(model, tmp_path_factory):
    directory = tmp_path_factory.mktemp("recorded")
    recorder = DraftRecorder(model, directory, SHORT, seed=3)
    recorder.record("h02", PROMPT, 0)
    recorder.close()
    return directory


def test_recording_changes_nothing_in_what_is_written(directory, model):
    writer = new_writer(model)
    seed = zlib.crc32(b"3|h02|0")
    plain = writer.write([ChatMessage("user", PROMPT)], BATCH, SHORT, seed, SilentListener(), lambda: False)
    writer.close()
    recorded = recorded_prompt(directory, "h02", BATCH)
    assert [draft.text for draft in recorded.drafts] == [draft.text.strip() for draft in plain.drafts]


def test_states_are_there_up_to_where_a_draft_went(directory):
    recorded = recorded_prompt(directory, "h02", BATCH)
    reached = np.array([draft.n_tokens > 16 for draft in recorded.drafts])
    assert reached.any()
    assert np.isfinite(recorded.hidden[reached, 0]).all()
    assert np.isnan(recorded.hidden[:, 1:]).all()
    mean, last = recorded.hidden[reached, 0].astype(np.float64).transpose(1, 0, 2)
    # a mean of unlike states is shorter than they are, and drafts that differ have states that differ
    assert (np.linalg.norm(mean, axis=1) < np.linalg.norm(last, axis=1)).all()
    assert len({state.tobytes() for state in last}) == reached.sum()
    for draft in recorded.drafts:
        assert len(draft.log_probabilities) == draft.n_tokens
        assert all(draft.text.startswith(prefix.strip()) for prefix in draft.prefixes)


def test_what_is_there_is_not_written_again(directory, model):
    before = {path: path.stat().st_mtime_ns for path in directory.glob("h02-0.*")}
    recorder = DraftRecorder(model, directory, SHORT, seed=4)
    recorder.record("h02", PROMPT, 0)
    recorder.close()
    assert len(before) == 2
    assert before == {path: path.stat().st_mtime_ns for path in directory.glob("h02-0.*")}


def test_the_table_holds_what_the_heads_say_and_nan_where_a_draft_had_ended(directory):
    encoder = ReplyEncoder()
    heads = load_heads(heads_dir(), n_feature_dims(encoder))
    row = PromptRow(prompt_id="h02", category="how_to", prompt=PROMPT)
    table, steps = build_table(directory, [row], [], BATCH, encoder, heads, "small", lambda _text: None)
    assert table.targets.shape == (BATCH, len(table.target_names))
    assert np.isfinite(table.targets).all()
    for values in table.blocks.values():
        assert np.isfinite(values[0][table.going[0]]).all()
    assert not table.going[1].any()
    assert sum(count for _, count, _ in steps) <= SHORT.max_tokens
    again, _ = build_table(directory, [row], [], BATCH, encoder, heads, "small", lambda _text: None)
    assert (again.targets == table.targets).all()


def test_a_damaged_file_is_named(directory, tmp_path):
    (tmp_path / "h02-0.json").write_text("{")
    with pytest.raises(InputFileError, match=r"h02-0\.json"):
        recorded_prompt(tmp_path, "h02", BATCH)
