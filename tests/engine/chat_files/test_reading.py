"""Files of chats from anywhere: ChatGPT's, Open WebUI's, our own, and what somebody would like to do us harm with."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from engine.chat_files import reading
from engine.chat_files.chat import FileChat, FileDraft, FileMessage
from engine.chat_files.cleaning import MAX_MESSAGE_CHARS
from engine.chat_files.markdown import to_markdown
from engine.chat_files.open_webui import to_open_webui
from engine.chat_files.own import Heads, to_own
from engine.chat_files.reading import ReadChats, read_chats
from engine.errors import ChatFileError
from engine.types import Timings

HEADS = Heads("h1", 2)


def node(node_id: str, parent: str | None, role: str, *parts: Any, kind: str = "text", **extra: Any) -> dict[str, Any]:
    message = {
        "id": node_id,
        "author": {"role": role},
        "content": {"content_type": kind, "parts": list(parts)},
        "create_time": 1_700_000_000.5,
        **extra,
    }
    return {"id": node_id, "message": message, "parent": parent, "children": []}


def conversation(*nodes: dict[str, Any], current: str | None = None, **extra: Any) -> dict[str, Any]:
    root = {"id": "root", "message": None, "parent": None, "children": []}
    return {
        "title": "Herbs",
        "create_time": 1_700_000_000.0,
        "update_time": 1_700_000_100.0,
        "mapping": {each["id"]: each for each in (root, *nodes)},
        "current_node": current or nodes[-1]["id"],
        **extra,
    }


def usual() -> dict[str, Any]:
    """A question, a reply by way of a tool, and the question in other words."""
    return conversation(
        node("s", "root", "system", "", metadata={"is_visually_hidden_from_conversation": True}),
        node("u1", "s", "user", "What is basil?"),
        node("t1", "u1", "assistant", 'search("basil")', kind="code", recipient="browser"),
        node("t2", "t1", "tool", "results"),
        node("a1", "t2", "assistant", "A herb.", metadata={"model_slug": "gpt-4o"}),
        node("u2", "s", "user", "What is sage?"),
        node("a2", "u2", "assistant", {"asset_pointer": "file://x"}, "Also a herb.", kind="multimodal_text"),
        current="a1",
    )


def read(tmp_path: Path, content: object, name: str = "conversations.json") -> ReadChats:
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
    return read_chats(path, HEADS)


def shown(chat: FileChat) -> list[tuple[str, str]]:
    return [(message.role, message.content) for message in chat.shown]


# ChatGPT


def test_a_chatgpt_conversation_keeps_its_branches_and_shows_the_current_one(tmp_path: Path):
    (chat,) = read(tmp_path, [usual()]).chats
    assert (chat.title, chat.created_at, chat.updated_at) == ("Herbs", 1_700_000_000.0, 1_700_000_100.0)
    assert shown(chat) == [("user", "What is basil?"), ("assistant", "A herb.")]
    assert chat.shown[1].model == "gpt-4o"
    roots = [message.content for message in chat.messages if message.parent is None]
    assert roots == ["What is basil?", "What is sage?"]
    assert [m.content for m in chat.messages if m.parent == "u2"] == ["Also a herb."]


def test_a_zip_as_chatgpt_sends_it_is_read(tmp_path: Path):
    path = tmp_path / "export.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("chat.html", "<html>")
        archive.writestr("conversations-000.json", json.dumps([usual()]))
        archive.writestr("conversations-001.json", json.dumps([usual(), usual()]))
    assert len(read_chats(path, HEADS).chats) == 3


def test_where_the_current_node_is_missing_the_last_branch_is_shown(tmp_path: Path):
    (chat,) = read(tmp_path, [usual() | {"current_node": "nowhere"}]).chats
    assert shown(chat)[0] == ("user", "What is sage?")


def test_one_bad_chat_does_not_take_the_others_with_it(tmp_path: Path):
    circle = conversation(node("a", "b", "user", "one"), node("b", "a", "assistant", "two"))
    empty = conversation(node("a", "root", "user", "  "))
    result = read(tmp_path, [usual(), circle, {"mapping": 7}, empty, usual()])
    assert len(result.chats) == 2
    assert result.n_empty == 1
    assert [reason.split(":")[0] for reason in result.skipped] == ["chat 2", "chat 3"]
    assert "circle" in result.skipped[0]


def test_a_circle_among_left_out_nodes_is_noticed(tmp_path: Path):
    circle = conversation(
        node("t1", "t2", "tool", "x"), node("t2", "t1", "tool", "y"), node("a", "t1", "user", "hello"), current="a"
    )
    assert "circle" in read(tmp_path, [circle, usual()]).skipped[0]


def test_a_message_whose_parent_is_missing_begins_a_branch(tmp_path: Path):
    (chat,) = read(tmp_path, [conversation(node("a", "gone", "user", "hello"))]).chats
    assert shown(chat) == [("user", "hello")]


def test_missing_fields_have_sensible_values(tmp_path: Path):
    bare = {
        "mapping": {
            "a": {"message": {"author": {"role": "user"}, "content": {"content_type": "text", "parts": ["hi"]}}}
        }
    }
    (chat,) = read(tmp_path, [bare]).chats
    assert chat.title == "ChatGPT"
    assert shown(chat) == [("user", "hi")]
    assert chat.created_at > 1_700_000_000


def test_halves_of_characters_are_replaced_and_whole_ones_kept(tmp_path: Path):
    text = rb"a \ud83d\ude00 b \ud83d c \\ud83d d \ude00 e"
    data = json.dumps([conversation(node("a", "root", "user", "TEXT"))]).encode().replace(b"TEXT", text)
    (chat,) = read(tmp_path, data).chats
    assert chat.shown[0].content == "a \U0001f600 b \ufffd c \\ud83d d \ufffd e"
    chat.shown[0].content.encode()


def test_bytes_that_are_no_text_are_replaced(tmp_path: Path):
    data = json.dumps([conversation(node("a", "root", "user", "TEXT"))]).encode().replace(b"TEXT", b"caf\xe9 x")
    (chat,) = read(tmp_path, data).chats
    assert chat.shown[0].content == "caf\ufffd x"


def test_times_that_cannot_be_are_now(tmp_path: Path):
    (chat,) = read(tmp_path, [usual() | {"create_time": -5e300, "update_time": 1_700_000_000_000}]).chats
    assert chat.created_at > 1_700_000_000
    assert chat.updated_at == 1_700_000_000


# Open WebUI


def open_webui(**extra: Any) -> dict[str, Any]:
    messages = {
        "u": {
            "id": "u",
            "parentId": None,
            "childrenIds": ["a", "b"],
            "role": "user",
            "content": "What is basil?",
            "timestamp": 1_700_000_000,
        },
        "a": {"id": "a", "parentId": "u", "childrenIds": [], "role": "assistant", "content": "A herb.", "model": "m"},
        "b": {"id": "b", "parentId": "u", "childrenIds": [], "role": "assistant", "content": "A plant."},
    }
    chat = {"title": "Herbs", "models": ["m"], "history": {"messages": messages, "currentId": "a"}, "messages": []}
    return {
        "id": "x",
        "user_id": "y",
        "title": "Herbs",
        "chat": chat,
        "created_at": 1_700_000_000,
        "updated_at": 1_700_000_100,
        "pinned": True,
        "archived": False,
        "meta": {},
        **extra,
    }


def test_an_open_webui_chat_keeps_its_branches_and_shows_the_current_one(tmp_path: Path):
    (chat,) = read(tmp_path, [open_webui()]).chats
    assert shown(chat) == [("user", "What is basil?"), ("assistant", "A herb.")]
    assert (chat.pinned, len(chat.messages), chat.shown[1].model) == (True, 3, "m")
    assert read(tmp_path, open_webui()).chats[0].title == "Herbs"  # one alone, not in a list


def test_what_is_exported_for_open_webui_comes_back_the_same(tmp_path: Path):
    (chat,) = read(tmp_path, [open_webui()]).chats
    exported = json.loads(to_open_webui([chat]))
    assert exported[0]["chat"]["history"]["currentId"] == "a"
    assert exported[0]["chat"]["history"]["messages"]["u"]["childrenIds"] == ["a", "b"]
    assert [message["content"] for message in exported[0]["chat"]["messages"]] == ["What is basil?", "A herb."]
    (again,) = read(tmp_path, to_open_webui([chat])).chats
    assert again == chat


def test_an_older_open_webui_chat_without_a_history_is_one_branch(tmp_path: Path):
    chat = {
        "title": "Old",
        "models": None,
        "messages": [
            {"role": "user", "content": "Hi"},
            {"role": "assistant", "content": [{"type": "text", "text": "Hello"}]},
        ],
    }
    (read_chat,) = read(tmp_path, [open_webui() | {"chat": chat, "title": None}]).chats
    assert (read_chat.title, shown(read_chat)) == ("Old", [("user", "Hi"), ("assistant", "Hello")])


# our own


def own_chat(**changes: Any) -> FileChat:
    draft = FileDraft(
        index=1,
        text="A herb.",
        finish="stop",
        n_tokens=3,
        base_rewards=[0.5, 1 / 3],
        quality=0.25,
        uncertainty=0.1,
        score=0.7,
        axes={"length": 1.5},
        picked=True,
        shown=True,
    )
    reply = FileMessage(
        id="a",
        parent="u",
        role="assistant",
        content="A herb.",
        created_at=1_700_000_001.0,
        model="m",
        mode="personal",
        seed=2**32 - 1,
        heads_version="h1",
        timings=Timings(total_s=1.5),
        drafts=[draft],
    )
    question = FileMessage(
        id="u", parent=None, role="user", content="What is basil?", created_at=1_700_000_000.0, shown_child="a"
    )
    values = {
        "title": "Herbs",
        "created_at": 1_700_000_000.0,
        "updated_at": 1_700_000_100.0,
        "shown_root": "u",
        "correction": {"length": -1},
        "messages": [question, reply],
    }
    return FileChat(**(values | changes))


def test_our_own_file_comes_back_with_drafts_and_numbers_exactly(tmp_path: Path):
    chat = own_chat(pinned=True)
    assert read(tmp_path, to_own([chat])).chats == [chat]


@pytest.mark.parametrize(
    ("part", "changes"),
    [
        ("draft", {"base_rewards": [0.5, 0.5, 0.5]}),  # more than these heads have
        ("draft", {"quality": 1e300}),
        ("draft", {"n_tokens": -3}),
        ("draft", {"index": 2**60}),
        ("reply", {"seed": 10**30}),
        ("reply", {"role": "root"}),
        ("reply", {"id": "u"}),
        ("reply", {"parent": "a"}),
    ],
)
def test_our_own_file_with_what_makes_no_sense_is_skipped(tmp_path: Path, part: str, changes: dict[str, Any]):
    content = json.loads(to_own([own_chat(), own_chat()]))
    reply = content["chats"][0]["messages"][1]
    {"reply": reply, "draft": reply["drafts"][0]}[part].update(changes)
    result = read(tmp_path, content)
    assert (len(result.chats), len(result.skipped)) == (1, 1)


def test_a_newer_file_of_our_own_says_so(tmp_path: Path):
    with pytest.raises(ChatFileError, match="newer Attune"):
        read(tmp_path, {"format": "attune-chats", "version": 99, "chats": []})


# what is no file of chats, or meant to harm


@pytest.mark.parametrize(
    "content",
    [b"", b"hello", b"[]", b"{}", b"[1, 2]", b"null", b'{"format": "attune-profile"}', b"\x00\xff", b'[{"a": 1}]',
     b"[" * 200_000, b'{"mapping":' * 100_000],
)  # fmt: skip
def test_what_is_no_file_of_chats_is_refused_in_a_sentence(tmp_path: Path, content: bytes):
    with pytest.raises(ChatFileError, match="Nothing was imported"):
        read(tmp_path, content)


def test_a_chat_that_is_nested_too_deeply_is_skipped(tmp_path: Path):
    deep = json.dumps(conversation(node("a", "root", "user", "DEEP"))).encode()
    deep = deep.replace(b'"DEEP"', b"[" * 50_000 + b"]" * 50_000)
    with pytest.raises(ChatFileError, match="Nothing was imported"):
        read(tmp_path, b"[" + deep + b"," + json.dumps(usual()).encode() + b"]")


def test_a_message_of_millions_of_characters_is_skipped(tmp_path: Path):
    long = conversation(node("a", "root", "user", "x" * (MAX_MESSAGE_CHARS + 1)))
    result = read(tmp_path, [usual(), long])
    assert "longer than" in result.skipped[0]
    assert len(result.chats) == 1


def test_a_file_that_is_too_large_is_not_even_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(reading, "MAX_FILE_BYTES", 2**20)
    with pytest.raises(ChatFileError, match="larger than 1 MB"):
        read(tmp_path, b" " * (2**20 + 1))


def test_a_zip_that_unpacks_to_too_much_is_stopped_whatever_it_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(reading, "MAX_FILE_BYTES", 2**20)
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("conversations.json", b" " * (8 * 2**20))
    assert path.stat().st_size < 2**15
    with pytest.raises(ChatFileError, match="unpacks to more than 1 MB"):
        read_chats(path, HEADS)


def test_a_damaged_zip_and_one_without_chats_say_so(tmp_path: Path):
    path = tmp_path / "some.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("conversations.json", json.dumps([usual()]))
    data = bytearray(path.read_bytes())
    data[45:60] = b"\x00" * 15
    (tmp_path / "damaged.zip").write_bytes(data)
    with pytest.raises(ChatFileError, match="damaged"):
        read_chats(tmp_path / "damaged.zip", HEADS)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("photo.png", b"")
    with pytest.raises(ChatFileError, match=r"no conversations\.json"):
        read_chats(path, HEADS)


def test_a_file_that_is_not_there_says_so(tmp_path: Path):
    with pytest.raises(ChatFileError, match="Cannot read"):
        read_chats(tmp_path / "nothing.json", HEADS)


def test_reading_can_be_stopped(tmp_path: Path):
    path = tmp_path / "conversations.json"
    path.write_text(json.dumps([usual()] * 50))
    seen: list[float] = []

    def stop_soon(share: float) -> bool:
        seen.append(share)
        return share < 0.5

    with pytest.raises(ChatFileError, match="stopped"):
        read_chats(path, HEADS, stop_soon)
    assert seen == sorted(seen)
    assert len(seen) > 1


def test_a_long_chain_of_messages_is_no_trouble(tmp_path: Path):
    nodes = [node("n0", "root", "user", "0")]
    nodes += [node(f"n{i}", f"n{i - 1}", "user" if i % 2 == 0 else "assistant", str(i)) for i in range(1, 5000)]
    (chat,) = read(tmp_path, [conversation(*nodes)]).chats
    assert [message.content for message in chat.shown] == [str(i) for i in range(5000)]


def test_markdown_reads_as_a_conversation(tmp_path: Path):
    (chat,) = read(tmp_path, [usual()]).chats
    text = to_markdown(chat)
    assert text.startswith("# Herbs\n")
    assert "## You\n\nWhat is basil?\n\n## Attune\n\nA herb.\n" in text
    assert "sage" not in text
