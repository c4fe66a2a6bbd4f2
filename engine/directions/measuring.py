"""Calibrating a model: each request beside plain drafts of the same prompts, read by the shipped heads.

A few minutes on a small model, and cancellable after each batch of drafts.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from engine.directions.calibration import AxisEffect, Calibration, ExamplesTrial, PlaceTrial, fingerprint
from engine.directions.example_trial import try_examples, typical_people, worth_trying
from engine.directions.handed_back import charged
from engine.directions.phrases import PHRASES, PREAMBLE
from engine.generation.drafts import DraftWriter, SilentListener
from engine.generation.model import LlamaModel
from engine.generation.steering import Place, Steering
from engine.preferences.taste_model import load_taste_model
from engine.rewards.scorer import ReplyScorer
from engine.types import AXES, ChatMessage, FloatArray, SamplingSettings, WriterKind

PROMPTS = (
    "my bike chain is rusty. what should i do?",
    "why do cats purr?",
    "i feel nervous about my driving test tomorrow",
    "write a short message to my team that the meeting moves to 3pm",
    "is it better to shower in the morning or in the evening?",
    "how do i start a small vegetable patch",
    "found a feather on the doorstep today and it made me smile",
    "help me plan a birthday dinner for eight people",
)
"""Everyday questions in no corpus."""
PLACE_REQUESTS = (("length", False), ("structure", True), ("humour", True), ("technicality", False))
"""Requests that a model which heeds anything heeds: what the place in the prompt is chosen by."""
N_PLACE_PROMPTS = 4
N_PLAIN = 3
N_EXAMPLES_PROMPTS = 6
MIN_PARAMETERS = 300_000_000
"""Readers liked plain drafts of 135 million parameters as well as asked-for ones or better (docs/evaluation.md)."""
EXAMPLES_SEED = 1000
"""Beyond the seeds of all other batches."""
PLACES: tuple[Place, ...] = ("system", "before", "last")


class CancelledError(Exception):
    """The person stopped the calibration."""


@dataclass(frozen=True)
class BatchRead:
    """Axes (n_drafts, n_axes) and quality (n_drafts,) of one prompt's drafts; n_steering_tokens: read for them."""

    axes: FloatArray
    quality: FloatArray
    n_steering_tokens: int


def calibrate(
    model: LlamaModel,
    scorer: ReplyScorer,
    *,
    n_prompts: int = len(PROMPTS),
    max_tokens: int = 96,
    seed: int = 20261125,
    examples: bool | None = None,  # try own examples; None: where the model is large enough to profit
    on_progress: Callable[[float], None] = lambda _share: None,
    should_stop: Callable[[], bool] = lambda: False,
    writer: DraftWriter | None = None,
    done: list[BatchRead] | None = None,
) -> Calibration:
    """Measure one model.

    Args:
        writer: the model's, where it has one; its conversations are put by and stay.
        done: what an earlier call with the same arguments had read when it was stopped, and grows by what this one
            reads: with it, a calibration goes on where it was stopped.

    Raises: CancelledError, when it was stopped.
    """
    own = DraftWriter(model) if writer is None else writer
    done = [] if done is None else done
    measuring = _Measuring(own, scorer, model.writer_kind, max_tokens, seed, on_progress, should_stop, n_prompts, done)
    try:
        tries_examples = worth_trying(model) if examples is None else examples
        if tries_examples:
            measuring.expect(min(N_EXAMPLES_PROMPTS, n_prompts))
        places = [measuring.trial(place) for place in PLACES]
        place = _better_place(places)
        return Calibration(
            model=model.name,
            fingerprint=fingerprint(model.path),
            heads_version=scorer.version,
            place=place,
            places=places,
            effects=measuring.effects(place),
            n_prompts=n_prompts,
            max_tokens=max_tokens,
            examples=measuring.examples() if tries_examples else None,
            too_small=model.n_parameters < MIN_PARAMETERS,
        )
    finally:
        if writer is None:
            own.close()


def _better_place(places: Sequence[PlaceTrial]) -> Place:
    """What moves more for what it costs, at the average person's liking of half a log-odds a standard deviation."""
    return max(places, key=lambda trial: 0.5 * trial.shift + trial.quality).place


class _Measuring:
    def __init__(
        self,
        writer: DraftWriter,
        scorer: ReplyScorer,
        writer_kind: WriterKind,
        max_tokens: int,
        seed: int,
        on_progress: Callable[[float], None],
        should_stop: Callable[[], bool],
        n_prompts: int,
        done: list[BatchRead],
    ) -> None:
        self._writer = writer
        self._done = done
        self._scorer = scorer
        self._writer_kind: WriterKind = writer_kind
        self._sampling = SamplingSettings(max_tokens=max_tokens)
        self._seed = seed
        self._on_progress = on_progress
        self._should_stop = should_stop
        self._prompts = PROMPTS[:n_prompts]
        self._n_done, self._n_batches = 0, len(PLACES) * min(N_PLACE_PROMPTS, n_prompts) + 2 * n_prompts

    def trial(self, place: Place) -> PlaceTrial:
        prompts = self._prompts[:N_PLACE_PROMPTS]
        shifts, qualities, n_read = [], [], 0
        for prompt in prompts:
            read = self._read(prompt, PLACE_REQUESTS, place)
            shifts.append(_shifts(read, PLACE_REQUESTS))
            qualities.append(read.quality[N_PLAIN:] - read.quality[:N_PLAIN].mean())
            n_read += read.n_steering_tokens
        return PlaceTrial(
            place=place,
            shift=float(np.mean(shifts)),
            quality=float(np.mean(qualities)),
            n_read_tokens=n_read / (len(prompts) * len(PLACE_REQUESTS)),
        )

    def expect(self, n_more: int) -> None:
        """So many batches more than those of places and requests."""
        self._n_batches += n_more

    def examples(self) -> ExamplesTrial:
        """Begun anew where it was stopped before its end: it is a few batches."""
        trial = try_examples(
            self._writer,
            self._scorer,
            typical_people(PLACE_REQUESTS, load_taste_model(), self._seed),
            self._prompts[:N_EXAMPLES_PROMPTS],
            writer_kind=self._writer_kind,
            max_tokens=self._sampling.max_tokens,
            seed=self._seed + EXAMPLES_SEED,
            on_prompt=self._count,
            should_stop=self._should_stop,
        )
        if trial is None:
            raise CancelledError
        return trial

    def _count(self) -> None:
        self._n_done += 1
        self._on_progress(self._n_done / self._n_batches)

    def effects(self, place: Place) -> list[AxisEffect]:
        found = []
        for more in (False, True):
            requests = [(axis, more) for axis in AXES]
            reads = [self._read(prompt, requests, place) for prompt in self._prompts]
            shifts = np.array([_shifts(read, requests) for read in reads])
            qualities = np.array([read.quality[N_PLAIN:] - read.quality[:N_PLAIN].mean() for read in reads])
            found += [
                AxisEffect(
                    axis=axis,
                    more=more,
                    shift=float(shifts[:, i].mean()),
                    shift_se=_standard_error(shifts[:, i]),
                    quality=float(qualities[:, i].mean()),
                    quality_se=_standard_error(qualities[:, i]),
                )
                for i, axis in enumerate(AXES)
            ]
        return found

    def _read(self, prompt: str, requests: Sequence[tuple[str, bool]], place: Place) -> BatchRead:
        """N_PLAIN plain drafts and one for each request, in one batch; what was done before is not done again."""
        if self._n_done < len(self._done):
            self._n_done += 1
            return self._done[self._n_done - 1]
        asked = [Steering(f"{PREAMBLE[place]} {PHRASES[axis][more].request}", place) for axis, more in requests]
        steering: list[Steering | None] = [*[None] * N_PLAIN, *asked]
        run = self._writer.write(
            [ChatMessage("user", prompt)],
            len(steering),
            self._sampling,
            self._seed + self._n_done,
            SilentListener(),
            self._should_stop,
            lambda _n: steering,
        )
        if self._should_stop():
            raise CancelledError
        texts = [draft.text for draft in run.drafts]
        outputs = self._scorer.score([prompt] * len(texts), texts, self._writer_kind)
        quality = charged(outputs.quality, prompt, texts, steering)
        self._done.append(BatchRead(outputs.axes, quality, run.n_steering_tokens))
        self._count()
        return self._done[-1]


def _shifts(read: BatchRead, requests: Sequence[tuple[str, bool]]) -> FloatArray:
    """(n_requests,): how far each request moved its own axis the way it asked."""
    moved = read.axes[N_PLAIN:] - read.axes[:N_PLAIN].mean(axis=0)
    return np.array([moved[i, AXES.index(axis)] * (1 if more else -1) for i, (axis, more) in enumerate(requests)])


def _standard_error(values: FloatArray) -> float:
    return float(values.std(ddof=1) / np.sqrt(len(values))) if len(values) > 1 else float("inf")
