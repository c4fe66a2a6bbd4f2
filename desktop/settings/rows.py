"""One setting as a row: its name, its field, a hint, and a button that brings the default back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt, Signal, Slot
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QPlainTextEdit,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from desktop.theme import metrics
from desktop.theme.controls import IconButton, Label
from desktop.theme.optional_number import OptionalNumber


class SettingRow(QWidget):
    """Signals:
    changed: the value is another one.
    """

    changed = Signal()

    def __init__(
        self,
        key: str,
        name: str,
        field: QWidget,
        default: Any,
        hint: str,
        *,
        read: Callable[[], Any],
        show: Callable[[Any], None],
    ) -> None:
        """key: the setting's name in `Settings`; read, show: the field's value as that of the setting."""
        super().__init__()
        self.key, self.name, self.field, self.default = key, name, field, default
        self._hint, self._read, self._show = hint, read, show
        field.setAccessibleName(name)
        field.setAccessibleDescription(hint)
        self.reset_button = IconButton(
            "retry", self.tr("Bring back the default: {name}").format(name=name), kind="tight"
        )
        label = Label("" if isinstance(field, QCheckBox) else name)
        label.setWordWrap(True)
        label.setBuddy(field)
        head = QHBoxLayout()
        head.setSpacing(metrics.S)
        head.addWidget(field if isinstance(field, QCheckBox) else label, 1)
        head.addWidget(self.reset_button)
        policy = self.reset_button.sizePolicy()
        policy.setRetainSizeWhenHidden(True)  # rows must not jump when it comes
        self.reset_button.setSizePolicy(policy)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addLayout(head)
        if not isinstance(field, QCheckBox):
            layout.addWidget(field)
        if hint:
            layout.addWidget(Label(hint, "small", wrap=True))
        self.reset_button.clicked.connect(self.reset)
        self.on_changed()

    @property
    def value(self) -> Any:
        return self._read()

    @property
    def is_default(self) -> bool:
        return bool(self.value == self.default)

    def show_value(self, value: Any) -> None:
        self._show(value)

    @Slot()
    def reset(self) -> None:
        self._show(self.default)
        self.field.setFocus()

    @Slot()
    def on_changed(self) -> None:
        self.reset_button.setVisible(not self.is_default)
        self.changed.emit()

    def matches(self, words: Sequence[str], section: str) -> bool:
        """words: in lower case; each must be somewhere in the row's texts or its section's name."""
        text = f"{section} {self.name} {self._hint}".casefold()
        return all(word in text for word in words)


def number_row(
    key: str,
    name: str,
    default: int,
    hint: str,
    limits: tuple[int, int],
    *,
    step: int = 1,
    suffix: str = "",
    special: str = "",
) -> SettingRow:
    """special: what the least value is called."""
    spin = QSpinBox()
    spin.setRange(*limits)
    spin.setSingleStep(step)
    spin.setSuffix(suffix)
    spin.setSpecialValueText(special)
    _let_the_wheel_scroll(spin)
    row = SettingRow(key, name, spin, default, hint, read=spin.value, show=spin.setValue)
    spin.valueChanged.connect(row.on_changed)
    return row


def optional_row(
    key: str, name: str, default: float | None, hint: str, limits: tuple[float, float], unset: str
) -> SettingRow:
    """unset: what it is called that nobody chose a number."""
    spin = OptionalNumber(*limits, 0.1, unset)
    _let_the_wheel_scroll(spin)
    row = SettingRow(key, name, spin, default, hint, read=lambda: spin.chosen, show=spin.show_value)
    spin.valueChanged.connect(row.on_changed)
    return row


def choice_row(key: str, name: str, default: Any, hint: str, choices: Sequence[tuple[Any, str]]) -> SettingRow:
    """choices: (value, text) of each."""
    values = [value for value, _text in choices]
    box = QComboBox()
    box.addItems([text for _value, text in choices])
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    box.setMinimumContentsLength(12)
    _let_the_wheel_scroll(box)

    def show(value: Any) -> None:
        box.setCurrentIndex(values.index(value) if value in values else values.index(default))

    row = SettingRow(key, name, box, default, hint, read=lambda: values[box.currentIndex()], show=show)
    box.currentIndexChanged.connect(row.on_changed)
    return row


def check_row(key: str, name: str, default: bool, hint: str) -> SettingRow:
    box = QCheckBox(name)
    row = SettingRow(key, name, box, default, hint, read=box.isChecked, show=box.setChecked)
    box.toggled.connect(row.on_changed)
    return row


def text_row(key: str, name: str, default: str, hint: str, placeholder: str) -> SettingRow:
    field = QPlainTextEdit()
    field.setPlaceholderText(placeholder)
    field.setTabChangesFocus(True)
    field.setFixedHeight(field.fontMetrics().lineSpacing() * 5 + 18)
    row = SettingRow(key, name, field, default, hint, read=lambda: field.toPlainText().strip(), show=field.setPlainText)
    field.textChanged.connect(row.on_changed)
    return row


class _WheelGuard(QObject):
    """The wheel changes a field that has the focus, and scrolls the page otherwise."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Wheel and isinstance(watched, QWidget) and not watched.hasFocus():
            event.ignore()
            return True
        return super().eventFilter(watched, event)


def _let_the_wheel_scroll(field: QAbstractSpinBox | QComboBox) -> None:
    field.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    field.installEventFilter(_WheelGuard(field))
