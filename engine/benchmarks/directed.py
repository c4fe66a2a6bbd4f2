"""Directed best-of-4 beside plain best-of-4, and the turn after each: what steering costs in wall time.

Steered drafts read their request beside the conversation, and where it stands in the system prompt all that follows;
shown own choices, they read those and the whole conversation after them. The next turn reads the chosen reply again,
without all that. Both turns are counted.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path

from engine.benchmarks.measuring import Row, Silent, median, model_path, open_writer, prompt_of
from engine.directions.calibration import Calibration
from engine.directions.examples import Example, examples_request
from engine.directions.policy import MAX_SENTENCES, mixed
from engine.directions.profile import ProfileSentence, request_of
from engine.generation.drafts import DraftWriter
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
    asked = (
        f"{sum(each is not None for each in planned) - shown} asked ({calibration.place}), {shown} shown own choices"
    )
    rows: list[Row] = []
    with open_writer(model_path(path)) as writer:
        for name, length in PROMPTS.items():
            first: dict[bool, list[float]] = {False: [], True: []}
            following: dict[bool, list[float]] = {False: [], True: []}
            for repeat in range(n_repeats + 1):  # the first warms up and is thrown away
                messages = prompt_of(writer, length, variant=repeat)
                for directed in (False, True) if repeat % 2 else (True, False):
                    on_progress(f"{name} prompt, {'directed' if directed else 'plain'}, repeat {repeat} of {n_repeats}")
                    seconds = _two_turns(writer, messages, planned if directed else [None] * N_DRAFTS)
                    first[directed].append(seconds[0])
                    following[directed].append(seconds[1])
            for what, seconds_of in (("directed beside plain", first), ("the turn after each", following)):
                mine, other = median(seconds_of[True][1:]), median(seconds_of[False][1:])
                rows.append(
                    Row(
                        section=f"directed best of {N_DRAFTS}, {name} prompt",
                        what=f"{what}, {N_NEW_TOKENS} tokens, {asked}",
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


def _two_turns(
    writer: DraftWriter, messages: list[ChatMessage], steering: Sequence[Steering | None]
) -> tuple[float, float]:
    """Seconds of a first turn from nothing, whose last draft is the reply, and of the turn after it, asked alike."""
    writer.cache.clear()
    seconds, reply = _turn(writer, messages, steering)
    after = [*messages, ChatMessage("assistant", reply), ChatMessage("user", NEXT)]
    return seconds, _turn(writer, after, steering)[0]


def _turn(writer: DraftWriter, messages: list[ChatMessage], steering: Sequence[Steering | None]) -> tuple[float, str]:
    started = time.perf_counter()
    sampling = SamplingSettings(max_tokens=N_NEW_TOKENS)
    run = writer.write(messages, len(steering), sampling, 1, Silent(), lambda: False, lambda _n: list(steering))
    writer.continue_from(run.drafts[-1].index)
    return time.perf_counter() - started, run.drafts[-1].text
