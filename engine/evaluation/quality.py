"""How well a quality score tells sound replies from broken ones. Numpy only: knows nothing of how the score came about.

Ratings are 1 to 5: 1 is broken (wrong, off-task, unreadable), 3 and above is sound. Drafts to choose among come from
one model, so that what counts is telling them apart within what small models write.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

from engine.evaluation.ratings import pairwise_accuracy
from engine.rewards.corpus import FLAWED, WRITTEN, Reply
from engine.types import FloatArray

BROKEN, USABLE, SOUND = 1.0, 2.0, 3.0
"""Ratings: at most, at least, at least."""


class QualityFigures(msgspec.Struct, frozen=True, kw_only=True):
    """Areas under the ROC curve, and shares of pairs within a prompt put in the right order; NaN where there are none.

    sampled_sound, sampled_usable: rated at least 3 (2) against rated 1, over the replies of all models together;
    by_model: the same two for each; sampled_pairs, written_pairs: of two differently rated replies to one prompt, the
    better; written_flawed: written replies against those written to be no help.
    """

    sampled_sound: float
    sampled_usable: float
    sampled_pairs: float
    by_model: dict[str, tuple[float, float]]
    written_pairs: float
    written_flawed: float


def quality_figures(replies: Sequence[Reply], predicted: FloatArray) -> QualityFigures:
    """Figures of predicted quality, (n_replies,), against what was read."""
    rated = np.array([reply.rating.qual for reply in replies])
    prompts = [reply.prompt_id for reply in replies]
    source = np.array([reply.source for reply in replies])
    sampled = np.array([reply.model is not None for reply in replies])

    def against_broken(rows: NDArray[np.bool_], at_least: float) -> float:
        return roc_auc(predicted[rows & (rated >= at_least)], predicted[rows & (rated <= BROKEN)])

    def pairs(rows: NDArray[np.bool_]) -> float:
        kept = [prompt for prompt, keep in zip(prompts, rows, strict=True) if keep]
        return pairwise_accuracy(predicted[rows], rated[rows], kept)[0]

    models = sorted({reply.model for reply in replies if reply.model is not None})
    return QualityFigures(
        sampled_sound=against_broken(sampled, SOUND),
        sampled_usable=against_broken(sampled, USABLE),
        sampled_pairs=pairs(sampled),
        by_model={
            model: (against_broken(source == model, SOUND), against_broken(source == model, USABLE)) for model in models
        },
        written_pairs=pairs(source == WRITTEN),
        written_flawed=roc_auc(predicted[source == WRITTEN], predicted[source == FLAWED]),
    )


def roc_auc(positive: FloatArray, negative: FloatArray) -> float:
    """The chance that a positive scores above a negative, ties counting half; NaN where either is empty."""
    if len(positive) == 0 or len(negative) == 0:
        return float("nan")
    ordered = np.sort(negative)
    below = np.searchsorted(ordered, positive, side="left")
    not_above = np.searchsorted(ordered, positive, side="right")
    return float((below + not_above).mean() / (2 * len(negative)))
