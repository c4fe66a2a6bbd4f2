"""Chats on the disk, as the shipped heads would have scored them."""

from __future__ import annotations

from collections.abc import Sequence

from desktop.assembly import Attune
from engine.store.chats import ChatStore
from engine.types import AXES, DirectionKind, ScoredDraft, Timings


def store_drafts(attune: Attune, question: str, replies: list[str], directions: Sequence[DirectionKind] = ()) -> str:
    """A finished exchange in a conversation of the selected profile; the last reply is the one shown.

    Draft i differs from the others along base reward i, and has i standard deviations of every axis. directions: of
    the first drafts; the others are plain.
    """
    chats = ChatStore(attune.stores.database)
    n_base = attune.taste.model.n_base
    conversation = chats.create_conversation(attune.taste.profile_id)
    user = chats.add_user_message(conversation.id, question, None)
    reply = chats.begin_reply(conversation.id, user.id, "personal", "model")
    drafts = [
        ScoredDraft(
            index=index,
            text=text,
            finish="stop",
            n_tokens=len(text.split()),
            base_rewards=[float(base == index) for base in range(n_base)],
            quality=0.0,
            uncertainty=0.1,
            score=float(index),
            axes=dict.fromkeys(AXES, float(index)),
            direction=directions[index] if index < len(directions) else "plain",
        )
        for index, text in enumerate(replies)
    ]
    chats.finish_reply(
        reply.id,
        drafts,
        len(drafts) - 1,
        heads_version=attune.taste.model.heads_version,
        seed=1,
        timings=Timings(),
        stopped=False,
    )
    return conversation.id
