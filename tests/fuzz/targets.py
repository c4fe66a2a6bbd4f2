"""What reads bytes that others wrote, each as a function of bytes: it may refuse them in a sentence, and nothing else.

Run by hypothesis in the tests, and guided by coverage by command (`tests/fuzz/by_coverage.py`).
"""

# ruff: noqa: PT017 - these are no tests: a target is to fail on whatever is no refusal
from __future__ import annotations

import contextlib
import email.message
import html.parser
import io
import json
import math
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

import msgspec
import numpy as np
from helpers.gguf_files import LLAMA, gguf_bytes
from helpers.pdf_files import pdf_with

from desktop.chat.markdown import SAFE_SCHEMES, StreamingBlocks, parse_blocks
from engine import protocol
from engine.attachments import read_attachment
from engine.chat_files.own import Heads
from engine.chat_files.reading import read_chats
from engine.errors import EngineError
from engine.generation.text_stream import TextStream
from engine.library import hub
from engine.library.gguf import read_gguf
from engine.library.header import read_header
from engine.library.receipts import read_receipt, receipt_path
from engine.preferences.learner import posterior_from_log
from engine.preferences.profile_file import import_log
from engine.preferences.taste_model import TasteModel, load_taste_model
from engine.remote.call import event_data
from engine.remote.completion import N_TOKENS_MAX, Delta, parse_chunk
from engine.remote.connection import error_text, json_of
from engine.server import gate
from engine.server.api_error import ApiError
from engine.server.chat_request import parse_chat_request
from engine.store.chat_transfer import ChatTransfer
from engine.store.database import IN_MEMORY, Database
from engine.store.settings import load_settings
from engine.store.speeds import SpeedBook
from engine.store.text import storable

_TEXT_TAGS = "a p em strong code pre ul ol li blockquote h1 h2 h3 h4 h5 h6 hr br i b s sub sup"
_TABLE_TAGS = "table thead tbody tr th td"
_SAFE_TAGS = frozenset(f"{_TEXT_TAGS} {_TABLE_TAGS}".split())
_SAFE_ATTRIBUTES = frozenset(("href", "title", "start", "class", "style", "border", "cellspacing", "align"))


@cache
def directory() -> Path:
    """Of this process, for what is read from files."""
    holder = tempfile.TemporaryDirectory(prefix="attune-fuzz-")
    _HOLDERS.append(holder)
    return Path(holder.name)


_HOLDERS: list[tempfile.TemporaryDirectory[str]] = []


@cache
def taste() -> TasteModel:
    return load_taste_model()


def _file(name: str, data: bytes) -> Path:
    path = directory() / name
    path.write_bytes(data)
    return path


def gguf(data: bytes) -> None:
    path = _file("model.gguf", data)
    for read in (read_gguf, read_header):
        try:
            read(path)
        except EngineError as exc:
            assert str(exc).startswith("Cannot use the model file")


def profile(data: bytes) -> None:
    """What is taken in has a finite taste."""
    try:
        log = import_log(_file("profile.json", data), taste())
    except EngineError:
        return
    posterior = posterior_from_log(log, taste())
    assert np.isfinite(posterior.mean).all()
    assert np.isfinite(posterior.covariance).all()


def chat_file(data: bytes) -> None:
    """What is taken in can be stored, and read again."""
    try:
        read = read_chats(_file("chats.json", data), Heads(taste().heads_version, taste().n_base))
    except EngineError:
        return
    database = Database(IN_MEMORY)
    try:
        transfer = ChatTransfer(database)
        for conversation_id in transfer.add(read.chats, None):
            transfer.read(conversation_id)
    finally:
        database.close()


def protocol_line(data: bytes) -> None:
    for decode in (protocol.decode_event, protocol.decode_request):
        try:
            message = decode(data)
        except EngineError:
            continue
        assert decode(protocol.encode(message)) == message or _has_nan(message)


def _has_nan(message: object) -> bool:
    return "nan" in repr(message)


def markdown(data: bytes) -> None:
    """No markup but ours, no address that loads by itself, and the same blocks when it streams in."""
    text = data.decode("utf-8", "replace")
    blocks = parse_blocks(text)
    for block in blocks:
        if block.kind == "text":
            _Inspector(block.html)
    stream = StreamingBlocks()
    for start in range(0, min(len(text), 2000), 7):
        stream.append(text[start : start + 7])


class _Inspector(html.parser.HTMLParser):
    def __init__(self, content: str) -> None:
        super().__init__()
        self.feed(content)
        self.close()

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        assert tag in _SAFE_TAGS, tag
        for name, value in attributes:
            assert name in _SAFE_ATTRIBUTES, name
            # `[text]()` links to nowhere, and a click on it opens nothing
            assert name != "href" or not value or value.strip().lower().startswith(SAFE_SCHEMES), value
            assert name != "style" or "url" not in (value or "").lower(), value

    def handle_pi(self, data: str) -> None:
        raise AssertionError(data)

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)


def text_stream(data: bytes) -> None:
    """Whatever bytes a model writes, in whatever pieces: characters come out, none of them halves."""
    stream = TextStream()
    pieces = []
    for start in range(0, len(data), 3):
        pieces += stream.feed(data[start : start + 3])
    pieces += stream.finish()
    for piece in pieces:
        piece.text.encode()


def chat_request(data: bytes) -> None:
    try:
        request = parse_chat_request(data, 4)
    except ApiError as exc:
        assert 400 <= exc.status < 500
        return
    assert math.isfinite(request.sampling.temperature)


def request_headers(data: bytes) -> None:
    message = email.message.Message()
    for line in data.decode("latin-1").split("\n")[:50]:
        name, _, value = line.partition(":")
        if name.strip():
            message[name.strip()] = value.replace("\r", "")
    for check in (gate.check_source, lambda m: gate.check_key(m, "kéy"), lambda m: gate.body_length(m, 1 << 20)):
        try:
            check(message)
        except ApiError as exc:
            assert 400 <= exc.status < 500


def hub_listing(data: bytes) -> None:
    """The list of a repository's files, as `hub.resolve` reads and chooses from it."""
    try:
        entries = msgspec.json.decode(data, type=list[hub._Entry])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, ValueError):
        return
    chosen = hub.choose([entry.path for entry in entries], "")
    if chosen is not None:
        try:
            hub._remote("https://hub.invalid", "owner/repo", next(e for e in entries if e.path == chosen), "owner/repo")
        except EngineError:
            return


def small_files(data: bytes) -> None:
    """Settings, speeds and receipts: damage means the defaults."""
    load_settings(_file("settings.json", data))
    SpeedBook(_file("speeds.json", data)).get("model", 0)
    read_receipt(_write_receipt(data))


def attachment(data: bytes) -> None:
    """What is read of a file can be stored and sent to the model."""
    try:
        read = read_attachment(_file("attached.pdf", data))
    except EngineError as exc:
        assert "\n" not in str(exc)
        return
    assert read.text.strip()
    assert storable(read.text) == read.text


def server_answer(data: bytes) -> None:
    """A stream of a server that writes drafts: pieces whose text and counts can be stored."""
    try:
        for payload in event_data(io.BytesIO(data), lambda: False):
            for found in parse_chunk(payload, "host"):
                if isinstance(found, Delta):
                    (found.text + found.reasoning).encode()
                else:
                    assert all(0 <= count <= N_TOKENS_MAX for count in (found.prompt, found.cached, found.completion))
    except (EngineError, ValueError):  # the latter for what does not end, as `Connection.explained` expects it
        pass
    with contextlib.suppress(EngineError):
        json_of(data, "host")
    error_text(data).encode()


def _write_receipt(data: bytes) -> Path:
    model = directory() / "fetched.gguf"
    receipt_path(model).write_bytes(data)
    return model


def seeds(name: str) -> list[bytes]:
    """Bytes that a target reads to the end, to begin from."""
    scored = {"base_rewards": [0.1] * taste().n_base, "quality": 0.1}
    thumb = {"kind": "thumb", "heads_version": taste().heads_version, "message": "m", "index": 0, "up": True}
    thumb |= {"shown": scored, "reference": scored}
    chatgpt = {
        "title": "t",
        "mapping": {
            "a": {
                "id": "a",
                "parent": None,
                "children": ["b"],
                "message": {"author": {"role": "user"}, "content": {"content_type": "text", "parts": ["hi"]}},
            }
        },
        "current_node": "a",
    }
    webui = [
        {
            "title": "t",
            "chat": {
                "history": {
                    "currentId": "a",
                    "messages": {
                        "a": {"id": "a", "parentId": None, "role": "user", "content": "hi", "childrenIds": []}
                    },
                }
            },
        }
    ]
    body = {"model": "m", "messages": [{"role": "user", "content": "hi"}], "temperature": 0.5}
    log = {"format": "attune-profile", "events": [{"number": 1, "created_at": 1, "event": thumb}]}
    listing = [{"path": "a-Q4_K_M.gguf", "size": 5, "lfs": {"oid": "sha256:00", "size": 5}}]
    headers = (
        "Host: localhost:80",
        "Origin: http://localhost:80",
        "Content-Type: application/json",
        "Content-Length: 5",
    )
    piece = {"choices": [{"index": 0, "delta": {"content": "hi"}, "finish_reason": None}]}
    counts = {"choices": [], "usage": {"prompt_tokens": 3, "completion_tokens": 1}}
    events = b"".join(b"data: " + json.dumps(each).encode() + b"\n\n" for each in (piece, counts))
    known: dict[str, list[bytes]] = {
        "gguf": [gguf_bytes(LLAMA)],
        "profile": [json.dumps(log).encode()],
        "chat_file": [json.dumps([chatgpt]).encode(), json.dumps(webui).encode()],
        "protocol_line": [protocol.encode(protocol.Ping(id=1)), protocol.encode(protocol.LoadModel(id=1, path="p"))],
        "markdown": [
            b"# T\n\n<script>x</script> ![i](http://a/b.png) [l](file:///etc) `c`\n\n|a|b|\n|-|-|\n|1|2|\n",
            b"~~gone~~ so $a_<b> x^{2}$\n\n$$\\frac{<i src=x>}{\\alpha}$$\n",
        ],
        "text_stream": ["<think>h\u00e9llo</think> \U0001f469\u200d\U0001f467 family".encode()],
        "chat_request": [json.dumps(body).encode()],
        "request_headers": ["\n".join((*headers, "Content-Length: 5")).encode()],
        "hub_listing": [json.dumps(listing).encode()],
        "attachment": [pdf_with("One.", "Two."), "größer\r\n".encode("utf-16")],
        "server_answer": [events + b"data: [DONE]\n\n", b'{"error": {"message": "no"}}'],
        "small_files": [b'{"n_drafts":3}', b'{"m|0":{"prefill_tokens_per_s":1.0}}'],
    }
    return known[name]


TARGETS: dict[str, Callable[[bytes], None]] = {
    target.__name__: target
    for target in (
        gguf,
        profile,
        chat_file,
        protocol_line,
        markdown,
        text_stream,
        chat_request,
        request_headers,
        hub_listing,
        small_files,
        attachment,
        server_answer,
    )
}
