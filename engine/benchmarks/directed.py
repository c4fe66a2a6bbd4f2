"""Directed best-of-4 beside plain best-of-4, and the turn after each: what steering costs in wall time.

Steered drafts read their request beside the conversation, and where it stands in the system prompt all that follows;
shown own choices, they read those and the whole conversation after them. The next turn reads the chosen reply again,
without all that. Both turns are counted. As in use, a draft stays plain where reading for it would take long beside
writing, by what the runs before say of this model's speed.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from engine.benchmarks.measuring import Row, Silent, median, model_path, open_writer, prompt_of
from engine.directions.calibration import Calibration
from engine.directions.examples import Example, examples_request
from engine.directions.policy import MAX_SENTENCES, mixed
from engine.directions.profile import ProfileSentence, request_of
from engine.generation.drafts import DraftRun, DraftWriter, PromptRead
from engine.generation.speed import SpeedModel
from engine.generation.steering import Steering
from engine.types import ChatMessage, SamplingSettings

N_DRAFTS = 4
N_NEW_TOKENS = 128
PROMPTS = {"short": 50, "long": 1000}
NEXT = "And what would you do there in the evening?"
AIM = "≤ 1.15"


def measure(
    path: Path | None,
    calibration: Calibration,
    examples: Sequence[Example],
    n_repeats: int,
    on_progress: Callable[[str], None],
) -> list[Row]:
    """Medians over `n_repeats` of the same prompts, both ways taking turns; none for a model that is never steered.

    Args:
        examples: somebody's own choices, shown to a model that profits from them.
    """
    planned = directed_plan(calibration, examples)
    if planned is None:
        return []
    shown = sum(bool(each and each.turns) for each in planned)
    n_asked = sum(each is not None for each in planned) - shown
    rows: list[Row] = []
    with open_writer(model_path(path)) as writer:
        timed = _Timed(writer, SpeedModel(writer.model.n_bytes, writer.model.n_gpu_layers > writer.model.n_layers / 2))
        for name, length in PROMPTS.items():
            first: dict[bool, list[float]] = {False: [], True: []}
            following: dict[bool, list[float]] = {False: [], True: []}
            n_steered = 0
            for repeat in range(n_repeats + 1):  # the first warms up and is thrown away
                messages = prompt_of(writer, length, variant=repeat)
                for directed in (False, True) if repeat % 2 else (True, False):
                    on_progress(f"{name} prompt, {'directed' if directed else 'plain'}, repeat {repeat} of {n_repeats}")
                    seconds = timed.two_turns(messages, planned if directed else [None] * N_DRAFTS)
                    n_steered = timed.n_steered if directed else n_steered
                    first[directed].append(seconds[0])
                    following[directed].append(seconds[1])
            for what, seconds_of in (("directed beside plain", first), ("the turn after each", following)):
                mine, other = median(seconds_of[True][1:]), median(seconds_of[False][1:])
                rows.append(
                    Row(
                        section=f"directed best of {N_DRAFTS}, {name} prompt",
                        what=f"{what}, {N_NEW_TOKENS} tokens; of the first turn's drafts {n_steered} steered "
                        f"(meant: {n_asked} asked, {calibration.place}; {shown} shown own choices)",
                        value=mine,
                        unit="s",
                        baseline=other,
                        ratio=mine / other,
                        aim=AIM,
                    )
                )
    return rows


def directed_plan(calibration: Calibration, examples: Sequence[Example] = ()) -> list[Steering | None] | None:
    """The policy's for somebody with as long a profile as is asked for, of what this model heeds most, and with these
    own choices where the model profits from such; None where neither is anything.
    """
    heeded = sorted(calibration.heeded, key=lambda e: -e.shift)
    strongest = {effect.axis: effect for effect in reversed(heeded)}
    asked = sorted(strongest.values(), key=lambda e: -e.shift)[:MAX_SENTENCES]
    request = request_of([ProfileSentence(e.axis, e.more, 1.0, 1.0) for e in asked], calibration.place)
    shown = examples_request(examples) if calibration.profits_from_examples else None
    yours = [each for each in (request, shown) if each is not None]
    return [each.steering for each in mixed(N_DRAFTS, yours, None)] if yours else None


@dataclass
class _Timed:
    """Turns of one writer, with what they say of its speed."""

    writer: DraftWriter
    speed: SpeedModel
    n_steered: int = 0
    """Drafts of the last first turn that were steered."""

    def two_turns(self, messages: list[ChatMessage], steering: Sequence[Steering | None]) -> tuple[float, float]:
        """Seconds of a first turn, from nothing, whose last draft is the reply; and of the turn after it."""
        self.writer.cache.clear()
        seconds, run = self._turn(messages, steering)
        self.n_steered = sum(draft.steering is not None for draft in run.drafts)
        after = [*messages, ChatMessage("assistant", run.drafts[-1].text), ChatMessage("user", NEXT)]
        return seconds, self._turn(after, steering)[0]

    def _turn(self, messages: list[ChatMessage], steering: Sequence[Steering | None]) -> tuple[float, DraftRun]:
        def plan(read: PromptRead) -> int:
            self.speed.observe_prefill(read.n_tokens - read.n_reused, read.seconds)
            return len(steering)

        started = time.perf_counter()
        run = self.writer.write(
            messages,
            plan,
            SamplingSettings(max_tokens=N_NEW_TOKENS),
            1,
            Silent(),
            lambda: False,
            lambda _n: list(steering),
            steering_room=lambda n: self.speed.steering_tokens(n, N_NEW_TOKENS),
        )
        self.writer.continue_from(run.drafts[-1].index)
        seconds = time.perf_counter() - started
        self.speed.observe_steps(run.steps)
        self.speed.observe_reply([draft.n_tokens for draft in run.drafts], 0.0)
        return seconds, run
