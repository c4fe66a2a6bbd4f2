"""What was learned of models' speed is kept, and is nothing to fail for."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.store.speeds import N_KEPT, SpeedBook
from engine.types import SpeedRecord

RECORD = SpeedRecord(prefill_tokens_per_s=210.5, step_moments=(1.0, 2.0, 4.0, 0.1, 0.2), lengths=(3, 4), score_s=0.05)


def test_a_record_is_there_again_after_a_restart(tmp_path: Path):
    SpeedBook(tmp_path / "speeds.json").put("/a.gguf", -1, RECORD)
    again = SpeedBook(tmp_path / "speeds.json")
    assert again.get("/a.gguf", -1) == RECORD
    assert again.get("/a.gguf", 0) is None
    assert again.get("/b.gguf", -1) is None


def test_models_that_were_not_used_for_long_are_let_go(tmp_path: Path):
    book = SpeedBook(tmp_path / "speeds.json")
    for number in range(N_KEPT + 5):
        book.put("/kept.gguf", -1, RECORD)
        book.put(f"/{number}.gguf", -1, RECORD)
    again = SpeedBook(tmp_path / "speeds.json")
    assert again.get("/0.gguf", -1) is None
    assert again.get("/kept.gguf", -1) == RECORD


@pytest.mark.parametrize("content", [b"", b"{", b"[1]", b'{"a": 1}', b"\xff\xfe", b"[" * 100_000])
def test_a_damaged_file_is_an_empty_book_that_can_be_written(tmp_path: Path, content: bytes):
    path = tmp_path / "speeds.json"
    path.write_bytes(content)
    book = SpeedBook(path)
    assert book.get("/a.gguf", -1) is None
    book.put("/a.gguf", -1, RECORD)
    assert SpeedBook(path).get("/a.gguf", -1) == RECORD


def test_a_place_that_cannot_be_written_is_no_reason_to_fail(tmp_path: Path):
    book = SpeedBook(tmp_path / "no" / "such" / "directory" / "speeds.json")
    book.put("/a.gguf", -1, RECORD)
    assert book.get("/a.gguf", -1) == RECORD
