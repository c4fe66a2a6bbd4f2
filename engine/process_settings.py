"""Environment variables that native libraries read when they load: set before llama.cpp or torch is imported."""

from __future__ import annotations

import os

SETTINGS = {
    # idle OpenMP threads sleep instead of spinning: beside a busy core, spinning made decoding several times slower
    "OMP_WAIT_POLICY": "passive",
    "TOKENIZERS_PARALLELISM": "false",
    # nothing here ever asks a hub for anything
    "HF_HUB_OFFLINE": "1",
    "TRANSFORMERS_VERBOSITY": "error",
    "TRANSFORMERS_NO_ADVISORY_WARNINGS": "1",
}


def apply() -> None:
    """Set what the person has not set themselves."""
    for name, value in SETTINGS.items():
        os.environ.setdefault(name, value)
