"""The shipped corpus keeps its promises; a damaged one is said."""

from __future__ import annotations

import shutil
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from engine.errors import InputFileError
from engine.paths import assets_dir
from engine.rewards.corpus import FLAWED, RATING_KEYS, WRITTEN, Corpus, axis_values, load_corpus, quality_values
from engine.types import AXES

ENTANGLED = {frozenset({"length", "depth"})}
"""Axes that go together in the corpus and are known to: who explains more writes more."""


def test_there_are_two_hundred_prompts_with_six_replies_each(corpus: Corpus):
    replies = Counter(reply.prompt_id for reply in corpus.replies)
    assert len(replies) >= 200
    assert min(replies.values()) >= 6


def test_no_reply_is_empty_and_no_id_repeats(corpus: Corpus):
    assert all(reply.text.strip() and reply.prompt.strip() for reply in corpus.replies)
    assert len({reply.id for reply in corpus.replies}) == len(corpus.replies)
    assert len({pair.pair for pair in corpus.pairs}) == len(corpus.pairs)
    assert len({person.user for person in corpus.people}) == len(corpus.people)


def test_replies_of_two_small_models_are_in_it_and_no_other_source_is(corpus: Corpus):
    models = Counter(reply.model for reply in corpus.replies if reply.model is not None)
    assert len(models) == 2
    assert sum(models.values()) >= 600
    assert {reply.source for reply in corpus.replies} - set(models) == {WRITTEN, FLAWED}


def test_no_two_replies_to_one_prompt_are_the_same(corpus: Corpus):
    written = [(reply.prompt_id, reply.text) for reply in corpus.replies if reply.source == WRITTEN]
    assert len(set(written)) == len(written)


def test_every_rating_is_between_one_and_five(corpus: Corpus):
    rated = [i for i, axis in enumerate(AXES) if axis != "length"]
    values = np.column_stack([axis_values(corpus.replies)[:, rated], quality_values(corpus.replies)])
    assert values.min() >= 1
    assert values.max() <= 5
    assert set(RATING_KEYS) == set(AXES) - {"length"}


def test_every_axis_is_used_over_its_whole_range(corpus: Corpus):
    rated = [i for i, axis in enumerate(AXES) if axis != "length"]
    values = axis_values(corpus.replies)[:, rated]
    assert (values.min(axis=0) <= 1.5).all()
    assert (values.max(axis=0) >= 4.5).all()
    assert values.std(axis=0).min() > 0.5


@pytest.mark.parametrize("sampled_too", [False, True], ids=["written", "and sampled"])
def test_the_axes_are_not_entangled_but_for_those_known_to_be(sampled_too: bool, corpus: Corpus):
    replies = [r for r in corpus.replies if r.source == WRITTEN or (sampled_too and r.model is not None)]
    correlation = np.corrcoef(axis_values(replies).T)
    strong = {frozenset({AXES[i], AXES[j]}) for i in range(len(AXES)) for j in range(i) if abs(correlation[i, j]) > 0.5}
    assert strong <= ENTANGLED


def test_every_pair_compares_two_replies_to_one_prompt(corpus: Corpus):
    replies = {reply.id: reply for reply in corpus.replies}
    assert all(pair.a != pair.b for pair in corpus.pairs)
    assert all(replies[pair.a].prompt_id == replies[pair.b].prompt_id for pair in corpus.pairs)


def test_every_choice_names_a_person_and_a_pair_that_exist_once(corpus: Corpus):
    people, pairs = {p.user for p in corpus.people}, {p.pair for p in corpus.pairs}
    assert all(choice.user in people and choice.pair in pairs for choice in corpus.choices)
    assert len({(choice.user, choice.pair) for choice in corpus.choices}) == len(corpus.choices)


def test_everybody_chooses_in_the_same_pairs(corpus: Corpus):
    """Otherwise there is nothing to factorize."""
    answered = Counter(choice.user for choice in corpus.choices)
    assert set(answered.values()) == {len(corpus.pairs)}
    assert len(answered) == len(corpus.people) >= 16


def test_some_people_are_held_out(corpus: Corpus):
    held_out = sum(person.held_out for person in corpus.people)
    assert 5 <= held_out < len(corpus.people) / 2


def test_neither_side_of_the_pairs_is_favoured(corpus: Corpus):
    counts = Counter(choice.choice for choice in corpus.choices)
    assert 0.4 < counts["a"] / (counts["a"] + counts["b"]) < 0.6


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    shutil.copytree(assets_dir() / "corpus", tmp_path / "corpus")
    return tmp_path / "corpus"


def test_a_pair_of_a_reply_that_is_not_there_is_refused(copy: Path):
    with (copy / "pairs.jsonl").open("a") as file:
        file.write('{"pair": "odd", "a": "nowhere", "b": "nowhere"}\n')
    with pytest.raises(InputFileError, match="Pair odd"):
        load_corpus(copy)


def test_a_reply_without_a_rating_is_refused(copy: Path):
    lines = (copy / "ratings.jsonl").read_text().splitlines(keepends=True)
    (copy / "ratings.jsonl").write_text("".join(lines[1:]))
    with pytest.raises(InputFileError, match="has no prompt or no rating"):
        load_corpus(copy)


def test_a_damaged_line_is_named(copy: Path):
    lines = (copy / "people.jsonl").read_text().splitlines()
    lines[2] = lines[2][:10]
    (copy / "people.jsonl").write_text("\n".join(lines))
    with pytest.raises(InputFileError, match=r"Line 3 of people\.jsonl"):
        load_corpus(copy)
