"""Small GGUF files of any kind: real headers over a few bytes of zeros, for what the bundled model is not."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from pathlib import Path

F32 = 0
CHAT_TEMPLATE = "{% for message in messages %}{{ message.content }}{% endfor %}"
LLAMA: dict[str, object] = {
    "general.architecture": "llama",
    "general.name": "Tiny Chat 1B",
    "llama.block_count": 2,
    "llama.attention.head_count": 4,
    "llama.attention.head_count_kv": 2,
    "llama.embedding_length": 32,
    "llama.feed_forward_length": 64,
    "llama.context_length": 2048,
    "tokenizer.chat_template": CHAT_TEMPLATE,
}
TENSORS = ("token_embd.weight", "blk.0.attn_k.weight", "blk.1.attn_k.weight")


def _text(value: str) -> bytes:
    data = value.encode()
    return struct.pack("<Q", len(data)) + data


def _value(value: object) -> bytes:
    if isinstance(value, bool):
        return struct.pack("<I?", 7, value)
    if isinstance(value, int):
        return struct.pack("<II", 4, value)
    if isinstance(value, str):
        return struct.pack("<I", 8) + _text(value)
    assert isinstance(value, list)
    if value and isinstance(value[0], str):
        return struct.pack("<IIQ", 9, 8, len(value)) + b"".join(map(_text, value))
    return struct.pack("<IIQ", 9, 4, len(value)) + struct.pack(f"<{len(value)}I", *value)


def gguf_bytes(metadata: Mapping[str, object], tensors: tuple[str, ...] = TENSORS, padding: int = 0) -> bytes:
    """A file whose tensors are 8 x 4 zeros each. padding: zeros at the end, to make it larger."""
    return _header(metadata, tensors, (8, 4)) + b"\0" * (128 * len(tensors) + padding)


def _header(metadata: Mapping[str, object], tensors: tuple[str, ...], shape: tuple[int, int]) -> bytes:
    n_bytes = 4 * shape[0] * shape[1]
    parts = [b"GGUF", struct.pack("<IQQ", 3, len(tensors), len(metadata))]
    parts += [_text(key) + _value(value) for key, value in metadata.items()]
    for number, name in enumerate(tensors):
        parts.append(_text(name) + struct.pack("<IQQIQ", 2, *shape, F32, n_bytes * number))
    header = b"".join(parts)
    return header + b"\0" * (-len(header) % 32)


def write_huge_gguf(path: Path, tensor_bytes: int) -> Path:
    """A chat model of three tensors of that many bytes each; the file is a hole, which takes no room on the disk."""
    with path.open("wb") as file:
        file.write(_header(LLAMA, TENSORS, (1024, tensor_bytes // 4096)))
        file.truncate(file.tell() + 3 * tensor_bytes)
    return path


def write_gguf(path: Path, tensors: tuple[str, ...] = TENSORS, padding: int = 0, **changes: object) -> Path:
    """A tiny chat model with some entries changed: dots are written as __, None takes an entry out."""
    metadata = dict(LLAMA)
    for key, value in changes.items():
        metadata[key.replace("__", ".")] = value
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gguf_bytes({k: v for k, v in metadata.items() if v is not None}, tensors, padding))
    return path
