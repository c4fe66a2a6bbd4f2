"""One server process for all tests that need a model; one in this process, without, for those that never get to it."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from pathlib import Path

import openai
import pytest
from helpers.profiles import make_profile
from helpers.server import API_KEY, TIMEOUT_S, ServerProcess

from engine.preferences.taste_model import TasteModel
from engine.server import local_server
from engine.server.local_server import LocalServer
from engine.server.model_queue import ModelQueue


@pytest.fixture(scope="session")
def profile(tmp_path_factory: pytest.TempPathFactory, taste: TasteModel) -> Path:
    """Of somebody who likes it short."""
    return make_profile(tmp_path_factory.mktemp("profiles") / "me.json", taste, likes_long=False)


@pytest.fixture(scope="session")
def server(profile: Path) -> Iterator[ServerProcess]:
    """With the bundled model, this profile and a key."""
    server = ServerProcess("--profile", profile, api_key=API_KEY)
    yield server
    server.stop()


@pytest.fixture(scope="session")
def client(server: ServerProcess) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(base_url=server.base_url, api_key=API_KEY, max_retries=0, timeout=TIMEOUT_S) as client:
        yield client


@contextlib.contextmanager
def serving() -> Iterator[LocalServer]:
    with LocalServer(0, ModelQueue(lambda: None), "some-model", n_drafts=4) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture
def modelless() -> Iterator[LocalServer]:
    """Nobody works the line off: whoever gets into it waits."""
    with serving() as server:
        yield server


@pytest.fixture
def narrow(monkeypatch: pytest.MonkeyPatch) -> Iterator[LocalServer]:
    """The same, for two connections at most."""
    monkeypatch.setattr(local_server, "N_CONNECTIONS_MAX", 2)
    with serving() as server:
        yield server
