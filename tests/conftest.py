"""For every test: the worker's environment settings, and a data directory that is not the person's own."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from engine import process_settings

process_settings.apply()  # before anything loads llama.cpp or torch
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")  # the test command gives a real (virtual) screen


@pytest.fixture(autouse=True)
def _own_directories(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever forgets to be told where to write, writes below the test's own directory."""
    for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME"):
        monkeypatch.setenv(name, str(tmp_path / name.lower()))
