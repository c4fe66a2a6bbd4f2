"""The taste page's values: what is believed, what it rests on, and the latest events in words. No widgets."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import QCoreApplication

from desktop.chat.reason_words import reason_words
from desktop.taste.self_test_controller import MINE, SELF_TEST_MESSAGE
from desktop.taste.session import TasteSession
from desktop.taste.words import axis_name, leaning, taste_word
from engine.preferences.events import AxisStatement, DraftPreferred, LoggedEvent, QuizAnswer, Thumb
from engine.preferences.explanation import AXIS_WORDS, AxisLiking, describe_assumed, describe_learned
from engine.preferences.taste_model import TasteModel


@dataclass(frozen=True)
class EventLine:
    """One event that counts, in words, with the number that undoes it."""

    number: int
    text: str
    when: str


@dataclass(frozen=True)
class TasteState:
    """Everything the taste page shows."""

    likings: tuple[AxisLiking, ...]
    words: tuple[str, ...]
    """Learned from this person."""
    assumed: tuple[str, ...]
    """What most people like, and nothing speaks against here."""
    n_answers: int
    n_ratings: int
    events: tuple[EventLine, ...]
    profiles: tuple[tuple[int, str], ...]
    """(id, name) of all."""
    profile_id: int
    """Whose taste this is."""
    learns: bool
    """Whether ratings in this profile's chats are kept."""


def _tr(text: str) -> str:
    return QCoreApplication.translate("Taste", text)


def taste_state(taste: TasteSession) -> TasteState:
    learner = taste.learner
    events = learner.events
    return TasteState(
        likings=tuple(learner.likings()),
        words=tuple(map(taste_word, describe_learned(learner.posterior, learner.model))),
        assumed=tuple(map(taste_word, describe_assumed(learner.posterior, learner.model))),
        n_answers=learner.n_quiz_answers,
        n_ratings=sum(isinstance(entry.event, Thumb | DraftPreferred) for entry in events),
        events=tuple(event_line(entry, taste.model) for entry in reversed(events)),
        profiles=tuple((profile.id, profile.name) for profile in taste.profiles),
        profile_id=taste.profile_id,
        learns=taste.profile.learns,
    )


def _plain(markdown: str) -> str:
    """One line without Markdown's signs."""
    return " ".join(re.sub(r"[*_`#>|]+", "", markdown).split())


def event_line(entry: LoggedEvent, model: TasteModel) -> EventLine:
    when = datetime.fromtimestamp(entry.created_at).strftime("%d %b, %H:%M")
    return EventLine(entry.number, _words(entry, model), when)


def _words(entry: LoggedEvent, model: TasteModel) -> str:
    match entry.event:
        case QuizAnswer(pair=pair_id, choice=choice):
            pair = next((pair for pair in model.quiz.pairs if pair.id == pair_id), None)
            prompt = pair.prompt if pair else pair_id
            if choice == "tie":
                return _tr("Quiz: no preference for “{prompt}”").format(prompt=prompt)
            if choice == "both_bad":
                return _tr("Quiz: both bad for “{prompt}”").format(prompt=prompt)
            reply = (pair.a if choice == "a" else pair.b) if pair else choice
            return _tr("Quiz: “{prompt}” → “{reply}”").format(prompt=prompt, reply=_plain(reply))
        case Thumb(up=True):
            return _tr("Thumb up on a reply")
        case Thumb(reason=reason):
            if reason is None:
                return _tr("Thumb down on a reply")
            return _tr("Thumb down on a reply: {reason}").format(reason=reason_words(reason))
        case DraftPreferred(message=message, preferred_index=preferred) if message.startswith(SELF_TEST_MESSAGE):
            if preferred == MINE:
                return _tr("Self-test: you chose Attune's pick over the first draft")
            return _tr("Self-test: you chose the first draft over Attune's pick")
        case DraftPreferred(preferred_index=preferred, shown_index=shown):
            return _tr("Preferred draft {a} over draft {b}").format(a=preferred + 1, b=shown + 1)
        case AxisStatement(axis=axis, value=value) if axis in AXIS_WORDS:
            return _tr("You set {axis}: {words}").format(axis=axis_name(axis), words=leaning(axis, value))
        case _:
            return type(entry.event).__name__
