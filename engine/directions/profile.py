"""A profile in words: sentences about a person, each tied to an axis, composed from the belief about their weights."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine.directions.phrases import PHRASES, PREAMBLE
from engine.generation.steering import Place, Steering
from engine.preferences.events import AxisStatement
from engine.preferences.explanation import CONFIDENT_Z
from engine.preferences.taste_model import TasteModel
from engine.types import AXES, FloatArray, WeightVector

MIN_LIKING = 0.15
"""Log-odds a standard deviation of an axis: a liking below it is not worth a sentence."""
PEOPLE_SDS_STRONG = 1.0
"""A stated liking of this many standard deviations of people's is a clear one."""


@dataclass(frozen=True)
class ProfileSentence:
    """axis, more: what it is about; liking: log-odds a standard deviation of the axis; z: its size in its own sds.

    text: to the person; request: the same to a model.
    """

    axis: str
    more: bool
    liking: float
    z: float

    @property
    def text(self) -> str:
        return PHRASES[self.axis][self.more].about

    @property
    def request(self) -> str:
        return PHRASES[self.axis][self.more].request


def axis_beliefs(weights: WeightVector, model: TasteModel) -> tuple[FloatArray, FloatArray]:
    """Means and standard deviations of the liking of each axis, (n_axes,) each, in the order of `AXES`."""
    covariance = np.array(weights.covariance)
    variances = np.einsum("ij,jk,ik->i", model.axis_map, covariance, model.axis_map)
    return model.axis_map @ np.array(weights.mean), np.sqrt(np.maximum(variances, 1e-12))


def profile_sentences(weights: WeightVector, model: TasteModel) -> list[ProfileSentence]:
    """What is sure enough to say of a person, the strongest liking first."""
    means, sds = axis_beliefs(weights, model)
    sentences = [
        ProfileSentence(axis, bool(mean > 0), float(mean), float(abs(mean) / sd))
        for axis, mean, sd in zip(AXES, means, sds, strict=True)
        if abs(mean) >= MIN_LIKING and abs(mean) > CONFIDENT_Z * sd
    ]
    return sorted(sentences, key=lambda sentence: -abs(sentence.liking))


def request_of(sentences: Sequence[ProfileSentence], place: Place) -> Steering | None:
    """What a model is asked for such a person; None where there is nothing to ask."""
    if not sentences:
        return None
    return Steering(" ".join([PREAMBLE[place], *(sentence.request for sentence in sentences)]), place)


def correction(axis: str, more: bool, model: TasteModel) -> AxisStatement:
    """The person put the sentence on an axis themselves, or turned it round: a clear liking of less or more of it."""
    row = model.axis_map[AXES.index(axis)]
    size = PEOPLE_SDS_STRONG * float(np.sqrt(row @ model.prior_covariance @ row))
    return AxisStatement(heads_version=model.heads_version, axis=axis, value=size if more else -size)
