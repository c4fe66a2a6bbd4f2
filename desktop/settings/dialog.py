"""The settings: in sections, with a search, hints, and their defaults. Shows values, returns values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QScrollArea,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from desktop.settings.rows import SettingRow, check_row, choice_row, number_row, optional_row, text_row
from desktop.theme import metrics
from desktop.theme.controls import Button, Label, PlainList, row
from desktop.theme.optional_number import OptionalNumber
from engine.store.settings import FONT_PERCENTS, Settings
from engine.types import N_DRAFTS_MAX


@dataclass(frozen=True)
class SettingsChoices:
    """What can be chosen here and now.

    personas: (id, name) of each; languages: (code, name) of each; no_tray: why there is no tray, "" where there is one.
    """

    personas: Sequence[tuple[int, str]] = ()
    languages: Sequence[tuple[str, str]] = (("en", "English"),)
    no_tray: str = ""


class SettingsDialog(QDialog):
    """Signals:
    settings_chosen: (dict of values, as in engine.store.settings.Settings).
    personas_requested: to the dialog where personas are kept.
    """

    settings_chosen = Signal(dict)
    personas_requested = Signal()

    def __init__(
        self, settings: Settings, parent: QWidget | None = None, choices: SettingsChoices | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Settings"))
        self._choices = choices or SettingsChoices()
        self.sections: dict[str, list[SettingRow]] = {
            self.tr("Replies"): self._reply_rows(),
            self.tr("Steering"): self._steering_rows(),
            self.tr("Instructions"): self._instruction_rows(),
            self.tr("Look and language"): self._look_rows(),
            self.tr("Keys and window"): self._window_rows(),
            self.tr("Model"): self._model_rows(),
        }
        self.rows: dict[str, SettingRow] = {each.key: each for rows in self.sections.values() for each in rows}
        for key, each in self.rows.items():
            each.show_value(getattr(settings, key))
            each.changed.connect(self._update_reset)
        self.search_field = QLineEdit()
        self.search_field.setPlaceholderText(self.tr("Search settings"))
        self.search_field.setAccessibleName(self.tr("Search settings"))
        self.search_field.setClearButtonEnabled(True)
        self.section_list = PlainList(self.tr("Sections"))
        self.section_list.addItems(list(self.sections))
        self.section_list.fit(130, 220)
        self.nothing = Label(self.tr("No setting has these words."), "muted", wrap=True)
        self.nothing.hide()
        self.personas_button = Button(self.tr("Personas…"), "link")
        self.reset_button = Button(self.tr("Defaults"), name=self.tr("Bring back all defaults"))
        self.save_button = Button(self.tr("Save"), "primary")
        self.save_button.setDefault(True)
        self.cancel_button = Button(self.tr("Cancel"))
        self._headings: dict[str, Label] = {}
        self._lay_out()
        self._connect()
        self._update_reset()

    # fields that are asked for by name

    @property
    def n_drafts(self) -> QSpinBox:
        return cast(QSpinBox, self.rows["n_drafts"].field)

    @property
    def time_budget(self) -> QSpinBox:
        return cast(QSpinBox, self.rows["time_budget_s"].field)

    @property
    def temperature(self) -> OptionalNumber:
        return cast(OptionalNumber, self.rows["temperature"].field)

    @property
    def system_prompt(self) -> QPlainTextEdit:
        return cast(QPlainTextEdit, self.rows["system_prompt"].field)

    @property
    def mode(self) -> QComboBox:
        return cast(QComboBox, self.rows["mode"].field)

    # building

    def _reply_rows(self) -> list[SettingRow]:
        defaults = Settings()
        return [
            choice_row(
                "mode",
                self.tr("Mode"),
                defaults.mode,
                self.tr("What new replies are. It can be changed below every message that you write."),
                [
                    ("personal", self.tr("Personal: drafts, and the one you would like")),
                    ("instant", self.tr("Instant: one draft, as it is written")),
                ],
            ),
            number_row(
                "time_budget_s",
                self.tr("Reply time"),
                defaults.time_budget_s,
                self.tr("In personal mode, about: as many drafts are written as this machine can in that time."),
                (2, 600),
                suffix=self.tr(" seconds"),
            ),
            number_row(
                "n_drafts",
                self.tr("Most drafts"),
                defaults.n_drafts,
                self.tr("More drafts suit you better and take longer."),
                (2, N_DRAFTS_MAX),
            ),
            check_row(
                "finish_every_draft",
                self.tr("Finish every draft"),
                defaults.finish_every_draft,
                self.tr(
                    "Otherwise drafts that you would like least, going by how they begin, are given up on the way:"
                    " replies come sooner, and there are fewer drafts to leaf through."
                ),
            ),
            number_row(
                "max_tokens",
                self.tr("Longest reply"),
                defaults.max_tokens,
                self.tr("A token is about three quarters of a word."),
                (16, 8192),
                step=64,
                suffix=self.tr(" tokens"),
            ),
            optional_row(
                "temperature",
                self.tr("Temperature"),
                defaults.temperature,
                self.tr("Higher makes drafts differ more, and err more."),
                (0.0, 2.0),
                self.tr("what suits the model"),
            ),
        ]

    def _steering_rows(self) -> list[SettingRow]:
        defaults = Settings()
        return [
            check_row(
                "steer_by_profile",
                self.tr("Ask the model for what I seem to like"),
                defaults.steer_by_profile,
                self.tr("In part of the drafts, and only where the model heeds it. The taste page says what it is."),
            ),
            check_row(
                "steer_by_examples",
                self.tr("Show the model my own choices"),
                defaults.steer_by_examples,
                self.tr("Two of your clearest quiz answers, in part of the drafts, where the model gains by it."),
            ),
            check_row(
                "steer_exploring",
                self.tr("Explore"),
                defaults.steer_exploring,
                self.tr("One of eight or more drafts tries something of which Attune doesn't know how you like it."),
            ),
            check_row(
                "calibrate_new_models",
                self.tr("Try new models out by themselves"),
                defaults.calibrate_new_models,
                self.tr(
                    "How a model follows wishes about style must be measured once. It takes minutes of the whole"
                    " processor; your messages go first. Without it, the models page has a button."
                ),
            ),
        ]

    def _instruction_rows(self) -> list[SettingRow]:
        defaults = Settings()
        personas: list[tuple[int | None, str]] = [(None, self.tr("No persona")), *self._choices.personas]
        return [
            choice_row(
                "persona_id",
                self.tr("Persona of new chats"),
                defaults.persona_id,
                self.tr("A persona is a system prompt with a name. Each chat can have another one."),
                personas,
            ),
            text_row(
                "system_prompt",
                self.tr("System prompt"),
                defaults.system_prompt,
                self.tr("Read before every chat that has no persona."),
                self.tr("For instance: You are a helpful assistant."),
            ),
        ]

    def _look_rows(self) -> list[SettingRow]:
        defaults = Settings()
        return [
            choice_row(
                "theme",
                self.tr("Colours"),
                defaults.theme,
                self.tr("Those of the system change with it, also while Attune is open."),
                [
                    ("system", self.tr("As the system")),
                    ("light", self.tr("Light")),
                    ("dark", self.tr("Dark")),
                ],
            ),
            number_row(
                "font_percent",
                self.tr("Text size"),
                defaults.font_percent,
                self.tr("Of the system's text size."),
                FONT_PERCENTS,
                step=10,
                suffix=self.tr(" %"),
            ),
            choice_row(
                "language",
                self.tr("Language"),
                defaults.language,
                self.tr("Of the window, from the next start on. What the model writes follows what you write."),
                [("system", self.tr("As the system")), *self._choices.languages],
            ),
        ]

    def _window_rows(self) -> list[SettingRow]:
        defaults = Settings()
        reason = self._choices.no_tray
        rows = [
            choice_row(
                "send_with",
                self.tr("Send with"),
                defaults.send_with,
                self.tr("Shift+Enter is always a new line."),
                [
                    ("enter", self.tr("Enter")),
                    ("ctrl_enter", self.tr("Ctrl+Enter; Enter is a new line")),
                ],
            ),
            check_row(
                "close_to_tray",
                self.tr("Closing the window leaves Attune in the tray"),
                defaults.close_to_tray,
                reason or self.tr("The model stays loaded. Quit from the menu of the tray, or with Ctrl+Q."),
            ),
            check_row(
                "start_minimised",
                self.tr("Start minimised"),
                defaults.start_minimised,
                self.tr("In the tray where closing leaves Attune there, else as a minimised window."),
            ),
        ]
        rows[1].field.setEnabled(not reason)
        return rows

    def _model_rows(self) -> list[SettingRow]:
        return [
            number_row(
                "n_gpu_layers",
                self.tr("GPU layers"),
                Settings().n_gpu_layers,
                self.tr("How much of the model a graphics card holds; 0 keeps everything on the processor."),
                (-1, 999),
                special=self.tr("all"),
            ),
        ]

    def _lay_out(self) -> None:
        content = QWidget()
        self._column = QVBoxLayout(content)
        self._column.setContentsMargins(0, 0, metrics.M, 0)
        self._column.setSpacing(metrics.M)
        for section, rows in self.sections.items():
            heading = self._headings[section] = Label(section, "heading")
            self._column.addWidget(heading)
            for each in rows:
                self._column.addWidget(each)
                if each.key == "persona_id":
                    self._column.addWidget(self.personas_button, 0, Qt.AlignmentFlag.AlignLeft)
            self._column.addSpacing(metrics.S)
        self._column.addWidget(self.nothing)
        self._column.addStretch(1)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setWidget(content)
        content.setAutoFillBackground(False)  # setWidget turned it on
        columns = QHBoxLayout()
        columns.setSpacing(metrics.L)
        columns.addWidget(self.section_list)
        columns.addWidget(self._scroll, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(metrics.L, metrics.L, metrics.L, metrics.L)
        layout.setSpacing(metrics.M)
        layout.addWidget(Label(self.tr("Settings"), "title"))
        layout.addWidget(self.search_field)
        layout.addLayout(columns, 1)
        layout.addLayout(row(self.reset_button, None, self.cancel_button, self.save_button))
        self.resize(min(metrics.scaled(660), 1160), min(metrics.scaled(600), 760))

    def _connect(self) -> None:
        self.search_field.textChanged.connect(self._search)
        self.section_list.currentTextChanged.connect(self._go_to)
        self.personas_button.clicked.connect(self.personas_requested)
        self.reset_button.clicked.connect(self._reset_all)
        self.save_button.clicked.connect(self._save)
        self.cancel_button.clicked.connect(self.reject)

    # what the person does

    @Slot(str)
    def _search(self, text: str) -> None:
        words = text.casefold().split()
        found = False
        for section, rows in self.sections.items():
            shown = [each for each in rows if each.matches(words, section)]
            for each in rows:
                each.setVisible(each in shown)
            self._headings[section].setVisible(bool(shown))
            found = found or bool(shown)
        self.personas_button.setVisible(self.rows["persona_id"].isVisibleTo(self))
        self.nothing.setVisible(not found)

    @Slot(str)
    def _go_to(self, section: str) -> None:
        self.search_field.clear()
        heading = self._headings.get(section)
        if heading is not None:
            self._scroll.verticalScrollBar().setValue(heading.y())

    @Slot()
    def _update_reset(self) -> None:
        self.reset_button.setEnabled(not all(each.is_default for each in self.rows.values()))

    @Slot()
    def _reset_all(self) -> None:
        """All fields show their defaults; nothing is kept before it is saved."""
        for each in self.rows.values():
            each.show_value(each.default)
        self.save_button.setFocus()

    @Slot()
    def _save(self) -> None:
        self.settings_chosen.emit({key: each.value for key, each in self.rows.items()})
        self.accept()
