"""How long the drafts will still take, and how far they are."""

from __future__ import annotations

from desktop.chat.estimate import ReplyLengths, fractions, seconds_left


def test_the_time_left_follows_the_longest_running_draft():
    # 30 tokens a second over three running drafts is 10 each; the shortest needs 90 more
    left = seconds_left([10, 40, 50, 80], [False, False, False, True], 30.0, expected=100, limit=512)
    assert left == 9.0
    assert seconds_left([10], [False], 0.0, expected=100, limit=512) is None
    assert seconds_left([10], [True], 5.0, expected=100, limit=512) is None


def test_a_draft_claims_to_be_done_only_when_it_is():
    assert fractions([50, 500, 20], [False, False, True], expected=100, limit=512) == [0.5, 0.97, 1.0]


def test_the_expected_length_moves_towards_what_was_seen():
    lengths = ReplyLengths()
    before = lengths.expected
    lengths.observe([before + 100])
    assert before < lengths.expected < before + 100
