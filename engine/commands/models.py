"""the models on this machine: list, add, fetch, remove, check whether they fit, recommend"""

from __future__ import annotations

import argparse
import os
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from engine.commands.base import Outcome
from engine.errors import EngineError, FetchStoppedError
from engine.library.addresses import hub_address
from engine.library.bundled import bundled_model_path
from engine.library.catalogue import load_catalogue
from engine.library.devices import machine, probe
from engine.library.fetch import FetchProgress, fetch_model
from engine.library.fit import gigabytes, judge
from engine.library.header import read_header
from engine.library.hub import resolve
from engine.library.listing import FitSummary, HeaderSummary, ListedModel, ListedRecommendation, make_listing
from engine.library.shelf import Shelf
from engine.paths import Paths

PROGRESS_EVERY_S = 0.25


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    for name, (add, _run, summary) in _ACTIONS.items():
        sub = actions.add_parser(name, help=summary, description=summary)
        sub.add_argument("--data-dir", type=Path, metavar="DIR", help="keep everything in DIR")
        # the parser above has it too: only when it is given here may it speak
        sub.add_argument("--json", action="store_true", default=argparse.SUPPRESS, help="print JSON")
        add(sub)


def run(arguments: argparse.Namespace) -> Outcome:
    paths = Paths.under(arguments.data_dir) if arguments.data_dir else Paths.default()
    return _ACTIONS[arguments.action][1](arguments, paths)


# list, add, remove


def _list(_arguments: argparse.Namespace, paths: Paths) -> Outcome:
    listing = make_listing(Shelf(paths), machine(), load_catalogue())
    lines = [f"{model.name} · {model.place}\n    {model.path}\n    {model.verdict_line}" for model in listing.models]
    lines += [f"{Path(each.path).name} · paused at {gigabytes(each.n_done)}" for each in listing.paused]
    return Outcome(json=listing, text="\n".join(lines))


def _add(arguments: argparse.Namespace, paths: Paths) -> Outcome:
    model = ListedModel.of(Shelf(paths).add(arguments.file), machine())
    return Outcome(json=model, text=f"{model.name} is among your models. {model.verdict_line}")


def _remove(arguments: argparse.Namespace, paths: Paths) -> Outcome:
    deleted = Shelf(paths).remove(arguments.file)
    what = "was deleted" if deleted else "is no longer among your models; the file stays where it is"
    return Outcome(json={"path": str(arguments.file), "deleted": deleted}, text=f"{arguments.file.name} {what}.")


# fetch


def _add_fetch_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "target",
        metavar="WHAT",
        help="a name of the catalogue, owner/repository[:QUANTISATION], or the address of a file",
    )
    parser.add_argument("--hub", metavar="URL", help="another hub (or set HF_ENDPOINT)")
    parser.add_argument(
        "--json-lines", action="store_true", help="print progress as JSON, a line each; stop when stdin is closed"
    )


def _fetch(arguments: argparse.Namespace, paths: Paths) -> Outcome:
    known = load_catalogue().find(arguments.target)
    target = known.target if known else arguments.target
    stopped = threading.Event()
    if arguments.json_lines:
        threading.Thread(target=_wait_for_end, args=(stopped,), daemon=True).start()
    files = resolve(target, (arguments.hub or hub_address()).rstrip("/"))
    directory = paths.models.joinpath(*_safe_parts(files[0].repo))
    reporter = _Reporter(arguments.json_lines)
    try:
        path = fetch_model(files, directory, on_progress=reporter.report, should_stop=stopped.is_set)
    except KeyboardInterrupt as exc:
        raise FetchStoppedError("Paused. The same command goes on from here.") from exc
    finally:
        reporter.end()
    header = read_header(path)
    json = {"event": "done", "path": str(path), "name": header.name}
    return Outcome(json=json, text=f"{header.name} is in {path}. {judge(header, machine()).sentence}")


def _safe_parts(repo: str) -> list[str]:
    """`owner/repo` as directories."""
    return [part for part in repo.replace("\\", "/").split("/") if part.strip(". ")]


def _wait_for_end(stopped: threading.Event) -> None:
    """Whoever started this has gone, or wants it to stop, when stdin ends."""
    # not through sys.stdin: a thread that waits inside its buffer makes the interpreter abort when it ends
    while os.read(sys.stdin.fileno(), 4096):
        pass
    stopped.set()


class _Reporter:
    """Progress on stdout as JSON lines, or on stderr as one line that is written over."""

    def __init__(self, json_lines: bool) -> None:
        self._json_lines = json_lines
        self._last = 0.0
        self._last_state = ""

    def report(self, progress: FetchProgress) -> None:
        now = time.monotonic()
        if progress.state == self._last_state and now - self._last < PROGRESS_EVERY_S:
            return
        self._last, self._last_state = now, progress.state
        if self._json_lines:
            line = msgspec.json.encode({"event": "progress", **_as_dict(progress)}).decode()
            print(line, flush=True)
        elif sys.stderr.isatty():
            total = f" of {gigabytes(progress.n_total)}" if progress.n_total else ""
            speed = f", {progress.bytes_per_s / 1e6:.1f} MB/s" if progress.bytes_per_s else ""
            text = f"{progress.state}: {gigabytes(progress.n_done)}{total}{speed} {progress.sentence}"
            sys.stderr.write(f"\r\x1b[K{text[:110]}")
            sys.stderr.flush()

    def end(self) -> None:
        if not self._json_lines and sys.stderr.isatty():
            sys.stderr.write("\n")


def _as_dict(progress: FetchProgress) -> dict[str, Any]:
    return {name: getattr(progress, name) for name in ("state", "n_done", "n_total", "bytes_per_s", "sentence")}


# check, recommend, devices


def _add_check_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "file", type=Path, nargs="?", metavar="FILE", help="a GGUF file; without one, the bundled model"
    )
    parser.add_argument(
        "--measure", action="store_true", help="load it, and set the estimate beside the memory it takes"
    )
    parser.add_argument("--cells", default="512,2048,8192", metavar="N,…", help="sizes of the context to measure")
    parser.add_argument("--sequences", default="1,16", metavar="N,…", help="numbers of sequences to measure")


def _check(arguments: argparse.Namespace, _paths: Paths) -> Outcome:
    path = arguments.file or bundled_model_path()
    header = read_header(path)
    if arguments.measure:
        from engine.commands.model_memory import compare

        rows = compare(header, _numbers(arguments.cells), _numbers(arguments.sequences))
        lines = ["cells  sequences  estimate  measured  difference"]
        lines += [
            f"{row['cells']:>5}  {row['sequences']:>9}  {row['estimate'] / 1e6:>5.0f} MB  "
            f"{row['measured'] / 1e6:>5.0f} MB  {row['difference']:>+9.1%}"
            for row in rows
        ]
        return Outcome(json={"model": str(path), "rows": rows}, text="\n".join(lines))
    here = machine()
    fit = FitSummary.of(judge(header, here))
    json = {"model": str(path), "header": HeaderSummary.of(header), "fit": fit, "machine": here}
    text = f"{header.name}, {header.quantisation}, {header.architecture}\n{fit.words}: {fit.sentence}"
    return Outcome(json=json, text=text)


def _numbers(text: str) -> list[int]:
    try:
        numbers = [int(word) for word in text.split(",")]
    except ValueError as exc:
        raise EngineError(f"“{text}” should be numbers with commas between them.") from exc
    if not numbers or min(numbers) < 1 or max(numbers) > 1 << 20:
        raise EngineError(f"“{text}” should be numbers of at least 1.")
    return numbers


def _add_measure_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE")
    parser.add_argument("--cells", type=int, required=True, metavar="N")
    parser.add_argument("--sequences", type=int, required=True, metavar="N")


def _measure(arguments: argparse.Namespace, _paths: Paths) -> Outcome:
    from engine.commands.model_memory import measure

    measured = measure(arguments.file, arguments.cells, arguments.sequences)
    return Outcome(json={"measured": measured}, text=f"{measured:,} bytes")


def _recommend(_arguments: argparse.Namespace, paths: Paths) -> Outcome:
    listing = make_listing(Shelf(paths), machine(), load_catalogue())
    lines = [
        f"{each.id}: {each.name}, {_download_text(each)}, {each.licence}\n    {each.why}"
        for each in listing.recommended
    ]
    json = {"machine": listing.machine, "sizes_from": listing.sizes_from, "models": listing.recommended}
    return Outcome(json=json, text="\n".join([*lines, f"Sizes as of {listing.sizes_from}."]))


def _download_text(model: ListedRecommendation) -> str:
    return f"about {model.download_gb:.1f} GB" if model.download_gb else "size not known"


def _devices(_arguments: argparse.Namespace, _paths: Paths) -> Outcome:
    devices = probe()
    lines = [
        f"{each.name}: {each.description} ({each.kind}), "
        f"{gigabytes(each.free_bytes)} of {gigabytes(each.total_bytes)} free"
        for each in devices
    ]
    return Outcome(json={"devices": devices}, text="\n".join(lines) or "ggml sees no device.")


def _nothing(_parser: argparse.ArgumentParser) -> None:
    pass


def _add_file(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE")


_Action = tuple[Callable[[argparse.ArgumentParser], None], Callable[[argparse.Namespace, Paths], Outcome], str]
_ACTIONS: dict[str, _Action] = {
    "list": (_nothing, _list, "every model here, with whether it fits"),
    "add": (_add_file, _add, "put a GGUF file on the list, where it is"),
    "fetch": (_add_fetch_arguments, _fetch, "fetch a model; goes on where it was paused"),
    "remove": (_add_file, _remove, "delete what Attune fetched, or take a file off the list"),
    "check": (_add_check_arguments, _check, "whether a file fits, and what it is"),
    "recommend": (_nothing, _recommend, "what to fetch for this machine"),
    "devices": (_nothing, _devices, "what ggml can run on here"),
    "measure": (_add_measure_arguments, _measure, "load a model once, and say the memory it took"),
}
