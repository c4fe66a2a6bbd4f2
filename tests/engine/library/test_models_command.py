"""`attune-engine models`: as JSON and as text, from listing to fetching and removing, against a real server."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from helpers.gguf_files import LLAMA, gguf_bytes, write_gguf
from helpers.model_server import ModelServer, serving

from engine.cli import main
from engine.library.bundled import BUNDLED_MODEL_NAME

Capture = pytest.CaptureFixture[str]
CONTENT = gguf_bytes(LLAMA, padding=2_000_000)


@pytest.fixture(autouse=True)
def _apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No models of this machine's other programs, and no proxy between here and the server."""
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    for name in ("HF_HOME", "HF_HUB_CACHE", "OLLAMA_MODELS", "LLAMA_CACHE", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with serving(CONTENT) as server:
        yield server


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    return tmp_path / "data"


def run(capsys: Capture, data_dir: Path, *arguments: object) -> dict:
    code = main(["models", *map(str, arguments), "--data-dir", str(data_dir), "--json"])
    captured = capsys.readouterr()
    assert code == 0, captured.err
    return json.loads(captured.out)


def fails(capsys: Capture, data_dir: Path, *arguments: object) -> str:
    assert main(["models", *map(str, arguments), "--data-dir", str(data_dir)]) == 1
    return capsys.readouterr().err.strip().splitlines()[-1]


def test_a_fresh_list_has_the_bundled_model_with_a_verdict(capsys: Capture, data_dir: Path):
    found = run(capsys, data_dir, "list")
    (model,) = found["models"]
    assert (model["name"], model["origin"], model["removable"]) == (BUNDLED_MODEL_NAME, "bundled", False)
    assert model["fit"]["verdict"] in ("fits", "slow", "wont_fit")
    assert model["header"]["quantisation"] == "Q4_1"
    assert found["machine"]["total_bytes"] > 0
    assert main(["models", "list", "--data-dir", str(data_dir)]) == 0
    assert BUNDLED_MODEL_NAME in capsys.readouterr().out


def test_a_model_is_fetched_listed_and_deleted(capsys: Capture, data_dir: Path, server: ModelServer):
    path = Path(run(capsys, data_dir, "fetch", "org/repo", "--hub", server.address)["path"])
    assert path == data_dir / "models" / "org" / "repo" / "m.Q4_K_M.gguf"
    assert path.read_bytes() == CONTENT
    assert run(capsys, data_dir, "list")["models"][1]["origin"] == "fetched"
    assert run(capsys, data_dir, "remove", path)["deleted"] is True
    assert len(run(capsys, data_dir, "list")["models"]) == 1
    assert not path.exists()


def test_a_catalogue_name_is_fetched_from_its_repository(
    capsys: Capture, data_dir: Path, server: ModelServer, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("HF_ENDPOINT", server.address)
    assert "has no such file" in fails(capsys, data_dir, "fetch", "granite-4.1-3b")
    assert server.requests[0][0].startswith("/api/models/unsloth/granite-4.1-3b-GGUF/tree/main")


def test_a_file_is_added_and_forgotten(capsys: Capture, data_dir: Path, tmp_path: Path):
    path = write_gguf(tmp_path / "mine.gguf")
    assert run(capsys, data_dir, "add", path)["name"] == "Tiny Chat 1B"
    assert run(capsys, data_dir, "remove", path)["deleted"] is False
    assert path.exists()
    assert "not among your models" in fails(capsys, data_dir, "remove", path)


def test_progress_comes_line_by_line_and_ends_when_stdin_does(data_dir: Path, server: ModelServer):
    server.delay_s = 0.1
    command = [sys.executable, "-m", "engine.cli", "models", "fetch", server.url(), "--json-lines", "--json"]
    with subprocess.Popen(
        [*command, "--data-dir", str(data_dir)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdin is not None and process.stdout is not None and process.stderr is not None  # noqa: PT018
        for line in process.stdout:
            progress = json.loads(line)
            if progress["n_done"] > 200_000:
                break
        assert (progress["event"], progress["state"]) == ("progress", "fetching")
        assert progress["n_total"] == len(CONTENT)
        process.stdin.close()
        said = process.stderr.read().decode()
    assert process.returncode == 1
    assert "was paused" in said
    server.delay_s = 0
    (paused,) = json.loads(
        subprocess.run(
            [sys.executable, "-m", "engine.cli", "models", "list", "--json", "--data-dir", str(data_dir)],
            capture_output=True,
            check=True,
        ).stdout
    )["paused"]
    assert 200_000 < paused["n_done"] < len(CONTENT)
    assert paused["target"] == server.url()


def test_a_file_is_judged_without_a_list(capsys: Capture, data_dir: Path, tmp_path: Path):
    found = run(capsys, data_dir, "check", write_gguf(tmp_path / "a.gguf"))
    assert found["header"]["parameters"] == "1B"
    assert found["fit"]["verdict"] == "fits"


def test_the_estimate_is_within_15_percent_of_the_memory_of_a_real_load(capsys: Capture, data_dir: Path):
    rows = run(capsys, data_dir, "check", "--measure", "--cells", "512,4096", "--sequences", "16")["rows"]
    for row in rows:
        assert row["difference"] == pytest.approx(row["estimate"] / row["measured"] - 1)
        assert abs(row["difference"]) < 0.15, row
    assert rows[1]["measured"] - rows[0]["measured"] == pytest.approx(rows[1]["cache"] - rows[0]["cache"], rel=0.15)


def test_recommendations_have_licence_and_size(capsys: Capture, data_dir: Path):
    found = run(capsys, data_dir, "recommend")
    assert found["models"][0]["first_choice"] is True
    assert {"id", "name", "target", "licence", "download_gb", "why", "suited"} <= set(found["models"][0])


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["check", "/nowhere/a.gguf"], "there is no such file"),
        (["add", "/nowhere/a.gguf"], "there is no such file"),
        (["fetch", "nonsense"], "names no model"),
        (["check", "--measure", "--cells", "x"], "should be numbers"),
        (["check", "--measure", "--cells", "0"], "at least 1"),
    ],
)
def test_what_cannot_be_done_is_said(capsys: Capture, data_dir: Path, arguments: list[str], said: str):
    assert said in fails(capsys, data_dir, *arguments)
