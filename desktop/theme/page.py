"""A page beside the sidebar: a bar at its top with its title, and content that scrolls under it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from desktop.theme import metrics
from desktop.theme.controls import IconButton, Label, centered_column


def scroll_area(name: str) -> QScrollArea:
    """Scrolls up and down only, and fits what is in it to its width. name: what a screen reader says."""
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setAccessibleName(name)
    return area


class ScrollingPage(QWidget):
    """Signals:
    sidebar_requested.
    """

    sidebar_requested = Signal()

    def __init__(self, title: str) -> None:
        super().__init__()
        self.setObjectName("page")
        bar = QFrame()
        bar.setObjectName("topBar")
        self.sidebar_button = IconButton("sidebar", self.tr("Show or hide the sidebar (Ctrl+B)"))
        self.sidebar_button.clicked.connect(self.sidebar_requested)
        self._bar = QHBoxLayout(bar)
        self._bar.setContentsMargins(metrics.M, metrics.S, metrics.M, metrics.S)
        self._bar.addWidget(self.sidebar_button)
        self._bar.addWidget(Label(title, "heading"), 1)
        self._scroll = scroll_area(title)
        self.setFocusProxy(self._scroll)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(bar)
        layout.addWidget(self._scroll, 1)

    def set_content(self, content: QWidget) -> None:
        """What scrolls, in a column that is wide enough for text and no wider."""
        self._scroll.setWidget(centered_column(content, metrics.CONTENT_WIDTH + 2 * metrics.L))

    def add_to_bar(self, widget: QWidget) -> None:
        """At the bar's right end."""
        self._bar.addWidget(widget)
