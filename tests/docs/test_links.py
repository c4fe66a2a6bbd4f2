"""The documents' links: files, pictures and headings that exist, and only such addresses as may be named."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from helpers.documents import ROOT, committed, prose, read

MARKDOWN = committed(".md")
_LINK = re.compile(r"(!?)\[(?:[^\[\]]|\[[^\]]*\])*\]\(([^()\s]+)(?:\s+\"[^\"]*\")?\)")
_ADDRESS = re.compile(r"https?://[^\s)>\]\"'`]+")
_PNG = b"\x89PNG\r\n\x1a\n"
_JPEG = b"\xff\xd8\xff"
MAY_BE_NAMED = (
    r"https://arxiv\.org/abs/\d{4}\.\d{4,5}",
    r"https://creativecommons\.org/publicdomain/zero/1\.0/",
    r"https://github\.com/[\w.-]+/[\w.-]+(/(issues|pull)/\d+)?",
    r"https://huggingface\.co/[\w.-]+/[\w.-]+",
    r"https://(www\.gnu\.org|spdx\.org|doc\.qt\.io|code\.qt\.io|download\.qt\.io)/[\w./-]*",
    r"http://(127\.0\.0\.1|localhost)(:\d+)?(/[\w./-]*)?",
)
"""Papers, licences, projects and models, Qt's own pages, and this machine. No registry, no mirror, no tracker."""


def links(name: str) -> list[tuple[bool, str]]:
    """(whether it is a picture, where it leads)."""
    return [(mark == "!", target) for mark, target in _LINK.findall(prose(name))]


def anchors(name: str) -> set[str]:
    """A document's headings as a browser addresses them."""
    found: dict[str, int] = {}
    anchored = set()
    for heading in re.findall(r"^#{1,6}\s+(.+?)\s*#*$", prose_with_code(name), re.MULTILINE):
        text = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", heading)
        slug = re.sub(r"[^\w\- ]", "", text.lower().replace("`", "")).replace(" ", "-")
        number = found.get(slug, 0)
        found[slug] = number + 1
        anchored.add(f"{slug}-{number}" if number else slug)
    return anchored


def prose_with_code(name: str) -> str:
    """Without fenced blocks, whose lines may begin with #."""
    return re.sub(r"^```.*?^```$", "", read(name), flags=re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("name", MARKDOWN)
def test_every_relative_link_leads_somewhere(name: str):
    for is_picture, target in links(name):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        file = ((ROOT / name).parent / path).resolve() if path else ROOT / name
        assert file.is_relative_to(ROOT), f"{name} links out of the tree: {target}"
        assert file.exists(), f"{name} links to {target}, which is not there"
        if is_picture:
            content = file.read_bytes()
            assert content.startswith((_PNG, _JPEG)) or file.suffix == ".svg", f"{target} is no picture"
        if anchor:
            inside = str(file.relative_to(ROOT))
            assert anchor in anchors(inside), f"{name} links to {target}; {inside} has no such heading"


@pytest.mark.parametrize("name", MARKDOWN)
def test_every_absolute_address_is_of_a_kind_that_may_be_named(name: str):
    for address in _ADDRESS.findall(read(name)):
        address = address.rstrip(".,;:")
        assert any(re.fullmatch(shape, address) for shape in MAY_BE_NAMED), f"{name} names {address}"


def test_every_document_can_be_reached_from_the_readme():
    reached, left = set(), {"README.md"}
    while left:
        name = left.pop()
        reached.add(name)
        for _, target in links(name):
            path = target.partition("#")[0]
            file = ((ROOT / name).parent / path).resolve() if path and not re.match(r"[a-z]+:", path) else None
            if file is not None and file.suffix == ".md" and str(file.relative_to(ROOT)) not in reached:
                left.add(str(file.relative_to(ROOT)))
    of_docs = {name for name in MARKDOWN if Path(name).parts[0] == "docs"}
    assert of_docs <= reached, f"no link leads to {sorted(of_docs - reached)}"


def test_every_picture_is_shown_somewhere():
    shown = {str(((ROOT / n).parent / t).resolve().relative_to(ROOT)) for n in MARKDOWN for is_p, t in links(n) if is_p}
    assert {name for name in [*committed(".png"), *committed(".jpg")] if name.startswith("docs/")} <= shown


def test_the_checker_finds_what_is_wrong(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Of the checker itself: headings as anchors, code that is no link."""
    content = "# The `x` of y, now\n\n## Twice\n\n## Twice\n\n```sh\n# not a heading\n```\n\n`[c](d)`\n"
    (tmp_path / "a.md").write_text(content)
    monkeypatch.setattr("helpers.documents.ROOT", tmp_path)
    assert anchors("a.md") == {"the-x-of-y-now", "twice", "twice-1"}
    assert links("a.md") == []
