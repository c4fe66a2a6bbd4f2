"""The quiz's flow: which question stands, what an answer does, and when it is over. Knows no widgets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from desktop.quiz.order import choice_of_side, sides
from desktop.taste.session import TasteSession
from desktop.taste.words import taste_word
from engine.preferences.events import Choice, QuizAnswer
from engine.preferences.examples import BeforeAfter, ExamplePrompt, before_and_after
from engine.preferences.explanation import describe_assumed, describe_learned
from engine.preferences.quiz import QUIZ_LENGTH
from engine.preferences.taste_model import QuizPair


@dataclass(frozen=True)
class QuizQuestion:
    """What the quiz page shows. number: from 1; certainty: 0 to 1; profile: whose quiz, "" for an only profile."""

    prompt: str
    left: str
    right: str
    number: int
    at_most: int
    certainty: float
    can_go_back: bool
    profile: str = ""


@dataclass(frozen=True)
class QuizOutcome:
    """What the end page says. likings: learned from the answers, strongest first; assumed: what most people like.

    enough_known: the quiz ended by itself before its last question; example: what the taste changes, if there is one.
    """

    n_answers: int
    likings: tuple[str, ...]
    assumed: tuple[str, ...] = ()
    enough_known: bool = False
    example: BeforeAfter | None = None


class QuizController(QObject):
    """Signals:
    question_changed: (QuizQuestion).
    finished: (QuizOutcome), enough is known or the person has had enough.
    skipped: the person left before the first answer.
    put_off: the person goes on another time.
    """

    question_changed = Signal(object)
    finished = Signal(object)
    skipped = Signal()
    put_off = Signal()

    def __init__(
        self, taste: TasteSession, examples: Sequence[ExamplePrompt] = (), parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._taste = taste
        self._examples = examples
        self._pair: QuizPair | None = None

    def begin(self) -> None:
        """Start, or go on where it was left."""
        self._taste.set_quiz_state("started")
        self._ask(None)

    def begin_anew(self) -> None:
        """Take earlier quiz answers back and start from the first question."""
        self._taste.forget_quiz()
        self.begin()

    def choose_side(self, left: bool) -> None:
        if self._pair is not None:
            self.answer(choice_of_side(self._pair.id, left))

    def answer(self, choice: Choice) -> None:
        if self._pair is not None:
            self._taste.answer(self._pair, choice)
            self._ask(None)

    def back(self) -> None:
        """The last answer is taken back and its question asked again."""
        if self._taste.learner.n_quiz_answers:
            self._taste.set_quiz_state("started")
            self._ask(self._taste.undo_last_answer())

    def put_off_rest(self) -> None:
        """Leave, to go on with the same question another time."""
        self._pair = None
        self.put_off.emit()

    def skip(self) -> None:
        """Skip the rest."""
        if self._taste.learner.n_quiz_answers:
            self._finish(enough_known=False)
        else:
            self._pair = None
            self._taste.set_quiz_state("skipped")
            self.skipped.emit()

    def _ask(self, pair: QuizPair | None) -> None:
        learner = self._taste.learner
        self._pair = pair or learner.next_pair()
        if self._pair is None:
            self._finish(enough_known=learner.n_quiz_answers < QUIZ_LENGTH)
            return
        left, right = sides(self._pair)
        self.question_changed.emit(
            QuizQuestion(
                prompt=self._pair.prompt,
                left=left,
                right=right,
                number=learner.n_quiz_answers + 1,
                at_most=QUIZ_LENGTH,
                certainty=learner.posterior.certainty,
                can_go_back=learner.n_quiz_answers > 0,
                profile=self._taste.profile.name if len(self._taste.profiles) > 1 else "",
            )
        )

    def _finish(self, *, enough_known: bool) -> None:
        self._pair = None
        self._taste.set_quiz_state("done")
        learner = self._taste.learner
        learned = tuple(map(taste_word, describe_learned(learner.posterior, learner.model)))
        assumed = tuple(map(taste_word, describe_assumed(learner.posterior, learner.model)))
        self.finished.emit(QuizOutcome(learner.n_quiz_answers, learned, assumed, enough_known, self._example()))

    def _example(self) -> BeforeAfter | None:
        learner = self._taste.learner
        answers = {entry.event.pair for entry in learner.events if isinstance(entry.event, QuizAnswer)}
        asked = {pair.prompt for pair in learner.model.quiz.pairs if pair.id in answers}
        return before_and_after(self._examples, learner.posterior, learner.model, asked)
