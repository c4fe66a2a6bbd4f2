""" "What I think you like": the profile in words; each sentence can be confirmed, turned round or taken off."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QMenu, QVBoxLayout, QWidget

from desktop.taste.sentences import SentenceLine, Verdict, about
from desktop.taste.words import axis_name
from desktop.theme import metrics
from desktop.theme.controls import Button, IconButton, Label
from engine.types import AXES


class SentencesSection(QWidget):
    """Signals:
    judged: (SentenceLine, Verdict), what the person says of a sentence.
    added: (axis, whether they like more of it), a sentence that the person puts on the list.
    """

    judged = Signal(object, str)
    added = Signal(str, bool)

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[SentenceRow] = []
        self._nothing = Label(self.tr("Nothing yet that is sure enough to say."), "muted", wrap=True)
        self._list = QVBoxLayout()
        self._list.setSpacing(metrics.S if metrics.text_is_large() else 2)
        self.add_button = Button(self.tr("Add a taste…"))
        self.add_menu = QMenu(self.add_button)
        self.add_button.setMenu(self.add_menu)
        note = Label(
            self.tr(
                "What Attune asks a model for, in part of its drafts, comes from here. What you say counts for much"
                " and can be undone below."
            ),
            "small",
            wrap=True,
        )
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(metrics.S)
        layout.addWidget(self._nothing)
        layout.addLayout(self._list)
        layout.addWidget(self.add_button, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addWidget(note)

    @property
    def sentences(self) -> list[str]:
        return [row.line.text for row in self.rows]

    def show_sentences(self, lines: Sequence[SentenceLine]) -> None:
        focused = self.focusWidget()
        had_focus = focused is not None and any(row.isAncestorOf(focused) for row in self.rows)
        for row in self.rows:
            self._list.removeWidget(row)
            row.hide()
            row.deleteLater()
        self.rows = [SentenceRow(line) for line in lines]
        for row in self.rows:
            self._list.addWidget(row)
            row.judged.connect(self.judged)
        self._nothing.setVisible(not lines)
        self._offer_others(lines)
        if had_focus:
            self.add_button.setFocus()  # the row that had it may be gone

    def _offer_others(self, lines: Sequence[SentenceLine]) -> None:
        there = {(line.axis, line.more) for line in lines}
        self.add_menu.clear()
        for axis in AXES:
            menu = self.add_menu.addMenu(axis_name(axis))
            for more in (False, True):
                if (axis, more) not in there:
                    menu.addAction(about(axis, more), partial(self.added.emit, axis, more))


class SentenceRow(QWidget):
    """Signals:
    judged: (SentenceLine, Verdict).
    """

    judged = Signal(object, str)

    def __init__(self, line: SentenceLine) -> None:
        super().__init__()
        self.line = line
        self.edit_button = IconButton("edit", self.tr("Change: {sentence}").format(sentence=line.text))
        self.remove_button = IconButton("close", self.tr("Remove: {sentence}").format(sentence=line.text))
        for button in (self.edit_button, self.remove_button):
            button.setProperty("kind", "tight")
            button.setIconSize(QSize(metrics.scaled(14), metrics.scaled(14)))
        menu = QMenu(self.edit_button)
        verdicts: tuple[tuple[Verdict, str], ...] = (
            ("yes", self.tr("Yes, that's right")),
            ("softer", self.tr("Yes, but not so much")),
            ("turned", self.tr("The other way round")),
            ("indifferent", self.tr("No, I don't mind either way")),
        )
        for verdict, words in verdicts:
            menu.addAction(words, partial(self.judged.emit, line, verdict))
        self.edit_button.setMenu(menu)
        self.edit_button.setPopupMode(IconButton.ToolButtonPopupMode.InstantPopup)
        self.remove_button.clicked.connect(lambda: self.judged.emit(self.line, "indifferent"))
        origins = {
            "said": self.tr("you said so"),
            "learned": self.tr("from your answers"),
            "assumed": self.tr("assumed, as of most people"),
        }
        beside = QBoxLayout.Direction.TopToBottom if metrics.text_is_large() else QBoxLayout.Direction.LeftToRight
        texts = QBoxLayout(beside)
        texts.setSpacing(0 if metrics.text_is_large() else metrics.S)
        texts.addWidget(Label(line.text, "muted" if line.origin == "assumed" else "", wrap=True), 1)
        texts.addWidget(Label(origins[line.origin], "small"))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(metrics.XS)
        layout.addLayout(texts, 1)
        layout.addWidget(self.edit_button)
        layout.addWidget(self.remove_button)
