"""Tiny models with random weights, of kinds that the bundled one is not: they say nothing, but behave like their kind.

Their vocabulary is the 256 bytes, one merge, and the control tokens of ChatML.
"""

from __future__ import annotations

from pathlib import Path

import gguf
import numpy as np

WIDTH, FEED_FORWARD, N_HEADS, HEAD = 32, 64, 2, 16
SLIDING_WINDOW = 16

CONTROL = ["<|im_start|>", "<|im_end|>"]
# byte-level BPE writes the bytes that are no printable character as others, from U+0100 on
_PRINTABLE = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
_OTHERS = [byte for byte in range(256) if byte not in _PRINTABLE]
TOKENS = [*map(chr, _PRINTABLE), *(chr(0x100 + i) for i in range(len(_OTHERS))), "th", *CONTROL]
TEMPLATE = (
    "{% for m in messages %}<|im_start|>{{ m['role'] }}\n{{ m['content'] }}<|im_end|>\n{% endfor %}"
    "<|im_start|>assistant\n"
)


def mamba(path: Path) -> Path:
    """Recurrent: two state-space layers."""
    inner, state, rank, kernel = 2 * WIDTH, 8, 4, 4
    model = _Writer(path, "mamba")
    model.numbers({"ssm.conv_kernel": kernel, "ssm.inner_size": inner, "ssm.state_size": state})
    model.numbers({"ssm.time_step_rank": rank, "feed_forward_length": 0, "attention.head_count": 0})
    model.norm("output_norm", WIDTH)
    for layer in range(2):
        model.norm(f"blk.{layer}.attn_norm", WIDTH)
        model.random(f"blk.{layer}.ssm_in", 2 * inner, WIDTH)
        model.random(f"blk.{layer}.ssm_conv1d", inner, kernel)
        model.bias(f"blk.{layer}.ssm_conv1d", inner)
        model.random(f"blk.{layer}.ssm_x", rank + 2 * state, inner)
        model.random(f"blk.{layer}.ssm_dt", inner, rank)
        model.bias(f"blk.{layer}.ssm_dt", inner)
        model.plain(f"blk.{layer}.ssm_a", -np.tile(np.arange(1.0, state + 1), (inner, 1)))
        model.plain(f"blk.{layer}.ssm_d", np.ones(inner))
        model.random(f"blk.{layer}.ssm_out", WIDTH, inner)
    return model.write()


def lfm2(path: Path) -> Path:
    """Hybrid: a short convolution, then attention."""
    model = _Writer(path, "lfm2")
    model.attention_numbers()
    model.numbers({"shortconv.l_cache": 3, "vocab_size": len(TOKENS)})
    model.lists({"attention.head_count_kv": [0, N_HEADS]})
    model.random("blk.0.shortconv.conv", WIDTH, 3)
    model.random("blk.0.shortconv.in_proj", 3 * WIDTH, WIDTH)
    model.random("blk.0.shortconv.out_proj", WIDTH, WIDTH)
    model.attention(1)
    for layer in range(2):
        model.norm(f"blk.{layer}.attn_norm", WIDTH)
        model.feed_forward(layer)
    model.norm("token_embd_norm", WIDTH)
    return model.write()


def gemma3(path: Path) -> Path:
    """Attention through a sliding window of 16 tokens in all but every sixth layer."""
    model = _Writer(path, "gemma3")
    model.attention_numbers()
    model.numbers({"attention.head_count_kv": N_HEADS, "attention.sliding_window": SLIDING_WINDOW})
    model.numbers({"attention.key_length": HEAD, "attention.value_length": HEAD})
    model.norm("output_norm", WIDTH)
    for layer in range(2):
        model.attention(layer)
        for name in ("attn_norm", "post_attention_norm", "post_ffw_norm"):
            model.norm(f"blk.{layer}.{name}", WIDTH)
        model.feed_forward(layer)
    return model.write()


class _Writer:
    def __init__(self, path: Path, architecture: str) -> None:
        self._path = path
        self._rng = np.random.default_rng(11)
        self._file = gguf.GGUFWriter(path, architecture)
        self._file.add_context_length(4096)
        self._file.add_embedding_length(WIDTH)
        self._file.add_block_count(2)
        self._file.add_layer_norm_rms_eps(1e-5)
        self._add_vocabulary()
        self.random("token_embd", len(TOKENS), WIDTH)

    def numbers(self, values: dict[str, int]) -> None:
        for key, value in values.items():
            self._file.add_uint32(f"{self._file.arch}.{key}", value)

    def lists(self, values: dict[str, list[int]]) -> None:
        for key, value in values.items():
            self._file.add_array(f"{self._file.arch}.{key}", value)

    def attention_numbers(self) -> None:
        self.numbers({"attention.head_count": N_HEADS, "feed_forward_length": FEED_FORWARD})
        self._file.add_rope_freq_base(10_000.0)

    def attention(self, layer: int) -> None:
        for name in ("attn_q", "attn_k", "attn_v"):
            self.random(f"blk.{layer}.{name}", N_HEADS * HEAD, WIDTH)
        self.random(f"blk.{layer}.attn_output", WIDTH, N_HEADS * HEAD)
        for name in ("attn_q_norm", "attn_k_norm"):
            self.norm(f"blk.{layer}.{name}", HEAD)

    def feed_forward(self, layer: int) -> None:
        self.norm(f"blk.{layer}.ffn_norm", WIDTH)
        self.random(f"blk.{layer}.ffn_gate", FEED_FORWARD, WIDTH)
        self.random(f"blk.{layer}.ffn_up", FEED_FORWARD, WIDTH)
        self.random(f"blk.{layer}.ffn_down", WIDTH, FEED_FORWARD)

    def random(self, name: str, *shape: int) -> None:
        self.plain(f"{name}.weight", self._rng.normal(0.0, 0.5, shape))

    def norm(self, name: str, n: int) -> None:
        self.plain(f"{name}.weight", np.ones(n))

    def bias(self, name: str, n: int) -> None:
        self.plain(f"{name}.bias", self._rng.normal(0.0, 0.1, n))

    def plain(self, name: str, values: np.ndarray) -> None:
        self._file.add_tensor(name, values.astype(np.float32))

    def write(self) -> Path:
        self._file.write_header_to_file()
        self._file.write_kv_data_to_file()
        self._file.write_tensors_to_file()
        self._file.close()
        return self._path

    def _add_vocabulary(self) -> None:
        kinds = [gguf.TokenType.CONTROL if token in CONTROL else gguf.TokenType.NORMAL for token in TOKENS]
        self._file.add_tokenizer_model("gpt2")
        self._file.add_tokenizer_pre("smollm")
        self._file.add_token_list(TOKENS)
        self._file.add_token_types(kinds)
        self._file.add_token_merges(["t h"])
        self._file.add_eos_token_id(TOKENS.index("<|im_end|>"))
        self._file.add_chat_template(TEMPLATE)
