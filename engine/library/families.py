"""Good sampling by family of models: what their makers advise, kept as data (`assets/families.json`)."""

from __future__ import annotations

import re
from functools import cache

import msgspec

from engine.errors import LibraryError
from engine.paths import assets_dir
from engine.types import SamplingSettings


class FamilySampling(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """As in `SamplingSettings`."""

    temperature: float
    top_p: float
    top_k: int
    min_p: float
    repeat_penalty: float


class Family(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """architecture: as the header has it, exactly; name: a regular expression, found anywhere in the model's name."""

    family: str
    sampling: FamilySampling
    source: str
    architecture: str = ""
    name: str = ""

    def includes(self, architecture: str, name: str) -> bool:
        if self.architecture and self.architecture != architecture:
            return False
        return re.search(self.name, name, re.IGNORECASE) is not None


class _Families(msgspec.Struct, frozen=True):
    note: str
    families: list[Family]


@cache
def families() -> tuple[Family, ...]:
    """Raises: LibraryError, when the file is not the one that was shipped."""
    path = assets_dir() / "families.json"
    try:
        return tuple(msgspec.json.decode(path.read_bytes(), type=_Families).families)
    except (OSError, msgspec.DecodeError) as exc:
        raise LibraryError(f"The list of model families {path} cannot be read ({exc}). Reinstall Attune.") from exc


def family_of(architecture: str, name: str) -> Family | None:
    """The first family that includes a model, by its header's architecture and its name."""
    return next((family for family in families() if family.includes(architecture, name)), None)


def family_sampling(architecture: str, name: str) -> SamplingSettings:
    """Sampling for a model: its family's, or Attune's own."""
    family = family_of(architecture, name)
    if family is None:
        return SamplingSettings()
    return msgspec.structs.replace(SamplingSettings(), **msgspec.structs.asdict(family.sampling))
