"""One painted line of text, shortened where it does not fit, in which what was searched for is set off."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QTextCharFormat, QTextLayout

from desktop.theme.colors import Colors


def draw_line(
    painter: QPainter, rect: QRect, font: QFont, text: str, marks: Sequence[tuple[int, int]], shade: str, colors: Colors
) -> None:
    """One line, shortened where it does not fit, with its marks set off."""
    text = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, rect.width())
    layout = QTextLayout(text, font)
    formats = []
    for start, end in marks:
        span = QTextLayout.FormatRange()
        span.start, span.length = start, max(0, min(end, len(text)) - start)
        marked = QTextCharFormat()
        marked.setForeground(QColor(colors.text))
        marked.setBackground(QColor(colors.mark))
        span.format = marked
        formats.append(span)
    layout.setFormats(formats)
    layout.beginLayout()
    line = layout.createLine()
    line.setLineWidth(10 * rect.width())
    layout.endLayout()
    painter.setPen(QColor(shade))
    layout.draw(painter, QPointF(rect.left(), rect.top() + (rect.height() - line.height()) / 2))
