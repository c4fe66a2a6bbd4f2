"""All models that a person can choose from: bundled, fetched, added, and those that other programs keep.

Their own list is one small JSON file. A file is deleted only where Attune fetched it (it lies in Attune's models
directory with its receipt beside it); files that others own are forgotten at most.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import msgspec

from engine.errors import EngineError, LibraryError, ModelFileError
from engine.files import write_atomically
from engine.library.bundled import BUNDLED_MODEL_NAME, bundled_model_path
from engine.library.discovery import PROGRAM_NAMES, Location, find_model_files, locations
from engine.library.header import Kind, ModelHeader, is_later_part, read_header
from engine.library.receipts import PART_SUFFIX, Receipt, part_path, read_receipt, receipt_path
from engine.paths import Paths

Origin = Literal["bundled", "fetched", "added", "found"]

_REFUSED: dict[Kind, str] = {
    "base": "it has no chat template, so it would answer in the wrong form. It is probably a base model: choose an "
    "instruct or chat version.",
    "embedding": "it is an embedding model, which turns text into numbers and cannot chat.",
    "projector": "it is a projector (the eyes or ears of another model) and cannot chat by itself.",
    "adapter": "it is an adapter for another model and cannot chat by itself.",
    "other": "it holds no language model.",
}


class LoadRecord(msgspec.Struct, frozen=True):
    """How the last attempt to load a file ended. sentence: why it failed, empty where it did not."""

    ok: bool
    at: str
    sentence: str = ""


class _Added(msgspec.Struct, frozen=True):
    path: str
    at: str = ""


class _ShelfFile(msgspec.Struct):
    version: int = 1
    added: list[_Added] = []
    loads: dict[str, LoadRecord] = {}


@dataclass(frozen=True)
class Entry:
    """One model. place: where it comes from, in words; header None and a sentence where it cannot be read."""

    path: Path
    name: str
    origin: Origin
    place: str
    header: ModelHeader | None
    problem: str = ""
    last_load: LoadRecord | None = None
    receipt: Receipt | None = None

    @property
    def is_deletable(self) -> bool:
        return self.origin == "fetched"

    @property
    def is_removable(self) -> bool:
        return self.origin in ("fetched", "added")


@dataclass(frozen=True)
class PausedFetch:
    """A file that has come in part. path: where it will be."""

    path: Path
    n_done: int
    receipt: Receipt


class Shelf:
    """The models of one installation.

    Args:
        paths: where Attune keeps things.
        places: where other programs keep models; None for the usual places of this machine.
    """

    def __init__(self, paths: Paths, places: Sequence[Location] | None = None) -> None:
        self._paths = paths
        self._places = places

    @property
    def list_path(self) -> Path:
        return self._paths.data / "models.json"

    def entries(self) -> list[Entry]:
        """Everything, each file once: bundled, fetched, added, found. What is found and cannot chat is left out."""
        kept = self._read()
        loads = kept.loads
        result = [*self._bundled(loads), *self._fetched(loads)]
        seen = {_real(entry.path) for entry in result}
        for added in kept.added:
            if _real(Path(added.path)) not in seen:
                seen.add(_real(Path(added.path)))
                result.append(_entry(Path(added.path), "added", "Added by you", loads))
        for found in find_model_files(locations() if self._places is None else self._places):
            if _real(found.path) not in seen:
                seen.add(_real(found.path))
                entry = _entry(found.path, "found", PROGRAM_NAMES[found.program], loads, found.name)
                if entry.header is not None and entry.header.is_chat:
                    result.append(entry)
        return result

    def paused(self) -> list[PausedFetch]:
        """Fetches that can go on."""
        result = []
        for part in sorted(self._paths.models.rglob("*" + PART_SUFFIX)):
            receipt = read_receipt(part)
            if receipt is not None:
                result.append(
                    PausedFetch(part.with_name(part.name.removesuffix(PART_SUFFIX)), part.stat().st_size, receipt)
                )
        return result

    def add(self, path: Path) -> Entry:
        """Put a file on the list, where it is.

        Raises: ModelFileError, when it cannot be read or cannot chat; LibraryError, when the list cannot be kept.
        """
        path = path.absolute()
        header = read_header(path)
        if not header.is_chat:
            raise ModelFileError(path, _REFUSED[header.kind])
        for entry in self.entries():
            if _real(entry.path) == _real(path):
                return entry
        kept = self._read()
        kept.added.append(_Added(str(path), _now()))
        self._write(kept)
        return _entry(path, "added", "Added by you", kept.loads)

    def remove(self, path: Path) -> bool:
        """Delete a model that Attune fetched (or has begun to), or take a file that was added off the list.

        Returns: whether a file was deleted.

        Raises: LibraryError, for a file that others own, or that is not here.
        """
        path = path.absolute()
        if self._is_ours(path):
            self._delete(path)
            return True
        kept = self._read()
        stay = [added for added in kept.added if _real(Path(added.path)) != _real(path)]
        if len(stay) < len(kept.added):
            kept.added = stay
            kept.loads.pop(str(path), None)
            self._write(kept)
            return False
        for entry in self.entries():
            if _real(entry.path) == _real(path):
                raise LibraryError(
                    f"{entry.name} was not put here by Attune ({entry.place}), so Attune leaves it alone."
                )
        raise LibraryError(f"{path} is not among your models.")

    def record_load(self, path: Path, sentence: str = "") -> None:
        """Remember how loading a file ended: "" for well."""
        kept = self._read()
        kept.loads[str(path)] = LoadRecord(not sentence, _now(), sentence)
        self._write(kept)

    # the parts of the list

    def _bundled(self, loads: Mapping[str, LoadRecord]) -> list[Entry]:
        try:
            return [_entry(bundled_model_path(), "bundled", "Comes with Attune", loads, BUNDLED_MODEL_NAME)]
        except EngineError:
            return []

    def _fetched(self, loads: Mapping[str, LoadRecord]) -> list[Entry]:
        return [
            _entry(path, "fetched", "Fetched by Attune", loads)
            for path in sorted(self._paths.models.rglob("*.gguf"))
            if not is_later_part(path) and self._is_ours(path)
        ]

    def _is_ours(self, path: Path) -> bool:
        """In the models directory, a file of its own (no link), with a receipt: finished, or begun."""
        inside = _real(path).is_relative_to(_real(self._paths.models))
        if not inside or path.is_symlink():
            return False
        return (path.is_file() and read_receipt(path) is not None) or read_receipt(part_path(path)) is not None

    def _delete(self, path: Path) -> None:
        try:
            files = read_header(path).parts
        except ModelFileError:
            files = (path,)
        part = part_path(path)
        try:
            for file in files:
                if self._is_ours(file):
                    file.unlink(missing_ok=True)
                    receipt_path(file).unlink(missing_ok=True)
            for file in (part, receipt_path(part)):
                file.unlink(missing_ok=True)
            if path.parent != self._paths.models and not any(path.parent.iterdir()):
                path.parent.rmdir()
        except OSError as exc:
            raise LibraryError(f"{path.name} could not be deleted ({exc.strerror or exc}).") from exc

    # the list on the disk

    def _read(self) -> _ShelfFile:
        """A damaged list is set aside: it only says where files are."""
        try:
            return msgspec.json.decode(self.list_path.read_bytes(), type=_ShelfFile)
        except FileNotFoundError:
            return _ShelfFile()
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            self.list_path.replace(self.list_path.with_name(self.list_path.name + ".damaged"))
            return _ShelfFile()
        except OSError as exc:
            raise LibraryError(f"The list of models cannot be read ({exc.strerror or exc}).") from exc

    def _write(self, kept: _ShelfFile) -> None:
        try:
            self.list_path.parent.mkdir(parents=True, exist_ok=True)
            write_atomically(self.list_path, msgspec.json.format(msgspec.json.encode(kept)), private=True)
        except OSError as exc:
            raise LibraryError(f"The list of models cannot be written ({exc.strerror or exc}).") from exc


def _entry(path: Path, origin: Origin, place: str, loads: Mapping[str, LoadRecord], name: str = "") -> Entry:
    header, problem = None, ""
    try:
        header = read_header(path)
        if not header.is_chat:
            problem = str(ModelFileError(path, _REFUSED[header.kind]))
    except ModelFileError as exc:
        problem = str(exc)
    return Entry(
        path=path,
        name=name or (header.name if header else path.stem),
        origin=origin,
        place=place,
        header=header,
        problem=problem,
        last_load=loads.get(str(path)),
        receipt=read_receipt(path) if origin == "fetched" else None,
    )


def _real(path: Path) -> Path:
    try:
        return path.resolve()
    except (OSError, RuntimeError):  # a loop of links
        return path


def _now() -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
