"""A GGUF file's header, read with care: a file from anywhere may be damaged or made to do harm.

Every size that the file states is checked against what the file can hold before anything is read or allocated, so that
the worst a file can do is to be refused with a sentence. Nothing is mapped: a file that shrinks while it is mapped
ends the process. What the numbers mean for a language model is in `engine.library.header`.

Format: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md, versions 2 and 3.
"""

from __future__ import annotations

import math
import os
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, TypeAlias

from engine.errors import ModelFileError

MAGIC = b"GGUF"
VERSIONS = (2, 3)
MAX_KEYS = 65_536
MAX_TENSORS = 262_144
MAX_KEY_BYTES = 65_535
MAX_STRING_BYTES = 16 * 1024 * 1024
MAX_HEADER_BYTES = 512 * 1024 * 1024
"""Vocabularies of a quarter of a million words come to some ten megabytes."""
_BLOCK_BYTES = 1 << 20
MAX_KEPT_ITEMS = 4096
"""Longer arrays are vocabularies: only their length is kept."""
MAX_DIMENSIONS = 4

Scalar: TypeAlias = "int | float | bool | str"


@dataclass(frozen=True)
class LongArray:
    """An array that was passed over."""

    n_items: int


Value: TypeAlias = "Scalar | tuple[Scalar, ...] | LongArray"

_SCALARS = {0: "<B", 1: "<b", 2: "<H", 3: "<h", 4: "<I", 5: "<i", 6: "<f", 7: "<?", 10: "<Q", 11: "<q", 12: "<d"}
_STRING, _ARRAY = 8, 9

TENSOR_TYPES: dict[int, tuple[str, int, int]] = {
    0: ("F32", 1, 4),
    1: ("F16", 1, 2),
    2: ("Q4_0", 32, 18),
    3: ("Q4_1", 32, 20),
    6: ("Q5_0", 32, 22),
    7: ("Q5_1", 32, 24),
    8: ("Q8_0", 32, 34),
    9: ("Q8_1", 32, 36),
    10: ("Q2_K", 256, 84),
    11: ("Q3_K", 256, 110),
    12: ("Q4_K", 256, 144),
    13: ("Q5_K", 256, 176),
    14: ("Q6_K", 256, 210),
    15: ("Q8_K", 256, 292),
    16: ("IQ2_XXS", 256, 66),
    17: ("IQ2_XS", 256, 74),
    18: ("IQ3_XXS", 256, 98),
    19: ("IQ1_S", 256, 50),
    20: ("IQ4_NL", 32, 18),
    21: ("IQ3_S", 256, 110),
    22: ("IQ2_S", 256, 82),
    23: ("IQ4_XS", 256, 136),
    24: ("I8", 1, 1),
    25: ("I16", 1, 2),
    26: ("I32", 1, 4),
    27: ("I64", 1, 8),
    28: ("F64", 1, 8),
    29: ("IQ1_M", 256, 56),
    30: ("BF16", 1, 2),
    34: ("TQ1_0", 256, 54),
    35: ("TQ2_0", 256, 66),
    39: ("MXFP4", 32, 17),
    40: ("NVFP4", 64, 36),
    41: ("Q1_0", 128, 18),
}
"""Number of a ggml type: its name, values a block, bytes a block. A type not in here is new, not wrong."""


@dataclass(frozen=True, slots=True)
class Tensor:
    """n_bytes: 0 where the type is not known here; offset: from the start of the tensors' data."""

    name: str
    shape: tuple[int, ...]
    type_name: str
    offset: int
    n_bytes: int


@dataclass(frozen=True)
class GgufFile:
    """What a header says. data_start: where the tensors' data begin, in bytes from the start of the file."""

    path: Path
    file_bytes: int
    version: int
    metadata: dict[str, Value]
    tensors: tuple[Tensor, ...]
    data_start: int

    @property
    def data_bytes(self) -> int:
        """Bytes of tensors in this file."""
        return max(0, self.file_bytes - self.data_start)


def is_gguf(path: Path) -> bool:
    """Whether a file starts as GGUF files do; False also where it cannot be read."""
    try:
        with path.open("rb") as file:
            return file.read(4) == MAGIC
    except OSError:
        return False


def read_gguf(path: Path) -> GgufFile:
    """Read a header, and check that the file is long enough for its tensors.

    Raises: ModelFileError, with a sentence for whatever is wrong with the file.
    """
    try:
        with path.open("rb", buffering=1 << 20) as file:
            return _Reader(path, file).read()
    except FileNotFoundError as exc:
        raise ModelFileError(path, "there is no such file.") from exc
    except OSError as exc:
        raise ModelFileError(path, f"it cannot be read ({exc.strerror or exc}).") from exc


class _Reader:
    """Reads one header from front to back."""

    def __init__(self, path: Path, file: BinaryIO) -> None:
        self._path = path
        self._file = file
        self._size = os.fstat(file.fileno()).st_size
        self._at = 0

    def read(self) -> GgufFile:
        if self._size < 4 or self._take(4) != MAGIC:
            raise self._refusal("it is not a GGUF file. Attune runs models in the GGUF format.")
        version = self._version()
        n_tensors = self._count("<Q", MAX_TENSORS, "tensors")
        n_keys = self._count("<Q", MAX_KEYS, "entries in its header")
        metadata: dict[str, Value] = {}
        for _ in range(n_keys):
            key = self._string(MAX_KEY_BYTES)
            metadata[key] = self._value(int(self._number("<I")))
        tensors = tuple(self._tensor() for _ in range(n_tensors))
        alignment = metadata.get("general.alignment", 32)
        if not isinstance(alignment, int) or not 1 <= alignment <= 1 << 20:
            raise self._refusal("its header is damaged (an impossible alignment).")
        data_start = -(-self._at // alignment) * alignment
        end = max((tensor.offset + tensor.n_bytes for tensor in tensors), default=0)
        if data_start + end > self._size:
            missing = data_start + end - self._size
            raise self._refusal(
                f"it is incomplete: {missing:,} bytes are missing at its end. Perhaps a download was cut off."
            )
        return GgufFile(self._path, self._size, version, metadata, tensors, data_start)

    def _version(self) -> int:
        version = int(self._number("<I"))
        if version in VERSIONS:
            return version
        if version and version & 0xFFFF == 0:
            raise self._refusal("it was made for big-endian machines, which Attune does not run on.")
        if version == 1:
            raise self._refusal("it is in version 1 of the GGUF format, which is no longer read. Fetch a newer file.")
        raise self._refusal(f"it is in version {version} of the GGUF format, which this Attune does not know.")

    def _value(self, kind: int) -> Value:
        if kind == _STRING:
            return self._string(MAX_STRING_BYTES)
        if kind == _ARRAY:
            return self._array()
        if kind in _SCALARS:
            return self._number(_SCALARS[kind])
        raise self._refusal(f"its header is damaged (a value of the unknown kind {kind}).")

    def _array(self) -> Value:
        kind = int(self._number("<I"))
        if kind not in _SCALARS and kind != _STRING:
            raise self._refusal(f"its header is damaged (an array of the kind {kind}).")
        item_bytes = 8 if kind == _STRING else struct.calcsize(_SCALARS[kind])
        n_items = self._count("<Q", (self._size - self._at) // item_bytes, "values in one entry")
        keep = n_items <= MAX_KEPT_ITEMS
        if kind == _STRING:
            if keep:
                return tuple(self._string(MAX_STRING_BYTES) for _ in range(n_items))
            self._skip_strings(n_items)
        elif keep:
            layout = f"<{n_items}{_SCALARS[kind][1]}"
            return struct.unpack(layout, self._take(n_items * item_bytes))
        else:
            self._skip(n_items * item_bytes)
        return LongArray(n_items)

    def _tensor(self) -> Tensor:
        name = self._string(MAX_KEY_BYTES)
        n_dimensions = int(self._number("<I"))
        if n_dimensions > MAX_DIMENSIONS:
            raise self._refusal(f"its header is damaged (a tensor of {n_dimensions} dimensions).")
        shape = struct.unpack(f"<{n_dimensions}Q", self._take(8 * n_dimensions))
        kind, offset = struct.unpack("<IQ", self._take(12))
        n_values = math.prod(shape)
        type_name, per_block, block_bytes = TENSOR_TYPES.get(kind, (f"type {kind}", 1, 0))
        n_bytes = -(-n_values // per_block) * block_bytes
        if n_bytes > self._size or offset > self._size:
            whole = "larger than the file" if n_bytes > self._size else "beyond the file's end"
            raise self._refusal(f"it is damaged or incomplete (a tensor {whole}).")
        return Tensor(name, shape, type_name, offset, n_bytes)

    def _string(self, limit: int) -> str:
        n_bytes = self._count("<Q", limit, "bytes in one text")
        return self._take(n_bytes).decode("utf-8", "replace")

    def _skip_strings(self, n_items: int) -> None:
        """Pass over texts in large blocks: a vocabulary has hundreds of thousands of them."""
        block, at = b"", 0
        unpack = struct.Struct("<Q").unpack_from
        for _ in range(n_items):
            if at + 8 > len(block):
                more = min(_BLOCK_BYTES, self._size - self._at)
                block, at = block[at:] + self._take(max(more, 8 - (len(block) - at))), 0
            (n_bytes,) = unpack(block, at)
            if n_bytes > MAX_STRING_BYTES:
                raise self._refusal(f"its header is damaged (it claims {n_bytes:,} bytes in one text).")
            at += 8 + n_bytes
            if at > len(block):
                self._skip(at - len(block))
                block, at = b"", 0
        self._skip(at - len(block))

    def _count(self, layout: str, limit: int, what: str) -> int:
        count = int(self._number(layout))
        if count > limit:
            raise self._refusal(f"its header is damaged (it claims {count:,} {what}).")
        return count

    def _number(self, layout: str) -> int | float | bool:
        (value,) = struct.unpack(layout, self._take(struct.calcsize(layout)))
        number: int | float | bool = value
        return number

    def _take(self, n_bytes: int) -> bytes:
        self._check_room(n_bytes)
        data = self._file.read(n_bytes)
        if len(data) != n_bytes:
            raise self._refusal("its header ends too early: the file is incomplete.")
        self._at += n_bytes
        return data

    def _skip(self, n_bytes: int) -> None:
        self._check_room(n_bytes)
        self._file.seek(n_bytes, os.SEEK_CUR)
        self._at += n_bytes

    def _check_room(self, n_bytes: int) -> None:
        if self._at + n_bytes > self._size:
            raise self._refusal("its header ends too early: the file is incomplete or damaged.")
        if self._at + n_bytes > MAX_HEADER_BYTES:
            raise self._refusal("its header is far too large to be a model's.")

    def _refusal(self, reason: str) -> ModelFileError:
        return ModelFileError(self._path, reason)
