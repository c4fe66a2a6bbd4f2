"""What the documents say of the tree, and what every file of the tree keeps to."""

from __future__ import annotations

import ast
import importlib
import re

import pytest
from helpers.documents import ROOT, blocks, committed, read

SOURCE = ("engine", "desktop")
# put together here, so that this file does not contain what it looks for; "me" is nobody
_MACHINE_PATH = re.compile(
    r"(?<![\w.])/(?:" + "|".join(("work", "tmp", "home", "root", "mnt", "Users")) + r")/(?!me\b)\w"
)
_TEXT = (".py", ".md", ".toml", ".txt", ".sql", ".sh", ".json", ".yml", ".desktop", ".xml", ".spec")


def named_in_the_architecture() -> list[str]:
    """The paths of the architecture's tree: names at the beginning of a line, before two spaces."""
    found, parent = [], ""
    for line in blocks("docs/ARCHITECTURE.md", "text")[0].splitlines():
        indent = len(line) - len(line.lstrip())
        names = re.split(r"\s{2,}", line.strip())[0].split()
        if not all(re.fullmatch(r"[\w.-]+/?", name) for name in names):
            continue  # a description that goes on
        if indent == 0:
            parent = names[0]
            found.append(parent)
        else:
            found += [parent + name for name in names]
    return found


def test_the_architecture_names_paths_that_exist():
    named = named_in_the_architecture()
    assert len(named) > 20
    assert not [name for name in named if not (ROOT / name).exists()]


def test_the_architecture_misses_no_package_and_no_module_of_the_top():
    named = set(named_in_the_architecture())
    for top in SOURCE:
        packages = {f"{path.parent.relative_to(ROOT)}/" for path in (ROOT / top).glob("*/__init__.py")}
        modules = {str(path.relative_to(ROOT)) for path in (ROOT / top).glob("*.py")}
        assert packages <= named, f"ARCHITECTURE.md misses {sorted(packages - named)}"
        missing = {name for name in modules - named if not name.endswith(("__init__.py", "__main__.py"))}
        assert not missing, f"ARCHITECTURE.md misses {sorted(missing)}"


def test_every_module_says_what_it_is_for():
    modules = {name: content for name in committed(".py") if (content := read(name)).strip()}
    assert len(modules) > 200
    assert not [name for name, content in modules.items() if not ast.get_docstring(ast.parse(content))]


def test_no_committed_text_names_a_path_of_somebodys_machine():
    found = []
    for name in committed():
        if name.endswith(_TEXT):
            found += [f"{name}: {line.strip()[:100]}" for line in read(name).splitlines() if _MACHINE_PATH.search(line)]
    assert not found


def constants() -> list[tuple[str, str, str]]:
    """(name, value, module) of every row of the table of constants in docs/taste.md."""
    rows = re.findall(r"^\| `([A-Z_, ]+)` \| ([^|]+) \| `([\w.]+)` \|", read("docs/taste.md"), re.MULTILINE)
    return [(name, value.strip(), module) for name, value, module in rows]


def test_the_taste_document_has_its_constants():
    assert len(constants()) >= 15


@pytest.mark.parametrize(("names", "value", "module"), constants(), ids=lambda part: str(part)[:40])
def test_the_taste_document_says_what_the_code_says(names: str, value: str, module: str):
    found = importlib.import_module(module)
    numbers = tuple(getattr(found, name) for name in names.split(", "))
    flat = [number for each in numbers for number in (each if isinstance(each, tuple) else (each,))]
    assert [float(text) for text in value.replace("%", "").split(", ")] == pytest.approx(flat)
