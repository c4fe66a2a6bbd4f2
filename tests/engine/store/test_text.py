"""Every script, joined emoji, combining marks, control characters, a megabyte: stored, searched, cut, streamed."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.chat_files.open_webui import to_open_webui
from engine.chat_files.own import Heads
from engine.chat_files.reading import read_chats
from engine.generation.text_stream import TextStream
from engine.protocol import Generate, decode_request, encode
from engine.store.chat_transfer import ChatTransfer
from engine.store.chats import ChatStore
from engine.store.database import Database
from engine.store.profiles import ProfileStore
from engine.store.settings import Settings, load_settings, save_settings
from engine.store.text import cut, storable
from engine.store.titles import TITLE_CHARS
from engine.types import ChatMessage

FAMILY = "👩‍👩‍👧‍👦"
WAVE = "👋🏽"
FLAG = "🇯🇵"
TEXTS = {
    "arabic": "اكتب لي قصيدة عن البحر",
    "hebrew and english": "שלום hello עולם",
    "chinese": "你好，世界。今天天气很好",
    "japanese": "猫はとても可愛いです",
    "thai": "สวัสดีชาวโลก",
    "korean": "안녕하세요 세계",
    "emoji": f"a family {FAMILY} waves {WAVE} {FLAG}",
    "combining": "e\u0301tude nai\u0308ve Z\u0351\u036b\u0343algo",
    "control": "bell\x07 escape\x1b[31m back\x08 unit\x1f",
    "bidi": "\u202eevil\u202c \u2066isolated\u2069",
    "unusual": "\ufeffBOM \u2028 line \u2029 para \u00ad soft \U0010ffff",
}
FOUND_BY = {
    "arabic": ["قصيدة", "البحر"],
    "hebrew and english": ["עולם", "HELLO"],
    "chinese": ["世界", "天气", "你好"],
    "japanese": ["可愛い", "猫"],
    "thai": ["ชาวโลก"],
    "korean": ["세계"],
    "emoji": [FAMILY, WAVE, FLAG, "family"],
    "combining": ["étude", "naive"],
    "control": ["escape"],
    "bidi": ["evil"],
}


@pytest.fixture
def filled(database: Database) -> ChatStore:
    chats = ChatStore(database)
    for text in TEXTS.values():
        chats.add_user_message(chats.create_conversation(None).id, text, None)
    return chats


@pytest.mark.parametrize("name", TEXTS)
def test_text_of_any_kind_comes_back_as_it_was(filled: ChatStore, database: Database, name: str):
    stored = [row["content"] for row in database.query("SELECT content FROM message")]
    assert TEXTS[name] in stored


@pytest.mark.parametrize(("name", "word"), [(name, word) for name, words in FOUND_BY.items() for word in words])
def test_words_of_any_script_are_found(filled: ChatStore, database: Database, name: str, word: str):
    found = {hit.message_id for hit in filled.search(word)}
    wanted = database.query("SELECT id FROM message WHERE content = ?", (TEXTS[name],))[0]["id"]
    assert wanted in found
    assert len(found) < 4


def test_a_word_without_spaces_is_marked_where_it_is(filled: ChatStore):
    (hit,) = filled.search("天气")
    assert [hit.snippet[start:end] for start, end in hit.marks] == ["天气"]
    assert filled.search("天气 hello") == []
    assert len(filled.search("今天 很好")) == 1


@pytest.mark.parametrize("name", TEXTS)
def test_text_of_any_kind_streams_whole_wherever_it_is_cut(name: str):
    data = TEXTS[name].encode()
    for size in (1, 2, 3, 5):
        stream, pieces = TextStream(), []
        for start in range(0, len(data), size):
            fed = stream.feed(data[start : start + size])
            assert all("\ufffd" not in piece.text for piece in fed)
            pieces += fed
        pieces += stream.finish()
        assert "".join(piece.text for piece in pieces) == TEXTS[name]


@pytest.mark.parametrize("name", TEXTS)
def test_text_of_any_kind_crosses_to_the_worker(name: str):
    request = Generate(id=1, messages=[ChatMessage("user", TEXTS[name])])
    line = encode(request)
    assert line.count(b"\n") == 1
    assert decode_request(line) == request


def test_text_of_every_kind_is_exported_and_imported_unchanged(filled: ChatStore, database: Database, tmp_path: Path):
    transfer = ChatTransfer(database)
    chats = [transfer.read(each) for each in transfer.ids()]
    (tmp_path / "chats.json").write_bytes(to_open_webui(chats))
    again = read_chats(tmp_path / "chats.json", Heads("h", 8)).chats
    assert [chat.messages[0].content for chat in again] == [chat.messages[0].content for chat in chats]


def test_halves_of_characters_and_zeros_never_reach_the_file(database: Database, tmp_path: Path):
    chats = ChatStore(database)
    chat = chats.create_conversation(None)
    message = chats.add_user_message(chat.id, "half \ud83d and zero \0.", None)
    assert message.content == "half \ufffd and zero \ufffd."
    assert chats.thread(chat.id)[0].content == message.content
    chats.rename_conversation(chat.id, "\udc00 title")
    assert chats.conversation(chat.id).title == "\ufffd title"
    assert ProfileStore(database).create("\ud800 me").name == "\ufffd me"
    assert chats.search("\ud83d") == []
    save_settings(tmp_path / "settings.json", Settings(system_prompt="\ud83d"))
    assert load_settings(tmp_path / "settings.json").system_prompt == "\ufffd"


def test_a_megabyte_is_stored_and_found(database: Database):
    chats = ChatStore(database)
    chat = chats.create_conversation(None)
    text = "word " * 200_000 + "needle " + "世" * 1000
    message = chats.add_user_message(chat.id, text, None)
    assert chats.thread(chat.id)[0].content == text
    assert [hit.message_id for hit in chats.search("needle")] == [message.id]
    (hit,) = chats.search("世世世")
    assert len(hit.snippet) < 200


@pytest.mark.parametrize("character", [FAMILY, WAVE, FLAG, "e\u0301", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "नि"])
def test_a_title_never_ends_within_a_character(database: Database, character: str):
    chats = ChatStore(database)
    for n_before in range(TITLE_CHARS - 12, TITLE_CHARS + 2):
        chat = chats.create_conversation(None)
        chats.add_user_message(chat.id, "x" * n_before + character * 10, None)
        title = chats.conversation(chat.id).title
        assert len(title) <= TITLE_CHARS
        assert title.endswith("…")
        rest = title[n_before:-1] if len(title) > n_before else ""
        assert rest == character * (len(rest) // len(character))


@settings(max_examples=200, deadline=None, derandomize=True, database=None)
@given(st.text(st.characters(), max_size=40), st.integers(1, 30))
def test_what_is_cut_is_a_beginning_and_what_is_stored_is_storable(text: str, n_chars: int):
    part = cut(text, n_chars)
    assert text.startswith(part)
    assert len(part) <= n_chars
    assert bool(part) == bool(text)
    storable(text).encode()
    assert "\0" not in storable(text)
