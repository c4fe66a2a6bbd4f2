"""One loaded GGUF model: opening, its words (tokens), its context. The native handles live and die here."""

from __future__ import annotations

import contextlib
import ctypes
import os
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import llama_cpp

from engine.errors import EngineError, LoadCancelledError, ModelFileError, ModelMemoryError
from engine.generation import native_log
from engine.generation.chat_template import ChatTemplate
from engine.generation.text_stream import REASONING_TAGS
from engine.types import CELLS_PER_WINDOW, N_DRAFTS_MAX, WriterKind, writer_kind

GGUF_MAGIC = b"GGUF"
DEFAULT_WINDOW = 4096
"""Tokens of conversation that one reply may read, unless the model was trained on fewer."""
BATCH = 512
ALL_LAYERS = 999


def default_threads() -> int:
    """Every core: decoding is compute-bound on a CPU."""
    return max(1, len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1)


class LlamaModel:
    """A model with one context of `N_DRAFTS_MAX` + 1 sequences over a shared KV cache. Used from one thread.

    Args:
        path: a GGUF file of a chat model.
        n_gpu_layers: layers to offload where the build supports it; −1 for all.
        n_ctx: cells of the KV cache, 0 for twice the window.
        n_window: tokens of conversation that one reply may read, 0 for as many as there are cells, or the default.
        n_threads: 0 for every core.
        on_progress: called with 0 … 1 while loading; returning False gives the load up.

    Raises:
        ModelFileError: not there, not GGUF, damaged, or without a chat template.
        ModelMemoryError: perhaps too large this way.
        LoadCancelledError: `on_progress` returned False.
    """

    def __init__(
        self,
        path: Path,
        *,
        n_gpu_layers: int = -1,
        n_ctx: int = 0,
        n_window: int = 0,
        n_threads: int = 0,
        on_progress: Callable[[float], bool] | None = None,
    ) -> None:
        started = time.perf_counter()
        self.path = path
        self._model: llama_cpp.llama_model_p | None = None
        self._context: llama_cpp.llama_context_p | None = None
        _check_header(path)
        native_log.install()
        native_log.clear()
        llama_cpp.llama_backend_init()
        try:
            self._load(n_gpu_layers, on_progress)
            self.template = self._read_template()
            self._open_context(n_ctx, n_window, n_threads or default_threads())
        except BaseException:
            self.close()
            raise
        self.load_seconds = time.perf_counter() - started

    # what the rest of the engine may ask

    @property
    def context(self) -> llama_cpp.llama_context_p:
        if self._context is None:
            raise ValueError("the model is closed")
        return self._context

    @property
    def name(self) -> str:
        return self._meta("general.name") or self.path.stem

    @property
    def architecture(self) -> str:
        return self._meta("general.architecture")

    @property
    def n_parameters(self) -> int:
        if self._model is None:
            raise ValueError("the model is closed")
        return int(llama_cpp.llama_model_n_params(self._model))

    @property
    def writer_kind(self) -> WriterKind:
        return writer_kind(self.n_parameters)

    def tokenize(self, text: str, parse_special: bool) -> list[int]:
        """Tokens of a text, no beginning-of-sequence token added."""
        data = text.encode("utf-8", "replace")
        size = len(data) + 8
        while True:
            buffer = (llama_cpp.llama_token * size)()
            n = llama_cpp.llama_tokenize(self.vocab, data, len(data), buffer, size, False, parse_special)
            if n >= 0:
                return list(buffer[:n])
            size = -n

    def piece(self, token: int) -> bytes:
        """The bytes of a token; a character may spread over several.

        Control tokens have none, but for those that some models put around their reasoning.
        """
        size = 64
        special = token in self._reasoning_tokens
        while True:
            buffer = ctypes.create_string_buffer(size)
            n = llama_cpp.llama_token_to_piece(self.vocab, token, buffer, size, 0, special)
            if n >= 0:
                return buffer.raw[:n]
            size = -n

    def text(self, tokens: Sequence[int]) -> str:
        """What these tokens say, as far as they are text."""
        return b"".join(self.piece(token) for token in tokens).decode("utf-8", "replace")

    def use_threads(self, n_threads: int) -> None:
        """From the next decode on."""
        llama_cpp.llama_set_n_threads(self.context, n_threads, n_threads)

    def ends_reply(self, token: int) -> bool:
        return bool(llama_cpp.llama_vocab_is_eog(self.vocab, token))

    def close(self) -> None:
        if self._context is not None:
            llama_cpp.llama_free(self._context)
            self._context = None
        if self._model is not None:
            llama_cpp.llama_model_free(self._model)
            self._model = None

    # opening

    def _load(self, n_gpu_layers: int, on_progress: Callable[[float], bool] | None) -> None:
        cancelled = False

        def progress(fraction: float, _user_data: ctypes.c_void_p) -> bool:
            nonlocal cancelled
            go_on = on_progress is None or on_progress(fraction)
            cancelled = cancelled or not go_on
            return go_on

        parameters = llama_cpp.llama_model_default_params()
        parameters.n_gpu_layers = ALL_LAYERS if n_gpu_layers < 0 else n_gpu_layers
        parameters.use_extra_bufts = not _has_amx()
        no_devices = (ctypes.c_void_p * 1)(None)
        if not parameters.n_gpu_layers:  # else llama.cpp takes memory of the graphics device all the same, to compute
            parameters.devices = ctypes.cast(no_devices, ctypes.c_void_p)
        callback = llama_cpp.llama_progress_callback(progress)
        parameters.progress_callback = callback
        self._model = llama_cpp.llama_model_load_from_file(os.fsencode(self.path), parameters)
        if cancelled:
            raise LoadCancelledError(f"Loading {self.path.name} was stopped.")
        if not self._model:
            self._model = None
            reason = native_log.last_complaint() or "llama.cpp could not read it"
            if parameters.n_gpu_layers and llama_cpp.llama_supports_gpu_offload():
                raise ModelMemoryError(self.path, f"it is damaged, or too large for the graphics device ({reason}).")
            raise ModelFileError(self.path, f"it is damaged, incomplete, or of an unknown kind ({reason}).")
        self.vocab = llama_cpp.llama_model_get_vocab(self._model)
        self.n_vocab: int = llama_cpp.llama_vocab_n_tokens(self.vocab)
        self.n_layers = llama_cpp.llama_model_n_layer(self._model)
        self.n_bytes: int = llama_cpp.llama_model_size(self._model)
        self.n_sliding_window: int = llama_cpp.llama_model_n_swa(self._model)
        self.can_roll_back = not (
            llama_cpp.llama_model_is_recurrent(self._model) or llama_cpp.llama_model_is_hybrid(self._model)
        )
        """Whether a part of what was read can be forgotten: not where the state is one of the whole text."""
        offloads = llama_cpp.llama_supports_gpu_offload()
        self.n_gpu_layers = min(parameters.n_gpu_layers, self.n_layers + 1) if offloads else 0

    def _open_context(self, n_ctx: int, n_window: int, n_threads: int) -> None:
        n_ctx_train = llama_cpp.llama_model_n_ctx_train(self._model) or DEFAULT_WINDOW
        self.window: int = min(n_ctx_train, n_window or n_ctx or DEFAULT_WINDOW)
        parameters = llama_cpp.llama_context_default_params()
        parameters.n_ctx = n_ctx or CELLS_PER_WINDOW * self.window
        parameters.n_batch = min(BATCH, parameters.n_ctx)
        parameters.n_seq_max = N_DRAFTS_MAX + 1
        parameters.kv_unified = True  # sequences share the prompt's cells instead of owning a fixed part each
        self.n_threads = parameters.n_threads = parameters.n_threads_batch = n_threads
        self._context = llama_cpp.llama_init_from_model(self._model, parameters)
        if not self._context:
            self._context = None
            raise ModelMemoryError(
                self.path,
                f"there is not enough memory for a context of {parameters.n_ctx} tokens beside the weights.",
            )
        self.n_cells: int = llama_cpp.llama_n_ctx(self._context)
        self.n_batch: int = llama_cpp.llama_n_batch(self._context)
        self.memory = llama_cpp.llama_get_memory(self._context)

    def _read_template(self) -> ChatTemplate:
        source = llama_cpp.llama_model_chat_template(self._model, None)
        if not source:
            raise ModelFileError(
                self.path,
                "it has no chat template, so it would answer in the wrong form. It is probably a base model: "
                "choose an instruct or chat version.",
            )
        control_tokens = [t for t in range(self.n_vocab) if llama_cpp.llama_vocab_is_control(self.vocab, t)]
        control = [self._token_text(token) for token in control_tokens]
        tags = {tag for pair in REASONING_TAGS for tag in pair}
        self._reasoning_tokens = {token for token, text in zip(control_tokens, control, strict=True) if text in tags}
        bos, eos = llama_cpp.llama_vocab_bos(self.vocab), llama_cpp.llama_vocab_eos(self.vocab)
        self.bos_token = bos if bos >= 0 and llama_cpp.llama_vocab_get_add_bos(self.vocab) else None
        try:
            return ChatTemplate(
                source.decode("utf-8", "replace"), self._token_text(bos), self._token_text(eos), control
            )
        except EngineError as exc:
            raise ModelFileError(self.path, str(exc)) from exc

    def _token_text(self, token: int) -> str:
        return llama_cpp.llama_vocab_get_text(self.vocab, token).decode("utf-8", "replace") if token >= 0 else ""

    def _meta(self, key: str) -> str:
        buffer = ctypes.create_string_buffer(512)
        n = llama_cpp.llama_model_meta_val_str(self._model, key.encode(), buffer, len(buffer))
        return buffer.value.decode("utf-8", "replace") if n >= 0 else ""

    def __del__(self) -> None:
        with contextlib.suppress(Exception):  # interpreter shutdown may have taken llama_cpp first
            self.close()


def fitting_tokens(n_prompt: int, n_drafts: int, max_tokens: int, model: LlamaModel, n_beside: int = 0) -> int:
    """New tokens a draft may have: what was asked for, within the window and the drafts' share of the cells.

    Args:
        n_prompt: of the longest prompt; n_beside: cells that other drafts' prompts take beside its own.
    """
    return min(max_tokens, model.window - n_prompt, (model.n_cells - n_prompt - n_beside) // n_drafts)


def _has_amx() -> bool:
    """Whether llama.cpp would repack weights for Intel's AMX, whose kernels crash on such machines.

    Seen with llama-cpp-python 0.3.36 on a Xeon with AMX: every decode ends in SIGSEGV in ggml_backend_amx_mul_mat,
    one thread or many; https://github.com/ggml-org/llama.cpp/issues/20824, and pull request 26954 there.
    """
    with contextlib.suppress(OSError):
        return "amx_tile" in Path("/proc/cpuinfo").read_text(encoding="ascii", errors="replace")
    return False


def _check_header(path: Path) -> None:
    """Refuse what is plainly no GGUF before llama.cpp maps it."""
    try:
        with path.open("rb") as file:
            magic = file.read(4)
    except FileNotFoundError as exc:
        raise ModelFileError(path, "there is no such file.") from exc
    except OSError as exc:
        raise ModelFileError(path, f"it cannot be read ({exc.strerror or exc}).") from exc
    if magic != GGUF_MAGIC:
        raise ModelFileError(path, "it is not a GGUF file. Attune runs models in the GGUF format.")
