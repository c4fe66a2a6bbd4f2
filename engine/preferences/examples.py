"""What a taste changes, shown on a prompt: the reply that most people's taste picks beside the one this person's picks.

The candidates are replies of the corpus with their numbers, written beside the heads by `engine.rewards.example_bank`.
Light: needs numpy only, so that the window can show an example before any model is loaded.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec
import numpy as np

from engine.preferences.events import Scored
from engine.preferences.posterior import WeightPosterior
from engine.preferences.taste_model import TasteModel, heads_dir
from engine.rerank import Choice, choose_draft, population_choice
from engine.types import FloatArray

_log = logging.getLogger(__name__)

EXAMPLES_FILE = "examples.json"


class Candidate(msgspec.Struct, frozen=True, kw_only=True):
    """One reply of the corpus. scored: what the heads say of it, quality as they predict it."""

    id: str
    text: str
    scored: Scored


class ExamplePrompt(msgspec.Struct, frozen=True, kw_only=True):
    """A prompt with four candidates or more."""

    id: str
    prompt: str
    candidates: list[Candidate]


class ExampleBank(msgspec.Struct, frozen=True, kw_only=True):
    heads_version: str
    prompts: list[ExamplePrompt]


@dataclass(frozen=True)
class BeforeAfter:
    """A prompt with the reply that the population's weights pick, and the one that this person's pick.

    lead: of the person's pick over the other, in log-odds, as this person's weights see it; 0 where both are the same.
    n_different, n_prompts: on how many of the prompts looked at the two picks differ.
    """

    prompt: str
    before: str
    after: str
    lead: float
    n_different: int
    n_prompts: int

    @property
    def is_same(self) -> bool:
        return self.before == self.after


MIN_LEAD = 0.1
"""Log-odds: where this person's pick leads by less, it is no example of what their taste changes."""


def load_examples(model: TasteModel, directory: Path | None = None) -> list[ExamplePrompt]:
    """The prompts that belong to these heads; none where the file is missing, damaged or belongs to others.

    An example is nothing to fail for: the quiz then ends without one.
    """
    path = (directory or heads_dir()) / EXAMPLES_FILE
    try:
        bank = msgspec.json.decode(path.read_bytes(), type=ExampleBank)
    except (OSError, msgspec.DecodeError, UnicodeDecodeError) as exc:
        _log.warning("The examples in %s are missing or damaged (%s)", path, exc)
        return []
    return bank.prompts if bank.heads_version == model.heads_version else []


def before_and_after(
    prompts: Sequence[ExamplePrompt], posterior: WeightPosterior, model: TasteModel, asked: Collection[str] = ()
) -> BeforeAfter | None:
    """The example in which this person's taste matters most, among prompts that they were not asked about.

    It is chosen to be clear, not to be typical: `n_different` says how often there is a difference at all.

    Args:
        asked: texts of the prompts that are out. Returns None where no prompt is left.
    """
    found: list[BeforeAfter] = []
    for example in prompts:
        if example.prompt in asked:
            continue
        population, choice = picks([candidate.scored for candidate in example.candidates], posterior, model)
        texts = [candidate.text for candidate in example.candidates]
        lead = float(choice.scores[choice.chosen] - choice.scores[population])
        chosen = choice.chosen if lead >= MIN_LEAD else population
        found.append(BeforeAfter(example.prompt, texts[population], texts[chosen], lead, 0, 0))
    if not found:
        return None
    n_different = sum(not example.is_same for example in found)
    best = max(found, key=lambda example: example.lead)
    return BeforeAfter(best.prompt, best.before, best.after, best.lead, n_different, len(found))


def picks(candidates: Sequence[Scored], posterior: WeightPosterior, model: TasteModel) -> tuple[int, Choice]:
    """(the population's choice, this person's) among scored candidates, as `engine.rerank` chooses among drafts.

    The bootstrap heads' spread is not among the numbers, so the caution counts the doubt about the person alone.
    """
    rewards: FloatArray = np.array([candidate.base_rewards for candidate in candidates], dtype=np.float64)
    quality: FloatArray = np.array([candidate.quality for candidate in candidates], dtype=np.float64)
    choice = choose_draft(rewards, quality, rewards[None], posterior.mean, posterior.covariance, model.prior_mean)
    return population_choice(rewards, quality, model.prior_mean), choice
