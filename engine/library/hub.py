"""Which file to fetch: a catalogue's repository, or what a person typed, turned into addresses with size and hash.

Speaks the public interface of Hugging Face's hub.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from urllib.parse import quote, unquote, urlsplit

import msgspec

from engine.errors import FetchError
from engine.library import web
from engine.library.header import part_names

PREFERRED_QUANTISATIONS = ("Q4_K_M", "UD-Q4_K_XL", "Q4_0", "Q4_K_S", "Q5_K_M", "Q8_0")
MAX_LISTING_BYTES = 8 * 1024 * 1024
_REPO = re.compile(r"[\w.-]{1,96}/[\w.-]{1,96}")


@dataclass(frozen=True)
class RemoteFile:
    """One file to fetch. n_bytes and sha256: None where nobody has said them. target: what was asked for to get it."""

    url: str
    name: str
    repo: str = ""
    n_bytes: int | None = None
    sha256: str | None = None
    target: str = ""


class _Lfs(msgspec.Struct):
    oid: str = ""
    size: int = 0


class _Entry(msgspec.Struct):
    path: str
    type: str = "file"
    size: int = 0
    lfs: _Lfs | None = None


def resolve(target: str, hub: str, timeout_s: float = 30.0) -> list[RemoteFile]:
    """The files of what a person named: `owner/repo`, `owner/repo:QUANTISATION`, `owner/repo/file.gguf`, or an address.

    Of a repository, the preferred quantisation that it has; of a split model, all parts in order.

    Raises: FetchError.
    """
    if re.match(r"https?://", target, re.IGNORECASE):
        return [_from_address(target)]
    repo, wanted = _parse(target)
    entries = _listing(hub, repo, timeout_s)
    chosen = choose(list(entries), wanted)
    if chosen is None:
        what = f"no file {wanted}" if wanted else "no GGUF model"
        raise FetchError(f"{repo} has {what}.")
    names = [str(PurePosixPath(chosen).with_name(name)) for name in part_names(PurePosixPath(chosen).name)]
    missing = [name for name in names if name not in entries]
    if missing:
        raise FetchError(f"{repo} lacks {missing[0]}, a part of the model.")
    return [_remote(hub, repo, entries[name], target) for name in names]


def choose(names: Sequence[str], wanted: str) -> str | None:
    """The file to take: the one named, one of the quantisation named, or a preferred one. None where there is none."""
    ggufs = [name for name in names if name.lower().endswith(".gguf") and not _is_left_out(name)]
    if wanted.lower().endswith(".gguf"):
        return wanted if wanted in names else None
    for quantisation in [wanted] if wanted else PREFERRED_QUANTISATIONS:
        pattern = re.compile(rf"(?<![A-Za-z0-9]){re.escape(quantisation)}(?![A-Za-z0-9_])", re.IGNORECASE)
        for name in sorted(ggufs, key=len):
            if pattern.search(name):
                return name
    return min(ggufs, key=len) if ggufs and not wanted else None


def _is_left_out(name: str) -> bool:
    base = PurePosixPath(name).name.lower()
    later = re.search(r"-(\d{5})-of-\d{5}\.gguf$", base)
    return base.startswith("mmproj") or "imatrix" in base or (later is not None and later[1] != "00001")


def _parse(target: str) -> tuple[str, str]:
    """("owner/repo", wanted file or quantisation or "")."""
    head, _, quantisation = target.partition(":")
    words = head.strip("/").split("/")
    repo, rest = "/".join(words[:2]), "/".join(words[2:])
    if not _REPO.fullmatch(repo) or ".." in words or (rest and not rest.lower().endswith(".gguf")):
        raise FetchError(f"“{target}” names no model. Give owner/repository, or the address of a GGUF file.")
    return repo, rest or quantisation


def _listing(hub: str, repo: str, timeout_s: float) -> dict[str, _Entry]:
    response = web.open_url(f"{hub}/api/models/{quote(repo)}/tree/main?recursive=true", {}, timeout_s)
    try:
        with response.body:
            body = response.body.read(MAX_LISTING_BYTES)
        entries = msgspec.json.decode(body, type=list[_Entry])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, OSError, ValueError) as exc:
        raise FetchError(f"The list of files of {repo} could not be read.") from exc
    return {entry.path: entry for entry in entries if entry.type == "file"}


def _remote(hub: str, repo: str, entry: _Entry, target: str) -> RemoteFile:
    sha256 = entry.lfs.oid if entry.lfs and re.fullmatch(r"[0-9a-f]{64}", entry.lfs.oid) else None
    url = f"{hub}/{quote(repo)}/resolve/main/{quote(entry.path)}"
    return RemoteFile(url, PurePosixPath(entry.path).name, repo, entry.size or None, sha256, target)


def _from_address(url: str) -> RemoteFile:
    parts = urlsplit(url)
    name = PurePosixPath(unquote(parts.path)).name
    if not name.lower().endswith(".gguf"):
        raise FetchError(f"{url} does not end in .gguf, so it is no model that Attune can run.")
    # a page about a file, as copied from a browser, and not the file itself
    path = re.sub(r"^(/[^/]+/[^/]+)/blob/", r"\1/resolve/", parts.path)
    return RemoteFile(parts._replace(path=path, fragment="").geturl(), name, parts.hostname or "", target=url)
