"""What is said about a person who likes less or more of an axis, and what is asked of the model for them. Data only."""

from __future__ import annotations

from dataclasses import dataclass

from engine.generation.steering import Place


@dataclass(frozen=True)
class Phrase:
    """about: to the person, of the person; request: to the model."""

    about: str
    request: str


PHRASES: dict[str, tuple[Phrase, Phrase]] = {
    "length": (
        Phrase("You like short answers.", "Answer in two or three sentences."),
        Phrase("You like long, full answers.", "Answer at length, in several full paragraphs."),
    ),
    "structure": (
        Phrase("You like plain prose and don't care for lists.", "Write in plain prose, without lists or headings."),
        Phrase("You like lists and headings.", "Arrange the answer as a list of short points under a heading."),
    ),
    "formality": (
        Phrase("You like a casual tone.", "Use a casual tone, as among friends."),
        Phrase("You like formal language.", "Use formal, polished language."),
    ),
    "warmth": (
        Phrase("You like it matter-of-fact.", "Use a matter-of-fact tone, without pleasantries."),
        Phrase("You like a warm tone.", "Use a warm, kind and understanding tone."),
    ),
    "enthusiasm": (
        Phrase("You like a calm tone.", "Use a plain, sober tone, without exclamation marks."),
        Phrase("You like it lively.", "Use a lively, enthusiastic tone!"),
    ),
    "humour": (
        Phrase("You like it serious.", "Use a serious tone, without jokes."),
        Phrase("You like some humour.", "Use a playful tone, with a joke or a funny comparison."),
    ),
    "confidence": (
        Phrase("You want to hear what is uncertain.", "Say what is uncertain and what it depends on."),
        Phrase("You like a decided answer.", "Give one clear answer, without hedging."),
    ),
    "depth": (
        Phrase("You don't need the background.", "Leave out the background and give only what is needed."),
        Phrase("You like thorough answers.", "Answer thoroughly and explain the reasons."),
    ),
    "technicality": (
        Phrase("You like everyday words.", "Use plain everyday words, without technical terms."),
        Phrase("You like the technical terms.", "Use the proper technical terms."),
    ),
    "concreteness": (
        Phrase("You like the general idea better than examples.", "Give the general idea, without examples."),
        Phrase("You like concrete details.", "Give concrete details: numbers, names, an example."),
    ),
    "engagement": (
        Phrase("You don't like questions back.", "Do not ask anything back."),
        Phrase("You like to be asked something back.", "End with a question that invites a reply."),
    ),
}
"""For each axis: less of it, more of it."""

PREAMBLE: dict[Place, str] = {
    "system": "Write every answer in this way:",
    "before": "Answer the message below in this way:",
    "last": "Please write your answer in this way:",
}
"""How a request begins, by where it stands."""
