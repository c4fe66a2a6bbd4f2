"""What of the engine loads neither torch nor llama.cpp, so that the window may import it: packages and modules."""

from __future__ import annotations

LIGHT = [
    "engine.preferences",
    "engine.store",
    "engine.library",
    "engine.chat_files",
    "engine.protocol",
    "engine.types",
    "engine.errors",
    "engine.paths",
    "engine.files",
    "engine.attachments",
    "engine.remote.address",
    "engine.remote.keys",
    "engine.jsonl",
    "engine.rerank",
    "engine.directions.calibration",
    "engine.directions.phrases",
    "engine.directions.profile",
    "engine.directions.policy",
    "engine.directions.examples",
    "engine.directions.tasks",
    "engine.process_settings",
    "engine.cli",
]
