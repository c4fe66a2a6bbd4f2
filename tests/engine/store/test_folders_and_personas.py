"""Folders and personas on the disk, and what becomes of chats whose folder or persona is deleted."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import msgspec
import pytest

from engine.chat_files.own import ChatsFile, Heads, chat_from, to_own
from engine.errors import StoreError
from engine.store.chat_transfer import ChatTransfer
from engine.store.chats import ChatStore
from engine.store.database import Database
from engine.store.folders import FolderStore
from engine.store.personas import Persona, PersonaStore


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    with closing(Database(tmp_path / "attune.db")) as database:
        yield database


def test_a_deleted_folder_leaves_its_chats_and_comes_back_with_them(database: Database):
    chats, folders = ChatStore(database), FolderStore(database)
    ids = [chats.create_conversation(None, title).id for title in ("Basil", "Sage", "Granite")]
    herbs, stones = folders.create("Herbs"), folders.create("Stones")
    for chat_id in ids[:2]:
        folders.move(chat_id, herbs)
    folders.set_collapsed(herbs, True)
    removed = folders.remove(herbs)
    assert {chat.folder_id for chat in chats.conversations()} == {None}
    folders.move(ids[1], stones)  # it has found another place meanwhile, and keeps it
    folders.restore(removed)
    assert [(f.name, f.collapsed) for f in folders.folders()] == [("Herbs", True), ("Stones", False)]
    assert [chats.conversation(chat_id).folder_id for chat_id in ids] == [herbs, stones, None]


def test_a_folder_is_made_once_for_a_name_and_a_deleted_one_is_said_to_be_gone(database: Database):
    folders = FolderStore(database)
    assert folders.create("Work") == folders.create("Work")
    folders.remove(folders.create("Work"))
    with pytest.raises(StoreError, match="not there any more"):
        folders.remove(1)


def test_a_chat_is_exported_with_its_folder_and_imported_into_one_of_that_name(database: Database, tmp_path: Path):
    chats, folders, transfer = ChatStore(database), FolderStore(database), ChatTransfer(database)
    chat = chats.create_conversation(None, "Basil")
    folders.move(chat.id, folders.create("Herbs"))
    exported = transfer.read(chat.id)
    assert '"folder": "Herbs"' in to_own([exported]).decode()
    with closing(Database(tmp_path / "other.db")) as other:
        (raw,) = msgspec.json.decode(to_own([exported]), type=ChatsFile).chats
        ids = ChatTransfer(other).add([chat_from(raw, Heads("h", 1))], None)
        (folder,) = FolderStore(other).folders()
        assert folder.name == "Herbs"
        assert ChatStore(other).conversation(ids[0]).folder_id == folder.id


def test_a_duplicate_lies_beside_its_original_and_has_its_persona(database: Database):
    chats, folders = ChatStore(database), FolderStore(database)
    (persona_id,) = PersonaStore(database).add([("Tutor", "Ask first.")])
    chat = chats.create_conversation(None, "Basil", persona_id=persona_id)
    folders.move(chat.id, folders.create("Herbs"))
    copy = chats.conversation(ChatTransfer(database).duplicate(chat.id, "Basil (copy)"))
    assert (copy.folder_id, copy.persona_id) == (1, persona_id)


def test_a_chat_forgets_a_persona_that_is_deleted(database: Database):
    chats, personas = ChatStore(database), PersonaStore(database)
    first, second = personas.add([("Tutor", "Ask first."), ("Editor", "Correct gently.")])
    chat = chats.create_conversation(None)
    chats.set_persona(chat.id, first)
    assert chats.conversation(chat.id).persona_id == first
    personas.change(Persona(second, "Proof-reader", "Correct only mistakes."))
    personas.remove(first)
    assert [(p.name, p.prompt) for p in personas.personas()] == [("Proof-reader", "Correct only mistakes.")]
    assert chats.conversation(chat.id).persona_id is None
    assert personas.find(first) is None
