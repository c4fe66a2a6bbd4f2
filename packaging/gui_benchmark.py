"""How fast the window is: opening a long chat, streaming a reply, searching, starting. Each beside a baseline.

    QT_QPA_PLATFORM=offscreen python packaging/gui_benchmark.py            # everything: some minutes
    QT_QPA_PLATFORM=offscreen python packaging/gui_benchmark.py open search --messages 1000 --searched 100000

The baselines are what the window would do without the care that it takes: widgets for every message at once, the whole
reply rendered anew for each piece of text, LIKE in place of the index, and for the start, an empty window of Qt.
Nothing is loaded that writes replies; chats are made of words drawn at random, the same ones in every run.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from PySide6.QtCore import QEvent, QEventLoop, QObject
from PySide6.QtWidgets import QApplication, QWidget

from desktop.app import make_application
from desktop.assembly import Attune, Stores
from desktop.chat import page as chat_page
from desktop.chat.markdown_view import MarkdownView
from desktop.chat.message_view import ReplyMessage
from desktop.chat.states import MessageState
from engine.paths import Paths
from engine.store.chats import ChatStore
from engine.store.database import Database

SIZE = (1180, 760)
PIECE_CHARS = 4
"""A token, about: a reply of 3,000 tokens comes in as many pieces."""
REPLY_TOKENS = 3000
BASELINE_EVERY = 40
"""Rendering the whole reply anew is tried at every so-manieth piece only, and at the last: it is that slow."""
_SYLLABLES = ("ba", "sil", "mo", "ter", "li", "na", "ku", "ver", "so", "pe", "ran", "dis")
_TABLE = "| herb | light | water |\n|---|---|---|\n" + "| basil | much of it | every day |\n" * 8
_FUNCTION = "def water(plant: str, litres: float = 0.5) -> None:\n    print(plant, litres)  # often\n\n"
_CODE = f"```python\n{_FUNCTION * 8}```"


@dataclass(frozen=True)
class Row:
    """measured, baseline: in seconds; aim: in seconds, for what was measured."""

    what: str
    measured: float
    beside: str
    baseline: float
    aim: float


def main() -> int:
    arguments = _arguments()
    if arguments.child:
        return _child(arguments.child)
    make_application()
    parts: dict[str, Callable[[argparse.Namespace], list[Row]]] = {
        "start": _start, "open": _open, "stream": _stream, "search": _search
    }  # fmt: skip
    for name in arguments.parts:
        if name not in parts:
            raise SystemExit(f"There is no part {name}; there are {', '.join(parts)}.")
    print("| what | measured | baseline | | ratio | aim |\n|---|---|---|---|---|---|")
    for name, part in parts.items():
        if not arguments.parts or name in arguments.parts:
            for row in part(arguments):
                print(
                    f"| {row.what} | {1000 * row.measured:,.0f} ms | {1000 * row.baseline:,.0f} ms | {row.beside} "
                    f"| {row.baseline / max(row.measured, 1e-6):.1f} | ≤ {1000 * row.aim:,.0f} ms |",
                    flush=True,
                )
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("parts", nargs="*", metavar="PART", help="start, open, stream, search; all where none is named")
    parser.add_argument("--messages", type=int, default=1000, help="of the chat that is opened")
    parser.add_argument("--searched", type=int, default=100_000, help="messages that are searched")
    parser.add_argument("--repeats", type=int, default=3, help="of which the median is given")
    parser.add_argument("--child", choices=["attune", "empty"], help=argparse.SUPPRESS)
    return parser.parse_args()


# starting


def _start(arguments: argparse.Namespace) -> list[Row]:
    def median(kind: str) -> float:
        return statistics.median(_seconds_to_shown(kind) for _ in range(arguments.repeats))

    return [Row("process started to window drawn", median("attune"), "an empty window", median("empty"), 1.0)]


def _seconds_to_shown(kind: str) -> float:
    began = time.perf_counter()
    with subprocess.Popen(
        [sys.executable, str(Path(__file__).resolve()), "--child", kind], stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout is not None
        while (line := child.stdout.readline()) and line != "drawn\n":
            pass
        took = time.perf_counter() - began
    if line != "drawn\n":
        raise RuntimeError(f"The window did not open ({child.returncode}).")
    return took


class _FirstPaint(QObject):
    """Says once that a widget was painted."""

    painted = False

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802 — Qt's name
        self.painted = self.painted or event.type() == QEvent.Type.Paint
        return False


def _child(kind: str) -> int:
    with tempfile.TemporaryDirectory() as folder:
        attune: Attune | None = None
        if kind == "attune":
            make_application()
            attune = Attune(Stores.open(Paths.under(Path(folder))))
            window: QWidget = attune.window
        else:
            app = QApplication(sys.argv[:1])
            app.setApplicationName("Empty")
            window = QWidget()
        watcher = _FirstPaint()
        window.installEventFilter(watcher)
        window.show()
        while not watcher.painted:
            QApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 5)
        print("drawn", flush=True)
        if attune is not None:
            attune.close()
        os._exit(0)  # what takes time at the end is not part of the start


# opening


def _open(arguments: argparse.Namespace) -> list[Row]:
    with _attune() as (attune, chats):
        chat = _chat_of(chats, attune.taste.profile_id, arguments.messages)

        def median() -> float:
            return statistics.median(_seconds_to_open(attune, chat) for _ in range(arguments.repeats))

        measured = median()
        usual, chat_page.BUILT_AT_ONCE = chat_page.BUILT_AT_ONCE, arguments.messages
        baseline = _seconds_to_open(attune, chat)
        chat_page.BUILT_AT_ONCE = usual
    return [Row(f"a chat of {arguments.messages:,} messages opened", measured, "all widgets at once", baseline, 0.5)]


def _seconds_to_open(attune: Attune, chat: str) -> float:
    attune.chats.new_chat()
    _settle()
    began = time.perf_counter()
    attune.chats.open(chat)
    _settle()
    attune.window.grab()
    return time.perf_counter() - began


def _chat_of(chats: ChatStore, profile_id: int, n_messages: int) -> str:
    random_words = random.Random(1)
    chat = chats.create_conversation(profile_id).id
    parent: str | None = None
    for number in range(n_messages):
        text = _sentence(random_words, 12) if number % 2 == 0 else _markdown(random_words, 120)
        parent = chats.add_user_message(chat, text, parent).id
    with chats._database.transaction() as connection:
        connection.execute("UPDATE message SET role = 'assistant' WHERE number % 2 = 0")
    return chat


# streaming


def _stream(arguments: argparse.Namespace) -> list[Row]:
    reply = _markdown(random.Random(2), REPLY_TOKENS)
    pieces = [reply[start : start + PIECE_CHARS] for start in range(0, len(reply), PIECE_CHARS)]
    with _attune() as (attune, _chats):
        page = attune.window.chat
        page.add_message(MessageState(id="reply", role="assistant", text="", status="writing"))
        frames = []
        for piece in pieces:
            began = time.perf_counter()
            page.append_text("reply", piece)
            QApplication.processEvents()
            frames.append(time.perf_counter() - began)
        widget = page.messages[-1]
        assert isinstance(widget, ReplyMessage)
        whole = _frames_rendered_whole(widget.body, pieces)
    longest = max(frames)
    note = f"the whole anew each time, of every {BASELINE_EVERY}th piece"
    return [
        Row(f"longest frame of {len(pieces):,}, a reply of {REPLY_TOKENS:,} tokens", longest, note, max(whole), 0.05),
        Row("median frame", statistics.median(frames), note, statistics.median(whole), 0.05),
    ]


def _frames_rendered_whole(body: MarkdownView, pieces: list[str]) -> list[float]:
    frames = []
    for number in [*range(BASELINE_EVERY, len(pieces), BASELINE_EVERY), len(pieces)]:
        body.set_markdown("")
        _settle()
        began = time.perf_counter()
        body.set_markdown("".join(pieces[:number]))
        QApplication.processEvents()
        frames.append(time.perf_counter() - began)
    return frames


# searching


def _search(arguments: argparse.Namespace) -> list[Row]:
    with tempfile.TemporaryDirectory() as folder:
        database = Database(Path(folder) / "attune.db")
        chats = ChatStore(database)
        _fill(database, chats.create_conversation(None).id, arguments.searched)
        kinds = {"a rare word": "basilmokuver", "the usual word": "ba", "two words": "sil mo", "a beginning": "ter"}
        rows = []
        for kind, words in kinds.items():
            found = _median_time(lambda words=words: chats.search(words), arguments.repeats)
            like = _median_time(lambda words=words: _like(database, words), arguments.repeats)
            rows.append(Row(f"search in {arguments.searched:,} messages: {kind}", found, "LIKE", like, 0.05))
        database.close()
    return rows


def _like(database: Database, words: str) -> list[object]:
    conditions = " AND ".join("content LIKE ?" for _ in words.split())
    sql = f"SELECT id, content FROM message WHERE {conditions} ORDER BY created_at DESC LIMIT 50"
    return list(database.query(sql, tuple(f"%{word}%" for word in words.split())))


def _fill(database: Database, chat: str, n_messages: int) -> None:
    random_words = random.Random(3)
    messages = ((uuid.uuid4().hex, chat, _sentence(random_words, 40), number) for number in range(n_messages))
    with database.transaction() as connection:
        connection.executemany(
            "INSERT INTO message (id, conversation_id, role, content, status, created_at)"
            " VALUES (?, ?, 'user', ?, 'complete', ?)",
            messages,
        )
        connection.execute("UPDATE message SET content = content || ' basilmokuver' WHERE number % 5000 = 0")


def _median_time(act: Callable[[], object], repeats: int) -> float:
    times = []
    for _ in range(repeats):
        began = time.perf_counter()
        act()
        times.append(time.perf_counter() - began)
    return statistics.median(times)


# what they share


class _attune:  # noqa: N801 — used as a function is
    """Attune in a directory of its own, on the chat page, without a model."""

    def __enter__(self) -> tuple[Attune, ChatStore]:
        self._folder = tempfile.TemporaryDirectory()
        stores = Stores.open(Paths.under(Path(self._folder.name)))
        self._attune = Attune(stores)
        self._attune.taste.set_quiz_state("skipped")
        self._attune.show()
        self._attune.window.resize(*SIZE)
        self._attune.chats.new_chat()
        self._attune.window.show_page("chat")
        _settle()
        return self._attune, ChatStore(stores.database)

    def __exit__(self, *_: object) -> None:
        self._attune.close()
        self._folder.cleanup()


def _settle() -> None:
    """Until everything that was asked for has been laid out and drawn."""
    for _ in range(3):
        QApplication.processEvents()


def _sentence(random_words: random.Random, n_words: int) -> str:
    """Words of one to three syllables: the short ones are frequent, as in any language."""
    words = ("".join(random_words.choices(_SYLLABLES, k=random_words.choice((1, 2, 2, 3)))) for _ in range(n_words))
    return " ".join(words).capitalize() + "."


def _markdown(random_words: random.Random, n_tokens: int) -> str:
    """Headings, paragraphs, lists, code and tables, of about so many tokens."""
    parts: list[str] = []
    while sum(map(len, parts)) < n_tokens * PIECE_CHARS:
        parts += [f"## {_sentence(random_words, 4)}", _sentence(random_words, 40)]
        parts.append("\n".join(f"- **{_sentence(random_words, 2)}** {_sentence(random_words, 8)}" for _ in range(4)))
        if len(parts) % 2:
            parts += [_CODE, _TABLE]
    return "\n\n".join(parts)[: n_tokens * PIECE_CHARS]


if __name__ == "__main__":
    sys.exit(main())
