"""What the taste page asks for: corrections with a receipt, profiles, export and import. Knows no widgets."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal

from desktop.taste.sentences import SentenceLine, Verdict, stated_liking
from desktop.taste.session import TasteSession
from engine.directions.profile import correction
from engine.errors import EngineError
from engine.preferences.profile_file import export_profile, import_log, n_of_other_heads
from engine.store.chats import ChatStore
from engine.store.comparisons import export_comparisons

STATEMENT_SD = 0.1
"""How closely a liking that was set by hand is kept to: the person looked at the chart and said where it belongs."""
REMOVED_SD = 0.03
"""The same where a sentence was taken off. Less would leave it standing: the prior holds that somebody is of average
taste for as long as they may be, and most people like what was struck out."""
FILE_SUFFIX = ".attune.json"


class TasteController(QObject):
    """Signals:
    receipt_changed: (sentence, event number to undo or None).
    problem: (sentence), what could not be done.
    """

    receipt_changed = Signal(str, object)
    problem = Signal(str)

    def __init__(self, taste: TasteSession, chats: ChatStore, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._taste = taste
        self._chats = chats

    # the selected profile's taste

    def correct(self, axis: str, value: float, sd: float = STATEMENT_SD) -> None:
        """The person sets how much they like an axis."""
        receipt = self._taste.state_liking(axis, value, sd)
        sentence = self.tr("Noted. It changes nothing visible.")
        if receipt.change is not None:
            sentence = self.tr("Noted: {change} from now on.").format(change=receipt.change)
        self.receipt_changed.emit(sentence, receipt.number)

    def judge(self, line: SentenceLine, verdict: Verdict) -> None:
        """What the person says of a sentence about them."""
        sd = REMOVED_SD if verdict == "indifferent" else STATEMENT_SD
        self.correct(line.axis, stated_liking(line, verdict, self._taste.model), sd)

    def add_sentence(self, axis: str, more: bool) -> None:
        """The person says that they like less or more of an axis."""
        self.correct(axis, correction(axis, more, self._taste.model).value)

    def undo(self, number: int) -> None:
        self._taste.undo(number)
        self.receipt_changed.emit(self.tr("Taken back."), None)

    def set_learns(self, learns: bool) -> None:
        """Whether ratings in this profile's chats are kept and learned from."""
        self._taste.set_learns(learns)

    # profiles

    def create(self, name: str) -> None:
        """One more profile, which is selected."""
        try:
            self._taste.create_profile(name)
        except EngineError as exc:
            self.problem.emit(str(exc))

    def rename(self, name: str) -> None:
        try:
            self._taste.rename_profile(name)
        except EngineError as exc:
            self.problem.emit(str(exc))

    def export_to(self, file: str) -> None:
        learner = self._taste.learner
        try:
            export_profile(Path(file), self._taste.log(), learner.weights)
        except EngineError as exc:
            self.problem.emit(str(exc))
        else:
            self.receipt_changed.emit(self.tr("Exported to {file}.").format(file=file), None)

    def export_comparisons_to(self, file: str) -> None:
        """Which reply was preferred over which, in text, where that is still there."""
        try:
            n = export_comparisons(Path(file), self._taste.log(), self._chats, self._taste.model)
        except EngineError as exc:
            self.problem.emit(str(exc))
        else:
            sentence = self.tr("Comparisons exported to {file}: {n}.").format(file=file, n=n)
            self.receipt_changed.emit(sentence, None)

    def import_from(self, file: str) -> None:
        """A profile file becomes one more profile, which is selected; none that is there changes."""
        try:
            log = import_log(Path(file), self._taste.model)
            self._taste.create_profile(self._free_name(Path(file).name.removesuffix(FILE_SUFFIX)), log)
        except EngineError as exc:
            self.problem.emit(str(exc))
        else:
            name = self._taste.profile.name
            sentence = self.tr("Imported as the profile “{name}”.").format(name=name)
            n_others = n_of_other_heads(log, self._taste.model)
            if n_others:
                sentence += " " + self.tr(
                    "{n} of its ratings were made with another version of Attune's taste and do not count here."
                ).format(n=n_others)
            self.receipt_changed.emit(sentence, None)

    def _free_name(self, wanted: str) -> str:
        """`wanted`, with a number behind it where it is taken."""
        wanted = wanted.removesuffix(".json").strip() or self.tr("Imported")
        taken = {profile.name.casefold() for profile in self._taste.profiles}
        names = [wanted, *(f"{wanted[:30]} ({number})" for number in range(2, len(taken) + 3))]
        return next(name for name in names if name.casefold() not in taken)
