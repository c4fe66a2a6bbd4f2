"""Commands of `attune-engine`, run in the test's own process."""

from __future__ import annotations

import json

import pytest

from engine.cli import main


def run_json(capsys: pytest.CaptureFixture[str], *arguments: object) -> dict:
    """Run a command in this process; its JSON."""
    code = main([*map(str, arguments), "--json"])
    captured = capsys.readouterr()
    assert code == 0, captured.err
    assert captured.out.count("\n") == 1
    return json.loads(captured.out)


def sentence(capsys: pytest.CaptureFixture[str], *arguments: object) -> str:
    """Run a command that fails; its last line on stderr, after whatever llama.cpp says of its own."""
    code = main([*map(str, arguments)])
    captured = capsys.readouterr()
    assert code == 1
    assert captured.out == ""
    assert "Traceback" not in captured.err
    return captured.err.strip().splitlines()[-1]
