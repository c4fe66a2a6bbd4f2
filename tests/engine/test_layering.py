"""Who may import whom, read from the source and seen in a fresh interpreter."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest
from helpers.layers import light_modules

import engine

ROOT = Path(engine.__file__).parent
MODULES = sorted(ROOT.rglob("*.py"))
QT = {"PySide6", "shiboken6", "PyQt6"}
HEAVY = ("torch", "transformers", "llama_cpp")


def imported(path: Path) -> set[str]:
    """Every module a file imports, at the top or inside a function."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_the_engine_knows_neither_qt_nor_the_window(path: Path):
    roots = {name.split(".")[0] for name in imported(path)}
    assert not roots & (QT | {"desktop", "tests"})


@pytest.mark.parametrize("part", ["preferences", "store", "library", "chat_files"])
def test_the_light_parts_never_name_the_heavy_libraries(part: str):
    for path in (ROOT / part).rglob("*.py"):
        assert not {name.split(".")[0] for name in imported(path)} & set(HEAVY), path


def test_the_mathematics_of_taste_knows_no_database():
    for name in ("posterior", "likelihood", "query_selection", "explanation", "events", "quiz"):
        found = imported(ROOT / "preferences" / f"{name}.py")
        assert not [module for module in found if module.startswith(("engine.store", "sqlite3"))]


def test_the_light_modules_load_no_heavy_library():
    """In a fresh interpreter: not even through something they import."""
    code = (
        "import importlib, sys\n"
        f"for name in {[*light_modules(), 'engine.cli']!r}: importlib.import_module(name)\n"
        f"print([name for name in {HEAVY + tuple(QT)!r} if name in sys.modules])"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"
    assert len(light_modules()) > 20
