"""How each taste came to be what it is: the belief after every event that counts, refitted from the log's beginnings.

What was taken back is left out, as everywhere: the line ends at what is believed now. A thumb's weight falls with later
thumbs, so that an early point is not always what stood on the page at that time, only what its events say.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from engine.preferences.events import LoggedEvent, active_events
from engine.preferences.likelihood import evidence_of_beginnings
from engine.preferences.posterior import WeightPrior, fit_posteriors
from engine.preferences.taste_model import TasteModel
from engine.types import FloatArray

MAX_POINTS = 60
"""More would not be told apart in a chart, and every one is a fit."""
_BATCH = 10
"""Beginnings fitted side by side: of about the same length, so that little is padded."""


@dataclass(frozen=True, eq=False)
class TasteHistory:
    """events: those that count, oldest first; ends: (n_points,) how many of them each point rests on, 0 first.

    means, sds: (n_points, n_axes), the likings of the named axes, in `AXES`' order.
    """

    events: tuple[LoggedEvent, ...]
    ends: tuple[int, ...]
    means: FloatArray
    sds: FloatArray

    @property
    def has_every_event(self) -> bool:
        """Whether each event has its own point; with many, a point stands for a few."""
        return len(self.ends) == len(self.events) + 1


def taste_history(
    log: list[LoggedEvent], model: TasteModel, report: Callable[[float], bool] = lambda _share: True
) -> TasteHistory | None:
    """The belief after the log's beginnings.

    Args:
        report: told the share that is done; where it returns False the work ends, and None is returned.
    """
    events = [entry for entry in active_events(log) if entry.event.heads_version == model.heads_version]
    n_points = min(MAX_POINTS, len(events) + 1)
    ends = [int(end) for end in np.linspace(0, len(events), n_points).round()]
    prior = WeightPrior(model.prior_mean, model.prior_covariance)
    evidence = evidence_of_beginnings([entry.event for entry in events], ends, model)
    means, covariances = [], []
    for first in range(0, len(ends), _BATCH):
        if not report(first / len(ends)):
            return None
        fitted = fit_posteriors(prior, evidence[first : first + _BATCH])
        means += [posterior.mean for posterior in fitted]
        covariances += [posterior.covariance for posterior in fitted]
    variances = np.einsum("ij,pjk,ik->pi", model.axis_map, np.array(covariances), model.axis_map)
    return TasteHistory(
        events=tuple(events),
        ends=tuple(ends),
        means=np.array(means) @ model.axis_map.T,
        sds=np.sqrt(np.maximum(variances, 0.0)),
    )
