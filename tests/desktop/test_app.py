"""`attune` as a command: what cannot start says so in one sentence."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from desktop import self_test
from desktop.app import exception_hook
from desktop.assembly import Attune, Stores
from engine.attachments import Attachment
from engine.errors import EngineError, StoreError
from engine.paths import Paths
from engine.protocol import Hello, decode_event

ROOT = Path(__file__).resolve().parents[2]


def run_attune(*arguments: str, timeout_s: float = 300) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"QT_QPA_PLATFORM": "offscreen"}
    return subprocess.run(
        [sys.executable, "-m", "desktop", *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=timeout_s,
    )


def test_a_data_directory_that_cannot_be_written_is_one_sentence(tmp_path: Path):
    (tmp_path / "file").write_text("in the way")
    result = run_attune("--data-dir", str(tmp_path / "file" / "data"))
    assert result.returncode == 1
    assert "cannot write to" in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize("content", [b"this is no database" * 100], ids=["not a database"])
def test_a_damaged_database_is_one_sentence_and_stays_as_it_is(tmp_path: Path, content: bytes):
    database = tmp_path / "attune.db"
    database.write_bytes(content)
    result = run_attune("--data-dir", str(tmp_path))
    assert result.returncode == 1
    assert "cannot open its database" in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1
    assert database.read_bytes() == content


def test_without_a_screen_attune_says_so_instead_of_aborting(tmp_path: Path):
    environment = {k: v for k, v in os.environ.items() if k not in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")}
    result = subprocess.run(
        [sys.executable, "-m", "desktop", "--data-dir", str(tmp_path)],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert result.returncode == 1
    assert "needs a screen" in result.stderr


def test_the_self_test_builds_every_view_and_makes_a_reply():
    result = run_attune("--self-test")
    assert result.returncode == 0, result.stderr
    steps = [line.split(":")[0] for line in result.stdout.splitlines()]
    assert steps == ["stores", "parts", "views", "model", "reply", "self-test"]


@pytest.mark.parametrize(
    ("part", "lost", "sentence"),
    [
        ("available_languages", lambda: ["en"], "The translations are missing."),
        ("find_calibration", lambda *_: None, "What the bundled model makes of requests is missing"),
        ("read_attachment", lambda _path: Attachment(name="page.pdf", text=""), "A PDF file could not be read."),
    ],
)
def test_the_self_test_says_what_a_build_has_lost(
    part: str, lost: Callable[..., object], sentence: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    paths = Paths.under(tmp_path)
    paths.ensure()
    self_test._try_parts(paths)
    monkeypatch.setattr(self_test, part, lost)
    with pytest.raises(EngineError, match=sentence):
        self_test._try_parts(paths)


def test_the_self_test_leaves_the_data_it_is_pointed_at_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    tried: list[Paths] = []
    monkeypatch.setattr(self_test, "_run", tried.append)
    assert self_test.run_self_test(tmp_path / "data") == 0
    assert tried[0].data.parent == tmp_path / "data"
    assert not tried[0].data.exists()


def test_a_self_test_where_nothing_can_be_written_is_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    (tmp_path / "file").write_bytes(b"")
    assert self_test.run_self_test(tmp_path / "file" / "data") == 1
    assert "Attune cannot write to" in capsys.readouterr().err


def test_the_hidden_flag_turns_the_same_executable_into_the_worker():
    result = subprocess.run(
        [sys.executable, "-m", "desktop", "--engine-worker"],
        cwd=ROOT,
        input=b"",
        capture_output=True,
        timeout=120,
    )
    assert result.returncode == 0
    assert isinstance(decode_event(result.stdout.splitlines()[0]), Hello)


def test_a_slot_that_fails_shows_a_sentence_and_the_window_goes_on(attune: Attune, tmp_path: Path):
    hook = exception_hook(attune, tmp_path)
    error = StoreError("Attune could not save: the disk is full.")
    hook(StoreError, error, None)
    assert attune.window.notice_bar.text == str(error)
    assert attune.window.isVisible()


def test_a_second_window_on_the_same_data_says_so_and_leaves_it_alone(paths: Paths):
    first = Stores.open(paths)
    with pytest.raises(StoreError, match="already open"):
        Stores.open(paths)
    first.close()
    Stores.open(paths).close()
