"""How a taste came about: every point is the fit of a beginning of the log, and the last what is believed now."""

from __future__ import annotations

import numpy as np
import pytest
from helpers.taste import HEADS, logged, quiz, retraction, scored, thumb, tiny_taste

from engine.preferences.events import AxisStatement, LoggedEvent
from engine.preferences.explanation import axis_likings
from engine.preferences.history import MAX_POINTS, taste_history
from engine.preferences.learner import posterior_from_log
from engine.preferences.taste_model import TasteModel


@pytest.fixture
def model() -> TasteModel:
    return tiny_taste()


def varied_log(n: int) -> list[LoggedEvent]:
    """Quiz answers, thumbs with and without a reason, and sliders, in turn."""
    rng = np.random.default_rng(3)
    events = []
    for i in range(n):
        a, b = (scored(*rng.normal(0, 1, 2)) for _ in range(2))
        events.append(
            [
                quiz(a, b, "a" if rng.random() < 0.7 else "b"),
                thumb(bool(rng.random() < 0.6), a, b, message=f"m{i}"),
                thumb(False, a, b, "too_long", message=f"m{i}"),
                AxisStatement(heads_version=HEADS, axis="length", value=float(rng.normal())),
            ][i % 4]
        )
    return logged(*events)


def test_every_point_is_the_fit_of_that_beginning_of_the_log(model: TasteModel):
    log = varied_log(12)
    history = taste_history(log, model)
    assert history is not None
    assert history.has_every_event
    assert history.ends == tuple(range(13))
    for point, end in enumerate(history.ends):
        likings = axis_likings(posterior_from_log(log[:end], model), model)
        assert history.means[point] == pytest.approx([liking.mean for liking in likings])
        assert history.sds[point] == pytest.approx([liking.sd for liking in likings])


def test_what_was_taken_back_is_no_part_of_it_and_the_end_is_what_is_believed_now(model: TasteModel):
    log = [*varied_log(6), LoggedEvent(number=7, created_at=0.0, event=retraction(3))]
    history = taste_history(log, model)
    assert history is not None
    assert [entry.number for entry in history.events] == [1, 2, 4, 5, 6]
    now = axis_likings(posterior_from_log(log, model), model)
    assert history.means[-1] == pytest.approx([liking.mean for liking in now])


def test_a_long_log_has_no_more_points_than_a_chart_can_show_and_ends_at_its_end(model: TasteModel):
    history = taste_history(varied_log(200), model)
    assert history is not None
    assert not history.has_every_event
    assert len(history.ends) == MAX_POINTS
    assert (history.ends[0], history.ends[-1]) == (0, len(history.events))


def test_it_can_be_stopped(model: TasteModel):
    assert taste_history(varied_log(8), model, lambda _share: False) is None


def test_an_empty_log_has_the_one_point_that_everybody_starts_from(model: TasteModel):
    history = taste_history([], model)
    assert history is not None
    assert history.means == pytest.approx((model.axis_map @ model.prior_mean)[None])
