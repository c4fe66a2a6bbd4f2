"""Colours that can be read, in both schemes, and a live change between them."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication, QWidget

from desktop.theme.colors import DARK, LIGHT, Colors, colors_of
from desktop.theme.controls import Button, LineLabel
from desktop.theme.flow_layout import FlowLayout
from desktop.theme.style import Theme


def contrast(one: str, other: str) -> float:
    """WCAG 2 contrast ratio."""

    def luminance(value: str) -> float:
        color = QColor(value)
        linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in color.getRgbF()[:3]]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("colors", [LIGHT, DARK], ids=["light", "dark"])
def test_all_text_has_enough_contrast(colors: Colors):
    grounds = (colors.window, colors.sidebar, colors.surface, colors.sunken, colors.accent_soft, colors.hover)
    assert min(contrast(colors.text, ground) for ground in grounds) >= 4.5
    assert min(contrast(colors.muted, ground) for ground in grounds[:4]) >= 4.5
    assert contrast(colors.on_accent, colors.accent) >= 4.5
    assert contrast(colors.accent, colors.window) >= 4.5
    assert contrast(colors.danger, colors.surface) >= 4.5
    assert contrast(colors.warning_text, colors.warning_soft) >= 4.5


def test_a_change_of_the_systems_scheme_reaches_widgets_that_are_shown(app: QApplication, qtbot):
    theme = app.findChild(Theme)
    assert isinstance(theme, Theme)
    button = Button("x", "ghost", icon_name="copy")
    qtbot.addWidget(button)
    theme.apply(Qt.ColorScheme.Light)
    light = button.icon().pixmap(18).toImage()
    theme.apply(Qt.ColorScheme.Dark)
    assert colors_of(button) is DARK
    assert button.icon().pixmap(18).toImage() != light
    theme.apply(Qt.ColorScheme.Light)


def test_a_row_wraps_where_the_width_ends_and_hidden_widgets_take_no_place(app: QApplication):
    holder, boxes = QWidget(), [QWidget() for _ in range(4)]
    for box in boxes:
        box.setFixedSize(50, 20)
    holder.setLayout(FlowLayout(*boxes, spacing=10))
    boxes[1].hide()
    layout = holder.layout()
    assert layout is not None
    assert [layout.heightForWidth(width) for width in (170, 169, 50)] == [20, 50, 80]
    holder.resize(115, layout.heightForWidth(115))
    layout.activate()
    assert [(box.x(), box.y()) for box in boxes if not box.isHidden()] == [(0, 0), (60, 0), (0, 30)]


def test_a_sentence_in_a_row_is_one_line_where_it_fits_and_more_where_it_does_not(app: QApplication):
    holder, label = QWidget(), LineLabel("Noted: a little shorter from now on, and more besides.")
    holder.setLayout(FlowLayout(label))
    layout = holder.layout()
    assert layout is not None
    line = label.sizeHint().height()
    assert layout.heightForWidth(label.sizeHint().width()) == line
    assert layout.heightForWidth(label.sizeHint().width() // 2) >= 2 * line
