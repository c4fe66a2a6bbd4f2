"""The models page: what is here and whether it fits, what is worth fetching, and the fetch under way."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from PySide6.QtCore import QCoreApplication, QSize, Qt, Signal, Slot
from PySide6.QtWidgets import QApplication, QComboBox, QFrame, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from desktop.library.controller import Download
from desktop.library.models import ModelStatus
from desktop.library.rows import DownloadCard, ModelRow, RecommendationRow
from desktop.library.servers import ServersSection
from desktop.library.wishes_card import WishesCard
from desktop.theme import metrics
from desktop.theme.controls import Button, Label, separator
from desktop.theme.flow_layout import FlowLayout
from desktop.theme.page import ScrollingPage
from engine.library.devices import Machine
from engine.library.fit import gigabytes
from engine.library.listing import ListedModel, Listing


class ModelsPage(ScrollingPage):
    """Signals:
    load_requested, remove_requested, settings_requested: (engine.library.listing.ListedModel).
    idle_chosen: (minutes), after which a model gives its memory back; 0 for never.
    fetch_requested: (target, name).
    pause_requested, resume_requested, discard_requested: of the fetch under way. use_requested: (path), of what came.
    stop_loading_requested: give up loading a model.
    file_requested: choose a GGUF file. reload_requested: load the model that failed again.
    refresh_requested.
    """

    load_requested = Signal(object)
    stop_loading_requested = Signal()
    remove_requested = Signal(object)
    settings_requested = Signal(object)
    idle_chosen = Signal(int)
    fetch_requested = Signal(str, str)
    pause_requested = Signal()
    resume_requested = Signal()
    discard_requested = Signal()
    use_requested = Signal(str)
    file_requested = Signal()
    reload_requested = Signal()
    refresh_requested = Signal()

    def __init__(self, hub_host: str) -> None:
        super().__init__(QCoreApplication.translate("ModelsPage", "Models"))
        self._status: ModelStatus | None = None
        self._busy = False
        self.model_rows: list[ModelRow] = []
        self.recommendation_rows: list[RecommendationRow] = []
        self._machine = Label("", "muted", wrap=True)
        self._status_line = Label("", "muted", wrap=True, selectable=True)
        self.reload_button = Button(self.tr("Load it again"), "link")
        self.download_card = DownloadCard()
        self._models = _Section(self.tr("Looking for models on this machine…"))
        self._recommended = _Section("")
        self._recommended_title = Label(self.tr("Worth fetching for this machine"), "title", wrap=True)
        self._recommended_title.hide()
        self._machine.hide()
        self._sizes_from = Label("", "small", wrap=True)
        self._sizes_from.hide()
        self.file_button = Button(self.tr("Add a GGUF file…"), icon_name="folder")
        self.idle_choice = _IdleChoice()
        self.refresh_button = Button(self.tr("Look again"), "ghost", icon_name="retry")
        self.target_field = QLineEdit()
        self.target_field.setPlaceholderText(self.tr("owner/repository, or the address of a GGUF file"))
        self.target_field.setAccessibleName(
            self.tr("A model to fetch: owner/repository, or the address of a GGUF file")
        )
        self.target_button = Button(self.tr("Fetch"), name=self.tr("Fetch the model named in the field"))
        self._privacy = Label(
            self.tr("Attune connects to {host} only when you press Fetch, and sends nothing that you wrote.").format(
                host=hub_host
            ),
            "small",
            wrap=True,
        )
        self._idle_label = Label(self.tr("Give the memory of an idle model back"))
        self._idle_label.setBuddy(self.idle_choice)
        self.servers = ServersSection()
        self.wishes = WishesCard()
        self.set_content(self._build_content())
        self._connect()
        self._show_target_button()

    def _build_content(self) -> QWidget:
        content = _Content()
        layout = QVBoxLayout(content)
        layout.setContentsMargins(metrics.L, metrics.XL - 8, metrics.L, metrics.XL)
        layout.setSpacing(metrics.M)
        layout.addWidget(self._status_line)
        layout.addWidget(self.reload_button, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addWidget(self.download_card)
        layout.addSpacing(metrics.XS)
        layout.addWidget(Label(self.tr("On this machine"), "title", wrap=True))
        layout.addWidget(self._machine)
        layout.addWidget(self._models)
        layout.addWidget(
            Label(
                self.tr(
                    "Models that LM Studio, Ollama, Jan, GPT4All, llama.cpp or the Hugging Face tools keep here are "
                    "found by themselves and used where they are. Attune never changes or deletes them."
                ),
                "small",
                wrap=True,
            )
        )
        layout.addLayout(FlowLayout(self.file_button, self.refresh_button, spacing=metrics.S))
        layout.addLayout(FlowLayout(self._idle_label, self.idle_choice, spacing=metrics.S))
        layout.addWidget(self.wishes)
        layout.addSpacing(metrics.M)
        layout.addWidget(self._recommended_title)
        layout.addWidget(self._recommended)
        layout.addWidget(self._sizes_from)
        layout.addSpacing(metrics.M)
        layout.addWidget(Label(self.tr("Another model"), "title", wrap=True))
        line = QHBoxLayout()
        line.setSpacing(metrics.S)
        line.addWidget(self.target_field, 1)
        line.addWidget(self.target_button)
        layout.addLayout(line)
        layout.addWidget(self._privacy)
        layout.addSpacing(metrics.M)
        layout.addWidget(self.servers)
        layout.addStretch(1)
        return content

    def _connect(self) -> None:
        self.reload_button.clicked.connect(self.reload_requested)
        self.file_button.clicked.connect(self.file_requested)
        self.refresh_button.clicked.connect(self.refresh_requested)
        self.idle_choice.activated.connect(lambda _index: self.idle_chosen.emit(self.idle_choice.currentData()))
        self.target_field.textChanged.connect(self._show_target_button)
        self.target_field.returnPressed.connect(self._fetch_target)
        self.target_button.clicked.connect(self._fetch_target)
        card = self.download_card
        card.pause_requested.connect(self.pause_requested)
        card.resume_requested.connect(self.resume_requested)
        card.discard_requested.connect(self.discard_requested)
        card.use_requested.connect(self.use_requested)

    # what is shown

    @Slot(object)
    def show_listing(self, listing: Listing) -> None:
        focused = self._focused_name()
        self._machine.setText(self._machine_text(listing.machine))
        for label in (self._machine, self._recommended_title, self._sizes_from):
            label.show()
        self.model_rows = [ModelRow(model) for model in listing.models]
        for row in self.model_rows:
            row.load_requested.connect(self.load_requested)
            row.stop_requested.connect(self.stop_loading_requested)
            row.remove_requested.connect(self.remove_requested)
            row.settings_requested.connect(self.settings_requested)
        self._models.show_rows(self.model_rows)
        self.recommendation_rows = [RecommendationRow(model) for model in listing.recommended]
        for recommendation in self.recommendation_rows:
            recommendation.fetch_requested.connect(self.fetch_requested)
        self._recommended.show_rows(self.recommendation_rows)
        self._sizes_from.setText(
            self.tr("Sizes as of {month}. All are free to use and to pass on.").format(month=listing.sizes_from)
        )
        self._show_use()
        self._show_busy()
        self._order_tabs()
        self._focus(focused)

    @Slot(bool)
    def show_looking(self, looking: bool) -> None:
        self.refresh_button.setEnabled(not looking)
        self.refresh_button.setText(self.tr("Looking…") if looking else self.tr("Look again"))

    @Slot(object)
    def show_download(self, download: Download | None) -> None:
        self.download_card.show_download(download)
        busy = download is not None and download.is_running
        if busy != self._busy:
            self._busy = busy
            self._show_busy()

    @Slot(object)
    def show_status(self, status: ModelStatus) -> None:
        self._status = status
        failed = status.state == "failed"
        self._status_line.setText(status.sentence or self.tr("No model is loaded.") if failed else "")
        self._status_line.setVisible(failed)
        self.reload_button.setVisible(failed)
        self._show_use()

    def show_idle(self, minutes: int) -> None:
        self.idle_choice.show_minutes(minutes)

    def clear_target(self) -> None:
        self.target_field.clear()

    def _show_use(self) -> None:
        status = self._status
        for row in self.model_rows:
            is_it = status is not None and row.model.path == status.path
            row.show_use(status.state if is_it and status is not None else None)

    def _show_busy(self) -> None:
        """One fetch at a time."""
        hint = self.tr("Another model is being fetched.") if self._busy else ""
        for row in self.recommendation_rows:
            row.fetch_button.setEnabled(not self._busy)
            row.fetch_button.setToolTip(hint)
        self._show_target_button()

    @Slot()
    def _show_target_button(self) -> None:
        self.target_button.setEnabled(bool(self.target_field.text().strip()) and not self._busy)

    @Slot()
    def _fetch_target(self) -> None:
        target = self.target_field.text().strip()
        if target and not self._busy:
            self.fetch_requested.emit(target, target.rstrip("/").rsplit("/", 1)[-1])

    def _machine_text(self, machine: Machine) -> str:
        memory = self.tr("{total} of memory, {free} free").format(
            total=gigabytes(machine.total_bytes), free=gigabytes(machine.free_bytes)
        )
        cards = [
            self.tr("{name} with {total}, {free} free").format(
                name=gpu.description, total=gigabytes(gpu.total_bytes), free=gigabytes(gpu.free_bytes)
            )
            for gpu in machine.gpus
        ]
        if not cards and not machine.note:
            cards = [self.tr("no graphics device that this build of llama.cpp can use")]
        return " · ".join([memory, *cards]) + ("" if not machine.note else f" · {machine.note}")

    # the focus survives the rows' being made anew

    def _focused_name(self) -> str:
        focused = QApplication.focusWidget()
        return focused.accessibleName() if isinstance(focused, Button) and self.isAncestorOf(focused) else ""

    def _focus(self, name: str) -> None:
        for row in [*self.model_rows, *self.recommendation_rows] if name else []:
            for button in row.findChildren(Button):
                if button.accessibleName() == name:
                    button.setFocus()

    def _order_tabs(self) -> None:
        """Rows made later would otherwise come last."""
        card = self.download_card
        order: list[QWidget] = [self.reload_button, card.pause_button, card.resume_button]
        order += [card.use_button, card.discard_button]
        order += [button for row in self.model_rows for button in row.findChildren(Button)]
        order += [self.file_button, self.refresh_button, self.idle_choice, self.wishes.button]
        order += [row.fetch_button for row in self.recommendation_rows if not row.model.is_here]
        order += [self.target_field, self.target_button]
        for before, after in pairwise(order):
            QWidget.setTabOrder(before, after)

    @property
    def models(self) -> list[ListedModel]:
        return [row.model for row in self.model_rows]


class _Content(QWidget):
    """As high as its text is at the width that it has, and never wider than the page.

    By itself, Qt would count the height at the least possible width, and let a long word push the page's edge out.
    """

    def minimumSizeHint(self) -> QSize:
        return QSize(0, 0)


class _IdleChoice(QComboBox):
    """After how many minutes; its data are minutes, 0 for never."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(self.tr("Give the memory of an idle model back"))
        for minutes in (5, 15, 30, 60, 120):
            self.addItem(self.tr("after {n} minutes").format(n=minutes), minutes)
        self.addItem(self.tr("never"), 0)

    def show_minutes(self, minutes: int) -> None:
        if self.findData(minutes) < 0:
            self.addItem(self.tr("after {n} minutes").format(n=minutes), minutes)
        self.setCurrentIndex(self.findData(minutes))


class _Section(QFrame):
    """A card of rows with lines between them; a sentence while there are none."""

    def __init__(self, nothing: str) -> None:
        super().__init__()
        self.setObjectName("card")
        self._nothing = Label(nothing, "muted", wrap=True)
        self._rows: list[QWidget] = []
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(metrics.L, metrics.S, metrics.L, metrics.S)
        self._layout.setSpacing(0)
        self._layout.addWidget(self._nothing)
        self.setVisible(bool(nothing))

    def show_rows(self, rows: Sequence[QWidget]) -> None:
        for old in self._rows:
            self._layout.removeWidget(old)
            old.hide()
            old.deleteLater()
        self._rows = []
        for number, row in enumerate(rows):
            if number:
                self._rows.append(separator())
            self._rows.append(row)
        for widget in self._rows:
            self._layout.addWidget(widget)
            widget.show()  # at once, so that it can take the focus
        self._nothing.setVisible(not rows and bool(self._nothing.text()))
        self.setVisible(bool(rows) or bool(self._nothing.text()))
