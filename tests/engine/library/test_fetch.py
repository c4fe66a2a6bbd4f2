"""Fetching from a real server that does everything servers do, and a person's disk that stays tidy."""

from __future__ import annotations

import errno
import hashlib
import io
import os
import shutil
from collections import namedtuple
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from helpers.gguf_files import LLAMA, gguf_bytes
from helpers.model_server import ModelServer, serving

from engine.errors import FetchError, FetchStoppedError
from engine.library import web
from engine.library.fetch import (
    FetchProgress,
    Patience,
    fetch_file,
    fetch_model,
    file_name,
)
from engine.library.hub import RemoteFile, choose, resolve
from engine.library.receipts import part_path, read_receipt, receipt_path

CONTENT = gguf_bytes(LLAMA, padding=1_000_000)
SHA256 = hashlib.sha256(CONTENT).hexdigest()
NAME = "m.Q4_K_M.gguf"
QUICK = Patience(timeout_s=0.5, max_failures=3, backoff_s=0.01)
HALF = 500_000


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", "127.0.0.1")


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with serving(CONTENT) as server:
        yield server


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    return tmp_path / "models"


class Fetching:
    """One call, with what it reported; stops once `stop_at` bytes are there."""

    def __init__(self, directory: Path, stop_at: int | None = None) -> None:
        self.reports: list[FetchProgress] = []
        self._directory = directory
        self._stop_at = stop_at

    def run(self, file: RemoteFile) -> Path:
        return fetch_file(
            file,
            self._directory,
            on_progress=self.reports.append,
            should_stop=lambda: bool(self._stop_at and self.reports and self.reports[-1].n_done >= self._stop_at),
            patience=QUICK,
        )


def plain(server: ModelServer, **known: object) -> RemoteFile:
    return RemoteFile(server.url(), NAME, "org/repo", **known)


def known(server: ModelServer) -> RemoteFile:
    return plain(server, n_bytes=len(CONTENT), sha256=SHA256)


def fails(directory: Path, file: RemoteFile) -> str:
    with pytest.raises(FetchError) as raised:
        Fetching(directory).run(file)
    return str(raised.value)


def names(directory: Path) -> list[str]:
    return sorted(path.name for path in directory.iterdir()) if directory.exists() else []


# what goes well


def test_a_file_arrives_whole_with_a_receipt_and_nothing_else(server: ModelServer, directory: Path):
    fetching = Fetching(directory)
    path = fetching.run(known(server))
    assert path.read_bytes() == CONTENT
    receipt = read_receipt(path)
    assert receipt is not None
    assert (receipt.url, receipt.repo, receipt.sha256, receipt.n_bytes) == (
        server.url(),
        "org/repo",
        SHA256,
        len(CONTENT),
    )
    assert names(directory) == [NAME, NAME + ".json"]
    done = [report.n_done for report in fetching.reports]
    assert done == sorted(done)
    assert fetching.reports[-1].n_done == fetching.reports[-1].n_total == len(CONTENT)
    assert max(report.bytes_per_s for report in fetching.reports) > 0


def test_a_file_that_is_there_is_not_fetched_again(server: ModelServer, directory: Path):
    Fetching(directory).run(known(server))
    Fetching(directory).run(known(server))
    assert len(server.requests) == 1


def test_a_paused_fetch_goes_on_where_it_was(server: ModelServer, directory: Path):
    with pytest.raises(FetchStoppedError, match="was paused"):
        Fetching(directory, stop_at=HALF).run(known(server))
    assert not (directory / NAME).exists()
    n_kept = part_path(directory / NAME).stat().st_size
    assert HALF <= n_kept < len(CONTENT)
    assert Fetching(directory).run(known(server)).read_bytes() == CONTENT
    assert server.ranges == ["", f"bytes={n_kept}-"]


def test_a_redirect_is_followed_and_resumed_through(server: ModelServer, directory: Path):
    server.files["elsewhere.gguf"] = CONTENT
    server.behaviours = [f"redirect {server.url('elsewhere.gguf')}", f"drop {HALF}"]
    server.behaviours += [f"redirect {server.url('elsewhere.gguf')}", ""]
    assert Fetching(directory).run(known(server)).read_bytes() == CONTENT
    assert server.ranges == ["", "", f"bytes={HALF}-", f"bytes={HALF}-"]


def test_a_length_that_is_not_said_is_no_obstacle(server: ModelServer, directory: Path):
    server.behaviours = ["no-length"]
    fetching = Fetching(directory)
    assert fetching.run(plain(server)).read_bytes() == CONTENT
    assert {report.n_total for report in fetching.reports} == {None}


def test_a_length_that_was_a_lie_is_corrected_by_asking_again(server: ModelServer, directory: Path):
    server.behaviours = ["short 9"]
    assert Fetching(directory).run(plain(server)).read_bytes() == CONTENT
    assert server.ranges == ["", f"bytes={len(CONTENT)}-"]


def test_all_parts_of_a_split_model_are_fetched_in_order(directory: Path):
    parts = [gguf_bytes({**LLAMA, "split.no": n, "split.count": 2}, padding=1000) for n in (0, 1)]
    with serving(parts[0], "big-Q4_K_M-00001-of-00002.gguf") as server:
        server.files["big-Q4_K_M-00002-of-00002.gguf"] = parts[1]
        server.files["mmproj-Q4_K_M.gguf"] = b""
        files = resolve("org/repo", server.address)
        reports: list[FetchProgress] = []
        path = fetch_model(files, directory, on_progress=reports.append, should_stop=lambda: False)
    assert path.name == "big-Q4_K_M-00001-of-00002.gguf"
    assert [p.read_bytes() for p in sorted(directory.glob("*.gguf"))] == parts
    assert {report.n_total for report in reports} == {sum(map(len, parts))}
    assert reports[-1].n_done == sum(map(len, parts))


# what goes wrong on the way and can be mended


@pytest.mark.parametrize(
    "behaviours",
    [
        ["drop 0"],
        ["drop 3"],
        [f"drop {HALF}"],
        [f"drop {HALF}", "drop 1", "drop 100000", f"drop {len(CONTENT) - 1}"],
        [f"stall {HALF}"],
        ["status 503"],
        [f"drop {HALF}", "status 500", "status 429"],
        [f"drop {HALF}", "ignore-range"],
        [f"drop {HALF}", "bad-range"],
        [f"drop {HALF}", "status 416"],
        [f"drop {HALF}", "redirect {self}"],
    ],
    ids=lambda b: ", ".join(b) if isinstance(b, list) else "",
)
def test_interruptions_are_overcome(server: ModelServer, directory: Path, behaviours: list[str]):
    server.behaviours = [behaviour.replace("{self}", server.url()) for behaviour in behaviours]
    assert Fetching(directory).run(known(server)).read_bytes() == CONTENT
    assert names(directory) == [NAME, NAME + ".json"]


def test_a_weak_etag_proves_nothing_so_fetching_starts_again(server: ModelServer, directory: Path):
    server.behaviours = ["weak"]
    with pytest.raises(FetchStoppedError):
        Fetching(directory, stop_at=HALF).run(plain(server))
    assert Fetching(directory).run(plain(server)).read_bytes() == CONTENT
    assert server.ranges == ["", ""]


def test_a_file_that_changed_meanwhile_is_fetched_anew(server: ModelServer, directory: Path):
    with pytest.raises(FetchStoppedError):
        Fetching(directory, stop_at=HALF).run(plain(server))
    other = CONTENT[:-5] + b"other"
    server.files[NAME], server.etag = other, '"two"'
    assert Fetching(directory).run(plain(server)).read_bytes() == other


def test_a_part_of_another_address_is_not_gone_on_with(server: ModelServer, directory: Path):
    with pytest.raises(FetchStoppedError):
        Fetching(directory, stop_at=HALF).run(plain(server))
    server.files["other.gguf"] = CONTENT
    file = RemoteFile(server.url("other.gguf"), NAME)
    assert Fetching(directory).run(file).read_bytes() == CONTENT
    assert server.ranges == ["", ""]


def test_a_part_that_was_tampered_with_is_noticed(server: ModelServer, directory: Path):
    with pytest.raises(FetchStoppedError):
        Fetching(directory, stop_at=HALF).run(known(server))
    with part_path(directory / NAME).open("r+b") as part:
        part.seek(HALF // 2)
        part.write(b"x")
    assert "SHA-256 differs" in fails(directory, known(server))
    assert names(directory) == []


def test_a_note_that_cannot_be_read_means_starting_again(server: ModelServer, directory: Path):
    with pytest.raises(FetchStoppedError):
        Fetching(directory, stop_at=HALF).run(known(server))
    receipt_path(part_path(directory / NAME)).write_text("{")
    assert Fetching(directory).run(known(server)).read_bytes() == CONTENT
    assert server.ranges == ["", ""]


# what goes wrong for good: a sentence, and nothing usable left behind


@pytest.mark.parametrize(
    ("behaviour", "said"),
    [
        ("status 404", "has no such file"),
        ("status 403", "does not give this file to everybody"),
        ("status 401", "does not give this file to everybody"),
        ("page", "is not a GGUF model"),
        ("gzip", "packed"),
        ("redirect ftp://example.org/m.gguf", "no web address"),
        ("redirect file:///etc/passwd", "does not follow"),
    ],
)
def test_refusals_are_said_at_once(server: ModelServer, directory: Path, behaviour: str, said: str):
    server.behaviours = [behaviour]
    assert said in fails(directory, plain(server))
    assert len(server.requests) == 1
    assert NAME not in names(directory)


def test_a_loop_of_redirects_ends(server: ModelServer, directory: Path):
    server.behaviours = [f"redirect {server.url()}"] * 50
    assert "from address to address" in fails(directory, plain(server))
    assert len(server.requests) <= web.MAX_REDIRECTS + 2


def test_from_https_never_to_http():
    request = web.urllib.request.Request("https://hub.example/m.gguf")
    with pytest.raises(FetchError, match="unprotected"):
        web._Redirects().redirect_request(request, io.BytesIO(), 302, "", {}, "http://cdn.example/m.gguf")


@pytest.mark.parametrize(
    ("behaviour", "said"),
    [("drop 0", "too early"), ("stall 0", "stopped sending"), ("status 502", "a problem of its own")],
)
def test_what_never_gets_better_is_given_up(server: ModelServer, directory: Path, behaviour: str, said: str):
    server.behaviours = [behaviour] * 20
    sentence = fails(directory, plain(server))
    assert said in sentence
    assert len(server.requests) <= QUICK.max_failures + 3
    assert NAME not in names(directory)


def test_nobody_listening_is_said(server: ModelServer, directory: Path):
    file = RemoteFile("http://127.0.0.1:9/m.gguf", NAME)
    assert "127.0.0.1 refuses the connection" in fails(directory, file)


def test_wrong_bytes_of_the_right_length_are_deleted(server: ModelServer, directory: Path):
    server.behaviours = ["wrong"]
    assert "SHA-256 differs" in fails(directory, known(server))
    assert names(directory) == []


def test_another_size_than_announced_is_refused_before_anything_comes(server: ModelServer, directory: Path):
    assert "It is not the file that was asked for" in fails(directory, plain(server, n_bytes=17))
    assert part_path(directory / NAME).exists() is False


def test_more_than_announced_is_refused(server: ModelServer, directory: Path):
    server.behaviours = ["long 5000"]
    assert "more than it had announced" in fails(directory, known(server))
    assert names(directory) == []


def test_a_model_that_is_shorter_than_its_header_says_is_deleted(directory: Path):
    with serving(CONTENT[: len(CONTENT) - 1_000_300]) as server:
        server.hide_hashes = True
        assert "incomplete" in fails(directory, plain(server))
    assert names(directory) == []


def test_a_full_disk_is_said_before_anything_is_fetched(
    server: ModelServer, directory: Path, monkeypatch: pytest.MonkeyPatch
):
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: usage(10**9, 10**9 - 10**6, 10**6))
    assert "not enough room on the disk: 0.3 GB are needed" in fails(directory, known(server))
    assert server.ranges == [""]
    assert not part_path(directory / NAME).exists() or part_path(directory / NAME).stat().st_size == 0


def test_a_disk_that_fills_up_on_the_way_is_said(server: ModelServer, directory: Path, monkeypatch: pytest.MonkeyPatch):
    def no_room(_file: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", no_room)
    assert "The disk is full" in fails(directory, known(server))


def test_two_fetches_of_one_file_do_not_mix(server: ModelServer, directory: Path):
    said: list[str] = []

    def meanwhile(progress: FetchProgress) -> None:
        if progress.state == "fetching" and not said:
            said.append(fails(directory, known(server)))

    fetch_file(known(server), directory, on_progress=meanwhile, should_stop=lambda: False, patience=QUICK)
    assert said == [f"{NAME} is being fetched already."]
    assert (directory / NAME).read_bytes() == CONTENT


@pytest.mark.parametrize("name", ["", ".gguf", "m.txt", "../../.gguf", "m.gguf.exe"])
def test_names_that_are_none_are_refused(name: str):
    with pytest.raises(FetchError):
        file_name(name)


@pytest.mark.parametrize("name", ["../../../m.gguf", "a/b\\c.gguf", "C:\\m.gguf", "m\0\n.gguf", "x" * 300 + "/m.gguf"])
def test_names_cannot_leave_the_directory(name: str):
    assert not {"/", "\\", ":", "\0"} & set(file_name(name))
    assert not file_name(name).startswith(".")


# which file


def test_a_repository_gives_the_preferred_file_with_size_and_hash(server: ModelServer):
    server.files = {"m.Q8_0.gguf": b"x", NAME: CONTENT, "mmproj-m.Q4_K_M.gguf": b"x", "m.imatrix.gguf": b"x"}
    assert resolve("org/repo", server.address) == [replace(known(server), target="org/repo")]
    assert resolve("org/repo:q8_0", server.address)[0].name == "m.Q8_0.gguf"
    assert resolve("org/repo/m.Q8_0.gguf", server.address)[0].name == "m.Q8_0.gguf"


@pytest.mark.parametrize(
    ("target", "said"),
    [
        ("org/repo:Q2_K", "org/repo has no file Q2_K"),
        ("org/repo/other.gguf", "no file other.gguf"),
        ("org/nothing", "has no such file"),
        ("../etc", "names no model"),
        ("org", "names no model"),
        ("org/repo/../x.gguf", "names no model"),
        ("https://example.org/page", "does not end in .gguf"),
    ],
)
def test_what_names_no_model_is_said(server: ModelServer, target: str, said: str):
    with pytest.raises(FetchError, match=said.replace("/", "/")):
        resolve(target, server.address)


def test_an_address_copied_from_a_page_about_the_file_is_understood():
    (file,) = resolve("https://hub.example/org/repo/blob/main/m.gguf?download=true#top", "")
    assert file.url == "https://hub.example/org/repo/resolve/main/m.gguf?download=true"


def test_quantisations_are_told_apart():
    files = ["m-Q4_K_S.gguf", "m-Q4_K_M.gguf", "m-IQ4_K_M.gguf", "m-Q4_K_M_L.gguf"]
    assert choose(files, "") == "m-Q4_K_M.gguf"
    assert choose(["m-F16.gguf"], "") == "m-F16.gguf"
    assert choose(["m-F16.gguf"], "Q4_K_M") is None


def test_a_list_that_cannot_be_read_is_said(server: ModelServer, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("engine.library.hub.MAX_LISTING_BYTES", 10)
    with pytest.raises(FetchError, match="could not be read"):
        resolve("org/repo", server.address)
