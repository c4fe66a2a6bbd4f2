"""A field for a number that may be left to somebody else."""

from __future__ import annotations

from PySide6.QtWidgets import QDoubleSpinBox


class OptionalNumber(QDoubleSpinBox):
    """A number, or below the least one: whatever is used where nobody chose one.

    Args:
        default: words for that.
    """

    def __init__(self, low: float, high: float, step: float, default: str) -> None:
        super().__init__()
        self.setDecimals(2)
        self.setSingleStep(step)
        self._unset = round(low - step, 2)
        self.setRange(self._unset, high)
        self.setSpecialValueText(default)

    def show_value(self, value: float | None) -> None:
        self.setValue(self._unset if value is None else value)

    @property
    def chosen(self) -> float | None:
        value = round(self.value(), 3)
        return None if value <= self._unset else value
