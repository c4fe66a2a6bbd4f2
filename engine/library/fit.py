"""Whether a model fits: its memory by its header, beside what the machine has. Arithmetic only, no model is loaded.

The estimate follows what llama.cpp allocates, checked by `attune-engine models check FILE --measure`:

- weights: the tensors, mapped from the file;
- cache: keys and values in half precision for every cell and attention layer, and the state of recurrent layers for
  every sequence. All cells count, since the drafts share one cache (`kv_unified`);
- compute: what a batch of 512 tokens touches. A graphics device reserves more: the logits of the whole batch;
- vocabulary: the words' texts and merges, unpacked;
- repacked: a second copy of some quantisations in an order that the processor reads faster. The mapped original may be
  dropped again, so this is in the memory measured, and not in the memory needed.
"""

from __future__ import annotations

import platform
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from engine.library.devices import Machine
from engine.library.gguf import read_gguf
from engine.library.header import ModelHeader
from engine.types import N_DRAFTS_MAX

DEFAULT_CELLS = 8192
"""What Attune opens by default: twice a window of 4,096 tokens, since the drafts add to the prompt that they share."""
CELL_STEPS = (8192, 6144, 4096, 2048, 1024)
DEFAULT_SEQUENCES = N_DRAFTS_MAX + 1
BATCH = 512
CACHE_VALUE_BYTES = 2
STATE_VALUE_BYTES = 4
WORD_BYTES = 340
"""A word of the vocabulary with its merge, in llama.cpp's tables. Measured: 370 with 49,152 words, 318 with 151,936."""
TOUCHED_FEED_FORWARD, TOUCHED_EMBEDDING = 3, 4
"""Intermediate results alive at once while a batch is read, in feed-forward and embedding lengths. Measured."""
COMPUTE_BASE_BYTES = 2_000_000
REPACKED_TYPES = ("Q4_0", "Q4_K", "IQ4_NL", "MXFP4")
"""On x86 with AVX2 and on ARM; seen for Q4_K."""

ATTUNE_BYTES = 700_000_000
"""Beside the model: Python, torch and the reply encoder in the same process, and the window."""
SLOW_ACTIVE_BYTES = 6_000_000_000
"""Weights that the processor reads for each step. Main memory gives 20 to 50 GB a second: more than this is under
about five steps a second. A rule of thumb, not a measurement."""
GPU_MARGIN_BYTES = 400_000_000
MEMORY_SHARE = 0.95
"""Of what is free, as far as a model may go."""

Verdict = Literal["fits", "slow", "wont_fit"]
VERDICT_WORDS: dict[Verdict, str] = {"fits": "Fits", "slow": "May be slow", "wont_fit": "Won't fit"}


@dataclass(frozen=True)
class MemoryEstimate:
    """Bytes of a model with a context of `n_cells` cells for `n_sequences` sequences."""

    n_cells: int
    n_sequences: int
    weights: int
    cache: int
    compute: int
    compute_on_gpu: int
    vocabulary: int
    repacked: int

    @property
    def needed(self) -> int:
        """What has to be in main memory when everything runs on the processor."""
        return self.weights + self.cache + self.compute + self.vocabulary

    @property
    def resident(self) -> int:
        """What a measurement of the process shows, if the system drops nothing."""
        return self.needed + self.repacked


@dataclass(frozen=True)
class Fit:
    """The verdict with its numbers. needed and available: bytes where it matters most (main memory or the device's)."""

    verdict: Verdict
    sentence: str
    estimate: MemoryEstimate
    n_gpu_layers: int
    n_cells: int
    needed: int
    available: int

    @property
    def words(self) -> str:
        return VERDICT_WORDS[self.verdict]


def estimate_memory(
    header: ModelHeader, n_cells: int = DEFAULT_CELLS, n_sequences: int = DEFAULT_SEQUENCES, repacked: int = 0
) -> MemoryEstimate:
    """Memory of a model by its header, in bytes. repacked: what `repacked_bytes` says of this processor."""
    batch = min(BATCH, n_cells)
    cache = sum(layer.kv_values for layer in header.layers) * n_cells * CACHE_VALUE_BYTES
    cache += sum(layer.state_values for layer in header.layers) * n_sequences * STATE_VALUE_BYTES
    row = TOUCHED_FEED_FORWARD * header.feed_forward_length + TOUCHED_EMBEDDING * header.embedding_length
    logits = header.n_vocab * 4
    return MemoryEstimate(
        n_cells=n_cells,
        n_sequences=n_sequences,
        weights=header.weight_bytes,
        cache=cache,
        compute=4 * batch * row + COMPUTE_BASE_BYTES + n_sequences * logits,
        compute_on_gpu=4 * batch * row + COMPUTE_BASE_BYTES + (batch + n_sequences) * logits,
        vocabulary=header.n_vocab * WORD_BYTES,
        repacked=repacked,
    )


def repacked_bytes(header: ModelHeader) -> int:
    """Bytes of weights that llama.cpp keeps a second time on this machine's processor.

    Raises: ModelFileError, when the file has changed since its header was read.
    """
    if not processor_repacks():
        return 0
    return sum(
        tensor.n_bytes
        for part in header.parts
        for tensor in read_gguf(part).tensors
        if tensor.type_name in REPACKED_TYPES and tensor.name != "token_embd.weight" and len(tensor.shape) >= 2
    )


def processor_repacks() -> bool:
    """Whether this processor has what llama.cpp repacks for. With AMX Attune switches it off."""
    if platform.machine().lower() in ("arm64", "aarch64"):
        return True
    try:
        flags = Path("/proc/cpuinfo").read_text(encoding="ascii", errors="replace")
    except OSError:
        return platform.machine().lower() in ("amd64", "x86_64")
    return "avx2" in flags and "amx_tile" not in flags


def judge(header: ModelHeader, machine: Machine, n_cells: int | None = None) -> Fit:
    """The best way to run a model: as many layers on the graphics device, and cells (or `n_cells`), as fit."""
    if n_cells is not None:
        return _plan(header, machine, n_cells)
    most = 2 * header.context_length or DEFAULT_CELLS
    steps = [n_cells for n_cells in CELL_STEPS if n_cells <= most] or [most]
    plans = [_plan(header, machine, n_cells) for n_cells in steps]
    for verdict in ("fits", "slow"):
        for plan in plans:
            if plan.verdict == verdict:
                # a large context that is slow is worth less than a smaller one that is not; a tiny one is worth nothing
                return _with_context(plan, steps[0])
    return plans[-1]


def _with_context(plan: Fit, wanted: int) -> Fit:
    if plan.n_cells == wanted:
        return plan
    return replace(
        plan, sentence=f"{plan.sentence} The conversation it can read is cut to {plan.n_cells // 2:,} tokens."
    )


def _plan(header: ModelHeader, machine: Machine, n_cells: int) -> Fit:
    estimate = estimate_memory(header, n_cells)
    if machine.gpus and (fit := _on_gpu(header, machine, estimate)) is not None:
        return fit
    return _on_processor(header, machine, estimate)


def _on_processor(header: ModelHeader, machine: Machine, estimate: MemoryEstimate) -> Fit:
    needed = estimate.needed + ATTUNE_BYTES
    free, total = int(machine.free_bytes * MEMORY_SHARE), int(machine.total_bytes * MEMORY_SHARE)
    room = f"{gigabytes(machine.free_bytes)} of {gigabytes(machine.total_bytes)} are free"
    numbers = f"Needs {gigabytes(needed)} of memory; {room}."
    verdict: Verdict
    if needed <= free and header.active_bytes <= SLOW_ACTIVE_BYTES:
        verdict, sentence = "fits", numbers
    elif needed <= free:
        verdict, sentence = "slow", f"{numbers} The processor reads {gigabytes(header.active_bytes)} for every word."
    elif needed <= total and needed - estimate.weights <= free:
        verdict, sentence = "slow", f"{numbers} Close other programs first."
    else:
        verdict, sentence = "wont_fit", numbers
    return Fit(verdict, sentence, estimate, 0, estimate.n_cells, needed, machine.free_bytes)


def _on_gpu(header: ModelHeader, machine: Machine, estimate: MemoryEstimate) -> Fit | None:
    """As many layers on the graphics devices as fit; None where not even one does."""
    free = sum(max(0, gpu.free_bytes - GPU_MARGIN_BYTES) for gpu in machine.gpus)
    shared = any(gpu.kind == "integrated" for gpu in machine.gpus)
    outside = header.weight_bytes - header.embedding_bytes - sum(layer.n_bytes for layer in header.layers)
    n_layers, used = _layers_that_fit(header, estimate, free)
    if n_layers == 0:
        return None
    everything = n_layers == len(header.layers) and used + outside <= free
    used += outside if everything else 0
    host = estimate.needed - used + estimate.compute_on_gpu + ATTUNE_BYTES
    available = int(machine.free_bytes * MEMORY_SHARE)
    if host + (used if shared else 0) > available:
        return None
    left = max(0, header.active_bytes - sum(layer.n_bytes for layer in header.layers[-n_layers:]))
    where = f"of {gigabytes(sum(gpu.free_bytes for gpu in machine.gpus))} free on {machine.gpus[0].description}"
    if everything:
        sentence = f"Takes {gigabytes(used)} {where}."
        return Fit("fits", sentence, estimate, len(header.layers) + 1, estimate.n_cells, used, free)
    verdict: Verdict = "fits" if left <= SLOW_ACTIVE_BYTES / 2 else "slow"
    sentence = (
        f"{n_layers} of {len(header.layers)} layers fit on the graphics device ({gigabytes(used)} {where}); "
        f"the rest takes {gigabytes(host)} of main memory."
    )
    return Fit(verdict, sentence, estimate, n_layers, estimate.n_cells, used, free)


def _layers_that_fit(header: ModelHeader, estimate: MemoryEstimate, free: int) -> tuple[int, int]:
    """(number of layers, bytes on the device with their share of the cache). llama.cpp offloads from the last one."""
    used = estimate.compute_on_gpu
    n_layers = 0
    for layer in reversed(header.layers):
        cache = layer.kv_values * estimate.n_cells * CACHE_VALUE_BYTES
        cache += layer.state_values * estimate.n_sequences * STATE_VALUE_BYTES
        if used + layer.n_bytes + cache > free:
            break
        used += layer.n_bytes + cache
        n_layers += 1
    return n_layers, used


def gigabytes(n_bytes: int) -> str:
    """Decimal, as files and memory are sold."""
    if n_bytes < 995_000_000:
        return f"{max(0, round(n_bytes / 1e6)):d} MB"
    return f"{n_bytes / 1e9:.1f} GB"
