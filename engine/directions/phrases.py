"""What is said about a person who likes less or more of an axis, and what is asked of the model for them. Data only."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Phrase:
    """about: to the person, of the person; request: to the model."""

    about: str
    request: str


PHRASES: dict[str, tuple[Phrase, Phrase]] = {
    "length": (
        Phrase("You like short answers.", "Keep it short: two or three sentences at most."),
        Phrase("You like long, full answers.", "Answer at length, in several full paragraphs."),
    ),
    "structure": (
        Phrase("You like plain prose and don't care for lists.", "Write in plain prose, without lists or headings."),
        Phrase("You like lists and headings.", "Arrange the answer as a list of short points under a heading."),
    ),
    "formality": (
        Phrase("You like a casual tone.", "Write casually, as one talks to a friend."),
        Phrase("You like formal language.", "Write in formal, polished language."),
    ),
    "warmth": (
        Phrase("You like it matter-of-fact.", "Be matter-of-fact: no comforting words, no pleasantries."),
        Phrase("You like a warm tone.", "Be warm and kind, and show that you understand."),
    ),
    "enthusiasm": (
        Phrase("You like a calm tone.", "Stay calm and sober, without exclamation marks."),
        Phrase("You like it lively.", "Be lively and enthusiastic!"),
    ),
    "humour": (
        Phrase("You like it serious.", "Stay serious: no jokes."),
        Phrase("You like some humour.", "Be playful: make a joke or a funny comparison."),
    ),
    "confidence": (
        Phrase("You want to hear what is uncertain.", "Say honestly what is uncertain and what it depends on."),
        Phrase("You like a decided answer.", "Be decided: give one clear answer, without hedging."),
    ),
    "depth": (
        Phrase("You don't need the background.", "Leave out the background and say only what is needed."),
        Phrase("You like thorough answers.", "Be thorough: explain the reasons behind it."),
    ),
    "technicality": (
        Phrase("You like everyday words.", "Use plain everyday words and no technical terms."),
        Phrase("You like the technical terms.", "Use the proper technical terms."),
    ),
    "concreteness": (
        Phrase("You like the general idea better than examples.", "Keep to the general idea, without examples."),
        Phrase("You like concrete details.", "Give concrete details: numbers, names, an example."),
    ),
    "engagement": (
        Phrase("You don't like questions back.", "Do not ask anything back."),
        Phrase("You like to be asked something back.", "End with a question that invites a reply."),
    ),
}
"""For each axis: less of it, more of it."""

PREAMBLE = {
    "system": "Write every answer in this way:",
    "last": "Please write your answer in this way:",
}
"""How a request begins, by where it stands."""
EXAMPLES_PREAMBLE = "The person whom you write for was shown pairs of answers and chose."
"""How the person's own choices are introduced to the model."""
