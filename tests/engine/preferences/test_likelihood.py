"""Which event says what, and how strongly."""

from __future__ import annotations

import numpy as np
import pytest
from helpers.taste import HEADS, logged, numbers, quiz, scored, thumb, tiny_taste

from engine.preferences.events import AxisStatement, DraftPreferred, Scored, Thumb
from engine.preferences.learner import posterior_from_log
from engine.preferences.likelihood import THUMB_HALF_LIFE, evidence_from_log
from engine.preferences.posterior import THUMB_STRENGTH
from engine.types import AXES

A, B = scored(1.0, 0.0, quality=0.5), scored(0.0, 2.0, quality=0.2)
TASTE = tiny_taste()


def evidence(*events):
    return evidence_from_log(logged(*events), TASTE)


def thumbs(n, up=True, shown=A, reference=B, reason=None, name="m"):
    """Thumbs on n messages."""
    return [thumb(up, shown, reference, reason, message=f"{name}{i}") for i in range(n)]


def test_a_comparison_is_the_difference_of_a_and_b():
    found = evidence(quiz(A, B, "a"))
    assert found.x.tolist() == [[1.0, -2.0]]
    assert found.offset == pytest.approx([0.3])
    assert (found.strength.tolist(), found.target.tolist(), found.weight.tolist()) == ([1.0], [1.0], [1.0])


@pytest.mark.parametrize(("choice", "target"), [("a", 1.0), ("b", 0.0), ("tie", 0.5)])
def test_a_choice_says_which_side_and_a_tie_half_each_way(choice, target):
    assert evidence(quiz(A, B, choice)).target.tolist() == [target]


def test_preferring_a_draft_is_a_comparison_with_the_shown_one():
    event = DraftPreferred(heads_version=HEADS, message="m", preferred_index=2, shown_index=0, preferred=A, shown=B)
    found, same = evidence(event), evidence(quiz(A, B, "a"))
    assert (found.x.tolist(), found.target.tolist()) == (same.x.tolist(), same.target.tolist())


def test_a_thumb_compares_the_shown_draft_with_its_siblings_mean():
    found = evidence(thumb(False, A, B))
    assert found.x.tolist() == [[1.0, -2.0]]
    assert (found.target.tolist(), found.is_thumb.tolist()) == ([0.0], [1.0])
    assert found.strength.tolist() == [THUMB_STRENGTH]


def test_both_bad_adds_no_term():
    assert evidence(quiz(A, B, "both_bad")).n == 0


def test_a_thumb_down_for_wrong_adds_no_term():
    assert evidence(thumb(False, A, B, reason="wrong")).n == 0


@pytest.mark.parametrize("reason", ["too_long", "too_short", "tone", "other", None])
def test_a_thumb_down_for_style_adds_a_term(reason):
    assert evidence(thumb(False, A, B, reason=reason)).n == 1


def axis_numbers(reason: str, shown=A, reference=B) -> tuple[float, float]:
    """How the two weights of the tiny taste (length and structure) move after a thumb down with this reason."""
    posterior = posterior_from_log(logged(thumb(False, shown, reference, reason=reason)), TASTE)
    return float(posterior.mean[0]), float(posterior.mean[1])


def test_too_long_and_too_short_move_length_alone_whatever_the_siblings_were():
    for reference in (B, A):
        length, structure = axis_numbers("too_long", reference=reference)
        assert length < -0.02
        assert structure == pytest.approx(0.0, abs=1e-9)
    assert axis_numbers("too_short")[0] == pytest.approx(-axis_numbers("too_long")[0])


def test_a_reason_about_length_is_no_habit_of_pressing_but_fades_like_a_thumb():
    found = evidence(thumb(False, A, B, reason="too_long"), *thumbs(int(THUMB_HALF_LIFE)))
    assert found.is_thumb.tolist() == [0.0] + [1.0] * int(THUMB_HALF_LIFE)
    assert (found.strength[0], found.target[0], found.offset[0]) == (1.0, 1.0, 0.0)
    assert found.weight[0] == pytest.approx(0.5)


def test_the_tone_is_not_length_or_structure():
    """The tiny taste has two axes, neither of which is tone: nothing is left to blame."""
    found = evidence(thumb(False, A, B, reason="tone"))
    assert found.x == pytest.approx(np.zeros((1, 2)))
    assert found.offset.tolist() == [0.0]


def test_the_tone_keeps_what_tone_makes_up_of_a_difference(taste):
    """A difference that is all warmth stays nearly whole, one that is all structure nearly vanishes."""
    warmth, structure = (taste.axis_map[AXES.index(axis)] for axis in ("warmth", "structure"))

    def kept(difference) -> float:
        shown = Scored(base_rewards=difference.tolist(), quality=0.0)
        none = Scored(base_rewards=[0.0] * taste.n_base, quality=0.0)
        event = Thumb(
            heads_version=taste.heads_version,
            message="m",
            index=0,
            up=False,
            shown=shown,
            reference=none,
            reason="tone",
        )
        x = evidence_from_log(logged(event), taste).x[0]
        return float(x @ difference / (difference @ difference))

    assert kept(warmth) > 0.5
    assert kept(structure) < 0.35


def test_another_reason_counts_half():
    plain, other = evidence(thumb(False, A, B)), evidence(thumb(False, A, B, reason="other"))
    assert other.weight.tolist() == [0.5]
    assert other.x.tolist() == plain.x.tolist()


def test_events_without_a_term_leave_the_prior_untouched():
    log = logged(quiz(A, B, "both_bad"), thumb(False, A, B, reason="wrong"))
    assert numbers(posterior_from_log(log, TASTE)) == numbers(posterior_from_log([], TASTE))


def test_events_of_other_heads_are_left_out():
    assert evidence(quiz(scored(1.0, 2.0, 3.0), scored(0.0, 0.0, 0.0), "a", heads="h-old"), quiz(A, B, "a")).n == 1


def test_numbers_that_do_not_fit_the_heads_are_left_out():
    assert evidence(quiz(scored(1.0), scored(0.0), "a"), quiz(A, scored(0.0), "a"), quiz(A, B, "a")).n == 1


def test_a_thumb_weighs_half_after_as_many_later_thumbs_as_is_its_half_life():
    found = evidence(*thumbs(int(THUMB_HALF_LIFE) + 1))
    assert found.weight[-1] == 1.0
    assert found.weight[0] == pytest.approx(0.5)
    assert np.all(np.diff(found.weight) > 0)


def test_comparisons_do_not_decay_and_do_not_age_thumbs():
    found = evidence(thumb(True, A, B), *[quiz(A, B, "a") for _ in range(80)])
    assert found.weight.tolist() == [1.0] * 81


def test_thumbs_that_say_nothing_do_not_age_the_others():
    found = evidence(thumb(True, A, B), *thumbs(30, up=False, reason="wrong"))
    assert found.weight.tolist() == [1.0]


def test_only_the_latest_statement_on_an_axis_counts():
    found = evidence(
        AxisStatement(heads_version=HEADS, axis="length", value=1.0),
        AxisStatement(heads_version=HEADS, axis="structure", value=0.3),
        AxisStatement(heads_version=HEADS, axis="length", value=-1.0, sd=0.5),
    )
    assert sorted(zip(found.statement_values, found.statement_sds, strict=True)) == [(-1.0, 0.5), (0.3, 0.25)]


def test_a_statement_on_an_unknown_axis_is_passed_over():
    assert evidence(AxisStatement(heads_version=HEADS, axis="sarcasm", value=1.0)).n == 0


def test_a_statement_moves_the_liking_of_its_axis():
    posterior = posterior_from_log(logged(AxisStatement(heads_version=HEADS, axis="length", value=-1.0)), TASTE)
    assert posterior.mean[0] == pytest.approx(-1.0, abs=0.2)
    assert posterior.mean[1] == pytest.approx(0.0, abs=1e-9)


def test_pressing_always_up_is_read_as_a_habit_rather_than_as_taste():
    """Ups on both of two opposite styles: the person's rate of thumbs up goes up, their taste stays put."""
    posterior = posterior_from_log(logged(*thumbs(10), *thumbs(10, shown=B, reference=A, name="n")), TASTE)
    assert posterior.thumb_bias > 1.0
    assert np.abs(posterior.mean).max() < 0.3
