"""The layers: the window knows the light part of the engine only."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

from helpers.layers import ROOT, is_light


def _engine_imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "engine":
            found.add(node.module or "")
        elif isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names if alias.name.split(".")[0] == "engine")
    return found


def test_the_window_imports_only_the_light_part_of_the_engine():
    for path in (ROOT / "desktop").rglob("*.py"):
        for module in _engine_imports(path) - {"engine"}:
            hidden_flag = path.name == "app.py" and module in ("engine.worker", "engine.cli")
            assert hidden_flag or is_light(module), f"{path.name} imports {module}"


def test_importing_the_app_loads_neither_torch_nor_llama_cpp():
    code = (
        "import sys, desktop.app, desktop.self_test\n"
        "print([m for m in ('torch', 'transformers', 'llama_cpp', 'engine.worker') if m in sys.modules])"
    )
    result = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"
