"""The first thing a person sees: what Attune does, and the way into the quiz."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from desktop.theme import metrics
from desktop.theme.controls import Button, IconLabel, Label, centered_column, row
from desktop.theme.icons import pixmap

_LOGO = 72


class WelcomePage(QWidget):
    """Signals:
    quiz_requested, skip_requested.
    """

    quiz_requested = Signal()
    skip_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("page")
        logo = QLabel()
        logo.setPixmap(pixmap("app", "#000000", _LOGO, max(1.0, self.devicePixelRatioF())))
        title = Label(self.tr("An assistant that answers the way you like"), "display", wrap=True)
        lead = Label(
            self.tr(
                "Attune writes several drafts of every reply and shows the one you would like best. "
                "To begin, it asks you about ten short questions: which of two replies would you rather get?"
            ),
            "lead",
            wrap=True,
        )
        self.start_button = Button(self.tr("Start the quiz (about 3 minutes)"), "primary")
        self.start_button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.skip_button = Button(self.tr("Skip for now"), "ghost")
        content = QWidget()
        layout = QVBoxLayout(content)
        layout.setContentsMargins(metrics.XL, metrics.XL, metrics.XL, metrics.XL)
        layout.setSpacing(metrics.L)
        layout.addStretch(2)
        layout.addWidget(logo)
        layout.addWidget(title)
        layout.addWidget(lead)
        layout.addLayout(self._points())
        layout.addSpacing(metrics.S)
        layout.addLayout(row(self.start_button, self.skip_button, None, spacing=metrics.M))
        layout.addStretch(3)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(centered_column(content, 700))
        self.start_button.clicked.connect(self.quiz_requested)
        self.skip_button.clicked.connect(self.skip_requested)

    def _points(self) -> QVBoxLayout:
        points = QVBoxLayout()
        points.setSpacing(metrics.M)
        for icon_name, text in (
            ("lock", self.tr("Everything stays on this machine: the model, your chats and what it learns about you.")),
            ("thumb-up", self.tr("Your thumbs up and down keep it learning, and every one can be undone.")),
            ("taste", self.tr("You can see what it believes about your taste, and take back what that rests on.")),
        ):
            line = QHBoxLayout()
            line.setSpacing(metrics.M)
            line.addWidget(IconLabel(icon_name, 20, lambda colors: colors.accent), 0, Qt.AlignmentFlag.AlignTop)
            line.addWidget(Label(text, "muted", wrap=True), 1)
            points.addLayout(line)
        return points
