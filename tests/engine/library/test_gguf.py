"""GGUF headers: the real file read right, and nothing that a file holds does more than be refused."""

from __future__ import annotations

import random
import struct
import time
from pathlib import Path

import pytest
from helpers.gguf_files import gguf_bytes, write_gguf
from helpers.model_files import truncated_model

from engine.errors import ModelFileError
from engine.generation.model import LlamaModel
from engine.library.bundled import bundled_model_path
from engine.library.fit import estimate_memory
from engine.library.gguf import LongArray, is_gguf, read_gguf
from engine.library.header import read_header

KEPT_BYTES = 2_000_000
"""More than the bundled model's header (1.8 MB)."""


def test_the_bundled_file_is_read_as_llama_cpp_reads_it(model: LlamaModel):
    file = read_gguf(bundled_model_path())
    assert file.metadata["general.architecture"] == "llama"
    assert file.metadata["llama.block_count"] == model.n_layers
    assert file.metadata["tokenizer.ggml.tokens"] == LongArray(model.n_vocab)
    assert file.data_start + max(t.offset + t.n_bytes for t in file.tensors) == file.file_bytes
    assert {tensor.type_name for tensor in file.tensors} == {"F32", "Q4_1", "Q8_0"}


def test_a_header_is_read_within_a_second():
    started = time.perf_counter()
    read_gguf(bundled_model_path())
    assert time.perf_counter() - started < 1.0


def test_every_cut_of_the_real_file_is_refused_with_a_sentence(tmp_path: Path):
    size = bundled_model_path().stat().st_size
    path = truncated_model(tmp_path / "cut.gguf", size - 1)
    try:
        for n_bytes in (size - 1, size // 2, KEPT_BYTES, 1_000_000, 70_000, 5_000, 24, 23, 8, 5, 4, 3, 0):
            with path.open("r+b") as file:
                file.truncate(n_bytes)
            with pytest.raises(ModelFileError, match=r"Cannot use the model file cut\.gguf: it"):
                read_gguf(path)
    finally:
        path.unlink()


def test_flipped_bits_never_do_more_than_be_refused(tmp_path: Path):
    """The real header, and the tensors' data as a hole of the right length. Seeded: 300 files, 1 to 8 flips each."""
    source = bundled_model_path()
    size = source.stat().st_size
    with source.open("rb") as file:
        header = file.read(KEPT_BYTES)
    path = tmp_path / "flipped.gguf"
    path.write_bytes(header)
    rng = random.Random(7)
    refused = 0
    with path.open("r+b") as file:
        file.truncate(size)
        for _ in range(300):
            # half of the flips among the first bytes, where the counts are
            places = [rng.randrange(4000 if rng.random() < 0.5 else len(header)) for _ in range(rng.randint(1, 8))]
            for place in places:
                file.seek(place)
                file.write(bytes([header[place] ^ 1 << rng.randrange(8)]))
            file.flush()
            refusal = ""
            try:
                estimate_memory(read_header(path))
            except ModelFileError as exc:
                refusal = str(exc)
            assert not refusal or refusal.startswith("Cannot use the model file flipped.gguf: ")
            refused += bool(refusal)
            for place in places:
                file.seek(place)
                file.write(header[place : place + 1])
        file.flush()
        assert read_gguf(path).tensors
    assert 0 < refused < 300


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ((4, struct.pack("<I", 1)), "version 1"),
        ((4, struct.pack("<I", 9)), "version 9"),
        ((4, struct.pack(">I", 3)), "big-endian"),
        ((8, struct.pack("<Q", 1 << 60)), "claims 1,152,921,504,606,846,976 tensors"),
        ((16, struct.pack("<Q", 1 << 40)), "entries in its header"),
        ((24, struct.pack("<Q", 1 << 50)), "bytes in one text"),
        ((24, struct.pack("<Q", 60_000)), "incomplete"),
        ((52, struct.pack("<I", 99)), "unknown kind 99"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_absurd_numbers_are_refused_before_anything_is_read(tmp_path: Path, change: tuple[int, bytes], said: str):
    at, new = change
    content = bytearray(gguf_bytes({"general.architecture": "llama"}))
    content[at : at + len(new)] = new
    path = tmp_path / "absurd.gguf"
    path.write_bytes(content)
    with pytest.raises(ModelFileError, match=said):
        read_gguf(path)


def test_an_array_longer_than_the_file_is_refused(tmp_path: Path):
    content = gguf_bytes({"general.architecture": "llama", "x": [1, 2, 3]})
    at = content.index(struct.pack("<IQ", 4, 3)) + 4
    path = tmp_path / "long.gguf"
    path.write_bytes(content[:at] + struct.pack("<Q", 1 << 34) + content[at + 8 :])
    with pytest.raises(ModelFileError, match="values in one entry"):
        read_gguf(path)


def test_a_tensor_that_would_not_fit_in_the_file_is_refused(tmp_path: Path):
    content = gguf_bytes({"general.architecture": "llama"}, ("token_embd.weight",))
    at = content.index(struct.pack("<IQQ", 2, 8, 4)) + 4
    path = tmp_path / "tensor.gguf"
    path.write_bytes(content[:at] + struct.pack("<QQ", 1 << 40, 1 << 40) + content[at + 16 :])
    with pytest.raises(ModelFileError, match="larger than the file"):
        read_gguf(path)


def test_only_the_magic_bytes_make_a_gguf_file(tmp_path: Path):
    assert is_gguf(write_gguf(tmp_path / "a.gguf"))
    (tmp_path / "b.gguf").write_bytes(b"GGU")
    assert not is_gguf(tmp_path / "b.gguf")
    assert not is_gguf(tmp_path / "missing.gguf")
