"""The design table: what each variant sees, and one section run on the real corpus's features at random."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine.cli import main
from engine.commands.ablate import SECTIONS, markdown_table
from engine.evaluation.ablation import Row, ablate, variants
from engine.rewards.corpus import Corpus
from engine.rewards.encoder import LAYERS
from engine.rewards.readouts import ENCODER_WIDTH, LOG_WORDS_COLUMN
from engine.rewards.style_features import FEATURE_NAMES

N_DIMS = len(LAYERS) * ENCODER_WIDTH + len(FEATURE_NAMES) + 1


@pytest.fixture(scope="module")
def small(corpus: Corpus) -> tuple[Corpus, np.ndarray]:
    """Sixteen prompts and six people; features that know the ratings, so that there is something to learn."""
    prompts = sorted({reply.prompt_id for reply in corpus.replies})[:16]
    replies = [reply for reply in corpus.replies if reply.prompt_id in prompts]
    known = {reply.id for reply in replies}
    people = [person for person in corpus.people if not person.held_out][:6]
    pairs = [pair for pair in corpus.pairs if pair.a in known and pair.b in known]
    rng = np.random.default_rng(0)
    features = np.zeros((len(replies), N_DIMS), dtype=np.float32)
    features[:, LOG_WORDS_COLUMN] = [np.log1p(reply.n_words) for reply in replies]
    for column, key in enumerate(("warm", "form", "tech", "struct", "hum", "qual")):
        features[:, ENCODER_WIDTH * 2 + column] = [getattr(reply.rating, key) for reply in replies]
    features[:, : ENCODER_WIDTH * 6 : 64] += rng.normal(0, 0.3, (len(replies), 36)).astype(np.float32)
    return replace(corpus, replies=replies, people=people, pairs=pairs), features


def test_a_row_comes_for_every_variant_and_says_what_it_measures(small: tuple[Corpus, np.ndarray]):
    corpus, features = small
    rows = list(ablate(corpus, features, ["start", "quiz"]))
    assert [(row.section, row.variant) for row in rows] == [
        ("start", "SVD"),
        ("start", "random"),
        ("quiz", "as the heads say"),
        ("quiz", "cross-fitted"),
    ]
    for row in rows:
        assert row.accuracy is not None
        assert 0.4 < row.accuracy < 1.0  # of twenty prompts: good to about 0.05
        assert row.accuracy_se is not None
        assert row.accuracy_se > 0


def test_quality_by_two_experts_is_measured_without_people(small: tuple[Corpus, np.ndarray]):
    rows = list(ablate(*small, ["quality"]))
    assert all(row.accuracy is None and row.quality is not None for row in rows)
    assert rows[0].variant == "one regression"
    # quality itself is among the features
    assert rows[0].quality is not None
    assert rows[0].quality.written_pairs > 0.6


def test_a_variant_sees_the_features_it_names_and_always_the_length():
    found = {variant.name: variant.columns for variant in variants(["layers", "features"], N_DIMS)}
    third = found["layer 3 alone"]
    assert third is not None
    assert sum(third[: len(LAYERS) * ENCODER_WIDTH]) == ENCODER_WIDTH
    assert all(third[2 * ENCODER_WIDTH : 3 * ENCODER_WIDTH])
    plain = found["no style features"]
    assert plain is not None
    assert sum(plain) == len(LAYERS) * ENCODER_WIDTH + 2  # the length and the likeness to the prompt
    assert plain[LOG_WORDS_COLUMN]


def test_every_section_has_variants_or_is_the_quiz():
    assert all(variants([section], N_DIMS) or section == "quiz" for section in SECTIONS)
    assert [variant.recipe.n_base for variant in variants(["n-base"], N_DIMS)] == list(range(1, 13))


def test_the_table_has_a_dash_where_nothing_was_measured():
    lines = markdown_table([Row(section="start", variant="SVD", accuracy=0.7, accuracy_se=0.01, log_loss=0.6)])
    assert "| start | SVD | 0.700 ± 0.010 | 0.600 | – |" in lines
    assert len({line.count("|") for line in lines.split("\n")}) == 1


def test_a_section_that_does_not_exist_is_refused_in_a_sentence(capsys: pytest.CaptureFixture[str]):
    assert main(["ablate", "--only", "start,colour"]) == 1
    assert "There is no section 'colour'" in capsys.readouterr().err


def test_a_corpus_that_is_not_there_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    assert main(["ablate", "--corpus", str(tmp_path)]) == 1
    assert "prompts.jsonl" in capsys.readouterr().err


def test_the_encoder_is_measured(capsys: pytest.CaptureFixture[str]):
    """Its figures are for people to read: here only that they are of the right thing."""
    assert main(["measure-encoder", "--repeats", "1", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert 195 <= found["n_tokens"] <= 205
    assert found["ms_per_reply"] > 0
    assert 80e6 < found["n_bytes"] < 100e6
