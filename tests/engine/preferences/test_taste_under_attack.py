"""Thumbs that contradict each other, never end, or lie; profiles that were made to do harm; logs in any order."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from helpers.taste import HEADS, quiz, scored, thumb, tiny_taste
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import ProfileError
from engine.preferences.events import LoggedEvent, PreferenceEvent, Retraction, Thumb
from engine.preferences.learner import posterior_from_log
from engine.preferences.profile_file import import_log, n_of_other_heads
from engine.preferences.taste_model import TasteModel
from engine.rerank import QUALITY_MARGIN, choose_draft

TASTE = tiny_taste()
VALUES = st.floats(-4, 4, width=32)
quick = settings(max_examples=60, deadline=None, derandomize=True, database=None)


@st.composite
def events(draw: st.DrawFn) -> PreferenceEvent:
    one, other = scored(draw(VALUES), draw(VALUES)), scored(draw(VALUES), draw(VALUES))
    if draw(st.booleans()):
        return quiz(one, other, draw(st.sampled_from(("a", "b", "tie", "both_bad"))))
    return thumb(draw(st.booleans()), one, other, message=f"m{draw(st.integers(0, 10**9))}")


def entries(items: list[PreferenceEvent]) -> list[LoggedEvent]:
    return [LoggedEvent(number=number, created_at=number, event=event) for number, event in enumerate(items, start=1)]


@quick
@given(kept=st.lists(events(), min_size=1, max_size=6), added=st.lists(events(), max_size=6), data=st.data())
def test_what_was_taken_back_leaves_exactly_no_trace_wherever_it_was_added(kept, added, data):
    log: list[PreferenceEvent] = []
    waiting, to_add, to_retract = list(kept), list(added), []
    while waiting or to_add or to_retract:
        choices = [name for name, items in (("keep", waiting), ("add", to_add), ("retract", to_retract)) if items]
        match data.draw(st.sampled_from(choices)):
            case "keep":
                log.append(waiting.pop(0))
            case "add":
                log.append(to_add.pop(0))
                to_retract.append(len(log))
            case _:
                number = to_retract.pop(data.draw(st.integers(0, len(to_retract) - 1)))
                log.append(Retraction(event=number, heads_version=HEADS))
    with_detours, without = posterior_from_log(entries(log), TASTE), posterior_from_log(entries(kept), TASTE)
    assert np.array_equal(with_detours.mean, without.mean)
    assert np.array_equal(with_detours.covariance, without.covariance)


@quick
@given(items=st.lists(events(), min_size=2, max_size=8), data=st.data())
def test_the_order_of_comparisons_does_not_matter(items, data):
    comparisons = [event for event in items if not isinstance(event, Thumb)]
    shuffled = data.draw(st.permutations(comparisons))
    one, other = posterior_from_log(entries(comparisons), TASTE), posterior_from_log(entries(shuffled), TASTE)
    np.testing.assert_allclose(one.mean, other.mean, atol=1e-6)
    np.testing.assert_allclose(one.covariance, other.covariance, atol=1e-6)


STREAMS = {
    "contradicting": lambda rng, n: (bool(n % 2), np.ones(rng), -np.ones(rng)),
    "always up": lambda rng, n: (True, np.full(rng, 3.0), np.full(rng, -3.0)),
    "always down": lambda rng, n: (False, np.full(rng, 3.0), np.full(rng, -3.0)),
    "far apart": lambda rng, n: (True, np.full(rng, 900.0), np.full(rng, -900.0)),
    "no difference": lambda rng, n: (True, np.zeros(rng), np.zeros(rng)),
    "against itself": lambda rng, n: (n % 3 == 0, np.eye(rng)[n % rng] * 50, np.eye(rng)[(n + 1) % rng] * 50),
}


@pytest.mark.parametrize("stream", STREAMS)
def test_enormous_streams_of_thumbs_never_give_nan_or_runaway_weights(taste: TasteModel, stream: str):
    n_base = taste.n_base
    log = []
    for number in range(2000):
        up, shown, reference = STREAMS[stream](n_base, number)
        event = Thumb(
            heads_version=taste.heads_version,
            message=f"m{number}",
            index=0,
            up=up,
            shown=scored(*shown.tolist()),
            reference=scored(*reference.tolist()),
        )
        log.append(LoggedEvent(number=number + 1, created_at=number, event=event))
    posterior = posterior_from_log(log, taste)
    assert np.isfinite(posterior.mean).all()
    assert np.isfinite(posterior.covariance).all()
    assert (np.linalg.eigvalsh(posterior.covariance) > -1e-9).all()
    # a person can be told apart from the population, and not be further from it than any person could be
    distance = posterior.mean - taste.prior_mean
    assert np.sqrt(distance @ np.linalg.solve(taste.prior_covariance, distance)) < 15


@quick
@given(
    data=st.data(),
    n_drafts=st.integers(1, 6),
    scale=st.sampled_from([1e-6, 1.0, 1e3, 1e6]),
)
def test_no_taste_ever_chooses_a_draft_below_the_floor_of_quality(data, n_drafts, scale):
    n_base = 3
    numbers_of = lambda *shape: np.array(  # noqa: E731
        data.draw(st.lists(VALUES, min_size=int(np.prod(shape)), max_size=int(np.prod(shape))))
    ).reshape(shape)
    quality = numbers_of(n_drafts)
    root = numbers_of(n_base, n_base)
    choice = choose_draft(
        numbers_of(n_drafts, n_base) * scale,
        quality,
        numbers_of(2, n_drafts, n_base) * scale,
        numbers_of(n_base) * scale,
        root @ root.T,
        numbers_of(n_base),
    )
    assert np.isfinite(choice.scores).all()
    assert quality[choice.chosen] >= quality.max() - QUALITY_MARGIN


def profile(path: Path, **event: Any) -> Path:
    path.write_text(
        json.dumps({"format": "attune-profile", "events": [{"number": 1, "created_at": 0, "event": event}]})
    )
    return path


def _thumb(taste: TasteModel, **changes: Any) -> dict[str, Any]:
    good = {"base_rewards": [0.1] * taste.n_base, "quality": 0.0}
    event = {"kind": "thumb", "heads_version": taste.heads_version, "message": "m", "index": 0, "up": True}
    return event | {"shown": good, "reference": good} | changes


@pytest.mark.parametrize(
    ("n_more", "value", "quality"),
    [(-1, 0.1, 0.0), (500, 0.1, 0.0), (0, 1e300, 0.0), (0, -1001.0, 0.0), (0, 0.1, -1e308)],
    ids=["too few", "too many", "huge", "large", "huge quality"],
)
def test_a_profile_whose_numbers_no_heads_can_have_given_is_refused(
    taste: TasteModel, tmp_path: Path, n_more: int, value: float, quality: float
):
    shown = {"base_rewards": [value] * (taste.n_base + n_more), "quality": quality}
    with pytest.raises(ProfileError, match=r"make no sense\. Nothing was imported"):
        import_log(profile(tmp_path / "p.json", **_thumb(taste, shown=shown)), taste)


def test_a_statement_beyond_all_bounds_is_refused(taste: TasteModel, tmp_path: Path):
    statement = {"kind": "axis", "heads_version": taste.heads_version, "axis": "length", "value": 1e200}
    with pytest.raises(ProfileError, match="make no sense"):
        import_log(profile(tmp_path / "p.json", **statement), taste)


def test_ratings_of_other_heads_are_kept_counted_and_not_used(taste: TasteModel, tmp_path: Path):
    event = _thumb(taste, heads_version="h-other", shown={"base_rewards": [1.0, 2.0], "quality": 0.0})
    log = import_log(profile(tmp_path / "p.json", **event), taste)
    assert (len(log), n_of_other_heads(log, taste)) == (1, 1)
    assert np.array_equal(posterior_from_log(log, taste).mean, posterior_from_log([], taste).mean)
