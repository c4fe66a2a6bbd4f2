"""The rows of the models page: a model that is here, one worth fetching, and the fetch under way."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from desktop.library.controller import Download
from desktop.library.models import ModelState
from desktop.theme import metrics
from desktop.theme.controls import Button, IconButton, Label
from desktop.theme.flow_layout import FlowLayout
from engine.library.fit import Verdict, gigabytes
from engine.library.listing import ListedModel, ListedRecommendation

SIDE_BY_SIDE_WIDTH = 460
"""Of a row; in narrower ones the buttons stand below the text, and so they do where the text is large."""


class VerdictBadge(Label):
    """`Fits`, `May be slow` or `Won't fit`, in a colour of its own."""

    def __init__(self, words: str, verdict: Verdict) -> None:
        super().__init__(words, "verdict")
        self.setProperty("verdict", verdict)


class _Row(QWidget):
    """Text on the left, buttons on the right; below it where there is no room beside it."""

    def __init__(self) -> None:
        super().__init__()
        self.texts = QVBoxLayout()
        self.texts.setSpacing(metrics.XS - 1)
        self.buttons = QHBoxLayout()
        self.buttons.setSpacing(metrics.S)
        self._layout = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._layout.setContentsMargins(0, metrics.S + 2, 0, metrics.S + 2)
        self._layout.setSpacing(metrics.M)
        self._layout.addLayout(self.texts, 1)
        self._layout.addLayout(self.buttons)
        self._stack(stacked=False)

    def _stack(self, *, stacked: bool) -> None:
        direction = QBoxLayout.Direction.TopToBottom if stacked else QBoxLayout.Direction.LeftToRight
        self._layout.setDirection(direction)
        side = Qt.AlignmentFlag.AlignLeft if stacked else Qt.AlignmentFlag.AlignVCenter
        self._layout.setAlignment(self.buttons, side)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        stacked = self.width() < metrics.scaled(SIDE_BY_SIDE_WIDTH)
        if stacked != (self._layout.direction() == QBoxLayout.Direction.TopToBottom):
            self._stack(stacked=stacked)

    def add_title(self, name: str, *badges: QWidget) -> None:
        title = Label(name, "heading", wrap=not badges)
        title.setToolTip(name)
        if badges:
            self.texts.addLayout(FlowLayout(title, *badges, spacing=metrics.S))
        else:
            self.texts.addWidget(title)

    def add_text(self, text: str, role: str = "small") -> None:
        if text:
            self.texts.addWidget(Label(text, role, wrap=True, selectable=True))


class ModelRow(_Row):
    """Signals:
    load_requested, remove_requested, settings_requested: (ListedModel).
    stop_requested: give up loading it.
    """

    load_requested = Signal(object)
    settings_requested = Signal(object)
    stop_requested = Signal()
    remove_requested = Signal(object)

    def __init__(self, model: ListedModel) -> None:
        super().__init__()
        self.model = model
        self.load_button = Button(self.tr("Use"), name=self.tr("Use {name}").format(name=model.name))
        self.in_use = Label(self.tr("In use"), "picked")
        self.add_title(model.name, *self._badges())
        self.add_text(details(model))
        if model.fit:
            self.add_text(model.fit.sentence)
            self.load_button.setAccessibleDescription(f"{model.fit.words}. {model.fit.sentence}")
        self.add_text(model.problem or self._last_failure(), "warning")
        self.buttons.addWidget(self.in_use)
        self.stop_button = Button(self.tr("Stop"), "ghost", name=self.tr("Stop loading {name}").format(name=model.name))
        self.buttons.addWidget(self.stop_button)
        self.settings_button = IconButton("settings", self.tr("Settings of {name}").format(name=model.name))
        self.settings_button.setVisible(model.fit is not None)
        self.buttons.addWidget(self.settings_button)
        self.buttons.addWidget(self.load_button)
        self.remove_button: Button | None = None
        if model.removable:
            deletes = model.origin == "fetched"
            text = self.tr("Delete…") if deletes else self.tr("Forget")
            self.remove_button = Button(text, "ghost", name=f"{text} {model.name}")
            self.remove_button.clicked.connect(lambda: self.remove_requested.emit(self.model))
            self.buttons.addWidget(self.remove_button)
        self.load_button.clicked.connect(lambda: self.load_requested.emit(self.model))
        self.stop_button.clicked.connect(self.stop_requested)
        self.settings_button.clicked.connect(lambda: self.settings_requested.emit(self.model))
        self.show_use(None)

    def _badges(self) -> Sequence[QWidget]:
        return [VerdictBadge(self.model.fit.words, self.model.fit.verdict)] if self.model.fit else []

    def _last_failure(self) -> str:
        last = self.model.last_load
        if last is None or last.ok:
            return ""
        return self.tr("Last time it did not load. {sentence}").format(sentence=last.sentence)

    def show_use(self, state: ModelState | None) -> None:
        """state: of this model, where it is the one that answers; None for all others."""
        words = {"loading": self.tr("Loading…"), "ready": self.tr("In use"), "resting": self.tr("In use, resting")}
        used = state in words
        self.in_use.setText(words.get(state or "", ""))
        self.in_use.setToolTip(self.tr("It has given its memory back, and is loaded again with your next message."))
        self.in_use.setVisible(used)
        self.stop_button.setVisible(state == "loading")
        self.load_button.setVisible(not used)
        self.load_button.setEnabled(self.model.fit is not None)
        if self.remove_button is not None:
            self.remove_button.setVisible(not used)


class RecommendationRow(_Row):
    """Signals:
    fetch_requested: (target, name).
    """

    fetch_requested = Signal(str, str)

    def __init__(self, model: ListedRecommendation) -> None:
        super().__init__()
        self.model = model
        self.add_title(model.name)
        self.add_text(self._facts())
        self.add_text(model.why)
        self.fetch_button = Button(self.tr("Fetch"), name=self.tr("Fetch {name}").format(name=model.name))
        self.fetch_button.clicked.connect(lambda: self.fetch_requested.emit(model.target, model.name))
        if model.is_here:
            self.buttons.addWidget(Label(self.tr("Here already"), "small"))
        else:
            self.buttons.addWidget(self.fetch_button)

    def _facts(self) -> str:
        model = self.model
        size = self.tr("about {gb:.1f} GB").format(gb=model.download_gb) if model.download_gb else ""
        reads = self.tr("reads up to {n:,} tokens").format(n=model.context) if model.context else ""
        thinks = self.tr("can think aloud") if model.reasoning == "optional" else ""
        return " · ".join(text for text in (size, model.licence, reads, thinks) if text)


class DownloadCard(QFrame):
    """The fetch under way. Signals:
    pause_requested, resume_requested, discard_requested.
    use_requested: (path), of the model that has come.
    """

    pause_requested = Signal()
    resume_requested = Signal()
    discard_requested = Signal()
    use_requested = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("card")
        self._path = ""
        self._title = Label("", "heading", wrap=True)
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setRange(0, 1000)
        self._text = Label("", "small", wrap=True)
        self.pause_button = Button(self.tr("Pause"))
        self.resume_button = Button(self.tr("Go on"), "primary")
        self.use_button = Button(self.tr("Use it"), "primary")
        self.discard_button = Button(self.tr("Cancel"), "ghost")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(metrics.L, metrics.M, metrics.L, metrics.M)
        layout.setSpacing(metrics.S)
        layout.addWidget(self._title)
        layout.addWidget(self._bar)
        layout.addWidget(self._text)
        buttons = (self.pause_button, self.resume_button, self.use_button, self.discard_button)
        layout.addLayout(FlowLayout(*buttons, spacing=metrics.S))
        self.pause_button.clicked.connect(self.pause_requested)
        self.resume_button.clicked.connect(self.resume_requested)
        self.discard_button.clicked.connect(self.discard_requested)
        self.use_button.clicked.connect(lambda: self.use_requested.emit(self._path))
        self.hide()

    @property
    def text(self) -> str:
        return self._text.text()

    @property
    def title(self) -> str:
        return self._title.text()

    def show_download(self, download: Download | None) -> None:
        self.setVisible(download is not None)
        if download is None:
            return
        done = download.state == "done"
        self._path = download.path
        self._title.setText(self._title_of(download))
        self._text.setText(progress_text(download))
        known = download.n_total is not None and download.n_total > 0
        busy = download.state == "starting" or (download.is_running and not known)
        self._bar.setRange(0, 0 if busy else 1000)
        if not busy:
            self._bar.setValue(round(1000 * download.n_done / download.n_total) if download.n_total else 0)
        self._bar.setVisible(not done)
        self._bar.setAccessibleName(self._title.text())
        self._bar.setAccessibleDescription(self._text.text())
        self.pause_button.setVisible(download.is_running)
        self.pause_button.setEnabled(download.state != "pausing")
        self.resume_button.setVisible(not download.is_running and not done)
        self.use_button.setVisible(done)
        self.discard_button.setText(self.tr("Close") if done else self.tr("Cancel"))
        self.resume_button.setText(self.tr("Try again") if download.state == "failed" else self.tr("Go on"))
        for button, words in (
            (self.pause_button, self.tr("Pause fetching {name}")),
            (self.resume_button, self.tr("Go on fetching {name}")),
            (self.use_button, self.tr("Use {name}")),
            (self.discard_button, self.tr("Close") if done else self.tr("Cancel fetching {name}")),
        ):
            button.setAccessibleName(words.format(name=download.name))

    def _title_of(self, download: Download) -> str:
        titles = {
            "paused": self.tr("{name} is paused"),
            "failed": self.tr("{name} could not be fetched"),
            "checking": self.tr("Checking {name}"),
            "pausing": self.tr("Pausing {name}"),
            "done": self.tr("{name} is here"),
        }
        return titles.get(download.state, self.tr("Fetching {name}")).format(name=download.name)


def progress_text(download: Download) -> str:
    """`1.2 GB of 4.6 GB · 12.3 MB/s · about 5 min left`, or why it does not move."""
    done = gigabytes(download.n_done)
    if download.n_total:
        done = _tr("{done} of {total}").format(done=done, total=gigabytes(download.n_total))
    if download.sentence:
        return f"{download.sentence} {done}." if download.n_done else download.sentence
    if download.state == "done":
        return _tr("It has been checked, and is among your models.")
    if download.state == "starting" and not download.n_done:
        return _tr("Asking the server…")
    parts = [done]
    if download.bytes_per_s > 0 and download.state == "fetching":
        parts.append(f"{download.bytes_per_s / 1e6:.1f} MB/s")
        left = download.seconds_left
        if left is not None:
            parts.append(_time_left(left))
    return " · ".join(parts)


def _time_left(seconds: float) -> str:
    if seconds < 60:
        return _tr("less than a minute left")
    minutes = round(seconds / 60)
    if minutes < 90:
        return _tr("about {n} min left").format(n=minutes)
    return _tr("about {n} h left").format(n=round(minutes / 60))


def details(model: ListedModel) -> str:
    """`8B · Q4_K_M · 5.0 GB · LM Studio`."""
    header = model.header
    if header is None:
        return model.place
    thinks = _tr("always thinks aloud") if header.reasoning == "always" else ""
    texts = (header.parameters, header.quantisation, gigabytes(header.file_bytes), thinks, model.place)
    return " · ".join(text for text in texts if text)


def _tr(text: str) -> str:
    return QCoreApplication.translate("ModelRow", text)
