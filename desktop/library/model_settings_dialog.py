"""A dialog for one model's own settings. Shows values, returns values."""

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
from engine.library.families import family_of
from engine.library.listing import ListedModel
from engine.store.model_configs import ModelSettings
from engine.types import SamplingSettings

WINDOWS = (1024, 2048, 4096, 8192, 16384, 32768, 65536, 131072)


class ModelSettingsDialog(QDialog):
    """Signals:
    settings_chosen: (engine.store.model_configs.ModelSettings).
    """

    settings_chosen = Signal(object)

    def __init__(
        self, model: ListedModel, settings: ModelSettings, family: SamplingSettings, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Settings of {name}").format(name=model.name))
        self._model = model
        self.window_size = QComboBox()
        self.window_size.addItem(self.tr("As much as fits, up to 4,096 tokens"), 0)
        most = model.header.context_length if model.header else 0
        for size in WINDOWS:
            if size <= most:
                self.window_size.addItem(self.tr("{n:,} tokens").format(n=size), size)
        self.n_gpu_layers = QSpinBox()
        self.n_gpu_layers.setRange(-2, (model.header.n_layers if model.header else 0) + 1)
        self.n_gpu_layers.setSpecialValueText(self.tr("as for all models"))
        self.temperature = self._optional(0.0, 2.0, 0.1, family.temperature)
        self.top_p = self._optional(0.05, 1.0, 0.05, family.top_p)
        self.min_p = self._optional(0.0, 1.0, 0.01, family.min_p)
        self.repeat_penalty = self._optional(1.0, 2.0, 0.05, family.repeat_penalty)
        self.system_prompt = QPlainTextEdit()
        self.system_prompt.setPlaceholderText(self.tr("Empty: the one for all models"))
        self.system_prompt.setTabChangesFocus(True)
        self.system_prompt.setFixedHeight(self.fontMetrics().lineSpacing() * 4 + 18)
        self.reset_button = Button(self.tr("Defaults"), "ghost", name=self.tr("Back to the defaults of this model"))
        self.save_button = Button(self.tr("Save"), "primary")
        self.save_button.setDefault(True)
        self.cancel_button = Button(self.tr("Cancel"))
        self._lay_out()
        self._show(settings)
        self.reset_button.clicked.connect(lambda: self._show(ModelSettings()))
        self.save_button.clicked.connect(self._save)
        self.cancel_button.clicked.connect(self.reject)

    def _lay_out(self) -> None:
        form = QFormLayout()
        form.setHorizontalSpacing(metrics.L)
        form.setVerticalSpacing(metrics.M)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        fields: tuple[tuple[str, QWidget, str], ...] = (
            (
                self.tr("Context"),
                self.window_size,
                self.tr("What it can read of a conversation. Twice as much takes twice the memory for it."),
            ),
            (
                self.tr("GPU layers"),
                self.n_gpu_layers,
                self.tr("-1 puts as many as fit on the graphics device, 0 none."),
            ),
            (self.tr("Temperature"), self.temperature, self.tr("Higher makes drafts differ more, and err more.")),
            (self.tr("Top-p"), self.top_p, ""),
            (self.tr("Min-p"), self.min_p, ""),
            (self.tr("Repeat penalty"), self.repeat_penalty, ""),
            (self.tr("System prompt"), self.system_prompt, ""),
        )
        for text, field, hint in fields:
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
        layout.addWidget(Label(self._model.name, "title", wrap=True))
        layout.addWidget(Label(self._family_sentence(), "small", wrap=True))
        layout.addLayout(form)
        layout.addLayout(row(self.reset_button, None, self.cancel_button, self.save_button))
        self.setMinimumWidth(metrics.scaled(480))

    def _optional(self, low: float, high: float, step: float, default: float) -> OptionalNumber:
        return OptionalNumber(low, high, step, self.tr("default ({value:g})").format(value=default))

    def _family_sentence(self) -> str:
        header = self._model.header
        family = family_of(header.architecture, header.name) if header else None
        if family is None:
            return self.tr("Nothing is known of what its makers advise: Attune's own defaults are used.")
        return self.tr("Defaults for {family} models: {source}.").format(family=family.family, source=family.source)

    def _show(self, settings: ModelSettings) -> None:
        index = self.window_size.findData(settings.n_window)
        self.window_size.setCurrentIndex(max(index, 0))
        self.n_gpu_layers.setValue(-2 if settings.n_gpu_layers is None else settings.n_gpu_layers)
        self.temperature.show_value(settings.temperature)
        self.top_p.show_value(settings.top_p)
        self.min_p.show_value(settings.min_p)
        self.repeat_penalty.show_value(settings.repeat_penalty)
        self.system_prompt.setPlainText(settings.system_prompt or "")

    @Slot()
    def _save(self) -> None:
        layers = self.n_gpu_layers.value()
        self.settings_chosen.emit(
            ModelSettings(
                n_gpu_layers=None if layers < -1 else layers,
                n_window=self.window_size.currentData(),
                temperature=self.temperature.chosen,
                top_p=self.top_p.chosen,
                min_p=self.min_p.chosen,
                repeat_penalty=self.repeat_penalty.chosen,
                system_prompt=self.system_prompt.toPlainText().strip() or None,
            )
        )
        self.accept()
