"""The settings file: defaults, damage, and replacement as a whole."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.errors import StoreError
from engine.files import write_atomically
from engine.store.settings import Settings, load_settings, save_settings


def test_without_a_file_there_are_defaults(tmp_path: Path):
    assert load_settings(tmp_path / "settings.json") == Settings()


def test_settings_survive_being_written_and_read(tmp_path: Path):
    settings = Settings(model_path="/a/b.gguf", mode="instant", n_drafts=8, temperature=0.3)
    save_settings(tmp_path / "settings.json", settings)
    assert load_settings(tmp_path / "settings.json") == settings


def test_unknown_keys_are_ignored_and_missing_ones_have_defaults(tmp_path: Path):
    (tmp_path / "settings.json").write_text('{"n_drafts": 6, "of_a_later_version": true}')
    assert load_settings(tmp_path / "settings.json") == Settings(n_drafts=6)


@pytest.mark.parametrize(
    "content", [b"", b"{", b'{"n_drafts": "many"}', b"\xff", b'{"x":' + b"[" * 100_000 + b"]" * 100_000 + b"}"],
    ids=["empty", "cut off", "wrong type", "not utf-8", "deep"],
)  # fmt: skip
def test_a_damaged_file_is_set_aside_and_the_defaults_are_used(content: bytes, tmp_path: Path):
    path = tmp_path / "settings.json"
    path.write_bytes(content)
    assert load_settings(path) == Settings()
    assert (tmp_path / "settings.json.damaged").read_bytes() == content
    save_settings(path, Settings(n_drafts=2))
    assert load_settings(path).n_drafts == 2


def test_a_write_that_fails_leaves_the_old_file(tmp_path: Path):
    path = tmp_path / "settings.json"
    save_settings(path, Settings(n_drafts=3))
    (tmp_path / "settings.json.tmp").mkdir()  # in the way of the temporary file
    with pytest.raises(StoreError, match="could not save its settings"):
        save_settings(path, Settings(n_drafts=9))
    assert load_settings(path).n_drafts == 3


def test_a_file_that_is_replaced_is_never_seen_half_written(tmp_path: Path):
    """Whoever has it open goes on reading the old one: it was replaced, not overwritten."""
    path = tmp_path / "file"
    path.write_bytes(b"old" * 1000)
    with path.open("rb") as reader:
        write_atomically(path, b"new")
        assert reader.read() == b"old" * 1000
    assert path.read_bytes() == b"new"
    assert [p.name for p in tmp_path.iterdir() if p.is_file()] == ["file"]


def test_settings_that_cannot_be_read_are_said(tmp_path: Path):
    with pytest.raises(StoreError, match="cannot read its settings"):
        load_settings(tmp_path)
