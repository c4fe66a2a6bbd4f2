"""The translations: collect the window's texts, and compile what was translated.

    python packaging/translations.py update de     # texts in the code → packaging/translations/attune_de.ts
    python packaging/translations.py compile       # every .ts → assets/translations/attune_<language>.qm

A new language begins with `update`. Translate its .ts with Qt Linguist or an editor, then `compile`; both files are
committed. `update` keeps what is translated and marks what has changed.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
from pathlib import Path

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
    files = [str(path.relative_to(ROOT)) for path in sorted((ROOT / "desktop").rglob("*.py"))]
    for code in codes:
        target = directory / f"attune_{code}.ts"
        options = ["-no-obsolete", "-source-language", "en", "-target-language", code, "-ts", str(target)]
        if failed := _run("pyside6-lupdate", [*files, *options]):
            return failed
    return 0


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
