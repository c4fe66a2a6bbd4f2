"""The light part of the engine: what the window may import, and what must load no heavy library."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LIGHT = (
    "engine.attachments",
    "engine.chat_files",
    "engine.directions.calibration",
    "engine.directions.examples",
    "engine.directions.phrases",
    "engine.directions.policy",
    "engine.directions.profile",
    "engine.directions.tasks",
    "engine.errors",
    "engine.files",
    "engine.jsonl",
    "engine.library",
    "engine.paths",
    "engine.preferences",
    "engine.process_settings",
    "engine.protocol",
    "engine.remote.address",
    "engine.remote.keys",
    "engine.rerank",
    "engine.store",
    "engine.types",
)
"""Packages, with all that is in them, and modules."""


def is_light(module: str) -> bool:
    return any(module == name or module.startswith(f"{name}.") for name in LIGHT)


def light_modules() -> list[str]:
    """Every module of `LIGHT`, those of its packages one by one."""
    names = []
    for name in LIGHT:
        path = ROOT.joinpath(*name.split("."))
        names += [f"{name}.{p.stem}" for p in path.glob("*.py") if p.stem != "__init__"] if path.is_dir() else [name]
    return names
