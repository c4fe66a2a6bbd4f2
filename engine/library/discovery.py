"""Models that are on this machine already, where other programs keep them. Read only: nothing here changes a file.

What is found is used in place. Directories are walked with a bound on depth and entries, and links to directories are
not followed, so that a home directory of any shape ends soon.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from engine.library.header import is_later_part

Program = Literal["hugging_face", "lm_studio", "jan", "gpt4all", "ollama", "llama_cpp"]
PROGRAM_NAMES: dict[Program, str] = {
    "hugging_face": "Hugging Face cache",
    "lm_studio": "LM Studio",
    "jan": "Jan",
    "gpt4all": "GPT4All",
    "ollama": "Ollama",
    "llama_cpp": "llama.cpp cache",
}
MAX_DEPTH = 8
MAX_ENTRIES = 50_000
MAX_MANIFEST_BYTES = 1 << 20
_OLLAMA_MODEL = "application/vnd.ollama.image.model"


@dataclass(frozen=True)
class Location:
    """A directory where a program keeps models."""

    program: Program
    root: Path


@dataclass(frozen=True)
class FoundFile:
    """A file that another program keeps. name: what that program calls it, empty where only the file has a name."""

    program: Program
    path: Path
    name: str = ""


def locations(
    environment: Mapping[str, str] | None = None, home: Path | None = None, platform: str = ""
) -> list[Location]:
    """Where the known programs keep models on a platform (as in `sys.platform`), whether or not they are there."""
    environment = os.environ if environment is None else environment
    platform = platform or sys.platform
    home = home or Path.home()
    data, cache = _data_dirs(environment, home, platform), _cache_dir(environment, home, platform)
    found: list[tuple[Program, Path]] = [
        ("hugging_face", _hugging_face(environment, home)),
        ("lm_studio", home / ".lmstudio" / "models"),
        ("lm_studio", home / ".cache" / "lm-studio" / "models"),
        ("ollama", Path(environment.get("OLLAMA_MODELS") or home / ".ollama" / "models")),
        ("llama_cpp", Path(environment.get("LLAMA_CACHE") or cache / "llama.cpp")),
    ]
    if pointer := _first_line(home / ".lmstudio-home-pointer"):
        found.append(("lm_studio", Path(pointer) / "models"))
    if platform.startswith("linux"):
        found.append(("ollama", Path("/usr/share/ollama/.ollama/models")))
    for directory in data:
        found.append(("jan", directory / "Jan" / "data" / "llamacpp" / "models"))
        found.append(("gpt4all", directory / "nomic.ai" / "GPT4All"))
    return [Location(program, root) for program, root in dict.fromkeys(found)]


def find_model_files(places: Sequence[Location]) -> list[FoundFile]:
    """Every GGUF file in these places, each once, without later parts of split models and links to nothing.

    Whether a file is a chat model only its header says.
    """
    found: dict[Path, FoundFile] = {}
    for place in places:
        files = _ollama_files(place.root) if place.program == "ollama" else _gguf_files(place)
        for file in files:
            try:
                real = file.path.resolve(strict=True)
            except (OSError, RuntimeError):
                continue
            if real.is_file() and not is_later_part(file.path):
                found.setdefault(real, file)
    return list(found.values())


def _hugging_face(environment: Mapping[str, str], home: Path) -> Path:
    if hub := environment.get("HF_HUB_CACHE") or environment.get("HUGGINGFACE_HUB_CACHE"):
        return Path(hub).expanduser()
    if base := environment.get("HF_HOME"):
        return Path(base).expanduser() / "hub"
    return Path(environment.get("XDG_CACHE_HOME") or home / ".cache") / "huggingface" / "hub"


def _data_dirs(environment: Mapping[str, str], home: Path, platform: str) -> list[Path]:
    if platform == "win32":
        roaming = Path(environment.get("APPDATA") or home / "AppData" / "Roaming")
        return [roaming, Path(environment.get("LOCALAPPDATA") or home / "AppData" / "Local")]
    if platform == "darwin":
        return [home / "Library" / "Application Support"]
    return [Path(environment.get("XDG_DATA_HOME") or home / ".local" / "share")]


def _cache_dir(environment: Mapping[str, str], home: Path, platform: str) -> Path:
    if platform == "win32":
        return Path(environment.get("LOCALAPPDATA") or home / "AppData" / "Local")
    if platform == "darwin":
        return home / "Library" / "Caches"
    return Path(environment.get("XDG_CACHE_HOME") or home / ".cache")


def _first_line(path: Path) -> str:
    try:
        with path.open(encoding="utf-8", errors="replace") as file:
            return file.readline(4096).strip()
    except OSError:
        return ""


def _gguf_files(place: Location) -> Iterator[FoundFile]:
    for path in _walk(place.root):
        if path.suffix.lower() == ".gguf":
            yield FoundFile(place.program, path, _jan_name(path) if place.program == "jan" else "")


def _jan_name(path: Path) -> str:
    """Jan calls every file model.gguf; its directory has the name."""
    return path.parent.name if path.stem.lower() == "model" else ""


def _ollama_files(root: Path) -> Iterator[FoundFile]:
    """Models by Ollama's manifests, which say which blob is the model and what it is called."""
    manifests = root / "manifests"
    for manifest in _walk(manifests):
        digest = _ollama_model_digest(manifest)
        if digest:
            yield FoundFile("ollama", root / "blobs" / digest.replace(":", "-"), _ollama_name(manifest, manifests))


def _ollama_model_digest(manifest: Path) -> str:
    """`sha256:…` of the model's layer; empty where the file is no manifest."""
    try:
        if manifest.stat().st_size > MAX_MANIFEST_BYTES:
            return ""
        content = json.loads(manifest.read_bytes())
    except (OSError, ValueError, RecursionError):
        return ""
    layers = content.get("layers") if isinstance(content, dict) else None
    for layer in layers if isinstance(layers, list) else []:
        if isinstance(layer, dict) and layer.get("mediaType") == _OLLAMA_MODEL:
            digest = layer.get("digest")
            if isinstance(digest, str) and digest.replace(":", "").isalnum():
                return digest
    return ""


def _ollama_name(manifest: Path, manifests: Path) -> str:
    """`llama3:8b` from `registry/library/llama3/8b`; somebody's namespace is kept."""
    *above, tag = manifest.relative_to(manifests).parts
    words = [word for word in above[1:] if word != "library"] or above
    return f"{'/'.join(words)}:{tag}"


def _walk(root: Path) -> Iterator[Path]:
    """Files below a directory in a stable order, within the bounds."""
    n_seen = 0
    for directory, names, files in os.walk(root, followlinks=False):
        depth = len(Path(directory).relative_to(root).parts)
        names[:] = sorted(names) if depth < MAX_DEPTH else []
        for name in sorted(files):
            n_seen += 1
            if n_seen > MAX_ENTRIES:
                return
            yield Path(directory, name)
