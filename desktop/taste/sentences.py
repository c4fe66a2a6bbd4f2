"""A person's profile in words: which sentences there are, where each comes from, and what a person's verdict means.

No widgets. The sentences are those of `engine.directions.profile`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QCoreApplication

from desktop.taste.session import TasteSession
from engine.directions.phrases import PHRASES
from engine.directions.profile import correction, profile_sentences
from engine.preferences.events import AxisStatement
from engine.preferences.explanation import learned_likings
from engine.preferences.taste_model import TasteModel

Verdict = Literal["yes", "softer", "turned", "indifferent"]
"""What a person says of a sentence: that is so; not so much; the other way round; neither way."""
Origin = Literal["said", "learned", "assumed"]
"""The person said it; their answers and ratings brought it about; most people are like that."""

_ABOUT = {axis: (less.about, more.about) for axis, (less, more) in PHRASES.items()}


@dataclass(frozen=True)
class SentenceLine:
    """One sentence about a person. liking: of the axis, in log-odds a standard deviation."""

    axis: str
    more: bool
    liking: float
    origin: Origin

    @property
    def text(self) -> str:
        return about(self.axis, self.more)


def _tr(text: str) -> str:
    return QCoreApplication.translate("Sentences", text)


def about(axis: str, more: bool) -> str:
    """What is said of somebody who likes less or more of an axis."""
    return _tr(_ABOUT[axis][more])


def sentence_lines(taste: TasteSession) -> tuple[SentenceLine, ...]:
    """What is sure enough to say of the selected profile's person, the strongest liking first."""
    learner = taste.learner
    said = {
        entry.event.axis
        for entry in learner.events
        if isinstance(entry.event, AxisStatement) and entry.event.heads_version == taste.model.heads_version
    }
    learned = {liking.axis for liking in learned_likings(learner.posterior, learner.model)}

    def origin(axis: str) -> Origin:
        return "said" if axis in said else "learned" if axis in learned else "assumed"

    return tuple(
        SentenceLine(sentence.axis, sentence.more, sentence.liking, origin(sentence.axis))
        for sentence in profile_sentences(learner.weights, learner.model)
    )


def stated_liking(line: SentenceLine, verdict: Verdict, model: TasteModel) -> float:
    """How much the axis is liked by somebody who says this of the sentence, in log-odds a standard deviation."""
    match verdict:
        case "yes":  # a clear liking, or as strong a one as is believed already
            clear = correction(line.axis, line.more, model).value
            return max(clear, line.liking, key=abs)
        case "softer":
            return line.liking / 2
        case "turned":
            return correction(line.axis, not line.more, model).value
        case "indifferent":
            return 0.0
