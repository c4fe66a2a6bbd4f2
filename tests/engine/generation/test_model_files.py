"""Model files that cannot be used: a sentence each, and never a crash."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from helpers.model_files import model_with_template, model_without_template, truncated_model

from engine.errors import LoadCancelledError, ModelFileError
from engine.generation.model import LlamaModel
from engine.library.bundled import bundled_model_path
from engine.library.header import writer_of

SIZE = bundled_model_path().stat().st_size


@pytest.fixture
def path(tmp_path: Path) -> Iterator[Path]:
    """Where a test may put a large file; gone afterwards."""
    path = tmp_path / "model.gguf"
    yield path
    path.unlink(missing_ok=True)


def test_the_bundled_model_says_what_it_is(model: LlamaModel):
    assert "smollm2" in model.name.lower()
    assert model.n_layers == 30
    assert model.writer_kind == writer_of(bundled_model_path()) == "small"
    assert model.window <= model.n_cells
    assert model.tokenize("Hello world", False) == model.tokenize("Hello world", True)
    assert b"".join(map(model.piece, model.tokenize("naïve 🎉", False))).decode() == "naïve 🎉"


@pytest.mark.parametrize("content", [b"", b"GG", b"<html>", b"\0" * 1000, b"ggml" * 100])
def test_a_file_that_is_not_gguf_is_said(content: bytes, path: Path):
    path.write_bytes(content)
    with pytest.raises(ModelFileError, match=r"model\.gguf: it is not a GGUF file"):
        LlamaModel(path)


@pytest.mark.parametrize(
    "n_bytes", [4, 8, 23, 100, 5_000, 1_000_000, 1_769_070, 3_000_000, SIZE // 2, SIZE - 1], ids=str
)
def test_a_truncated_model_is_said(n_bytes: int, path: Path):
    with pytest.raises(ModelFileError, match="it is damaged, incomplete, or of an unknown kind"):
        LlamaModel(truncated_model(path, n_bytes))


@pytest.mark.parametrize(
    "rest", [b"\xff" * 100, b"\0" * 1000, b"\x03\0\0\0" + b"\xff" * 16, b"\x03\0\0\0" + b"\0" * 16]
)
def test_junk_behind_the_magic_bytes_is_said(rest: bytes, path: Path):
    path.write_bytes(b"GGUF" + rest)
    with pytest.raises(ModelFileError, match="it is damaged, incomplete, or of an unknown kind"):
        LlamaModel(path)


def test_a_missing_file_is_said(tmp_path: Path):
    with pytest.raises(ModelFileError, match=r"gone\.gguf: there is no such file"):
        LlamaModel(tmp_path / "gone.gguf")


def test_a_directory_is_said(tmp_path: Path):
    with pytest.raises(ModelFileError, match="it cannot be read"):
        LlamaModel(tmp_path)


def test_a_model_without_a_chat_template_is_said(path: Path):
    with pytest.raises(ModelFileError, match="it has no chat template"):
        LlamaModel(model_without_template(path))


def test_a_model_whose_chat_template_is_damaged_is_said(path: Path):
    with pytest.raises(ModelFileError, match="chat template cannot be read"):
        LlamaModel(model_with_template(path, b"{% fro message"))


def test_loading_stops_when_asked_to():
    with pytest.raises(LoadCancelledError, match="was stopped"):
        LlamaModel(bundled_model_path(), on_progress=lambda fraction: fraction < 0.3)


def test_loading_tells_how_far_it_is():
    fractions: list[float] = []
    model = LlamaModel(bundled_model_path(), n_ctx=256, on_progress=lambda f: fractions.append(f) or True)
    model.close()
    model.close()  # twice does no harm
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1.0
    with pytest.raises(ValueError, match="closed"):
        _ = model.context
