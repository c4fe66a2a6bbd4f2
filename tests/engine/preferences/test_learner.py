"""Learning one person's taste over the real logs: the database's and the profile file's."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from helpers.taste import logged, numbers, quiz, scored

from engine.preferences.events import Scored
from engine.preferences.explanation import axis_likings
from engine.preferences.learner import EventLog, TasteLearner, posterior_from_log
from engine.preferences.profile_file import ProfileFile
from engine.preferences.quiz import QUIZ_LENGTH
from engine.preferences.taste_model import QuizPair, TasteModel
from engine.store.database import Database
from engine.store.profiles import ProfileStore


@pytest.fixture(params=["database", "file"])
def log(request: pytest.FixtureRequest, database: Database, tmp_path: Path) -> EventLog:
    """An empty log of either kind."""
    if request.param == "file":
        return ProfileFile(tmp_path / "me.json")
    store = ProfileStore(database)
    return store.event_log(store.first_or_create().id)


@pytest.fixture
def learner(log: EventLog, taste: TasteModel) -> TasteLearner:
    return TasteLearner(log, taste)


def liking(learner: TasteLearner, axis: str) -> float:
    return next(one.mean for one in learner.likings() if one.axis == axis)


def long_and_short(taste: TasteModel, n: int) -> list[tuple[Scored, Scored]]:
    """Of the bank's pairs, those that differ most in length: (longer, shorter)."""

    def gap(pair: QuizPair) -> int:
        return abs(len(pair.a) - len(pair.b))

    pairs = sorted(taste.quiz.pairs, key=gap, reverse=True)[:n]
    return [
        (pair.a_scored, pair.b_scored) if len(pair.a) > len(pair.b) else (pair.b_scored, pair.a_scored)
        for pair in pairs
    ]


def test_ten_thumbs_down_on_long_replies_lower_the_liking_of_length(learner: TasteLearner, taste: TasteModel):
    before = liking(learner, "length")
    for number, (longer, shorter) in enumerate(long_and_short(taste, 10)):
        learner.thumb(f"m{number}", 0, up=False, shown=longer, reference=shorter)
    assert liking(learner, "length") < before - 0.05


def test_undoing_all_ten_brings_back_exactly_the_same_numbers(log: EventLog, taste: TasteModel):
    learner = TasteLearner(log, taste)
    for pair in taste.quiz.pairs[:3]:
        learner.answer(pair, "a")
    before = numbers(learner.posterior)
    receipts = [
        learner.thumb(f"m{number}", 0, up=False, shown=longer, reference=shorter)
        for number, (longer, shorter) in enumerate(long_and_short(taste, 10))
    ]
    assert numbers(learner.posterior) != before
    for receipt in receipts:
        learner.undo(receipt.number)
    assert numbers(learner.posterior) == before
    # and so it is after a restart
    assert numbers(TasteLearner(log, taste).posterior) == before


def test_undo_gives_exactly_the_posterior_of_a_log_without_the_event(learner: TasteLearner, taste: TasteModel):
    receipts = [learner.answer(pair, "b") for pair in taste.quiz.pairs[:5]]
    learner.undo(receipts[2].number)
    without = [entry for entry in learner.events if entry.number != receipts[2].number]
    assert len(without) == 4
    assert numbers(learner.posterior) == numbers(posterior_from_log(without, taste))


def test_the_posterior_after_a_restart_is_the_one_before(log: EventLog, taste: TasteModel):
    learner = TasteLearner(log, taste)
    for pair in taste.quiz.pairs[:4]:
        learner.answer(pair, "a")
    assert numbers(TasteLearner(log, taste).posterior) == numbers(learner.posterior)


def test_a_second_thumb_on_a_draft_replaces_the_first(learner: TasteLearner, taste: TasteModel):
    longer, shorter = long_and_short(taste, 1)[0]
    learner.thumb("m", 0, up=True, shown=longer, reference=shorter)
    learner.thumb("m", 0, up=False, shown=longer, reference=shorter)
    learner.thumb("m", 1, up=True, shown=shorter, reference=longer)
    assert [(entry.event.index, entry.event.up) for entry in learner.events] == [(0, False), (1, True)]


def test_undoing_a_second_thumb_brings_back_the_first(learner: TasteLearner, taste: TasteModel):
    longer, shorter = long_and_short(taste, 1)[0]
    learner.thumb("m", 0, up=True, shown=longer, reference=shorter)
    before = numbers(learner.posterior)
    second = learner.thumb("m", 0, up=False, shown=longer, reference=shorter)
    assert numbers(learner.posterior) != before
    learner.undo(second.number)
    assert numbers(learner.posterior) == before


def test_clearing_a_drafts_thumbs_leaves_none_of_them(learner: TasteLearner, taste: TasteModel):
    before = numbers(learner.posterior)
    longer, shorter = long_and_short(taste, 1)[0]
    for up in (True, False, True):
        learner.thumb("m", 0, up=up, shown=longer, reference=shorter)
    learner.clear_thumbs("m", 0)
    assert learner.events == []
    assert numbers(learner.posterior) == before


def test_preferring_a_shorter_draft_lowers_the_liking_of_length(learner: TasteLearner, taste: TasteModel):
    before = liking(learner, "length")
    longer, shorter = long_and_short(taste, 1)[0]
    receipt = learner.prefer("m", preferred_index=1, shown_index=0, preferred=shorter, shown=longer)
    assert liking(learner, "length") < before
    assert receipt.number == learner.events[-1].number


def test_the_quiz_ends_after_ten_answers_and_never_repeats_a_prompt(learner: TasteLearner):
    prompts = []
    while (pair := learner.next_pair()) is not None:
        prompts.append(pair.prompt)
        learner.answer(pair, "a" if len(pair.a) < len(pair.b) else "b")
    assert 6 <= len(prompts) <= QUIZ_LENGTH == 10
    assert len(set(prompts)) == len(prompts)
    assert learner.n_quiz_answers == len(prompts)


def test_answers_of_both_bad_count_towards_the_end_of_the_quiz(learner: TasteLearner):
    n = 0
    while (pair := learner.next_pair()) is not None:
        learner.answer(pair, "both_bad")
        n += 1
    assert n == QUIZ_LENGTH


def test_the_first_question_is_the_same_for_everybody(learner: TasteLearner, taste: TasteModel, tmp_path: Path):
    other = TasteLearner(ProfileFile(tmp_path / "other.json"), taste)
    first, again = learner.next_pair(), other.next_pair()
    assert first is not None
    assert again is not None
    assert first.id == again.id


def test_undoing_the_last_answer_asks_the_same_pair_again(learner: TasteLearner):
    for _ in range(3):
        pair = learner.next_pair()
        assert pair is not None
        learner.answer(pair, "b")
    assert learner.undo_last_answer() == pair
    assert learner.next_pair() == pair
    assert learner.n_quiz_answers == 2


def test_answers_to_other_heads_are_kept_and_the_quiz_begins_anew(log: EventLog, taste: TasteModel):
    for _ in range(QUIZ_LENGTH):
        log.append(quiz(scored(1.0), scored(0.0), "a", heads="h1-000000000000"))
    learner = TasteLearner(log, taste)
    assert learner.n_quiz_answers == 0
    assert learner.next_pair() is not None
    assert len(learner.events) == QUIZ_LENGTH


def test_undoing_with_no_answer_does_nothing(learner: TasteLearner):
    assert learner.undo_last_answer() is None
    assert learner.events == []


def test_opposite_answers_lead_to_opposite_likings_of_length(taste: TasteModel, tmp_path: Path):
    likings = {}
    for name, sign in (("short", 1), ("long", -1)):
        learner = TasteLearner(ProfileFile(tmp_path / f"{name}.json"), taste)
        while (pair := learner.next_pair()) is not None:
            learner.answer(pair, "a" if sign * (len(pair.b) - len(pair.a)) > 0 else "b")
        likings[name] = liking(learner, "length")
    assert likings["short"] < -0.2 < 0.2 < likings["long"]


def test_the_weights_in_the_database_are_always_those_a_refit_gives(database: Database, taste: TasteModel):
    store = ProfileStore(database)
    profile = store.first_or_create()
    learner = TasteLearner(store.event_log(profile.id), taste)
    assert store.get(profile.id).weights is None
    receipts = []
    for pair in taste.quiz.pairs[:3]:
        receipts.append(learner.answer(pair, "tie"))
        assert store.get(profile.id).weights == TasteLearner(store.event_log(profile.id), taste).weights
    learner.undo(receipts[0].number)
    stored = store.get(profile.id).weights
    assert stored == learner.weights
    refit = posterior_from_log(store.log(profile.id), taste)
    assert stored is not None
    assert (stored.mean, stored.covariance) == (refit.mean.tolist(), refit.covariance.tolist())
    assert stored.heads_version == taste.heads_version


def test_a_log_of_five_hundred_events_is_refitted(taste: TasteModel):
    rng = np.random.default_rng(0)
    events = [
        quiz(pair.a_scored, pair.b_scored, "a" if rng.random() < 0.5 else "b", heads=taste.heads_version)
        for pair in taste.quiz.pairs * 4
    ][:500]
    posterior = posterior_from_log(logged(*events), taste)
    assert posterior.n_observations == 500
    assert np.isfinite(posterior.mean).all()
    assert posterior.certainty > 0.5


def test_a_receipt_says_what_changed_in_words(learner: TasteLearner, taste: TasteModel):
    longer, shorter = long_and_short(taste, 1)[0]
    receipt = learner.thumb("m", 0, up=False, shown=longer, reference=shorter)
    assert receipt.change is not None
    assert learner.thumb("n", 0, up=False, shown=longer, reference=shorter, reason="wrong").change is None


def test_a_profile_file_is_readable_json_with_its_weights(taste: TasteModel, tmp_path: Path):
    path = tmp_path / "me.json"
    learner = TasteLearner(ProfileFile(path), taste)
    learner.answer(taste.quiz.pairs[0], "a")
    content = json.loads(path.read_text())
    assert content["format"] == "attune-profile"
    assert content["weights"]["mean"] == learner.weights.mean
    assert [event["event"]["kind"] for event in content["events"]] == ["quiz"]
    assert [one.mean for one in axis_likings(learner.posterior, taste)] == [one.mean for one in learner.likings()]


def test_events_scored_by_older_heads_are_kept_and_not_used(log: EventLog, taste: TasteModel):
    log.append(quiz(scored(1.0), scored(0.0), "a", heads="h0-old"))
    learner = TasteLearner(log, taste)
    assert len(learner.events) == 1
    assert learner.posterior.mean.tolist() == taste.prior_mean.tolist()
