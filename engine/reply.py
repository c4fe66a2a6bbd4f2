"""One best-of-N reply from start to finish: write the drafts, score them, choose. Worker and command line share it."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np

from engine.directions.calibration import Calibration
from engine.directions.examples import Example
from engine.directions.handed_back import charged
from engine.directions.measuring import BatchRead, calibrate
from engine.directions.policy import PLAIN, Direction, directions
from engine.directions.tasks import task_kind
from engine.dropping import lanes, weakest
from engine.errors import EngineError
from engine.generation.conversation_window import Fitted, asked, reply_begun
from engine.generation.drafts import Draft, DraftListener, DraftRun, DraftWriter, Dropping, PromptRead
from engine.generation.generator import Generator
from engine.generation.machine_load import MachineState, MachineWatch, threads_beside
from engine.generation.model import LlamaModel
from engine.generation.sampler_chain import SEED_MODULUS
from engine.generation.speed import Plan, SpeedModel
from engine.generation.steering import Steering
from engine.preferences.taste_model import TasteModel
from engine.remote.model import RemoteModel
from engine.remote.writer import RemoteWriter
from engine.rerank import choose_draft
from engine.rewards.heads import HeadOutputs
from engine.rewards.scorer import ReplyScorer
from engine.types import (
    ALL_CHANNELS,
    AXES,
    Channels,
    ChatMessage,
    DroppedDraft,
    FloatArray,
    PlanReason,
    SamplingSettings,
    ScoredDraft,
    SpeedRecord,
    Timings,
    WeightVector,
)

STALE_WEIGHTS = "Your taste was learned with other reward heads; this reply was chosen by what most people like."
CANNOT_CONTINUE = "A reply can be continued by a model on this machine only; ask for another one instead."
CANNOT_CALIBRATE = "Only a model on this machine can be tried out: a server's drafts are not steered."
CONTEXT_FULL = "The reply reached the end of what the model can read, and stops there."
ONLY_REASONING = (
    "The model used all the room there was to think and did not get to an answer. "
    "Allow longer replies in the settings, or choose a model that does not reason."
)
BATTERY_SHARE = 0.5
"""Of the time allowed, on battery: drafts are paid for in charge."""
BUSY_SHARE_MIN = 0.2
"""Of the cores, in use by other programs: below it nothing is done about it."""
BUSY_SHARE_MAX = 0.75
"""Beyond it the estimate of how much slower everything is would be anybody's guess."""

OnPlan: TypeAlias = Callable[[Plan, PlanReason], None]


@dataclass(frozen=True)
class Reply:
    """drafts: those with any text that were not dropped; chosen: a position in it; notice: a sentence for the person.

    n_messages_dropped: messages at the beginning of the conversation that were not read; dropped: the drafts that were
    given up as the weaker ones.
    """

    drafts: list[ScoredDraft]
    chosen: int
    seed: int
    timings: Timings
    notice: str | None = None
    n_messages_dropped: int = 0
    dropped: tuple[DroppedDraft, ...] = ()


class ReplyEngine:
    """A model, a scorer and the population's taste, put together. Used from the thread that owns the model.

    Args:
        watch: what else the machine is doing; without it, it is taken to be idle and plugged in.
        speed: what earlier runs learned of this model's speed here.
        calibration: what the model makes of requests about style; without it, no draft is steered.
    """

    def __init__(
        self,
        model: LlamaModel | RemoteModel,
        scorer: ReplyScorer,
        taste: TasteModel,
        *,
        watch: MachineWatch | None = None,
        speed: SpeedRecord | None = None,
        calibration: Calibration | None = None,
    ) -> None:
        self._model = model
        self._calibration = calibration
        self._writer: Generator = DraftWriter(model) if isinstance(model, LlamaModel) else RemoteWriter(model)
        self._continues = isinstance(model, LlamaModel)
        self._scorer = scorer
        self._taste = taste
        self._watch = watch
        self._speed = SpeedModel(model.n_bytes, model.n_gpu_layers > model.n_layers / 2, speed)

    @property
    def window(self) -> int:
        """Tokens of conversation that the model can read."""
        return self._model.window

    @property
    def speed(self) -> SpeedRecord:
        return self._speed.record

    def reply(
        self,
        messages: Sequence[ChatMessage],
        *,
        n_drafts: int,
        sampling: SamplingSettings,
        weights: WeightVector | None,
        listener: DraftListener,
        on_scoring: Callable[[], None],
        should_stop: Callable[[], bool],
        budget_s: float | None = None,
        on_plan: OnPlan = lambda _plan, _reason: None,
        directed: bool = True,
        channels: Channels = ALL_CHANNELS,
        examples: Sequence[Example] = (),
        full: bool = True,
    ) -> Reply | None:
        """Write drafts, score them and choose by `weights` (None: the population's).

        messages may end with the beginning of the reply: the drafts then contain and continue it. Some drafts are
        steered by `weights`, and by the person's own `examples`, unless `directed` or one of the `channels` says no
        (`engine.directions.policy`), or reading for it would take long beside writing. Without `full`, those that this
        person would like least, as far as they have come, are given up on the way (`engine.dropping`).

        `n_drafts` are written, or with a time budget as many up to that as are expected to fit it. Stopped, it
        chooses among what there is; None when there is no text at all.

        Raises:
            PromptError: an empty message, or one too long for the model.
            SamplingError: a grammar or JSON schema that cannot be used.
        """
        started = time.perf_counter()
        seed = random.randrange(SEED_MODULUS) if sampling.seed is None else sampling.seed % SEED_MODULUS
        machine = self._watch.state if self._watch else None
        slowdown = _slowdown(machine)
        if machine is not None:
            self._model.use_threads(threads_beside(machine, self._model.n_threads))

        def plan(read: PromptRead) -> int:
            self._speed.observe_prefill(read.n_tokens - read.n_reused, read.seconds / slowdown)
            if budget_s is None:
                return n_drafts
            planned, reason = self._plan(budget_s, n_drafts, sampling.max_tokens, read.seconds, machine, drops)
            on_plan(planned, reason)
            return planned.n_drafts

        drops = not full and self._continues  # a server writes its drafts to their end
        beginning = reply_begun(messages)
        if beginning and not self._continues:
            raise EngineError(CANNOT_CONTINUE)
        steers = directed and not beginning
        planned_directions: list[Direction] = []

        def steering(n: int) -> list[Steering | None]:
            asked_by = weights if steers else None
            planned_directions[:] = self._directions(n, messages, sampling, asked_by, channels, examples)
            return [direction.steering for direction in planned_directions]

        def steering_room(n: int) -> int:
            return self._speed.steering_tokens(n, sampling.max_tokens, lanes if drops else None)

        dropping = self._dropping(asked(messages).content, beginning, weights) if drops else None
        run = self._writer.write(
            messages, plan, sampling, seed, listener, should_stop, steering, dropping, steering_room
        )
        self._speed.observe_steps({n: (count, s / slowdown) for n, (count, s) in run.steps.items()})
        written = [draft for draft in run.drafts if draft.text.strip() and draft.finish != "dropped"]
        for draft in written:
            draft.text = beginning + draft.text
        dropped = tuple(
            DroppedDraft(index=draft.index, text=beginning + draft.text, n_tokens=draft.n_tokens)
            for draft in run.drafts
            if draft.finish == "dropped"
        )
        if not written:
            if any(draft.reasoning for draft in run.drafts) and not should_stop():
                raise EngineError(ONLY_REASONING)
            return None
        on_scoring()
        scoring_started = time.perf_counter()
        drafts, chosen, stale = self._choose(asked(messages).content, written, planned_directions, weights)
        finished = time.perf_counter()
        self._writer.continue_from(drafts[chosen].index)
        whole = [draft.n_tokens for draft in written if draft.finish in ("stop", "length")]
        self._speed.observe_reply(whole, (finished - scoring_started) / slowdown * len(whole) / len(written))
        notices = [CONTEXT_FULL] if drafts[chosen].finish == "context" else []
        notices += [STALE_WEIGHTS] if stale else []
        notices += [run.notice] if run.notice else []
        return Reply(
            drafts=drafts,
            chosen=chosen,
            seed=seed,
            timings=_timings(run, finished - scoring_started, finished - started, self._model.load_seconds, dropped),
            notice=" ".join(notices) or None,
            n_messages_dropped=run.n_messages_dropped,
            dropped=dropped,
        )

    def measure(self, messages: Sequence[ChatMessage], max_tokens: int) -> Fitted:
        """The prompt that a conversation comes to. Raises: PromptError, as `reply`."""
        return self._writer.measure(messages, max_tokens)

    def calibrate(
        self,
        n_prompts: int,
        max_tokens: int,
        done: list[BatchRead],
        on_progress: Callable[[float], None],
        should_stop: Callable[[], bool],
    ) -> Calibration:
        """Measure what the model makes of requests about style; from then on, drafts are steered by that.

        Args: as for `engine.directions.measuring.calibrate`.

        Raises:
            EngineError: a server's model, whose drafts cannot be steered.
            CancelledError: it was stopped.
        """
        if not isinstance(self._model, LlamaModel) or not isinstance(self._writer, DraftWriter):
            raise EngineError(CANNOT_CALIBRATE)
        self._calibration = calibrate(
            self._model,
            self._scorer,
            n_prompts=n_prompts,
            max_tokens=max_tokens,
            on_progress=on_progress,
            should_stop=should_stop,
            writer=self._writer,
            done=done,
        )
        return self._calibration

    def close(self) -> None:
        self._writer.close()
        self._model.close()

    def _plan(
        self, budget_s: float, n_max: int, max_tokens: int, read_s: float, machine: MachineState | None, drops: bool
    ) -> tuple[Plan, PlanReason]:
        going_on = lanes if drops else None
        unhindered = self._speed.plan(budget_s, n_max, max_tokens, read_s, lanes=going_on)
        if machine is None:
            planned = unhindered
        else:
            allowed_s = budget_s * (BATTERY_SHARE if machine.on_battery else 1.0)
            planned = self._speed.plan(allowed_s, n_max, max_tokens, read_s, _slowdown(machine), going_on)
        reason: PlanReason = "time" if planned.n_drafts < n_max else ""
        if machine is not None and planned.n_drafts < unhindered.n_drafts:
            reason = "battery" if machine.on_battery else "busy"
        return planned, reason

    def _directions(
        self,
        n: int,
        messages: Sequence[ChatMessage],
        sampling: SamplingSettings,
        weights: WeightVector | None,
        channels: Channels,
        examples: Sequence[Example],
    ) -> list[Direction]:
        """Plain ones where nothing is known to help, or the task leaves nothing to taste."""
        if self._calibration is None or weights is None or weights.heads_version != self._taste.heads_version:
            return [PLAIN] * n
        prescribing = [message.content for message in (messages[0], messages[-1]) if message.role != "assistant"]
        if sampling.grammar is not None or sampling.json_schema is not None:
            return [PLAIN] * n
        if any(task_kind(text) != "open" for text in prescribing):
            return [PLAIN] * n
        return directions(n, weights, self._taste, self._calibration, channels=channels, examples=examples)

    def _dropping(self, prompt: str, beginning: str, weights: WeightVector | None) -> Dropping:
        mean, _, _ = self._belief(weights)

        def dropping(n_begun: int, going: Sequence[Draft]) -> list[int]:
            n_keep = lanes(n_begun, going[0].n_tokens) if going else 0
            # how much of an answer stands beside what was thought differs from draft to draft, and was not measured
            if len(going) <= n_keep or any(draft.reasoning or not draft.text.strip() for draft in going):
                return []
            outputs = self._read(prompt, going, beginning)
            return weakest(outputs.quality + outputs.base_rewards @ mean, n_keep)

        return dropping

    def _read(self, prompt: str, drafts: Sequence[Draft], beginning: str = "") -> HeadOutputs:
        """What the heads say of drafts, those that hand back their request or the question charged."""
        texts = [beginning + draft.text for draft in drafts]
        outputs = self._scorer.score([prompt] * len(texts), texts, self._model.writer_kind)
        steering = [draft.steering for draft in drafts]
        return replace(outputs, quality=charged(outputs.quality, prompt, texts, steering))

    def _belief(self, weights: WeightVector | None) -> tuple[FloatArray, FloatArray, bool]:
        """(mean, covariance, whether they were learned with other heads: these are then the population's)."""
        stale = weights is not None and weights.heads_version != self._taste.heads_version
        if weights is None or stale:
            return self._taste.prior_mean, self._taste.prior_covariance, stale
        return np.array(weights.mean), np.array(weights.covariance), False

    def _choose(
        self, prompt: str, written: list[Draft], planned: Sequence[Direction], weights: WeightVector | None
    ) -> tuple[list[ScoredDraft], int, bool]:
        outputs = self._read(prompt, written)
        mean, covariance, stale = self._belief(weights)
        # what is whole comes before what was cut off; of the cut off, the furthest
        whole = np.array([draft.finish != "cancelled" for draft in written])
        n_tokens = np.array([draft.n_tokens for draft in written])
        choice = choose_draft(
            outputs.base_rewards,
            outputs.quality,
            outputs.bootstrap_base_rewards,
            mean,
            covariance,
            self._taste.prior_mean,
            candidates=whole if whole.any() else n_tokens == n_tokens.max(),
        )
        drafts = [
            ScoredDraft(
                index=draft.index,
                text=draft.text,
                finish=draft.finish or "cancelled",
                n_tokens=draft.n_tokens,
                base_rewards=outputs.base_rewards[i].tolist(),
                quality=float(outputs.quality[i]),
                uncertainty=float(choice.uncertainty[i]),
                score=float(choice.scores[i]),
                axes=dict(zip(AXES, outputs.axes[i].tolist(), strict=True)),
                reasoning=draft.reasoning,
                mean_log_probability=float(np.mean(draft.log_probabilities or [0.0])),
                # a request that did not fit the window was not made
                direction=planned[draft.index].kind if draft.steering else PLAIN.kind,
            )
            for i, draft in enumerate(written)
        ]
        return drafts, choice.chosen, stale


def _slowdown(machine: MachineState | None) -> float:
    """How many times longer everything takes beside what other programs do."""
    if machine is None or machine.busy_share < BUSY_SHARE_MIN:
        return 1.0
    return 1 / (1 - min(machine.busy_share, BUSY_SHARE_MAX))


def _timings(run: DraftRun, score_s: float, total_s: float, load_s: float, dropped: Sequence[DroppedDraft]) -> Timings:
    return Timings(
        load_s=load_s,
        prefill_s=run.prefill_s,
        decode_s=run.decode_s,
        score_s=score_s + run.dropping_s,
        total_s=total_s,
        n_prompt_tokens=run.n_prompt_tokens,
        n_reused_tokens=run.n_reused_tokens,
        n_steering_tokens=run.n_steering_tokens,
        steering_s=run.steering_s,
        n_dropped=len(dropped),
        n_dropped_tokens=sum(draft.n_tokens for draft in dropped),
    )
