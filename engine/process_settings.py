"""Environment variables that native libraries read when they load: set before llama.cpp or torch is imported."""

from __future__ import annotations

import os

SETTINGS = {
    # OpenMP threads that wait soon sleep instead of spinning: beside a busy core, spinning makes decoding several times
    # slower. GNU's runtime spins a little first, since sleeping at once costs an eighth on an idle machine
    # (docs/lab-notes.md); the number counts before the policy, which is for the other runtimes
    "OMP_WAIT_POLICY": "passive",
    "GOMP_SPINCOUNT": "300",
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
