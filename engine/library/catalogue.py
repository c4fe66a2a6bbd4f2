"""Models worth fetching, by the size of the machine. The list itself is data: `assets/catalogue.json`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import msgspec

from engine.errors import LibraryError
from engine.library.devices import Machine
from engine.library.header import Attention, Reasoning
from engine.paths import assets_dir

SizeClass = Literal["small", "medium", "large", "very_large"]
SIZE_CLASSES: tuple[SizeClass, ...] = ("small", "medium", "large", "very_large")
_MEMORY_GB: dict[SizeClass, float] = {"small": 0.0, "medium": 15.0, "large": 31.0, "very_large": 47.0}
"""Main memory from which a class is recommended without a graphics device: 16, 32 and 48 GB as machines report them."""
_GPU_GB: dict[SizeClass, float] = {"small": 0.0, "medium": 5.8, "large": 11.5, "very_large": 23.0}
"""Memory of a graphics device likewise: 6, 12 and 24 GB."""


class CatalogueModel(msgspec.Struct, frozen=True, rename={"size_class": "for"}):
    """A model of the catalogue. None where something has not been checked (or the hub is to choose the file)."""

    id: str
    name: str
    repo: str
    licence: str
    size_class: SizeClass
    attention: Attention
    reasoning: Reasoning
    why: str
    first_choice: bool = False
    quantisation: str | None = None
    sha256: str | None = None
    download_gb: float | None = None
    context: int | None = None

    @property
    def target(self) -> str:
        """What `engine.library.hub.resolve` takes."""
        return f"{self.repo}:{self.quantisation}" if self.quantisation else self.repo


class Catalogue(msgspec.Struct, frozen=True):
    """sizes_from: the month of the sizes' source."""

    sizes_from: str
    models: list[CatalogueModel]
    note: str = ""

    def find(self, model_id: str) -> CatalogueModel | None:
        return next((model for model in self.models if model.id == model_id.lower()), None)


@dataclass(frozen=True)
class Recommendation:
    """suited: whether its class is that of this machine (otherwise smaller)."""

    model: CatalogueModel
    suited: bool


def load_catalogue(path: Path | None = None) -> Catalogue:
    """Raises: LibraryError, when the list cannot be read."""
    path = path or assets_dir() / "catalogue.json"
    try:
        return msgspec.json.decode(path.read_bytes(), type=Catalogue)
    except (OSError, msgspec.DecodeError, UnicodeDecodeError) as exc:
        raise LibraryError(f"The catalogue of models cannot be read ({exc}). Reinstall Attune.") from exc


def size_class(machine: Machine) -> SizeClass:
    """The largest class for this machine: by the largest graphics device, or by main memory, whichever carries more."""
    gpu = max((device.total_bytes for device in machine.gpus if device.kind == "gpu"), default=0) / 1e9
    memory = machine.total_bytes / 1e9
    fitting = [size for size in SIZE_CLASSES if gpu >= _GPU_GB[size] > 0 or memory >= _MEMORY_GB[size]]
    return fitting[-1]


def recommend(catalogue: Catalogue, machine: Machine) -> list[Recommendation]:
    """What to fetch here, the best first: the machine's class, then the smaller ones; first choices lead in each."""
    classes = SIZE_CLASSES[: SIZE_CLASSES.index(size_class(machine)) + 1]
    return [
        Recommendation(model, size == classes[-1])
        for size in reversed(classes)
        for model in sorted(catalogue.models, key=lambda model: not model.first_choice)
        if model.size_class == size
    ]
