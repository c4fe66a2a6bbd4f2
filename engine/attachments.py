"""Files that a person gives to a message: their text, and how the model reads it. Of a file only its text is kept.

The text of a PDF is what pypdf finds in it; a page that is only a picture has none. Reading has limits on size, pages
and time, so that a file made to be hard to read ends in a sentence.
"""

from __future__ import annotations

import io
import logging
import math
import re
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from engine.errors import AttachmentError
from engine.store.text import storable

if TYPE_CHECKING:
    from pypdf import PdfReader

MAX_BYTES = 20_000_000
MAX_CHARS = 1_000_000
MAX_PAGES = 1_000
MAX_SECONDS = 30.0
MAX_NAME_CHARS = 120
CHARS_PER_TOKEN = 3.5
"""Of English and source text, rounded down: an estimate for people, never used to fit a prompt."""
_BOMS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_CONTROL = frozenset(chr(code) for code in range(32)) - set("\t\n\r\f\v\x1b")


class Attachment(msgspec.Struct, frozen=True):
    """name: of the file, without its folder; text: what was found in it."""

    name: str
    text: str

    @property
    def n_tokens(self) -> int:
        """About how many tokens the model reads for it."""
        return math.ceil(len(self.text) / CHARS_PER_TOKEN)


def with_attachments(content: str, attachments: Sequence[Attachment]) -> str:
    """What the model reads for a message: its files, each between marks that name it, then the person's words.

    The marks' length is chosen so that no line of a file can end it, as of a fence in Markdown.
    """
    parts = []
    for attachment in attachments:
        fence = "`" * max(3, _longest_run(attachment.text) + 1)
        parts.append(f"Attached file: {attachment.name}\n{fence}\n{attachment.text.rstrip()}\n{fence}")
    return "\n\n".join([*parts, content] if content else parts)


def read_attachment(path: Path, report: Callable[[float], bool] = lambda _share: True) -> Attachment:
    """The text of a file.

    Parameters:
        report: told the share that is done (0 … 1); returns False where reading is to stop.
    Raises: AttachmentError, with a sentence for a person, where there is no text in it or it cannot be read.
    """
    name = _clean_name(path.name)
    data = _bytes_of(path, name)
    text = _pdf_text(data, name, report) if data[:1024].lstrip().startswith(b"%PDF-") else _decoded(data, name)
    # a PDF may say of its letters that they are halves of characters, which neither database nor model can take
    text = storable(text.replace("\r\n", "\n").replace("\r", "\n"))
    if not text.strip():
        raise AttachmentError(f"There is no text in {name}.")
    if len(text) > MAX_CHARS:
        raise AttachmentError(
            f"{name} has {len(text):,} characters of text; a file of at most {MAX_CHARS:,} can be attached."
        )
    return Attachment(name, text)


def _bytes_of(path: Path, name: str) -> bytes:
    try:
        if not path.is_file():
            raise AttachmentError(f"{name} is not a file that can be attached.")
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise _too_large(name, f"{size / 1e6:,.0f} MB")
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as exc:
        raise AttachmentError(f"Cannot read {name} ({exc.strerror or exc}).") from exc
    if len(data) > MAX_BYTES:  # it said that it was smaller
        raise _too_large(name, "it does not end")
    return data


def _too_large(name: str, how: str) -> AttachmentError:
    return AttachmentError(f"{name} is too large to attach: {how}, where {MAX_BYTES / 1e6:,.0f} MB is the most.")


def _decoded(data: bytes, name: str) -> str:
    encoding = next((encoding for mark, encoding in _BOMS if data.startswith(mark)), None)
    for candidate in [encoding] if encoding else ["utf-8", "cp1252"]:
        try:
            text = data.decode(candidate)
        except UnicodeDecodeError:
            continue
        if not _CONTROL.intersection(text):
            return text
    raise AttachmentError(
        f"{name} is not text that Attune can read: attach text, Markdown, source files or PDF, encoded as UTF-8, "
        "UTF-16 or Windows-1252."
    )


def _pdf_text(data: bytes, name: str, report: Callable[[float], bool]) -> str:
    # loaded here, by the first PDF: it takes longer than the window may
    from pypdf import PdfReader
    from pypdf.errors import DependencyError, FileNotDecryptedError, WrongPasswordError

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # what is wrong with the file is said once, in a sentence
    try:
        reader = PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise AttachmentError(f"{name} is protected by a password; attach a copy without one.")
        if len(reader.pages) > MAX_PAGES:
            raise AttachmentError(f"{name} has {len(reader.pages):,} pages, where {MAX_PAGES:,} can be attached.")
        pages = _page_texts(reader, name, report)
    except AttachmentError:
        raise
    except (FileNotDecryptedError, WrongPasswordError, DependencyError) as exc:
        raise AttachmentError(f"{name} is protected by a password; attach a copy without one.") from exc
    except Exception as exc:  # a file can be damaged in as many ways as there are parts of pypdf
        raise AttachmentError(f"{name} is a PDF that cannot be read: it is damaged.") from exc
    if not any(page.strip() for page in pages):
        raise AttachmentError(f"There is no text in {name}, only pictures of pages; Attune cannot read those.")
    return "\n\n".join(page.strip() for page in pages if page.strip())


def _page_texts(reader: PdfReader, name: str, report: Callable[[float], bool]) -> list[str]:
    began = time.monotonic()
    pages: list[str] = []
    for number, page in enumerate(reader.pages):
        if not report(number / len(reader.pages)):
            raise AttachmentError(f"Reading {name} was stopped.")
        if time.monotonic() - began > MAX_SECONDS:
            raise AttachmentError(f"Reading {name} was given up after {MAX_SECONDS:.0f} seconds, at page {number + 1}.")
        pages.append(page.extract_text())
        if sum(map(len, pages)) > MAX_CHARS:
            break  # said to be too long by who called
    return pages


def _clean_name(name: str) -> str:
    """One line without control characters: it stands in the prompt."""
    line = " ".join("".join(c if c.isprintable() else " " for c in name).split())
    return line if len(line) <= MAX_NAME_CHARS else line[: MAX_NAME_CHARS - 1] + "…"


def _longest_run(text: str) -> int:
    return max(map(len, re.findall("`+", text)), default=0)
