"""The window's list of connections and the document on privacy are the same list."""

from __future__ import annotations

from helpers.documents import read

from desktop.about.connections import Connection, connections


def documented() -> list[Connection]:
    """The rows of the table below "Every connection it can make", without their markup."""
    section = read("docs/privacy.md").split("## Every connection it can make")[1].split("\n## ")[0]
    rows = [line.strip("| ").split(" | ") for line in section.splitlines() if line.startswith("| ")]
    plain = [[cell.replace("*", "").replace("`", "").strip() for cell in row] for row in rows]
    return [Connection(*row) for row in plain[1:]]


def test_the_window_lists_the_connections_that_the_document_lists():
    assert len(documented()) >= 3
    assert list(connections()) == documented()
