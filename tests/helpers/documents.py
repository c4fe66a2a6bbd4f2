"""The committed documents: which there are, and what is in them."""

from __future__ import annotations

import re
import shlex
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class ShownCommand:
    """A command as a document shows it. words: the shell's, without a comment or NAME=value before it."""

    document: str
    words: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.document}: {shlex.join(self.words)}"


def committed(suffix: str = "") -> list[str]:
    """Files in git, or in a tree without git all that is not hidden or built; as paths from the root."""
    git = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(git, cwd=ROOT, capture_output=True, text=True)
    names = listed.stdout.split("\0") if listed.returncode == 0 else map(str, _walked())
    return sorted(name for name in names if name.endswith(suffix) and (ROOT / name).is_file())


def _walked() -> Iterator[Path]:
    for path in ROOT.rglob("*"):
        inside = path.relative_to(ROOT)
        if not any(part.startswith(".") or part in ("build", "dist", "__pycache__") for part in inside.parts):
            yield inside


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def blocks(name: str, language: str) -> list[str]:
    """The fenced blocks of a document that are in this language."""
    return [text for found, text in _FENCE.findall(read(name)) if found == language]


def prose(name: str) -> str:
    """A document without its fenced blocks and inline code: where links are links."""
    return re.sub(r"`[^`\n]*`", "", _FENCE.sub("", read(name)))


def shown_commands() -> list[ShownCommand]:
    """Every command in a ```sh block of README.md, CONTRIBUTING.md and docs/."""
    documents = [name for name in committed(".md") if "/" not in name or name.startswith("docs/")]
    found = []
    for document in documents:
        for block in blocks(document, "sh"):
            for line in _whole_lines(block):
                words = shlex.split(line, comments=True)
                while words and re.fullmatch(r"[A-Z_]+=.*", words[0]):
                    words = words[1:]
                if words:
                    found.append(ShownCommand(document, tuple(words)))
    return found


def _whole_lines(block: str) -> list[str]:
    """Lines of a shell: one that ends in a backslash, or inside quotes, goes on."""
    whole: list[str] = []
    going_on = False
    for line in block.replace("\\\n", " ").splitlines():
        whole[-1:] = [f"{whole[-1]}\n{line}"] if going_on else [*whole[-1:], line]
        try:
            shlex.split(whole[-1], comments=True)
            going_on = False
        except ValueError:
            going_on = True
    return whole
