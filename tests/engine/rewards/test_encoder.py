"""The real sentence encoder: pooling, chunks, and damaged files."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
import torch
from transformers import BertModel, BertTokenizerFast

from engine.errors import EncoderError
from engine.rewards.encoder import CHUNK_TOKENS, LAYERS, ReplyEncoder, encoder_dir

ROUNDING = 2e-4
"""Other batches pad differently, and float32 sums round differently; values are of size one."""


@pytest.fixture(scope="module")
def encoder() -> ReplyEncoder:
    return ReplyEncoder(device="cpu")


def last_layer(vectors):
    return vectors[..., -(vectors.shape[-1] // len(LAYERS)) :]


def cosine(a, b) -> float:
    return float(a @ b / (np.linalg.norm(a) * np.linalg.norm(b)))


def test_texts_become_finite_vectors_of_the_stated_size(encoder: ReplyEncoder):
    vectors = encoder.encode(["A cat sat.", "你好", "🎉"])
    assert vectors.shape == (3, encoder.n_dims)
    assert encoder.n_dims == 6 * 384
    assert np.isfinite(vectors).all()


def test_a_vector_is_the_plain_mean_of_each_layers_hidden_states(encoder: ReplyEncoder):
    """Against transformers used directly, one text and no batch."""
    text = "Boil the water and wait."
    model = BertModel.from_pretrained(encoder_dir(), local_files_only=True, add_pooling_layer=False).eval()
    tokens = BertTokenizerFast.from_pretrained(encoder_dir(), local_files_only=True)(text, return_tensors="pt")
    with torch.inference_mode():
        states = model(**tokens, output_hidden_states=True).hidden_states
    slow = np.concatenate([states[layer][0].mean(dim=0).numpy() for layer in LAYERS])
    assert np.abs(encoder.encode([text])[0] - slow).max() < ROUNDING


def test_no_texts_give_no_rows(encoder: ReplyEncoder):
    assert encoder.encode([]).shape == (0, encoder.n_dims)


def test_an_empty_text_gives_zeros(encoder: ReplyEncoder):
    vectors = encoder.encode(["", "  ", "word"])
    assert not vectors[0].any()
    assert not vectors[1].any()
    assert vectors[2].any()


def test_the_order_in_a_batch_does_not_matter(encoder: ReplyEncoder):
    texts = [f"sentence number {i} " * (1 + i % 7) for i in range(20)]
    order = np.random.default_rng(0).permutation(20)
    shuffled = encoder.encode([texts[i] for i in order])
    assert np.abs(shuffled - encoder.encode(texts)[order]).max() < ROUNDING


def test_a_text_alone_is_what_it_is_beside_longer_ones(encoder: ReplyEncoder):
    alone = encoder.encode(["A short one."])[0]
    beside = encoder.encode(["A short one.", "A much longer neighbour, which makes the batch wider. " * 5])[0]
    assert np.abs(alone - beside).max() < ROUNDING


def test_a_long_text_is_the_average_of_its_chunks(encoder: ReplyEncoder):
    half = "tree " * CHUNK_TOKENS  # one token a word: exactly one chunk
    other = "house " * CHUNK_TOKENS
    whole = encoder.encode([half + other])[0]
    assert np.abs(whole - encoder.encode([half, other]).mean(axis=0)).max() < ROUNDING


def test_likeness_in_meaning_shows_in_the_last_layer(encoder: ReplyEncoder):
    """That the weights are the real ones: a paraphrase is nearer than another subject."""
    tea, infusion, car = last_layer(
        encoder.encode(["How do I make tea?", "What is the way to brew a cup of tea?", "My car will not start."])
    )
    assert cosine(tea, infusion) > 0.7 > 0.3 > cosine(tea, car)


def test_half_a_surrogate_pair_is_read_as_a_question_mark(encoder: ReplyEncoder):
    odd, plain = encoder.encode(["caf\udce9", "caf?"])
    assert np.abs(odd - plain).max() < ROUNDING


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The encoder's small files, without weights."""
    for path in encoder_dir().iterdir():
        if path.is_file() and path.suffix != ".safetensors":
            shutil.copy(path, tmp_path / path.name)
    return tmp_path


def test_missing_weights_are_said_in_a_sentence(copy: Path):
    with pytest.raises(EncoderError, match=r"cannot be read \(No such file or directory\)\."):
        ReplyEncoder(copy)


def test_damaged_weights_are_said_in_a_sentence(copy: Path):
    content = bytearray((encoder_dir() / "model.safetensors").read_bytes()[:1_000_000])
    (copy / "model.safetensors").write_bytes(content)
    with pytest.raises(EncoderError, match=r"not the ones Attune was made for\. Reinstall Attune\."):
        ReplyEncoder(copy)


def test_a_missing_configuration_is_said_in_a_sentence(copy: Path):
    (copy / "model.safetensors").symlink_to(encoder_dir() / "model.safetensors")
    (copy / "config.json").write_text("{")
    with pytest.raises(EncoderError, match=r"cannot be read .* Reinstall Attune\."):
        ReplyEncoder(copy)


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a graphics device")
def test_a_device_that_is_not_there_leaves_the_encoder_on_the_processor():
    encoder = ReplyEncoder(device="cuda")
    assert encoder.device.type == "cpu"
    assert np.isfinite(encoder.encode(["A cat sat."])).all()
