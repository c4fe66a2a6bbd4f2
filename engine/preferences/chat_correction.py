"""One chat's own correction of a profile ("shorter here"): a shift of the weights that only this chat uses.

A correction is a statement about this chat, not evidence about the person: nothing of it enters the profile's log,
and the profile's weights are only read. It is given in steps on a few named axes.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

import msgspec
import numpy as np

from engine.preferences.taste_model import TasteModel
from engine.types import AXES, FloatArray, WeightVector

Correction: TypeAlias = dict[str, int]
"""Steps by axis, −3 to 3, none of them 0; empty where the chat follows its profile."""

CORRECTABLE_AXES = ("length", "structure", "technicality", "formality", "warmth")
MAX_STEPS = 3
STEP_SDS = 0.75
"""How far one step goes, in standard deviations of people's liking of the axis."""


def valid_correction(steps: Mapping[str, object]) -> Correction:
    """What of `steps` can be used: axes that can be corrected, whole steps within bounds, no zeros."""
    return {
        axis: max(-MAX_STEPS, min(MAX_STEPS, value))
        for axis, value in steps.items()
        if axis in CORRECTABLE_AXES and isinstance(value, int) and not isinstance(value, bool) and value
    }


def corrected_weights(weights: WeightVector, correction: Correction, model: TasteModel) -> WeightVector:
    """What to choose by in a chat with this correction; the profile's own `weights` where it is empty.

    Only the mean is shifted. How sure Attune is of the person has not changed, and how far the chat differs was said.
    """
    if not correction:
        return weights
    return msgspec.structs.replace(weights, mean=(weights.mean + weight_shift(correction, model)).tolist())


def weight_shift(correction: Correction, model: TasteModel) -> FloatArray:
    """(n_base,): the change of the weights that a correction asks for.

    With axes A (n_axes, n_base), the rows K that were corrected and their asked change δ, it is the d that minimises
    ‖A d‖² subject to A_K d = δ: the liking of each corrected axis changes by exactly what was said, and the likings
    of all axes by as little as that allows. With M = AᵀA this is

        d = M⁻¹ A_Kᵀ (A_K M⁻¹ A_Kᵀ)⁻¹ δ,

    the limit of exact pseudo-observations of the axes under the prior N(0, M⁻¹). Measuring change on the axes makes
    it independent of the basis of φ; the covariance over people would not do, since who likes shorter replies often
    likes lists too, and "shorter here" asks for no lists.
    """
    axes = [axis for axis in AXES if axis in correction]
    rows = model.axis_map[[AXES.index(axis) for axis in axes]]
    people = np.sqrt(np.einsum("ij,jk,ik->i", rows, model.prior_covariance, rows))
    asked = STEP_SDS * people * np.array([correction[axis] for axis in axes], dtype=np.float64)
    directions = np.linalg.solve(model.axis_map.T @ model.axis_map, rows.T)
    return np.asarray(directions @ np.linalg.solve(rows @ directions, asked), dtype=np.float64)
