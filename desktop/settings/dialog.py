"""A small dialog for the settings. Shows values, returns values."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QFormLayout,
    QPlainTextEdit,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from desktop.theme import metrics
from desktop.theme.controls import Button, Label, row
from desktop.theme.optional_number import OptionalNumber
from engine.store.settings import Settings
from engine.types import N_DRAFTS_MAX


class SettingsDialog(QDialog):
    """Signals:
    settings_chosen: (dict of changed values, as in engine.store.settings.Settings).
    """

    settings_chosen = Signal(dict)

    def __init__(self, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Settings"))
        self.mode = QComboBox()
        self.mode.addItem(self.tr("Personal: drafts, and the one you would like"), "personal")
        self.mode.addItem(self.tr("Instant: one draft, as it is written"), "instant")
        self.mode.setCurrentIndex(self.mode.findData(settings.mode))
        self.n_drafts = _spin(2, N_DRAFTS_MAX, settings.n_drafts)
        self.time_budget = _spin(2, 600, settings.time_budget_s)
        self.time_budget.setSuffix(self.tr(" seconds"))
        self.max_tokens = _spin(16, 8192, settings.max_tokens, step=64)
        self.max_tokens.setSuffix(self.tr(" tokens"))
        self.temperature = OptionalNumber(0.0, 2.0, 0.1, self.tr("what suits the model"))
        self.temperature.show_value(settings.temperature)
        self.n_gpu_layers = _spin(-1, 999, settings.n_gpu_layers)
        self.n_gpu_layers.setSpecialValueText(self.tr("all"))
        self.system_prompt = QPlainTextEdit(settings.system_prompt)
        self.system_prompt.setPlaceholderText(self.tr("For instance: You are a helpful assistant."))
        self.system_prompt.setTabChangesFocus(True)
        self.system_prompt.setFixedHeight(self.fontMetrics().lineSpacing() * 5 + 18)
        self.save_button = Button(self.tr("Save"), "primary")
        self.save_button.setDefault(True)
        self.cancel_button = Button(self.tr("Cancel"))
        self._lay_out()
        self.save_button.clicked.connect(self._save)
        self.cancel_button.clicked.connect(self.reject)

    def _lay_out(self) -> None:
        form = QFormLayout()
        form.setHorizontalSpacing(metrics.L)
        form.setVerticalSpacing(metrics.M)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        for text, field, hint in (
            (self.tr("Mode"), self.mode, ""),
            (
                self.tr("Reply time"),
                self.time_budget,
                self.tr("In personal mode, about: as many drafts are written as this machine can in that time."),
            ),
            (self.tr("Most drafts"), self.n_drafts, self.tr("More drafts suit you better and take longer.")),
            (self.tr("Longest reply"), self.max_tokens, self.tr("A token is about three quarters of a word.")),
            (self.tr("Temperature"), self.temperature, self.tr("Higher makes drafts differ more.")),
            (self.tr("GPU layers"), self.n_gpu_layers, self.tr("0 keeps everything on the processor.")),
            (self.tr("System prompt"), self.system_prompt, ""),
        ):
            field.setAccessibleName(text)
            cell = QVBoxLayout()
            cell.setSpacing(2)
            cell.addWidget(field)
            if hint:
                cell.addWidget(Label(hint, "small", wrap=True))
                field.setAccessibleDescription(hint)
            label = Label(text)
            label.setBuddy(field)
            form.addRow(label, cell)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(metrics.XL - 8, metrics.XL - 8, metrics.XL - 8, metrics.L)
        layout.setSpacing(metrics.L)
        layout.addWidget(Label(self.tr("Settings"), "title"))
        layout.addLayout(form)
        layout.addLayout(row(None, self.cancel_button, self.save_button))
        self.setMinimumWidth(metrics.scaled(500))

    @Slot()
    def _save(self) -> None:
        self.settings_chosen.emit(
            {
                "mode": self.mode.currentData(),
                "n_drafts": self.n_drafts.value(),
                "time_budget_s": self.time_budget.value(),
                "max_tokens": self.max_tokens.value(),
                "temperature": self.temperature.chosen,
                "n_gpu_layers": self.n_gpu_layers.value(),
                "system_prompt": self.system_prompt.toPlainText().strip(),
            }
        )
        self.accept()


def _spin(low: int, high: int, value: int, step: int = 1) -> QSpinBox:
    spin = QSpinBox()
    spin.setRange(low, high)
    spin.setSingleStep(step)
    spin.setValue(value)
    return spin
