"""A file that may come from anywhere, as chats: what it is, what is in it, and what had to be left out."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from engine.chat_files import chatgpt, open_webui, own
from engine.chat_files.chat import FileChat
from engine.chat_files.cleaning import without_lone_surrogates
from engine.chat_files.own import Heads
from engine.errors import ChatFileError

MAX_FILE_BYTES = 512 * 1024 * 1024
"""Of JSON, packed or not: a year of daily chats is a tenth of it."""
MAX_CHATS = 100_000
MAX_MESSAGES = 50_000
"""In one chat."""
_MEMBER = re.compile(r"(?:.*/)?conversations(?:-\d+)?\.json")


@dataclass
class ReadChats:
    """chats: what can be imported; skipped: a reason for every chat that cannot; n_empty: chats without a message."""

    chats: list[FileChat] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    n_empty: int = 0


def read_chats(path: Path, heads: Heads, on_progress: Callable[[float], bool] = lambda _share: True) -> ReadChats:
    """ChatGPT's `conversations.json` or the .zip around it, Open WebUI's JSON, or Attune's own.

    on_progress: told the share that is done (0 … 1); returns False where the person wants to stop.
    Raises: ChatFileError, with a sentence, when the file is none of these, too large, or reading was stopped.
    """
    result = ReadChats()
    documents = _documents(path)
    for position, data in enumerate(documents):
        entries, parse = _entries(data, heads, path.name)
        if len(entries) + len(result.chats) > MAX_CHATS:
            raise ChatFileError(f"{path.name} has more than {MAX_CHATS:,} chats.")
        for number, entry in enumerate(entries):
            if number % 20 == 0 and not on_progress((position + number / len(entries)) / len(documents)):
                raise ChatFileError("The import was stopped. Nothing was imported.")
            _read_one(entry, parse, number + 1, result)
    return result


_Parse = Callable[[msgspec.Raw | bytes], FileChat]


def _read_one(entry: msgspec.Raw, parse: _Parse, number: int, result: ReadChats) -> None:
    try:
        chat = _parsed(entry, parse)
        if len(chat.messages) > MAX_MESSAGES:
            raise ChatFileError(f"it has more than {MAX_MESSAGES:,} messages")
    except ChatFileError as exc:
        result.skipped.append(f"chat {number}: {exc}")
    except (msgspec.DecodeError, UnicodeDecodeError) as exc:
        result.skipped.append(f"chat {number}: it is not what it should be ({exc})")
    except RecursionError:
        result.skipped.append(f"chat {number}: it is nested too deeply")
    else:
        if chat.messages:
            result.chats.append(chat)
        else:
            result.n_empty += 1


def _parsed(entry: msgspec.Raw, parse: _Parse) -> FileChat:
    """Where it is only that some bytes are no characters, they are replaced."""
    try:
        return parse(entry)
    except UnicodeDecodeError:
        return parse(bytes(entry).decode("utf-8", errors="replace").encode())


def _decodable(data: bytes) -> bytes:
    """The same JSON; where it has halves of characters, which no JSON may have, without them."""
    try:
        msgspec.json.decode(data, type=msgspec.Raw)
    except (msgspec.DecodeError, RecursionError):
        return without_lone_surrogates(data)
    return data


def _entries(data: bytes, heads: Heads, name: str) -> tuple[list[msgspec.Raw], _Parse]:
    """The chats of a document, still as JSON, and what understands them."""
    data = _decodable(data)
    try:
        if data.lstrip()[:1] == b"[":
            entries = msgspec.json.decode(data, type=list[msgspec.Raw])
        else:
            keys = msgspec.json.decode(data, type=dict[str, msgspec.Raw])
            if "format" in keys:
                return _own_entries(data, heads, name)
            entries = [msgspec.Raw(data)]
        kinds = {_kind(entry) for entry in entries[:20]}
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as exc:
        raise ChatFileError(f"{name} is not a file of chats that Attune knows. Nothing was imported.") from exc
    if entries and "chatgpt" in kinds:
        return entries, chatgpt.chat_from
    if entries and "open_webui" in kinds:
        return entries, open_webui.chat_from
    raise ChatFileError(f"{name} is not a file of chats that Attune knows. Nothing was imported.")


def _own_entries(data: bytes, heads: Heads, name: str) -> tuple[list[msgspec.Raw], _Parse]:
    content = msgspec.json.decode(data, type=own.ChatsFile)
    if content.format != own.FORMAT:
        raise ChatFileError(f"{name} is not a file of chats that Attune knows. Nothing was imported.")
    if content.version > own.VERSION:
        raise ChatFileError(f"{name} was written by a newer Attune. Please update Attune.")
    return content.chats, lambda entry: own.chat_from(entry, heads)


def _kind(entry: msgspec.Raw) -> str:
    try:
        keys = msgspec.json.decode(entry, type=dict[str, msgspec.Raw])
    except (msgspec.DecodeError, RecursionError):
        return ""
    return "chatgpt" if "mapping" in keys else "open_webui" if "chat" in keys else ""


def _documents(path: Path) -> list[bytes]:
    """The JSON in a file: its own bytes, or those of the conversations in a .zip."""
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            raise ChatFileError(f"{path.name} is larger than {MAX_FILE_BYTES // 2**20} MB. Nothing was imported.")
        documents = _unpacked(path) if zipfile.is_zipfile(path) else [path.read_bytes()]
    except OSError as exc:
        raise ChatFileError(f"Cannot read {path} ({exc.strerror or exc}).") from exc
    return [data.removeprefix(b"\xef\xbb\xbf") for data in documents]  # the byte order mark


def _unpacked(path: Path) -> list[bytes]:
    """Read within bounds whatever the archive says of its sizes: a small one may unpack to any size."""
    documents = []
    left = MAX_FILE_BYTES
    try:
        with zipfile.ZipFile(path) as archive:
            for name in sorted(name for name in archive.namelist() if _MEMBER.fullmatch(name)):
                with archive.open(name) as member:
                    documents.append(member.read(left + 1))
                left -= len(documents[-1])
                if left < 0:
                    raise ChatFileError(
                        f"{path.name} unpacks to more than {MAX_FILE_BYTES // 2**20} MB. Nothing was imported."
                    )
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError) as exc:
        raise ChatFileError(f"{path.name} is damaged or locked ({exc}). Nothing was imported.") from exc
    if not documents:
        raise ChatFileError(f"There is no conversations.json in {path.name}. Nothing was imported.")
    return documents
