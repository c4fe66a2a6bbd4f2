"""The blind self-test's flow: draw a prompt, have drafts written, ask, and say what came of it. Knows no widgets.

Of a round it hands out `OpenRound` alone, which does not say whose reply stands where.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal, Slot

from desktop.taste.session import TasteSession
from desktop.taste.trial_writer import Trial, TrialWriter, numbers_of
from engine.preferences.blind_test import N_ROUNDS
from engine.store.self_tests import Reply, SelfTest, SelfTestStore, Side

SELF_TEST_MESSAGE = "self-test-"
"""What the name of a message begins with in an event that comes from a self-test's round."""
MINE, FIRST = 1, 0
"""The draft indices that such an event names: Attune's pick, and the first draft."""


@dataclass(frozen=True)
class TestRound:
    """What the page shows of a round: its number from 1, and the two replies."""

    number: int
    prompt: str
    left: str
    right: str


class SelfTestController(QObject):
    """Signals:
    tests_changed: (list of SelfTest, latest first) of the selected profile.
    introduced: (number of earlier prompts), a test can be begun.
    writing: (number of the round, sentence), drafts are being written.
    round_ready: (TestRound).
    ended: (SelfTest), with its verdict.
    put_off: the person goes on another time, or has given up.
    problem: (sentence), a round's drafts could not be written; the test waits.
    """

    tests_changed = Signal(list)
    introduced = Signal(int)
    writing = Signal(int, str)
    round_ready = Signal(object)
    ended = Signal(object)
    put_off = Signal()
    problem = Signal(str)

    def __init__(
        self, store: SelfTestStore, taste: TasteSession, writer: TrialWriter, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._store = store
        self._taste = taste
        self._writer = writer
        self._test: SelfTest | None = None
        self._profile_id = taste.profile_id
        writer.progressed.connect(self._on_progress)
        writer.written.connect(self._on_written)
        writer.failed.connect(self._on_failed)
        taste.changed.connect(self.refresh)

    @property
    def tests(self) -> list[SelfTest]:
        """The selected profile's that have an end, latest first."""
        return [test for test in self._store.tests(self._taste.profile_id) if test.end is not None]

    @property
    def is_running(self) -> bool:
        """Whether the selected profile has a test to go on with."""
        return self._store.running(self._taste.profile_id) is not None

    def open(self) -> None:
        """Go on with the test that was begun, or offer to begin one."""
        self._profile_id = self._taste.profile_id
        self._test = self._store.running(self._profile_id)
        if self._test is not None:
            self._go_on()
        else:
            self.introduced.emit(len(self._store.earlier_prompts(self._profile_id)))

    def begin(self, typed: Sequence[str]) -> None:
        """typed: prompts to ask besides those that chats began with."""
        self._test = self._store.begin(self._profile_id, self._taste.model.heads_version, typed)
        self.refresh()
        self._go_on()

    def choose(self, side: Side | None) -> None:
        """None: no preference."""
        if self._test is not None and self._store.open_round(self._test.id) is not None:
            self._test = self._store.judge(self._test.id, side)
            self._go_on()

    def go_on_later(self) -> None:
        """Leave; the test waits."""
        self._writer.stop()
        self._test = None
        self.put_off.emit()

    def give_up(self) -> None:
        """For good: the test is listed as given up, without a result that could be picked by its looks."""
        self._writer.stop()
        if self._test is not None:
            self._store.end(self._test.id, "given_up")
            self._test = None
            self.refresh()
        self.put_off.emit()

    def try_again(self) -> None:
        """After a problem."""
        if self._test is not None:
            self._go_on()

    def learn(self, test_id: int) -> None:
        """The person wants the choices of an ended test to count as ratings. Once."""
        if self._store.get(test_id).learned:
            return
        for judged in self._store.judged_rounds(test_id):
            preferred, other = (judged.mine, judged.first) if judged.mine_chosen else (judged.first, judged.mine)
            indices = (MINE, FIRST) if judged.mine_chosen else (FIRST, MINE)
            message = f"{SELF_TEST_MESSAGE}{test_id}-{judged.number}"
            self._taste.prefer(self._taste.profile_id, message, *indices, preferred, other)
        self._store.set_learned(test_id)
        self.refresh()

    @Slot()
    def refresh(self) -> None:
        self.tests_changed.emit(self.tests)

    # one round after the other

    def _go_on(self) -> None:
        test = self._test
        assert test is not None
        if test.heads_version != self._taste.model.heads_version:
            self._end("stopped")  # its rounds were judged by other heads: they cannot be put together
            return
        if test.n_judged >= N_ROUNDS:
            self._end("complete")
            return
        waiting = self._store.open_round(test.id)
        if waiting is not None:
            self.round_ready.emit(TestRound(test.n_judged + 1, waiting.prompt, waiting.left, waiting.right))
            return
        self._store.drop_round(test.id)  # one that was drawn, and left before its drafts were written
        prompt = self._store.draw_prompt(test, self._profile_id)
        if prompt is None:
            self._end("stopped")
        else:
            self._writer.write(prompt)

    def _end(self, how: str) -> None:
        assert self._test is not None
        test = self._store.end(self._test.id, "complete" if how == "complete" else "stopped")
        self._test = None
        self.refresh()
        self.ended.emit(test)

    @Slot(str)
    def _on_progress(self, sentence: str) -> None:
        if self._test is not None:
            self.writing.emit(self._test.n_judged + 1, sentence)

    @Slot(object)
    def _on_written(self, trial: Trial) -> None:
        test = self._test
        if test is None:
            return
        mine, first = (Reply(draft.text, numbers_of(draft)) for draft in (trial.personal, trial.first))
        self._store.set_replies(test.id, mine, first)
        self._test = self._store.get(test.id)
        self._go_on()

    @Slot(str)
    def _on_failed(self, sentence: str) -> None:
        if self._test is not None:
            self.problem.emit(sentence or self.tr("Stopped."))
