"""The memory a model really takes, beside the estimate: each load in a process of its own, which then says its size."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import Any

import msgspec

from engine.errors import EngineError, ModelFileError
from engine.library.fit import BATCH, estimate_memory, processor_repacks, repacked_bytes
from engine.library.header import ModelHeader
from engine.paths import engine_command

MEASURE_TIMEOUT_S = 600.0


def compare(header: ModelHeader, cells: list[int], sequences: list[int]) -> list[dict[str, Any]]:
    """Rows with estimate and measured memory in bytes, and difference = estimate / measured − 1.

    Raises: EngineError, when a load fails or memory cannot be measured here.
    """
    repacked = repacked_bytes(header)
    rows = []
    for n_cells in cells:
        for n_sequences in sequences:
            estimate = estimate_memory(header, n_cells, n_sequences, repacked)
            measured = _measure_apart(header.path, n_cells, n_sequences)
            rows.append(
                {
                    "cells": n_cells,
                    "sequences": n_sequences,
                    "estimate": estimate.resident,
                    "measured": measured,
                    "difference": estimate.resident / measured - 1,
                    "weights": estimate.weights,
                    "cache": estimate.cache,
                    "compute": estimate.compute,
                    "vocabulary": estimate.vocabulary,
                    "repacked": estimate.repacked,
                }
            )
    return rows


def _measure_apart(path: Path, n_cells: int, n_sequences: int) -> int:
    arguments = ["models", "measure", str(path), "--cells", str(n_cells), "--sequences", str(n_sequences), "--json"]
    try:
        done = subprocess.run([*engine_command(), *arguments], capture_output=True, timeout=MEASURE_TIMEOUT_S)
    except (OSError, subprocess.SubprocessError) as exc:
        raise EngineError(f"The process that measures could not be run ({exc}).") from exc
    if done.returncode != 0:
        lines = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise EngineError(lines[-1] if lines else f"The process that measures ended with {done.returncode}.")
    return msgspec.json.decode(done.stdout, type=dict[str, int])["measured"]


def measure(path: Path, n_cells: int, n_sequences: int) -> int:
    """Bytes of memory, anonymous and mapped, that a model adds to this process: loaded, one batch read, one step made.

    Raises: EngineError, when the model cannot be loaded or the system does not say what memory is in use (not Linux).
    """
    import llama_cpp

    from engine.generation import native_log

    native_log.install()
    llama_cpp.llama_backend_init()
    before = _resident_bytes()
    parameters = llama_cpp.llama_model_default_params()
    parameters.n_gpu_layers = 0
    parameters.use_extra_bufts = processor_repacks()
    model = llama_cpp.llama_model_load_from_file(str(path).encode(), parameters)
    if not model:
        raise ModelFileError(path, "llama.cpp could not load it.")
    settings = llama_cpp.llama_context_default_params()
    settings.n_ctx, settings.n_batch, settings.n_seq_max = n_cells, min(BATCH, n_cells), n_sequences
    settings.kv_unified = True
    context = llama_cpp.llama_init_from_model(model, settings)
    if not context:
        raise ModelFileError(path, f"there is not enough memory for a context of {n_cells} cells.")
    n_vocab = llama_cpp.llama_vocab_n_tokens(llama_cpp.llama_model_get_vocab(model))
    # room is left for one step of every sequence
    n_prompt = min(BATCH, max(1, n_cells - n_sequences))
    _decode(context, [(token * 37 % n_vocab, token, 0, token == n_prompt - 1) for token in range(n_prompt)])
    for sequence in range(1, n_sequences):
        llama_cpp.llama_memory_seq_cp(llama_cpp.llama_get_memory(context), 0, sequence, -1, -1)
    _decode(context, [(sequence % n_vocab, n_prompt, sequence, True) for sequence in range(n_sequences)])
    return _resident_bytes() - before


def _decode(context: Any, tokens: list[tuple[int, int, int, bool]]) -> None:
    """Decode (token, position, sequence, whether its logits are wanted)."""
    import llama_cpp

    batch = llama_cpp.llama_batch_init(len(tokens), 0, 1)
    batch.n_tokens = len(tokens)
    for index, (token, position, sequence, wanted) in enumerate(tokens):
        batch.token[index], batch.pos[index] = token, position
        batch.n_seq_id[index], batch.seq_id[index][0] = 1, sequence
        batch.logits[index] = wanted
    code = llama_cpp.llama_decode(context, batch)
    llama_cpp.llama_batch_free(batch)
    if code != 0:
        raise EngineError(f"llama.cpp could not decode (code {code}).")


def _resident_bytes() -> int:
    try:
        status = Path("/proc/self/status").read_text(encoding="ascii", errors="replace")
    except OSError as exc:
        raise EngineError("Memory can be measured on Linux only.") from exc
    return sum(int(number) for number in re.findall(r"^Rss(?:Anon|File):\s+(\d+) kB", status, re.MULTILINE)) * 1024
