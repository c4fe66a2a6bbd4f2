"""What a header means: the bundled model's numbers, the kinds of files, and parts of one model."""

from __future__ import annotations

from pathlib import Path

import pytest
from helpers.gguf_files import write_gguf, write_huge_gguf
from helpers.model_files import model_without_template

from engine.errors import ModelFileError
from engine.library.bundled import bundled_model_path
from engine.library.header import is_later_part, part_names, read_header, writer_of
from engine.types import SMALL_MODEL_PARAMETERS


def test_the_bundled_model_in_numbers():
    header = read_header(bundled_model_path())
    assert header.kind == "chat"
    assert (header.architecture, header.quantisation, header.licence) == ("llama", "Q4_1", "apache-2.0")
    assert (header.n_layers, header.n_heads, header.n_kv_heads, header.head_length) == (30, 9, 3, 64)
    assert (header.embedding_length, header.context_length, header.n_vocab) == (576, 8192, 49152)
    assert (header.attention, header.reasoning) == ("full", "none")
    assert header.parameters == "135M"
    assert {layer.kv_values for layer in header.layers} == {3 * (64 + 64)}
    assert header.file_bytes - 2_000_000 < header.weight_bytes < header.file_bytes


def test_a_small_model_is_known_by_its_header(tmp_path: Path):
    assert writer_of(bundled_model_path()) == "small"
    values = SMALL_MODEL_PARAMETERS // 3 + 10_000  # of each of three tensors, four bytes each
    large = write_huge_gguf(tmp_path / "large.gguf", 4 * values)
    assert writer_of(large) == "any"


def test_a_model_without_a_template_is_a_base_model(tmp_path: Path):
    path = model_without_template(tmp_path / "base.gguf")
    assert read_header(path).kind == "base"
    path.unlink()


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({}, "chat"),
        ({"tokenizer__chat_template": None}, "base"),
        ({"llama__pooling_type": 3}, "embedding"),
        ({"llama__attention__causal": False}, "embedding"),
        ({"general__architecture": "nomic-bert"}, "embedding"),
        ({"general__architecture": "clip"}, "projector"),
        ({"general__type": "mmproj"}, "projector"),
        ({"general__type": "adapter"}, "adapter"),
        ({"general__type": "imatrix"}, "other"),
    ],
)
def test_files_that_cannot_chat_are_told_apart(tmp_path: Path, changes: dict[str, object], kind: str):
    assert read_header(write_gguf(tmp_path / "a.gguf", **changes)).kind == kind


@pytest.mark.parametrize(
    ("changes", "tensors", "attention"),
    [
        ({}, ("blk.0.attn_k.weight",), "full"),
        ({"llama__attention__sliding_window": 512}, ("blk.0.attn_k.weight",), "sliding"),
        ({"llama__ssm__inner_size": 64}, ("blk.0.ssm_in.weight", "blk.1.attn_k.weight"), "hybrid"),
        ({"llama__ssm__inner_size": 64}, ("blk.0.ssm_in.weight", "blk.1.ssm_in.weight"), "recurrent"),
    ],
)
def test_the_memory_of_the_conversation_is_recognised(
    tmp_path: Path, changes: dict[str, object], tensors: tuple[str, ...], attention: str
):
    assert read_header(write_gguf(tmp_path / "a.gguf", tensors, **changes)).attention == attention


@pytest.mark.parametrize(
    ("template", "reasoning"),
    [
        ("{{ messages }}", "none"),
        ("{% if enable_thinking %}<think>{% endif %}", "optional"),
        ("{{ '<think>\n' }}", "always"),
    ],
)
def test_reasoning_templates_are_recognised(tmp_path: Path, template: str, reasoning: str):
    header = read_header(write_gguf(tmp_path / "a.gguf", tokenizer__chat_template=template))
    assert header.reasoning == reasoning


def test_heads_that_differ_from_layer_to_layer_count_each(tmp_path: Path):
    header = read_header(write_gguf(tmp_path / "a.gguf", llama__attention__head_count_kv=[4, 1]))
    assert [layer.kv_values for layer in header.layers] == [4 * 16, 1 * 16]


def test_layers_that_borrow_their_memory_add_none(tmp_path: Path):
    header = read_header(write_gguf(tmp_path / "a.gguf", llama__attention__shared_kv_layers=1))
    assert [layer.kv_values > 0 for layer in header.layers] == [True, False]


def test_numbers_that_make_no_sense_do_not_crash(tmp_path: Path):
    header = read_header(write_gguf(tmp_path / "a.gguf", llama__block_count=4_000_000_000, llama__embedding_length="x"))
    assert len(header.layers) <= 3
    assert header.embedding_length == 0


def test_all_parts_of_a_split_model_count(tmp_path: Path):
    for number, name in enumerate(part_names("big-00001-of-00003.gguf")):
        changes = {"split__no": number, "split__count": 3}
        write_gguf(tmp_path / name, (f"blk.{number}.attn_k.weight",), **changes)
    header = read_header(tmp_path / "big-00001-of-00003.gguf")
    assert [part.name[-18:-5] for part in header.parts] == [f"-0000{n}-of-00003"[-13:] for n in (1, 2, 3)]
    assert header.weight_bytes == 3 * 128
    assert not is_later_part(header.parts[0])
    assert is_later_part(header.parts[2])
    with pytest.raises(ModelFileError, match="later part of a split model"):
        read_header(header.parts[1])
    header.parts[2].unlink()
    with pytest.raises(ModelFileError, match=r"split in 3 parts, and big-00003-of-00003\.gguf is missing"):
        read_header(header.parts[0])
