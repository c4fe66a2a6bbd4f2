"""The models page's flow: looking, adding, removing, fetching. Every step is an `attune-engine models` command."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import msgspec
from PySide6.QtCore import QObject, Signal, Slot

from desktop.library.engine_command import EngineCommand
from desktop.library.models import ModelStatus
from engine.errors import LibraryError
from engine.library.listing import ListedModel, Listing
from engine.library.shelf import Shelf
from engine.paths import Paths
from engine.remote.address import is_remote


@dataclass(frozen=True)
class Download:
    """The one fetch: under way, paused, failed or done. n_total None: not known; sentence: why it waits or failed.

    path: of the file, once it has come (and of what has come in part, where an earlier launch left it).
    """

    target: str
    name: str
    state: Literal["starting", "fetching", "checking", "waiting", "pausing", "paused", "failed", "done"]
    path: str = ""
    n_done: int = 0
    n_total: int | None = None
    bytes_per_s: float = 0.0
    sentence: str = ""

    @property
    def is_running(self) -> bool:
        return self.state not in ("paused", "failed", "done")

    @property
    def seconds_left(self) -> float | None:
        if self.n_total is None or self.bytes_per_s <= 0:
            return None
        return max(0.0, (self.n_total - self.n_done) / self.bytes_per_s)


class LibraryController(QObject):
    """Signals:
    listing_changed: (engine.library.listing.Listing).
    looking_changed: (bool), whether the machine is being looked through.
    download_changed: (Download, or None when there is none).
    added: (path), a file was put on the list. fetched: (path), a model has arrived.
    problem: (sentence for a person).
    """

    listing_changed = Signal(object)
    looking_changed = Signal(bool)
    download_changed = Signal(object)
    added = Signal(str)
    fetched = Signal(str)
    problem = Signal(str)

    def __init__(self, paths: Paths, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._paths = paths
        self._listing: Listing | None = None
        self._download: Download | None = None
        self._look: EngineCommand | None = None
        self._look_again = False
        self._fetch: EngineCommand | None = None
        self._others: list[EngineCommand] = []

    @property
    def listing(self) -> Listing | None:
        return self._listing

    @property
    def download(self) -> Download | None:
        return self._download

    @property
    def is_looking(self) -> bool:
        return self._look is not None

    def find(self, path: str) -> ListedModel | None:
        return next((model for model in self._listing.models if model.path == path), None) if self._listing else None

    # what the page asks for

    @Slot()
    def refresh(self) -> None:
        """Look at everything again; asked meanwhile, once more after that."""
        if self._look is not None:
            self._look_again = True
            return
        self._look = self._command("list")
        self._look.succeeded.connect(self._on_listing)
        self._look.failed.connect(self._on_look_failed)
        self._look.start()
        self.looking_changed.emit(True)

    @Slot(str)
    def add(self, path: str) -> None:
        command = self._command("add", path)
        command.succeeded.connect(lambda _line: self._on_added(path))
        self._run(command)

    @Slot(str)
    def remove(self, path: str) -> None:
        """Delete what Attune fetched, or take a file off the list."""
        command = self._command("remove", path)
        command.succeeded.connect(lambda _line: self.refresh())
        self._run(command)

    @Slot(str, str)
    def fetch(self, target: str, name: str) -> None:
        """Begin to fetch, or go on. One at a time."""
        if self._fetch is not None or not target:
            return
        former = self._download
        goes_on = former is not None and former.target == target
        self._set(
            replace(former, state="starting", sentence="") if former and goes_on else Download(target, name, "starting")
        )
        self._fetch = self._command("fetch", target, "--json-lines")
        self._fetch.progressed.connect(self._on_progress)
        self._fetch.succeeded.connect(self._on_fetched)
        self._fetch.failed.connect(self._on_fetch_failed)
        self._fetch.stopped.connect(self._on_paused)
        self._fetch.start()

    @Slot()
    def pause(self) -> None:
        if self._fetch is not None and self._download is not None:
            self._set(replace(self._download, state="pausing"))
            self._fetch.stop()

    @Slot()
    def resume(self) -> None:
        if self._download is not None:
            self.fetch(self._download.target, self._download.name)

    @Slot()
    def discard(self) -> None:
        """Give up a fetch, and delete what has come of it; one that is done is only no longer spoken of."""
        download = self._download
        if download is not None and download.state == "done":
            self._set(None)
            return
        if self._fetch is not None:
            self._fetch.shutdown()
            self._fetch.deleteLater()
            self._fetch = None
        self._set(None)
        if download is None:
            return
        shelf = Shelf(self._paths, places=[])
        for begun in shelf.paused():
            if download.target in (begun.receipt.target, begun.receipt.url):
                try:
                    shelf.remove(begun.path)
                except LibraryError as exc:
                    self.problem.emit(str(exc))
        self.refresh()

    @Slot(object)
    def remember_load(self, status: ModelStatus) -> None:
        """Keep with a file how loading it ended."""
        if status.state == "loading" or not status.path or is_remote(status.path):
            return
        try:
            Shelf(self._paths, places=[]).record_load(Path(status.path), status.sentence)
        except LibraryError as exc:
            self.problem.emit(str(exc))
        if status.state == "failed" and self._listing is not None:
            self.refresh()

    def shutdown(self) -> None:
        """End every process; a fetch goes on from where it was, next time."""
        for command in [self._look, self._fetch, *self._others]:
            if command is not None:
                command.shutdown()
        self._look = self._fetch = None
        self._others.clear()

    # the commands

    def _command(self, *arguments: str) -> EngineCommand:
        action, *rest = arguments
        place = ["--data-dir", str(self._paths.data)]
        return EngineCommand(["models", action, *place, "--json", *rest], self)

    def _run(self, command: EngineCommand) -> None:
        """A short command: what goes wrong is said, and the process is let go of."""
        self._others.append(command)

        def end() -> None:
            if command in self._others:
                self._others.remove(command)
            command.deleteLater()

        command.failed.connect(self.problem)
        command.failed.connect(end)
        command.succeeded.connect(end)
        command.start()

    def _on_added(self, path: str) -> None:
        self.added.emit(path)
        self.refresh()

    @Slot(bytes)
    def _on_listing(self, line: bytes) -> None:
        self._end_look()
        try:
            self._listing = msgspec.json.decode(line, type=Listing)
        except msgspec.DecodeError:
            self.problem.emit(self.tr("The engine that was found is of another version. Please reinstall Attune."))
            return
        self._adopt_paused(self._listing)
        self.listing_changed.emit(self._listing)
        if self._look_again:
            self._look_again = False
            self.refresh()

    @Slot(str)
    def _on_look_failed(self, sentence: str) -> None:
        self._end_look()
        self.problem.emit(sentence)

    def _end_look(self) -> None:
        if self._look is not None:
            self._look.deleteLater()
            self._look = None
            self.looking_changed.emit(False)

    def _adopt_paused(self, listing: Listing) -> None:
        """A fetch that an earlier launch left is offered again."""
        if self._download is None and listing.paused:
            first = listing.paused[0]
            name = next(
                (each.name for each in listing.recommended if each.target == first.target), Path(first.path).stem
            )
            self._set(Download(first.target, name, "paused", first.path, first.n_done, first.n_total))

    # the fetch

    @Slot(object)
    def _on_progress(self, line: dict[str, object]) -> None:
        if self._download is None or self._download.state == "pausing":
            return
        state, n_done, n_total, speed = (line.get(key) for key in ("state", "n_done", "n_total", "bytes_per_s"))
        known: dict[object, Literal["fetching", "checking", "waiting"]] = {
            "fetching": "fetching",
            "checking": "checking",
            "waiting": "waiting",
        }
        self._set(
            replace(
                self._download,
                state=known.get(state, "starting"),
                n_done=n_done if isinstance(n_done, int) else 0,
                n_total=n_total if isinstance(n_total, int) else None,
                bytes_per_s=float(speed) if isinstance(speed, int | float) else 0.0,
                sentence=str(line.get("sentence", "")),
            )
        )

    @Slot(bytes)
    def _on_fetched(self, line: bytes) -> None:
        self._end_fetch()
        path = str(msgspec.json.decode(line, type=dict).get("path"))
        if self._download is not None:
            self._set(replace(self._download, state="done", path=path, sentence=""))
        self.fetched.emit(path)
        self.refresh()

    @Slot(str)
    def _on_fetch_failed(self, sentence: str) -> None:
        self._end_fetch()
        if self._download is not None:
            self._set(replace(self._download, state="failed", sentence=sentence))

    @Slot()
    def _on_paused(self) -> None:
        self._end_fetch()
        if self._download is not None:
            self._set(replace(self._download, state="paused", bytes_per_s=0.0, sentence=""))

    def _end_fetch(self) -> None:
        if self._fetch is not None:
            self._fetch.deleteLater()
            self._fetch = None

    def _set(self, download: Download | None) -> None:
        self._download = download
        self.download_changed.emit(download)
