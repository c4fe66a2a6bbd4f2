"""The translations: collect the window's texts, and compile what was translated.

    python packaging/translations.py update de     # texts in the code → packaging/translations/attune_de.ts
    python packaging/translations.py compile       # every .ts → assets/translations/attune_<language>.qm

A new language begins with `update`. Translate its .ts with Qt Linguist or an editor, then `compile`; both files are
committed. `update` keeps what is translated and marks what has changed.
"""

from __future__ import annotations

import argparse
import ast
import importlib
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ROOT / "packaging" / "translations"
COMPILED = ROOT / "assets" / "translations"


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    commands = parser.add_subparsers(dest="command", required=True)
    update = commands.add_parser("update", help="collect the texts of the code into .ts files")
    update.add_argument("languages", nargs="*", metavar="LANGUAGE", help="such as de; all that there are, where none")
    commands.add_parser("compile", help="make the .qm files that Attune loads")
    arguments = parser.parse_args()
    if arguments.command == "update":
        return update_sources(arguments.languages or languages())
    return compile_all(SOURCES, COMPILED)


def languages() -> list[str]:
    """Those that have a .ts file."""
    return sorted(path.stem.removeprefix("attune_") for path in SOURCES.glob("attune_*.ts"))


def update_sources(codes: list[str], directory: Path = SOURCES) -> int:
    """Bring the .ts of each language up to date with desktop/. Returns the exit code."""
    if not codes:
        print("There is no language yet: name one, such as de.", file=sys.stderr)
        return 1
    directory.mkdir(parents=True, exist_ok=True)
    modules = sorted((ROOT / "desktop").rglob("*.py"))
    with tempfile.TemporaryDirectory() as temporary:
        spelled_out = Path(temporary) / "helper_texts.py"
        spelled_out.write_text(_as_calls(helper_texts(modules)), encoding="utf-8")
        files = [*(str(path.relative_to(ROOT)) for path in modules), str(spelled_out)]
        for code in codes:
            target = directory / f"attune_{code}.ts"
            options = ["-no-obsolete", "-locations", "none", "-source-language", "en", "-target-language", code]
            if failed := _run("pyside6-lupdate", [*files, *options, "-ts", str(target)]):
                return failed
    return 0


def helper_texts(modules: Sequence[Path]) -> list[tuple[str, str]]:
    """(context, text) of what modules translate through a `_tr` of their own, which lupdate does not know.

    A text may stand in the call, or in a table that the call looks into, such as `AXIS_WORDS[axis][more]`.
    """
    found: dict[tuple[str, str], None] = {}
    for path in modules:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        context = _helper_context(tree)
        if context is None:
            continue
        module = importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
        for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
            if isinstance(call.func, ast.Name) and call.func.id == "_tr":
                found.update(dict.fromkeys((context, text) for text in _texts_in(call.args[0], module)))
    return list(found)


def _helper_context(tree: ast.Module) -> str | None:
    """What the module's `_tr` hands to `QCoreApplication.translate` as the context; None where it has no `_tr`."""
    for function in tree.body:
        if isinstance(function, ast.FunctionDef) and function.name == "_tr":
            for node in ast.walk(function):
                if isinstance(node, ast.Call) and isinstance(node.args[0], ast.Constant):
                    return str(node.args[0].value)
    return None


def _texts_in(argument: ast.expr, module: ModuleType) -> list[str]:
    if isinstance(argument, ast.Constant):
        return [str(argument.value)]
    names = [node.id for node in ast.walk(argument) if isinstance(node, ast.Name)]
    return [text for name in names for text in _strings(getattr(module, name, None))]


def _strings(value: object) -> list[str]:
    """The texts of a table, however it is nested."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        value = list(value.values())
    return [text for part in value for text in _strings(part)] if isinstance(value, list | tuple) else []


def _as_calls(texts: Sequence[tuple[str, str]]) -> str:
    """A module that lupdate reads as it reads any other."""
    calls = [f"QCoreApplication.translate({json.dumps(c)}, {json.dumps(t, ensure_ascii=False)})" for c, t in texts]
    return "\n".join(["from PySide6.QtCore import QCoreApplication", *calls, ""])


def compile_all(directory: Path, out: Path) -> int:
    """Every .ts of a directory as a .qm. Returns the exit code."""
    out.mkdir(parents=True, exist_ok=True)
    for source in sorted(directory.glob("attune_*.ts")):
        if failed := _run("pyside6-lrelease", [str(source), "-qm", str(out / f"{source.stem}.qm")]):
            return failed
    return 0


def _run(tool: str, arguments: list[str]) -> int:
    """One of PySide6's tools: that of this environment, or the one on the path."""
    beside = shutil.which(tool, path=str(Path(sys.executable).parent)) or shutil.which(tool)
    if beside is None:
        print(f"{tool} is missing; it comes with PySide6-Essentials.", file=sys.stderr)
        return 1
    return subprocess.run([beside, *arguments], cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
