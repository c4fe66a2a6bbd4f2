"""The person's models: each once, with where it comes from; and only what Attune fetched is ever deleted."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from helpers.gguf_files import write_gguf

from engine.errors import LibraryError, ModelFileError
from engine.library.bundled import BUNDLED_MODEL_NAME
from engine.library.discovery import Location
from engine.library.receipts import Receipt, part_path, receipt_path
from engine.library.shelf import Shelf
from engine.paths import Paths


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    return Paths.under(tmp_path / "data")


@pytest.fixture
def others(tmp_path: Path) -> Path:
    """Where another program keeps its models."""
    return tmp_path / "others"


@pytest.fixture
def shelf(paths: Paths, others: Path) -> Shelf:
    return Shelf(paths, [Location("lm_studio", others)])


def fetched(path: Path) -> Path:
    write_gguf(path)
    receipt_path(path).write_bytes(msgspec.json.encode(Receipt(url="http://hub/m.gguf")))
    return path


def test_a_fresh_installation_has_the_bundled_model(shelf: Shelf):
    (entry,) = shelf.entries()
    assert (entry.name, entry.origin, entry.is_removable) == (BUNDLED_MODEL_NAME, "bundled", False)
    assert entry.header is not None


def test_each_file_is_listed_once_with_where_it_comes_from(shelf: Shelf, paths: Paths, others: Path, tmp_path: Path):
    mine = fetched(paths.models / "org" / "m.gguf")
    theirs = write_gguf(others / "pub" / "theirs.gguf")
    (others / "link.gguf").symlink_to(mine)
    added = write_gguf(tmp_path / "added.gguf")
    shelf.add(added)
    shelf.add(theirs)  # known already
    found = {entry.path.name: entry.place for entry in shelf.entries()[1:]}
    assert found == {"m.gguf": "Fetched by Attune", "added.gguf": "Added by you", "theirs.gguf": "LM Studio"}


def test_what_is_found_and_cannot_chat_is_left_out(shelf: Shelf, others: Path):
    write_gguf(others / "embed.gguf", llama__pooling_type=1)
    write_gguf(others / "mmproj.gguf", general__architecture="clip")
    (others / "junk.gguf").write_bytes(b"GGUFjunk")
    assert len(shelf.entries()) == 1


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"llama__pooling_type": 1}, "embedding model"),
        ({"general__architecture": "clip"}, "projector"),
        ({"tokenizer__chat_template": None}, "no chat template"),
    ],
)
def test_adding_what_cannot_chat_is_refused(shelf: Shelf, tmp_path: Path, changes: dict[str, object], said: str):
    with pytest.raises(ModelFileError, match=said):
        shelf.add(write_gguf(tmp_path / "a.gguf", **changes))
    assert len(shelf.entries()) == 1


def test_an_added_file_that_has_gone_stays_on_the_list_with_a_sentence(shelf: Shelf, tmp_path: Path):
    path = write_gguf(tmp_path / "added.gguf")
    shelf.add(path)
    path.unlink()
    entry = shelf.entries()[-1]
    assert entry.header is None
    assert "there is no such file" in entry.problem


def test_removing_an_added_file_only_takes_it_off_the_list(shelf: Shelf, tmp_path: Path):
    path = write_gguf(tmp_path / "added.gguf")
    shelf.add(path)
    assert shelf.remove(path) is False
    assert path.exists()
    assert len(shelf.entries()) == 1


def test_removing_a_fetched_model_deletes_it_with_its_receipt(shelf: Shelf, paths: Paths):
    path = fetched(paths.models / "org" / "m.gguf")
    assert shelf.remove(path) is True
    assert list(paths.models.rglob("*")) == []


def test_a_part_that_was_left_is_listed_and_can_be_deleted(shelf: Shelf, paths: Paths):
    path = paths.models / "m.gguf"
    paths.models.mkdir(parents=True)
    part_path(path).write_bytes(b"GGUF")
    receipt_path(part_path(path)).write_bytes(msgspec.json.encode(Receipt(url="http://hub/m.gguf", n_bytes=9)))
    (paused,) = shelf.paused()
    assert (paused.path, paused.n_done, paused.receipt.n_bytes) == (path, 4, 9)
    assert shelf.remove(path) is True
    assert shelf.paused() == []


def test_files_of_others_are_never_deleted(shelf: Shelf, paths: Paths, others: Path, tmp_path: Path):
    theirs = write_gguf(others / "theirs.gguf")
    without_receipt = write_gguf(paths.models / "put-here-by-hand.gguf")
    linked = paths.models / "link.gguf"
    linked.symlink_to(theirs)
    receipt_path(linked).write_bytes(msgspec.json.encode(Receipt(url="http://hub/m.gguf")))
    outside = fetched(tmp_path / "outside.gguf")
    escaping = paths.models / ".." / ".." / "outside.gguf"
    for path in (theirs, without_receipt, linked, outside, escaping, shelf.entries()[0].path, tmp_path / "gone.gguf"):
        with pytest.raises(LibraryError):
            shelf.remove(path)
    assert all(path.exists() for path in (theirs, without_receipt, linked, outside, shelf.entries()[0].path))


def test_how_loading_ended_is_remembered(shelf: Shelf, paths: Paths):
    path = shelf.entries()[0].path
    shelf.record_load(path, "There is not enough memory.")
    (entry,) = Shelf(paths, []).entries()
    assert entry.last_load is not None
    assert (entry.last_load.ok, entry.last_load.sentence) == (False, "There is not enough memory.")


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"added": 5}', b"\xff\xfe", b"[" * 100_000])
def test_a_damaged_list_is_set_aside(shelf: Shelf, paths: Paths, content: bytes):
    paths.data.mkdir(parents=True)
    shelf.list_path.write_bytes(content)
    assert len(shelf.entries()) == 1
    assert (paths.data / "models.json.damaged").read_bytes() == content
