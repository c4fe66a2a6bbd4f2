"""The hidden states after every layer of a loaded model, through llama.cpp's evaluation callback."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence

import llama_cpp
import numpy as np
from numpy.typing import NDArray

from engine.errors import EngineError
from engine.generation.model import LlamaModel
from engine.library.devices import open_ggml

_LAYER_OUTPUT = b"l_out-"
"""What llama.cpp's graphs call a layer's output, its number behind."""
N_CELLS = 1024


class InnerStates:
    """A context of its own on a model, read with a callback between operations: slower than one without.

    Raises: EngineError, when there is no memory for it.
    """

    def __init__(self, model: LlamaModel) -> None:
        native = llama_cpp.llama_get_model(model.context)
        self.n_layers: int = model.n_layers
        self.width: int = llama_cpp.llama_model_n_embd(native)
        self._base, _ = open_ggml()
        self._base.ggml_get_name.restype, self._base.ggml_get_name.argtypes = ctypes.c_char_p, [ctypes.c_void_p]
        self._base.ggml_nbytes.restype, self._base.ggml_nbytes.argtypes = ctypes.c_size_t, [ctypes.c_void_p]
        self._base.ggml_backend_tensor_get.restype = None
        self._base.ggml_backend_tensor_get.argtypes = [
            ctypes.c_void_p,
            ctypes.c_void_p,
            ctypes.c_size_t,
            ctypes.c_size_t,
        ]
        parameters = llama_cpp.llama_context_default_params()
        parameters.n_ctx = parameters.n_batch = parameters.n_ubatch = N_CELLS  # one text, one evaluation
        parameters.n_threads = parameters.n_threads_batch = model.n_threads
        self._callback = llama_cpp.ggml_backend_sched_eval_callback(self._on_tensor)
        parameters.cb_eval = self._callback
        self._context = llama_cpp.llama_init_from_model(native, parameters)
        if not self._context:
            raise EngineError(f"There is no memory for a second context of {model.name}.")
        self._batch = llama_cpp.llama_batch_init(N_CELLS, 0, 1)
        self._first, self._n_tokens = 0, 0
        self._means = np.zeros((self.n_layers, self.width), np.float32)

    def mean_states(self, tokens: Sequence[int], first: int) -> NDArray[np.float32]:
        """(n_layers, width): after each layer, the mean over the tokens from `first` on.

        The last layer's row is zero: llama.cpp works out its last token alone. Texts are cut at `N_CELLS` tokens.

        Raises: EngineError, when the model cannot read it.
        """
        tokens = tokens[:N_CELLS]
        self._first, self._n_tokens = first, len(tokens)
        self._means = np.zeros((self.n_layers, self.width), np.float32)
        llama_cpp.llama_memory_clear(llama_cpp.llama_get_memory(self._context), False)
        batch = self._batch
        for row, token in enumerate(tokens):
            batch.token[row], batch.pos[row], batch.n_seq_id[row] = token, row, 1
            batch.seq_id[row][0], batch.logits[row] = 0, row == len(tokens) - 1
        batch.n_tokens = len(tokens)
        if llama_cpp.llama_decode(self._context, batch) != 0:
            raise EngineError("The model failed while reading (llama_decode).")
        llama_cpp.llama_synchronize(self._context)
        return self._means

    def close(self) -> None:
        llama_cpp.llama_batch_free(self._batch)
        llama_cpp.llama_free(self._context)

    def _on_tensor(self, tensor: int, ask: bool, _user_data: object) -> bool:
        name = self._base.ggml_get_name(tensor)
        if not name.startswith(_LAYER_OUTPUT):
            return not ask  # asked: not wanted; told: go on
        if not ask:
            n_bytes = self._base.ggml_nbytes(tensor)
            values = np.empty(n_bytes // 4, np.float32)
            self._base.ggml_backend_tensor_get(tensor, values.ctypes.data, 0, n_bytes)
            states = values.reshape(-1, self.width)
            if len(states) == self._n_tokens:
                self._means[int(name[len(_LAYER_OUTPUT) :])] = states[self._first :].mean(axis=0)
        return True
