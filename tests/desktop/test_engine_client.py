"""The worker process seen from the window, where it misbehaves. What it does when well is tried in the chat's tests."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from desktop.engine_client import MAX_RESTARTS, EngineClient
from engine.protocol import MAX_LINE_BYTES
from engine.store.speeds import SpeedBook
from engine.types import ChatMessage, SamplingSettings

SCRIPTED = Path(__file__).parent.parent / "helpers" / "scripted_worker.py"


@pytest.fixture
def scripted(app, tmp_path: Path) -> Iterator[Callable[[str], EngineClient]]:
    clients: list[EngineClient] = []

    def make(behaviour: str) -> EngineClient:
        client = EngineClient(tmp_path, SpeedBook(tmp_path / "speeds.json"), [sys.executable, str(SCRIPTED), behaviour])
        clients.append(client)
        return client

    yield make
    for client in clients:
        client.shutdown()


def log_of(tmp_path: Path) -> str:
    return (tmp_path / "engine.log").read_text(encoding="utf-8")


def test_lines_that_are_no_events_are_logged_and_ignored(scripted, qtbot: QtBot, tmp_path: Path):
    client = scripted("babbles")
    with qtbot.waitSignal(client.model_loaded, timeout=20_000) as loaded:
        request_id = client.load_model("some.gguf")
    assert loaded.args is not None
    assert loaded.args[0] == request_id
    assert "llama.cpp says hello" in log_of(tmp_path)
    assert "unheard_of" in log_of(tmp_path)
    assert "ignored a line of more than" in log_of(tmp_path)


def test_a_worker_that_keeps_dying_is_restarted_twice_each_time_a_step_further_down_the_ladder(
    scripted, qtbot: QtBot, tmp_path: Path
):
    client = scripted("dies")
    sentences: list[str] = []
    client.gave_up.connect(sentences.append)
    with qtbot.waitSignal(client.finished, timeout=20_000) as finished:
        request_id = client.load_model("some.gguf", n_gpu_layers=20)
    assert finished.args == [request_id]
    assert len(sentences) == 1
    client.shutdown()
    rungs = [line.split()[-1] for line in log_of(tmp_path).splitlines() if " rung " in line]
    assert rungs == [str(rung) for rung in range(MAX_RESTARTS + 1)]


def test_a_reply_without_a_model_fails_with_a_sentence(scripted, qtbot: QtBot):
    client = scripted("babbles")
    failures: list[tuple[int, str, str]] = []
    client.failed.connect(lambda *args: failures.append(args))
    with qtbot.waitSignal(client.finished) as finished:
        request_id = client.generate([ChatMessage("user", "hi")], 1, SamplingSettings(), None)
    assert finished.args == [request_id]
    assert "No model is loaded" in failures[0][1]


def test_a_message_longer_than_a_line_of_the_protocol_fails_instead_of_waiting_for_ever(scripted, qtbot: QtBot):
    client = scripted("babbles")
    with qtbot.waitSignal(client.finished, timeout=20_000):
        client.load_model("some.gguf")
    failures: list[tuple[int, str, str]] = []
    client.failed.connect(lambda *args: failures.append(args))
    with qtbot.waitSignal(client.finished) as finished:
        request_id = client.generate([ChatMessage("user", "x" * MAX_LINE_BYTES)], 1, SamplingSettings(), None)
    assert finished.args == [request_id]
    assert [(number, kind) for number, _, kind in failures] == [(request_id, "prompt")]


def test_a_worker_of_another_version_is_not_used(scripted, qtbot: QtBot):
    client = scripted("old")
    with qtbot.waitSignal(client.gave_up, timeout=20_000):
        client.load_model("some.gguf")
    assert not client.has_model


def test_a_program_that_cannot_be_started_ends_in_a_sentence(app, tmp_path: Path, qtbot: QtBot):
    client = EngineClient(tmp_path, SpeedBook(tmp_path / "speeds.json"), [str(tmp_path / "no-such-program")])
    with qtbot.waitSignal(client.gave_up, timeout=20_000):
        client.load_model("some.gguf")
    client.shutdown()


def test_shutting_down_ends_the_process(scripted, qtbot: QtBot):
    client = scripted("babbles")
    with qtbot.waitSignal(client.ready, timeout=20_000):
        client.start()
    assert client.process_id > 0
    client.shutdown()
    assert client.process_id == 0


def test_a_worker_that_says_why_it_cannot_start_is_believed_and_not_restarted(scripted, qtbot: QtBot):
    client = scripted("refuses")
    failures: list[tuple[int, str, str]] = []
    client.failed.connect(lambda *args: failures.append(args))
    with qtbot.waitSignal(client.gave_up, timeout=20_000) as gave_up:
        request_id = client.load_model("some.gguf")
    assert gave_up.args == ["The encoder is missing."]
    assert failures == [(request_id, "The encoder is missing.", "engine")]
