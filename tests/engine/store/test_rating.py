"""What a thumb is measured against."""

from __future__ import annotations

from engine.preferences.events import Scored
from engine.store.chats import StoredDraft, StoredMessage
from engine.store.rating import thumb_reference


def draft(index: int, rewards: list[float] | None, finish: str | None = "stop", shown: bool = False) -> StoredDraft:
    return StoredDraft(
        index=index,
        text="text",
        finish=finish,
        n_tokens=3,
        base_rewards=rewards,
        quality=None if rewards is None else rewards[0],
        uncertainty=0.0,
        score=0.0,
        axes={},
        picked=shown,
        shown=shown,
    )


def reply(*drafts: StoredDraft, message_id: str = "m", heads: str = "v1") -> StoredMessage:
    return StoredMessage(message_id, None, "assistant", "text", "complete", heads_version=heads, drafts=list(drafts))


def test_a_thumb_is_measured_against_the_mean_of_the_finished_siblings():
    message = reply(draft(0, [9.0, 9.0], shown=True), draft(1, [1.0, 0.0]), draft(2, [3.0, 4.0], "length"))
    assert thumb_reference(message, 0, [], "v1") == Scored(base_rewards=[2.0, 2.0], quality=2.0)


def test_drafts_that_were_stopped_or_never_scored_are_no_siblings():
    message = reply(draft(0, [9.0], shown=True), draft(1, [5.0], "cancelled"), draft(2, None, None), draft(3, [1.0]))
    assert thumb_reference(message, 0, [], "v1") == Scored(base_rewards=[1.0], quality=1.0)


def test_without_siblings_the_conversations_earlier_replies_stand_in():
    earlier = [
        reply(draft(0, [2.0], shown=True), draft(1, [100.0]), message_id="a"),
        reply(draft(0, [4.0], shown=True), message_id="b"),
        reply(draft(0, [50.0], shown=True), message_id="c", heads="v0"),
    ]
    assert thumb_reference(reply(draft(0, [9.0], shown=True)), 0, earlier, "v1") == Scored(
        base_rewards=[3.0], quality=3.0
    )


def test_with_nothing_to_compare_a_thumb_is_measured_against_the_draft_itself():
    assert thumb_reference(reply(draft(0, [9.0], shown=True)), 0, [], "v1") == Scored(base_rewards=[9.0], quality=9.0)


def test_a_draft_that_was_never_scored_or_belongs_to_other_heads_cannot_be_rated():
    assert thumb_reference(reply(draft(0, None, shown=True), draft(1, [1.0])), 0, [], "v1") is None
    assert thumb_reference(reply(draft(0, [1.0], shown=True), heads="v0"), 0, [], "v1") is None


def test_a_thumb_on_a_stopped_draft_says_nothing_about_style():
    message = reply(draft(0, [9.0], "cancelled", shown=True), draft(1, [1.0]))
    assert thumb_reference(message, 0, [], "v1") == Scored(base_rewards=[9.0], quality=9.0)
