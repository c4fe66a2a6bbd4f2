"""How well the axis readouts and the quality head agree with ratings of replies they were not trained on.

Within a prompt, of every two replies rated differently: does the head put them in the same order? Chance is 0.5.
Numpy only.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np

from engine.rewards.corpus import RATING_KEYS
from engine.types import AXES, FloatArray

Half = Literal["first", "second", "all"]
QUALITY = "quality"


def pairwise_accuracy(predicted: FloatArray, rated: FloatArray, prompts: Sequence[object]) -> tuple[float, int]:
    """(share of differently rated pairs within a prompt that are put in the right order, number of such pairs).

    Args:
        predicted, rated: (n,); prompts: n hashable ids. Equal predictions count half.
    """
    right, total = 0.0, 0
    by_prompt: dict[object, list[int]] = {}
    for row, prompt in enumerate(prompts):
        by_prompt.setdefault(prompt, []).append(row)
    for rows in by_prompt.values():
        first, second = np.triu_indices(len(rows), 1)
        index = np.array(rows)
        d_rated = rated[index[first]] - rated[index[second]]
        d_predicted = predicted[index[first]] - predicted[index[second]]
        differ = d_rated != 0
        right += float((np.sign(d_rated) * np.sign(d_predicted) / 2 + 0.5)[differ].sum())
        total += int(differ.sum())
    return (right / total if total else float("nan")), total


def in_half(prompts: Sequence[object], half: Half) -> list[bool]:
    """Which rows belong to a half of the prompts: every other one in sorted order, so that halves never change."""
    order = {prompt: i for i, prompt in enumerate(sorted(set(prompts), key=lambda p: (str(type(p)), p)))}
    return [half == "all" or (order[prompt] % 2 == 0) == (half == "first") for prompt in prompts]


def rated_axes() -> tuple[str, ...]:
    """The axes that ratings exist for: all but length."""
    return tuple(axis for axis in AXES if axis in RATING_KEYS)
