"""The real worker on a machine that it is too much for: `python fragile_worker.py MAX_CELLS die|refuse`.

A context of more cells than that ends the process as llama.cpp's assertions do (`die`), or is refused as llama.cpp
refuses one that memory does not suffice for (`refuse`).
"""

from __future__ import annotations

import os
import sys

import engine.generation.model as model_module
from engine.errors import ModelMemoryError
from engine.generation.model import LlamaModel
from engine.worker import main

MAX_CELLS, WAY = int(sys.argv[1]), sys.argv[2]


class FragileModel(LlamaModel):
    def _open_context(self, n_ctx: int, n_window: int, n_threads: int) -> None:
        if n_ctx > MAX_CELLS:
            if WAY == "die":
                os.abort()
            raise ModelMemoryError(self.path, "there is not enough memory.")
        super()._open_context(n_ctx, n_window, n_threads)


model_module.LlamaModel = FragileModel  # before the worker's loop imports it

if __name__ == "__main__":
    sys.exit(main())
