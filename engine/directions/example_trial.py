"""Whether a model profits from a person's own choices in its context: measured beside plain drafts of the same prompts.

People of one clear taste each answer ten pairs of the quiz bank by their weights; the model is shown the clearest, as
it would be in use. What counts is what the drafts are worth to those people, quality included.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from engine.directions.calibration import ExamplesTrial
from engine.directions.examples import Example, example_of, examples_request
from engine.directions.handed_back import charged
from engine.directions.profile import correction
from engine.generation.drafts import DraftWriter, SilentListener
from engine.generation.model import LlamaModel
from engine.generation.steering import Steering
from engine.preferences.events import LoggedEvent
from engine.preferences.learner import posterior_from_log
from engine.preferences.taste_model import TasteModel
from engine.rewards.scorer import ReplyScorer
from engine.types import ChatMessage, FloatArray, SamplingSettings, WriterKind

MIN_BYTES = 250 << 20
"""Of weights: models of some hundred million parameters copy an example instead of learning from it."""
MIN_WINDOW = 2048
"""Tokens: two examples take some four hundred of them from every conversation."""
N_ANSWERS = 10
N_PLAIN = 3


@dataclass(frozen=True, eq=False)
class TypicalPerson:
    """weights: (n_base,); examples: of their answers."""

    weights: FloatArray
    examples: list[Example]


def worth_trying(model: LlamaModel) -> bool:
    """Whether the model is large enough to profit, and has room."""
    return model.n_bytes >= MIN_BYTES and model.window >= MIN_WINDOW


def typical_people(tastes: Sequence[tuple[str, bool]], taste: TasteModel, seed: int) -> list[TypicalPerson]:
    """One who stated each of the tastes (axis, more of it), and is otherwise like most people."""
    rng = np.random.default_rng(seed)
    pairs = taste.quiz.pairs
    found = []
    for axis, more in tastes:
        stated = LoggedEvent(number=1, created_at=0.0, event=correction(axis, more, taste))
        mean = posterior_from_log([stated], taste).mean
        examples = []
        for number in rng.choice(len(pairs), size=min(N_ANSWERS, len(pairs)), replace=False):
            as_a = example_of(pairs[number], True, mean)
            examples.append(as_a if as_a.margin > 0 else example_of(pairs[number], False, mean))
        found.append(TypicalPerson(mean, examples))
    return found


def try_examples(
    writer: DraftWriter,
    scorer: ReplyScorer,
    people: Sequence[TypicalPerson],
    prompts: Sequence[str],
    *,
    writer_kind: WriterKind,
    max_tokens: int,
    seed: int,
    on_prompt: Callable[[], None],
    should_stop: Callable[[], bool],
) -> ExamplesTrial | None:
    """None where it was stopped. Each prompt is one batch: `N_PLAIN` plain drafts and one for each of the people."""
    steering: list[Steering | None] = [*[None] * N_PLAIN, *(examples_request(p.examples) for p in people)]
    gains, qualities, n_read = [], [], 0
    for number, prompt in enumerate(prompts):
        run = writer.write(
            [ChatMessage("user", prompt)],
            len(steering),
            SamplingSettings(max_tokens=max_tokens),
            seed + number,
            SilentListener(),
            should_stop,
            lambda _n: steering,
        )
        if should_stop():
            return None
        texts = [draft.text for draft in run.drafts]
        outputs = scorer.score([prompt] * len(texts), texts, writer_kind)
        quality = charged(outputs.quality, prompt, texts, steering)
        # (n_drafts, n_people): what each draft is worth to each of them
        worth = quality[:, None] + outputs.base_rewards @ np.array([p.weights for p in people]).T
        own = worth[N_PLAIN:].diagonal() - worth[:N_PLAIN].mean(axis=0)
        gains.append(float(own.mean()))
        qualities.append(float((quality[N_PLAIN:] - quality[:N_PLAIN].mean()).mean()))
        n_read += run.n_steering_tokens
        on_prompt()
    return ExamplesTrial(
        gain=float(np.mean(gains)),
        gain_se=float(np.std(gains, ddof=1) / np.sqrt(len(gains))) if len(gains) > 1 else float("inf"),
        quality=float(np.mean(qualities)),
        n_read_tokens=n_read / (len(prompts) * len(people)),
    )
