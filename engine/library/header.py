"""What a GGUF header means for a language model: its kind, size, attention, template. Reads no weights."""

from __future__ import annotations

import math
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from engine.errors import ModelFileError
from engine.library.gguf import GgufFile, LongArray, Tensor, read_gguf
from engine.types import WriterKind, writer_kind

Kind = Literal["chat", "base", "embedding", "projector", "adapter", "other"]
"""chat: has a chat template; base: a language model without one; projector: the eyes or ears of another model."""
Attention = Literal["full", "sliding", "hybrid", "recurrent"]
"""What the memory of the conversation is made of. Only `full` is sure to let part of it be taken away again."""
Reasoning = Literal["none", "optional", "always"]

_PART = re.compile(r"^(?P<stem>.*)-(?P<number>\d{5})-of-(?P<count>\d{5})\.gguf$", re.IGNORECASE)
_LAYER = re.compile(r"^blk\.(\d+)\.(.+)$")
_EMBEDDING_FAMILIES = ("bert", "t5encoder", "gemma-embedding")
_DIFFUSION_FAMILIES = ("dream", "llada", "llada-moe", "diffusion")
_POOLING_NONE = 0
_FILE_TYPES = {
    0: "F32",
    1: "F16",
    2: "Q4_0",
    3: "Q4_1",
    7: "Q8_0",
    8: "Q5_0",
    9: "Q5_1",
    10: "Q2_K",
    11: "Q3_K_S",
    12: "Q3_K_M",
    13: "Q3_K_L",
    14: "Q4_K_S",
    15: "Q4_K_M",
    16: "Q5_K_S",
    17: "Q5_K_M",
    18: "Q6_K",
    19: "IQ2_XXS",
    20: "IQ2_XS",
    21: "Q2_K_S",
    22: "IQ3_XS",
    23: "IQ3_XXS",
    24: "IQ1_S",
    25: "IQ4_NL",
    26: "IQ3_S",
    27: "IQ3_M",
    28: "IQ2_S",
    29: "IQ2_M",
    30: "IQ4_XS",
    31: "IQ1_M",
    32: "BF16",
    36: "TQ1_0",
    37: "TQ2_0",
    38: "MXFP4",
    39: "NVFP4",
}


@dataclass(frozen=True)
class LayerShape:
    """What one layer adds to the memory. kv_values: numbers kept for each token (keys and values together);
    state_values: numbers kept for each sequence, whatever its length (recurrent layers); n_bytes: its weights."""

    kv_values: int
    state_values: int
    n_bytes: int


@dataclass(frozen=True)
class ModelHeader:
    """A model file (its first part, where it is split) in numbers and words. Sizes in bytes, lengths in tokens.

    weight_bytes counts the tensors of all parts; active_bytes those read for each new token (fewer with experts).
    """

    path: Path
    parts: tuple[Path, ...]
    file_bytes: int
    kind: Kind
    architecture: str
    name: str
    quantisation: str
    n_layers: int
    n_heads: int
    n_kv_heads: int
    head_length: int
    embedding_length: int
    feed_forward_length: int
    context_length: int
    n_vocab: int
    attention: Attention
    sliding_window: int
    reasoning: Reasoning
    chat_template: str
    licence: str
    weight_bytes: int
    active_bytes: int
    layers: tuple[LayerShape, ...]
    embedding_bytes: int
    """Of the token embedding, which stays on the processor."""

    @property
    def is_chat(self) -> bool:
        return self.kind == "chat"

    @property
    def parameters(self) -> str:
        """What the name says of the number of parameters, for instance `8B`; empty where it says nothing."""
        found = re.search(r"(?<![\w.])(\d+(?:\.\d+)?)\s?([BM])(?![A-Za-z])", self.name.replace("-", " "), re.IGNORECASE)
        return f"{found[1]}{found[2].upper()}" if found else ""


def read_header(path: Path) -> ModelHeader:
    """Read what a model file says of itself, all its parts included.

    Raises: ModelFileError, when the file is none, is damaged or incomplete, or a part of it is missing.
    """
    first = read_gguf(path)
    parts = _parts(first)
    files = [first, *(read_gguf(part) for part in parts[1:])]
    tensors = [tensor for file in files for tensor in file.tensors]
    return _Reading(first, parts, sum(file.file_bytes for file in files), tensors).header()


def writer_of(path: Path) -> WriterKind:
    """Who writes with this model, as far as that decides what is good in a reply.

    Raises: ModelFileError, when the file is none, is damaged or incomplete, or a part of it is missing.
    """
    files = [read_gguf(part) for part in _parts(read_gguf(path))]
    return writer_kind(sum(math.prod(tensor.shape) for file in files for tensor in file.tensors))


def is_later_part(path: Path) -> bool:
    """Whether the name says: part of a split model, but not the first."""
    found = _PART.match(path.name)
    return found is not None and int(found["number"]) != 1


def part_names(name: str) -> list[str]:
    """The names of all parts, when `name` is one part of a split model; otherwise `name` alone."""
    found = _PART.match(name)
    if found is None or not 1 <= int(found["count"]) <= 999:
        return [name]
    count = int(found["count"])
    return [f"{found['stem']}-{number:05d}-of-{count:05d}{name[-5:]}" for number in range(1, count + 1)]


def _parts(first: GgufFile) -> tuple[Path, ...]:
    count = first.metadata.get("split.count", 0)
    if not isinstance(count, int) or count <= 1:
        return (first.path,)
    if first.metadata.get("split.no", 0) != 0:
        raise ModelFileError(first.path, "it is a later part of a split model. Choose the part that ends in -00001.")
    names = part_names(first.path.name)
    if len(names) != count:
        raise ModelFileError(first.path, f"it is part of a model split in {count}, but its name does not say which.")
    parts = tuple(first.path.with_name(name) for name in names)
    missing = [part.name for part in parts if not part.exists()]
    if missing:
        raise ModelFileError(first.path, f"it is split in {count} parts, and {missing[0]} is missing beside it.")
    return parts


class _Reading:
    """One header on its way to `ModelHeader`."""

    def __init__(self, file: GgufFile, parts: tuple[Path, ...], file_bytes: int, tensors: list[Tensor]) -> None:
        self._file = file
        self._parts = parts
        self._file_bytes = file_bytes
        self._tensors = tensors
        self._architecture = self._text("general.architecture")
        self._by_layer: dict[int, list[Tensor]] = {}
        for tensor in tensors:
            if found := _LAYER.match(tensor.name):
                self._by_layer.setdefault(int(found[1]), []).append(tensor)

    def header(self) -> ModelHeader:
        n_layers = self._number("block_count")
        template = self._text("tokenizer.chat_template")
        layers = tuple(self._layer(index) for index in range(min(n_layers, len(self._by_layer) + 1)))
        return ModelHeader(
            path=self._file.path,
            parts=self._parts,
            file_bytes=self._file_bytes,
            kind=self._kind(template),
            architecture=self._architecture,
            name=self._name(),
            quantisation=self._quantisation(),
            n_layers=n_layers,
            n_heads=self._number("attention.head_count"),
            n_kv_heads=self._number("attention.head_count_kv", self._number("attention.head_count")),
            head_length=self._head_length("key"),
            embedding_length=self._number("embedding_length"),
            feed_forward_length=self._number("feed_forward_length"),
            context_length=self._number("context_length"),
            n_vocab=self._n_vocab(),
            attention=self._attention(layers),
            sliding_window=self._number("attention.sliding_window"),
            reasoning=_reasoning(template),
            chat_template=template,
            licence=self._text("general.license"),
            weight_bytes=sum(tensor.n_bytes for tensor in self._tensors) or self._file.data_bytes,
            active_bytes=self._active_bytes(),
            layers=layers,
            embedding_bytes=sum(t.n_bytes for t in self._tensors if t.name == "token_embd.weight"),
        )

    # values of the header

    def _text(self, key: str) -> str:
        value = self._file.metadata.get(key, "")
        return value if isinstance(value, str) else ""

    def _number(self, key: str, default: int = 0, index: int | None = None) -> int:
        """`{architecture}.{key}`; of an array the item at `index`, or the largest. Negative and absurd values are 0."""
        value = self._file.metadata.get(f"{self._architecture}.{key}")
        if isinstance(value, tuple):
            numbers = [item for item in value if isinstance(item, int)]
            value = numbers[index] if index is not None and index < len(numbers) else max(numbers, default=None)
        if isinstance(value, bool) or not isinstance(value, int):
            return default
        return value if 0 <= value < 1 << 40 else 0

    def _name(self) -> str:
        name = self._text("general.name").strip()
        if not name or name.lower() in ("model", "models", "hub", "snapshot", "."):
            name = re.sub(r"-00001-of-\d{5}$", "", self._file.path.stem)
        return " ".join(name.split())[:120]

    def _quantisation(self) -> str:
        kind = self._file.metadata.get("general.file_type")
        if isinstance(kind, int) and kind in _FILE_TYPES:
            return _FILE_TYPES[kind]
        sizes: Counter[str] = Counter()
        for tensor in self._tensors:
            sizes[tensor.type_name] += tensor.n_bytes
        return sizes.most_common(1)[0][0] if sizes else ""

    def _n_vocab(self) -> int:
        tokens = self._file.metadata.get("tokenizer.ggml.tokens")
        if isinstance(tokens, LongArray):
            return tokens.n_items
        return len(tokens) if isinstance(tokens, tuple) else self._number("vocab_size")

    # what it is

    def _kind(self, template: str) -> Kind:
        declared = self._text("general.type")
        if declared == "adapter" or "adapter.type" in self._file.metadata:
            return "adapter"
        if declared in ("mmproj", "projector") or self._architecture in ("clip", "mmproj"):
            return "projector"
        if declared not in ("", "model") or not self._tensors or not self._by_layer:
            return "other"
        if self._is_embedding():
            return "embedding"
        return "chat" if template.strip() else "base"

    def _is_embedding(self) -> bool:
        if any(family in self._architecture for family in _EMBEDDING_FAMILIES):
            return True
        if self._number("pooling_type", _POOLING_NONE) != _POOLING_NONE:
            return True
        looks_back_only = self._file.metadata.get(f"{self._architecture}.attention.causal", True)
        return looks_back_only is False and self._architecture not in _DIFFUSION_FAMILIES

    def _attention(self, layers: tuple[LayerShape, ...]) -> Attention:
        recurrent = any(layer.state_values for layer in layers)
        if recurrent:
            return "hybrid" if any(layer.kv_values for layer in layers) else "recurrent"
        return "sliding" if self._number("attention.sliding_window") else "full"

    # memory

    def _head_length(self, which: Literal["key", "value"]) -> int:
        heads = self._number("attention.head_count")
        return self._number(f"attention.{which}_length", self._number("embedding_length") // max(1, heads))

    def _layer(self, index: int) -> LayerShape:
        tensors = self._by_layer.get(index, [])
        names = {tensor.name.split(".", 2)[2] for tensor in tensors}
        attends = any(name.startswith(("attn_k", "attn_qkv", "attn_kv")) for name in names)
        recurs = any(name.startswith(("ssm_", "time_mix", "shortconv")) for name in names)
        borrows = index >= len(self._by_layer) - self._number("attention.shared_kv_layers") > 0
        kv_heads = self._number("attention.head_count_kv", self._number("attention.head_count"), index)
        return LayerShape(
            # a recurrent layer may name its projection attn_qkv, as Qwen's linear attention does
            kv_values=kv_heads * self._kv_length(index) if attends and not borrows and not recurs else 0,
            state_values=max(1, self._state_values()) if recurs else 0,
            n_bytes=sum(tensor.n_bytes for tensor in tensors),
        )

    def _kv_length(self, index: int) -> int:
        """Numbers for each key-value head and token; sliding layers may have heads of another length."""
        pattern = self._file.metadata.get(f"{self._architecture}.attention.sliding_window_pattern")
        slides = isinstance(pattern, tuple) and index < len(pattern) and bool(pattern[index])
        key, value = self._head_length("key"), self._head_length("value")
        if slides:
            key = self._number("attention.key_length_swa", key)
            value = self._number("attention.value_length_swa", value)
        return key + value

    def _state_values(self) -> int:
        """Numbers a recurrent layer keeps for each sequence: its convolution's past, and its state."""
        inner, state = self._number("ssm.inner_size"), self._number("ssm.state_size")
        if inner:
            groups = max(1, self._number("ssm.group_count"))
            return max(0, self._number("ssm.conv_kernel") - 1) * (inner + 2 * groups * state) + inner * state
        width = self._number("embedding_length")
        head = self._number("wkv.head_size")
        if head:
            return 2 * width + width * head
        return width * max(1, self._number("shortconv.l_cache") - 1)

    def _active_bytes(self) -> int:
        experts, used = self._number("expert_count"), self._number("expert_used_count")
        share = used / experts if experts and 0 < used <= experts else 1.0
        total = 0.0
        for tensor in self._tensors:
            if tensor.name == "token_embd.weight" and any(t.name == "output.weight" for t in self._tensors):
                continue  # only one row of it is read
            total += tensor.n_bytes * (share if "_exps." in tensor.name else 1.0)
        return round(total)


def _reasoning(template: str) -> Reasoning:
    """What a template shows of thinking aloud: a switch for it, or its marks alone."""
    if re.search(r"enable_thinking|thinking_budget|reasoning_effort|<\|think\|>", template):
        return "optional"
    return "always" if re.search(r"<think>|\[THINK\]|<\|channel\|>", template) else "none"
