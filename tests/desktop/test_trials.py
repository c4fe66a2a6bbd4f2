"""What a person's pick is compared with, where some drafts are steered."""

from __future__ import annotations

import msgspec
import numpy as np

from desktop.taste.trial_writer import trial_of
from engine.preferences.taste_model import TasteModel, load_taste_model
from engine.protocol import ReplyReady
from engine.types import DirectionKind, Finish, ScoredDraft, Timings


def draft(
    taste: TasteModel, index: int, direction: DirectionKind, *, liked: float = 0.0, finish: Finish = "stop"
) -> ScoredDraft:
    """liked: how much the population likes it."""
    unit = taste.prior_mean / float(np.square(taste.prior_mean).sum())
    return ScoredDraft(
        index=index,
        text=f"Draft {index}.",
        finish=finish,
        n_tokens=3,
        base_rewards=(liked * unit).tolist(),
        quality=0.0,
        uncertainty=0.0,
        score=0.0,
        axes={},
        direction=direction,
    )


def reply(taste: TasteModel, drafts: list[ScoredDraft], chosen: int) -> ReplyReady:
    return ReplyReady(id=1, drafts=drafts, chosen=chosen, heads_version=taste.heads_version, seed=0, timings=Timings())


def test_a_pick_is_compared_with_plain_drafts_only():
    taste = load_taste_model()
    drafts = [
        draft(taste, 0, "plain", finish="cancelled"),
        draft(taste, 1, "yours", liked=1.0),
        draft(taste, 2, "plain"),
        draft(taste, 3, "plain", liked=0.5),
    ]
    trial = trial_of("q", reply(taste, drafts, chosen=1), taste)
    assert trial is not None
    assert (trial.first.index, trial.population.index, trial.personal.index) == (2, 3, 1)


def test_without_a_plain_draft_there_is_nothing_to_compare_with():
    taste = load_taste_model()
    steered = reply(taste, [draft(taste, 0, "yours"), draft(taste, 1, "yours")], chosen=0)
    assert trial_of("q", steered, taste) is None
    other_heads = msgspec.structs.replace(reply(taste, [draft(taste, 0, "plain")], chosen=0), heads_version="others")
    assert trial_of("q", other_heads, taste) is None
