"""Fetching one model file: resumable, checked, and in place only once it is whole. Nothing is fetched unasked.

A file grows as `NAME.part`, with what is known of it in `NAME.part.json`. It goes on from there only when the server
proves that the file is the same (a strong ETag, `If-Range`). The hash is taken while writing. When all bytes are there
and the file is what it should be, it is renamed, and `NAME.json` keeps where it came from: the proof that Attune
fetched it, and so may delete it.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import http.client
import os
import re
import shutil
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Literal

import msgspec

from engine.errors import FetchError, FetchStoppedError, ModelFileError
from engine.files import write_atomically
from engine.library import web
from engine.library.addresses import host_of
from engine.library.gguf import MAGIC, read_gguf
from engine.library.hub import RemoteFile
from engine.library.receipts import PART_SUFFIX, Receipt, part_path, read_receipt, receipt_path

CHUNK_BYTES = 256 * 1024
DISK_MARGIN_BYTES = 256 * 1024 * 1024
"""Left free on the disk: a full disk harms more than a missing model."""
MAX_NAME = 180
MAX_RETRY_AFTER_S = 60.0
MAX_ATTEMPTS = 200
_RETRIED = (408, 425, 429)

State = Literal["connecting", "fetching", "waiting", "checking"]


@dataclass(frozen=True)
class FetchProgress:
    """n_total: None where the server does not say. sentence: why it waits, when it waits."""

    state: State
    n_done: int
    n_total: int | None
    bytes_per_s: float = 0.0
    sentence: str = ""


@dataclass(frozen=True)
class Patience:
    """How long and how often. max_failures: in a row without a single new byte."""

    timeout_s: float = 30.0
    max_failures: int = 5
    backoff_s: float = 1.0


OnProgress = Callable[[FetchProgress], None]
ShouldStop = Callable[[], bool]


def fetch_model(
    files: Sequence[RemoteFile],
    directory: Path,
    *,
    on_progress: OnProgress,
    should_stop: ShouldStop,
    patience: Patience | None = None,
) -> Path:
    """Fetch a model's file, or all parts of a split one, into a directory. Parts that are there already stay.

    Returns: the path of the (first) file.

    Raises:
        FetchError: it cannot be had, does not fit on the disk, or is not what was announced.
        FetchStoppedError: `should_stop` said so; the next call goes on from there.
    """
    sizes = [file.n_bytes for file in files]
    known = [size for size in sizes if size is not None]
    total = sum(known) if len(known) == len(sizes) else None
    before = 0
    paths = []
    for file in files:
        offset = before

        def report(progress: FetchProgress, offset: int = offset) -> None:
            whole = total if len(files) > 1 else progress.n_total
            on_progress(
                FetchProgress(progress.state, offset + progress.n_done, whole, progress.bytes_per_s, progress.sentence)
            )

        paths.append(fetch_file(file, directory, on_progress=report, should_stop=should_stop, patience=patience))
        before += paths[-1].stat().st_size
    return paths[0]


def fetch_file(
    file: RemoteFile,
    directory: Path,
    *,
    on_progress: OnProgress,
    should_stop: ShouldStop,
    patience: Patience | None = None,
) -> Path:
    """Fetch one file. Arguments, result and errors as for `fetch_model`."""
    path = directory / file_name(file.name)
    if path.exists():
        return path
    try:
        directory.mkdir(parents=True, exist_ok=True)
        with _alone(part_path(path)):
            return _Download(file, path, on_progress, should_stop, patience or Patience()).run()
    except OSError as exc:
        raise _disk_error(exc, directory) from exc


def file_name(name: str) -> str:
    """A name that cannot leave its directory.

    Raises: FetchError, when nothing is left of it.
    """
    safe = re.sub(r"[^\w.+-]+", "_", name).strip("._ ")
    if not safe.lower().endswith(".gguf") or len(safe) <= len(".gguf"):
        raise FetchError(f"“{name}” is no name of a GGUF file.")
    return safe if len(safe) <= MAX_NAME else safe[-MAX_NAME:].lstrip("._ ")


class _InterruptedError(Exception):
    """This attempt is over; another may go on."""

    def __init__(self, sentence: str, wait_s: float = 0.0) -> None:
        super().__init__(sentence)
        self.wait_s = wait_s


class _Download:
    """One file on its way."""

    def __init__(
        self, file: RemoteFile, path: Path, on_progress: OnProgress, should_stop: ShouldStop, patience: Patience
    ) -> None:
        self._file = file
        self._path = path
        self._part = part_path(path)
        self._report = on_progress
        self._should_stop = should_stop
        self._patience = patience
        self._n_done = 0
        self._n_total = file.n_bytes
        self._sha256 = file.sha256
        self._etag = ""
        self._hash = hashlib.sha256()
        self._speed = _Speed()

    def run(self) -> Path:
        self._take_up()
        failures = attempts = 0
        while True:
            before = self._n_done
            try:
                self._attempt()
                break
            except _InterruptedError as exc:
                attempts += 1
                failures = 1 if self._n_done > before else failures + 1
                if failures > self._patience.max_failures or attempts >= MAX_ATTEMPTS:
                    raise FetchError(f"{exc} Attune tried {attempts} times. What has come is kept.") from exc
                self._wait(max(exc.wait_s, self._patience.backoff_s * 2 ** (failures - 1)), str(exc))
        return self._put_in_place()

    # where it left off

    def _take_up(self) -> None:
        """Go on with what an earlier call left, if it is of the same address and its server can prove that."""
        earlier = read_receipt(self._part)
        is_same = earlier is not None and earlier.url == self._file.url and _is_strong(earlier.etag)
        if earlier is None or not is_same or not self._part.exists() or self._disagrees(earlier):
            self._start_over()
            return
        self._etag = earlier.etag
        self._sha256 = self._sha256 or earlier.sha256
        self._n_total = self._n_total or earlier.n_bytes
        self._rehash()

    def _disagrees(self, earlier: Receipt) -> bool:
        """Whether another file was announced then."""
        then, now = (earlier.sha256, earlier.n_bytes), (self._sha256, self._n_total)
        return any(a is not None and b is not None and a != b for a, b in zip(then, now, strict=True))

    def _rehash(self) -> None:
        size = self._part.stat().st_size
        with self._part.open("rb") as part:
            while chunk := part.read(1 << 20):
                self._stop_if_asked()
                self._hash.update(chunk)
                self._n_done += len(chunk)
                self._tell("checking", n_done=self._n_done, n_total=size)

    def _start_over(self) -> None:
        self._part.unlink(missing_ok=True)
        self._n_done, self._etag, self._hash = 0, "", hashlib.sha256()
        self._speed = _Speed()

    # one connection

    def _attempt(self) -> None:
        self._stop_if_asked()
        if self._n_total and self._n_done == self._n_total:
            return
        self._tell("connecting")
        headers = {}
        if self._n_done and not _is_strong(self._etag):
            self._start_over()
        if self._n_done:
            headers = {"Range": f"bytes={self._n_done}-", "If-Range": self._etag}
        try:
            response = web.open_url(self._file.url, headers, self._patience.timeout_s)
        except web.ConnectionFailedError as exc:
            raise _InterruptedError(str(exc)) from exc
        except web.StatusError as exc:
            self._on_refusal(exc)
            return
        with response.body:
            self._on_answer(response)
            self._keep_note()
            self._check_disk()
            self._receive(response)

    def _on_refusal(self, refusal: web.StatusError) -> None:
        """Raises, or returns when the refusal means that all bytes are here."""
        if refusal.status == 416 and self._n_done:
            whole = re.fullmatch(r"bytes \*/(\d+)", refusal.headers.get("Content-Range", "").strip())
            if whole and int(whole[1]) == self._n_done:
                return
            self._start_over()
            raise _InterruptedError("The server has another file than before, so fetching starts again.")
        if refusal.status >= 500 or refusal.status in _RETRIED:
            after = refusal.headers.get("Retry-After", "")
            wait_s = min(float(after), MAX_RETRY_AFTER_S) if after.isdecimal() else 0.0
            raise _InterruptedError(str(refusal), wait_s)
        raise refusal

    def _on_answer(self, response: web.Response) -> None:
        """Read what the answer says of the file, and decide whether its bytes go on from ours or begin anew."""
        if response.header("Content-Encoding") not in ("", "identity"):
            raise FetchError(f"{host_of(self._file.url)} sends the file packed, in a way that cannot be checked.")
        etag = response.header("ETag")
        if response.status == 206:
            found = re.fullmatch(r"bytes (\d+)-\d+/(\d+|\*)", response.header("Content-Range").strip())
            continues = found is not None and int(found[1]) == self._n_done and etag in ("", self._etag)
            if found is None or not continues:
                self._start_over()
                raise _InterruptedError("The server has another file than before, so fetching starts again.")
            announced = None if found[2] == "*" else int(found[2])
        else:
            if self._n_done:
                self._start_over()
            self._etag = etag
            length = response.header("Content-Length")
            announced = int(length) if length.isdecimal() else None
        self._compare_size(announced, response.linked)

    def _compare_size(self, announced: int | None, linked: web.Linked) -> None:
        expected = self._file.n_bytes
        if self._file.sha256 and linked.sha256 and self._file.sha256 != linked.sha256:
            raise FetchError(f"{self._file.name} is now another file than the one that is known. Nothing was fetched.")
        if expected is not None and announced is not None and announced != expected:
            raise FetchError(
                f"{self._file.name} should have {expected:,} bytes, but the server offers {announced:,}. "
                "It is not the file that was asked for."
            )
        self._sha256 = self._sha256 or linked.sha256
        self._n_total = expected or announced or linked.n_bytes

    def _receive(self, response: web.Response) -> None:
        with self._part.open("ab") as part:
            while True:
                self._stop_if_asked()
                chunk = self._read(response)
                if not chunk:
                    break
                self._check_chunk(chunk)
                part.write(chunk)
                self._hash.update(chunk)
                self._n_done += len(chunk)
                self._speed.add(len(chunk))
                self._tell("fetching")
            part.flush()
            os.fsync(part.fileno())
        if self._n_total is not None and self._n_done < self._n_total:
            raise _InterruptedError(f"The connection ended {self._n_total - self._n_done:,} bytes too early.")

    def _read(self, response: web.Response) -> bytes:
        try:
            return response.body.read1(CHUNK_BYTES)
        except TimeoutError as exc:
            raise _InterruptedError(f"{host_of(self._file.url)} stopped sending.") from exc
        except (OSError, http.client.HTTPException) as exc:
            raise _InterruptedError(f"The connection to {host_of(self._file.url)} broke off.") from exc

    def _check_chunk(self, chunk: bytes) -> None:
        """Stop early at what is no model, or is more than was announced."""
        if self._n_done == 0 and len(chunk) >= len(MAGIC) and not chunk.startswith(MAGIC):
            self._forget()
            raise FetchError(f"{host_of(self._file.url)} sent something that is not a GGUF model. It was not kept.")
        if self._n_total is not None and self._n_done + len(chunk) > self._n_total:
            self._forget()
            raise FetchError(f"{host_of(self._file.url)} sent more than it had announced. It was not kept.")

    # the end

    def _put_in_place(self) -> Path:
        self._tell("checking")
        if self._sha256 is not None and self._hash.hexdigest() != self._sha256:
            self._forget()
            raise FetchError(
                f"{self._file.name} arrived, but it is not the announced file: its SHA-256 differs. It was deleted."
            )
        try:
            read_gguf(self._part)
        except ModelFileError as exc:
            self._forget()
            raise FetchError(f"What arrived was deleted, because it cannot be used. {exc}") from exc
        self._save(receipt_path(self._path), self._hash.hexdigest())
        self._part.replace(self._path)
        receipt_path(self._part).unlink(missing_ok=True)
        return self._path

    def _keep_note(self) -> None:
        self._save(receipt_path(self._part), self._sha256)

    def _save(self, path: Path, sha256: str | None) -> None:
        now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        receipt = Receipt(
            url=self._file.url,
            target=self._file.target,
            repo=self._file.repo,
            n_bytes=self._n_total,
            sha256=sha256,
            etag=self._etag,
            fetched_at=now,
        )
        write_atomically(path, msgspec.json.encode(receipt))

    def _forget(self) -> None:
        self._start_over()
        receipt_path(self._part).unlink(missing_ok=True)

    # small things

    def _check_disk(self) -> None:
        if self._n_total is None:
            return
        free, needed = shutil.disk_usage(self._part.parent).free, self._n_total - self._n_done + DISK_MARGIN_BYTES
        if free < needed:
            raise FetchError(
                f"There is not enough room on the disk: {needed / 1e9:.1f} GB are needed in {self._part.parent}, "
                f"and {free / 1e9:.1f} GB are free."
            )

    def _stop_if_asked(self) -> None:
        if self._should_stop():
            raise FetchStoppedError(f"Fetching {self._file.name} was paused.")

    def _wait(self, seconds: float, sentence: str) -> None:
        self._tell("waiting", sentence=sentence)
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            self._stop_if_asked()
            time.sleep(min(0.1, left))

    def _tell(self, state: State, *, n_done: int | None = None, n_total: int | None = None, sentence: str = "") -> None:
        self._report(
            FetchProgress(
                state,
                self._n_done if n_done is None else n_done,
                n_total or self._n_total,
                self._speed.bytes_per_s() if state == "fetching" else 0.0,
                sentence,
            )
        )


class _Speed:
    """Bytes a second over the last few seconds."""

    WINDOW_S = 5.0

    def __init__(self) -> None:
        self._started = time.monotonic()
        self._recent: deque[tuple[float, int]] = deque()

    def add(self, n_bytes: int) -> None:
        now = time.monotonic()
        self._recent.append((now, n_bytes))
        while self._recent[0][0] < now - self.WINDOW_S:
            self._recent.popleft()

    def bytes_per_s(self) -> float:
        now = time.monotonic()
        span = min(self.WINDOW_S, now - self._started)
        return sum(n_bytes for _, n_bytes in self._recent) / span if span > 0 else 0.0


@contextmanager
def _alone(part: Path) -> Iterator[None]:
    """Hold a lock beside the part, which ends with the process: two writers would make one broken file."""
    lock = part.with_name(part.name + ".lock")
    with lock.open("ab") as file:
        try:
            _lock(file)
        except OSError as exc:
            raise FetchError(f"{part.name.removesuffix(PART_SUFFIX)} is being fetched already.") from exc
        try:
            yield
        finally:
            with contextlib.suppress(OSError):  # on Windows an open file stays
                lock.unlink()


def _lock(file: IO[bytes]) -> None:
    if os.name == "nt":
        import msvcrt

        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
    else:
        import fcntl

        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _is_strong(etag: str) -> bool:
    """Only a strong ETag says that every byte is the same."""
    return etag.startswith('"')


def _disk_error(exc: OSError, directory: Path) -> FetchError:
    if exc.errno in (errno.ENOSPC, errno.EDQUOT):
        return FetchError(f"The disk is full. What has come is kept in {directory}: make room, then go on.")
    return FetchError(f"Attune cannot write to {directory} ({exc.strerror or exc}).")
