"""Chats out to files and in from them, without holding the window. Knows no widgets."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from PySide6.QtCore import QObject, Signal, Slot

from desktop.background import BackgroundJob, Report
from desktop.chat.chat_stores import ChatStores
from desktop.taste.session import TasteSession
from engine.chat_files.chat import FileChat
from engine.chat_files.markdown import to_markdown
from engine.chat_files.open_webui import to_open_webui
from engine.chat_files.own import Heads, to_own
from engine.chat_files.reading import ReadChats, read_chats
from engine.errors import ChatFileError
from engine.files import write_atomically
from engine.store.chat_transfer import ChatTransfer
from engine.store.database import Database

ChatFormat = Literal["markdown", "open_webui", "attune"]
CHUNK_MESSAGES = 400
"""Stored in one transaction: the window, which writes to the same file, waits for no longer than that takes."""
PAUSE_S = 0.03
"""Between two of them. SQLite has no queue: who waits asks again every 25 ms at first, and would never find the file
free if the next transaction began at once."""
_READING_SHARE = 0.4
_REASONS_SHOWN = 3


@dataclass(frozen=True)
class _Imported:
    ids: list[str]
    read: ReadChats


class ChatFileController(QObject):
    """At most one file at a time.

    Signals:
        progress_changed: (sentence; share that is done, 0 … 1).
        finished: (report in a sentence; "" where there is nothing to say).
        imported: chats were added.
    """

    progress_changed = Signal(str, float)
    finished = Signal(str)
    imported = Signal()

    def __init__(self, stores: ChatStores, taste: TasteSession, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._stores = stores
        self._transfer = ChatTransfer(stores.database)
        self._taste = taste
        self._job: BackgroundJob | None = None
        self._sentence = ""

    @property
    def is_busy(self) -> bool:
        return self._job is not None

    def export_chats(self, conversation_ids: Sequence[str] | None, path: Path, format_: ChatFormat) -> None:
        """These chats, or all of them, as one file in place of what is there."""
        ids = self._transfer.ids() if conversation_ids is None else list(conversation_ids)
        database = self._stores.database.path

        def work(report: Report) -> object:
            _export(database, ids, path, format_, report)
            return len(ids)

        self._begin(work, self.tr("Exporting {file}").format(file=path.name))

    def import_from(self, path: Path) -> None:
        """All chats of a file that can be, or, where that fails, none."""
        database = self._stores.database.path
        profile_id = self._taste.profile_id
        heads = Heads(self._taste.model.heads_version, self._taste.model.n_base)
        self._begin(
            lambda report: _import(database, path, profile_id, heads, report),
            self.tr("Importing {file}").format(file=path.name),
        )

    @Slot()
    def stop(self) -> None:
        if self._job is not None:
            self._job.stop()

    def shutdown(self) -> None:
        """The window closes: what is half imported is never seen, and deleted with what else is hidden."""
        if self._job is not None:
            self._job.stop()
            self._job.wait()
            self._end()

    def _begin(self, work: Callable[[Report], object], sentence: str) -> None:
        if self._job is not None:
            return
        job = self._job = BackgroundJob(work, self)
        self._sentence = sentence
        job.progressed.connect(self._on_progressed)
        job.succeeded.connect(self._on_succeeded)
        job.failed.connect(self._on_failed)
        self.progress_changed.emit(sentence, 0.0)
        job.start()

    @Slot(float)
    def _on_progressed(self, share: float) -> None:
        if self._job is not None:
            self.progress_changed.emit(self._sentence, share)

    @Slot(object)
    def _on_succeeded(self, result: object) -> None:
        if self._job is None:
            return  # the window has closed meanwhile
        self._end()
        if isinstance(result, _Imported):
            self._transfer.reveal(result.ids)
            self.imported.emit()
            self.finished.emit(self._report_of(result))
        else:
            one = self.tr("Exported one chat.")
            self.finished.emit(one if result == 1 else self.tr("Exported {n} chats.").format(n=result))

    @Slot(str)
    def _on_failed(self, sentence: str) -> None:
        if self._job is not None:
            self._end()
            self.finished.emit(sentence)

    def _end(self) -> None:
        if self._job is not None:
            self._job.deleteLater()
        self._job = None

    def _report_of(self, result: _Imported) -> str:
        n = len(result.ids)
        parts = [self.tr("One chat imported") if n == 1 else self.tr("{n} chats imported").format(n=n)]
        if result.read.n_empty:
            parts.append(self.tr("{n} without messages left out").format(n=result.read.n_empty))
        skipped = result.read.skipped
        if skipped:
            reasons = "; ".join(skipped[:_REASONS_SHOWN])
            if len(skipped) > _REASONS_SHOWN:
                reasons += self.tr("; and {n} more").format(n=len(skipped) - _REASONS_SHOWN)
            parts.append(self.tr("{n} skipped: {reasons}").format(n=len(skipped), reasons=reasons))
        return ", ".join(parts) + "."


# what runs in the thread, with a connection of its own


def _export(database: Path, ids: list[str], path: Path, format_: ChatFormat, report: Report) -> None:
    chats: list[FileChat] = []
    with closing(Database(database)) as own:
        transfer = ChatTransfer(own)
        for number, conversation_id in enumerate(ids):
            if not report(number / len(ids)):
                raise ChatFileError("The export was stopped. Nothing was written.")
            chats.append(transfer.read(conversation_id))
    try:
        write_atomically(path, _as_bytes(chats, format_))
    except OSError as exc:
        raise ChatFileError(f"Cannot write {path} ({exc.strerror or exc}).") from exc


def _as_bytes(chats: list[FileChat], format_: ChatFormat) -> bytes:
    if format_ == "markdown":
        return "\n---\n\n".join(to_markdown(chat) for chat in chats).encode()
    return to_open_webui(chats) if format_ == "open_webui" else to_own(chats)


def _import(database: Path, path: Path, profile_id: int, heads: Heads, report: Report) -> _Imported:
    """Adds the chats hidden, some at a time; the window reveals all of them at once."""
    read = read_chats(path, heads, lambda share: report(_READING_SHARE * share))
    ids: list[str] = []
    with closing(Database(database)) as own:
        transfer = ChatTransfer(own)
        try:
            for chunk, share in _chunks(read.chats):
                ids += transfer.add(chunk, profile_id, hidden=True)
                if not report(_READING_SHARE + (1 - _READING_SHARE) * share):
                    raise ChatFileError("The import was stopped. Nothing was imported.")
                time.sleep(PAUSE_S)
        except BaseException:
            transfer.remove_hidden(ids)
            raise
    return _Imported(ids, read)


def _chunks(chats: list[FileChat]) -> list[tuple[list[FileChat], float]]:
    """Chats that are stored together, and the share of all that is stored with them."""
    chunks: list[tuple[list[FileChat], float]] = []
    chunk: list[FileChat] = []
    for number, chat in enumerate(chats, start=1):
        chunk.append(chat)
        if sum(len(each.messages) for each in chunk) >= CHUNK_MESSAGES or number == len(chats):
            chunks.append((chunk, number / len(chats)))
            chunk = []
    return chunks
