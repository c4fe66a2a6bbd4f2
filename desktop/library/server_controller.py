"""Servers that write drafts instead of a model here: asking one for its models, keeping it, using it, forgetting it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import msgspec
from PySide6.QtCore import QObject, Signal, Slot

from desktop.background import BackgroundJob
from desktop.library.engine_command import EngineCommand
from desktop.library.models import ModelController
from desktop.settings.keeper import SettingsKeeper
from engine.errors import EngineError
from engine.remote.address import RemoteServer, ServerEntry, entry_of, parse_address
from engine.remote.keys import ServerKeys


@dataclass(frozen=True)
class Offer:
    """What a server offers. address: as it was understood."""

    address: str
    models: tuple[str, ...]


class _Listed(msgspec.Struct):
    address: str
    models: list[str]


class ServerController(QObject):
    """The keyring is asked in a thread, since it may wait for the person to unlock it; the network by a command.

    Signals:
        servers_changed: (tuple of ServerEntry), those that are kept.
        asking_changed: (bool), whether a server is being asked for its models.
        offered: (Offer).
        refused: (sentence for a person), why there is no offer.
        problem: (sentence for a person).
    """

    servers_changed = Signal(object)
    asking_changed = Signal(bool)
    offered = Signal(object)
    refused = Signal(str)
    problem = Signal(str)

    def __init__(
        self,
        settings: SettingsKeeper,
        models: ModelController,
        keys: ServerKeys | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._settings = settings
        self._models = models
        self._keys = keys or ServerKeys()
        self._asking: EngineCommand | None = None
        self._key = ""
        self._jobs: list[BackgroundJob] = []
        models.server_wanted.connect(self._on_wanted)

    @property
    def servers(self) -> tuple[ServerEntry, ...]:
        return self._settings.current.servers

    @Slot(str, str)
    def ask(self, address: str, key: str) -> None:
        """Which models a server has; `offered` or `refused` follows."""
        if self._asking is not None:
            return
        try:
            understood = parse_address(address)
        except EngineError as exc:
            self.refused.emit(str(exc))
            return
        self._key = key.strip()
        self._asking = EngineCommand(
            ["server-models", understood, "--json", "--key-from-stdin"], self, stdin=self._key.encode() + b"\n"
        )
        self._asking.succeeded.connect(self._on_listed)
        self._asking.failed.connect(self._on_refused)
        self._asking.start()
        self.asking_changed.emit(True)

    @Slot(str, str)
    def add(self, address: str, model: str) -> None:
        """Keep a model of the server that was asked last, with its key, and use it."""
        entry = ServerEntry(address=address, model=model)
        key, self._key = self._key, ""
        self._settings.update(servers=(*(each for each in self.servers if each != entry), entry))
        self.servers_changed.emit(self.servers)
        if not key:  # there may be one of an earlier model of this server
            self.use(entry)
            return
        self._with_keyring(lambda: self._keys.put(address, key), self._on_kept)
        self._models.choose_server(RemoteServer(address=address, model=model, key=key))

    @Slot(object)
    def use(self, entry: ServerEntry) -> None:
        def on_key(key: object) -> None:
            self._models.choose_server(RemoteServer(address=entry.address, model=entry.model, key=str(key)))

        self._with_keyring(lambda: self._keys.get(entry.address), on_key, lambda: on_key(""))

    @Slot(object)
    def remove(self, entry: ServerEntry) -> None:
        """Forget a server's model, and its key with the last of them."""
        self._settings.update(servers=tuple(each for each in self.servers if each != entry))
        self.servers_changed.emit(self.servers)
        if all(each.address != entry.address for each in self.servers):
            self._with_keyring(lambda: self._keys.forget(entry.address), lambda _nothing: None)
        self._models.forget_server(entry.path)

    def shutdown(self) -> None:
        if self._asking is not None:
            self._asking.shutdown()
            self._asking = None

    @Slot(str)
    def _on_wanted(self, path: str) -> None:
        """A launch with a server as the model. One that is no longer kept is not written to."""
        entry = entry_of(path)
        if entry in self.servers:
            self.use(entry)
        else:
            self._models.use_bundled()

    @Slot(bytes)
    def _on_listed(self, line: bytes) -> None:
        self._end_asking()
        listed = msgspec.json.decode(line, type=_Listed)
        self.offered.emit(Offer(listed.address, tuple(listed.models)))

    @Slot(str)
    def _on_refused(self, sentence: str) -> None:
        self._end_asking()
        self.refused.emit(sentence)

    def _end_asking(self) -> None:
        if self._asking is not None:
            self._asking.deleteLater()
            self._asking = None
            self.asking_changed.emit(False)

    def _on_kept(self, kept: object) -> None:
        if not kept:
            self.problem.emit(
                self.tr(
                    "This system has no keyring that Attune can use, so the key is kept until you close Attune "
                    "and written nowhere. Enter it again next time."
                )
            )

    def _with_keyring(
        self, work: Callable[[], object], on_done: Callable[[object], None], on_failed: Callable[[], None] | None = None
    ) -> None:
        job = BackgroundJob(lambda _report: work(), self)
        self._jobs.append(job)

        def end() -> None:
            self._jobs.remove(job)
            job.deleteLater()

        job.succeeded.connect(on_done)
        job.succeeded.connect(end)
        job.failed.connect(self.problem)
        if on_failed is not None:
            job.failed.connect(on_failed)
        job.failed.connect(end)
        job.start()
