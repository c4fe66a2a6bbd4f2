"""Markdown to blocks of HTML that the window styles. Raw HTML is text, images are never loaded. No Qt.

A reply that is being written is parsed again only from its last block on: earlier blocks are final.
"""

from __future__ import annotations

import html
import re
from collections.abc import MutableMapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from desktop.chat.markdown_math import use_mathematics

SAFE_SCHEMES = ("http://", "https://", "mailto:")
MANY_COLUMNS = 5
"""From here on a table is a block of its own, which scrolls sideways."""
_LINE_END = re.compile(r"\r\n?")
"""As markdown-it reads them: its line numbers count these and \\n, nothing else."""
_BOXES = {"[ ] ": "☐ ", "[x] ": "☑ ", "[X] ": "☑ "}


@dataclass(frozen=True)
class Block:
    """One top-level block. html: of text and tables; code, language: of a code block; first_line: in its source."""

    kind: Literal["text", "code", "table"]
    html: str = ""
    code: str = ""
    language: str = ""
    first_line: int = 0


def is_safe_link(url: str) -> bool:
    return url.strip().lower().startswith(SAFE_SCHEMES)


class _Parser(MarkdownIt):
    def validateLink(self, url: str) -> bool:
        """Other schemes stay plain text."""
        return is_safe_link(url)


def _image(
    _renderer: RendererHTML, tokens: Sequence[Token], index: int, _options: Any, _env: MutableMapping[str, Any]
) -> str:
    """Its words and its address, which is opened only when it is clicked."""
    alt = html.escape(tokens[index].content)
    address = html.escape(str(tokens[index].attrGet("src") or ""))
    return f'<i>[{alt or "image"}]</i> (<a href="{address}">{address}</a>)'


def _table_open(*_: Any) -> str:
    return '<table border="1" cellspacing="0" style="border-collapse:collapse">\n'


def _check_boxes(state: StateCore) -> None:
    """Items that begin with [ ] or [x] begin with a box."""
    for item, paragraph, inline in zip(state.tokens, state.tokens[1:], state.tokens[2:], strict=False):
        if item.type != "list_item_open" or paragraph.type != "paragraph_open" or not inline.children:
            continue
        first = inline.children[0]
        box = _BOXES.get(first.content[:4])
        if first.type == "text" and box is not None:
            first.content = box + first.content[4:]


def _parser() -> MarkdownIt:
    parser = _Parser("commonmark", {"html": False}).enable(["table", "strikethrough"])
    parser.core.ruler.push("check_boxes", _check_boxes)
    use_mathematics(parser)
    parser.add_render_rule("image", _image)
    parser.add_render_rule("table_open", _table_open)
    return parser


_PARSER = _parser()


def parse_blocks(source: str) -> list[Block]:
    """The top-level blocks of a Markdown text."""
    env: dict[str, Any] = {}
    tokens = _PARSER.parse(source, env)
    blocks: list[Block] = []
    start = 0
    for index, token in enumerate(tokens):
        if token.level != 0 or token.nesting == 1:
            continue
        group = tokens[start : index + 1]
        start = index + 1
        first_line = group[0].map[0] if group[0].map else 0
        if token.type in ("fence", "code_block"):
            language = token.info.split()[0] if token.info.split() else ""
            blocks.append(Block("code", code=token.content.rstrip("\n"), language=language, first_line=first_line))
        else:
            rendered = _PARSER.renderer.render(group, _PARSER.options, env)
            wide = sum(each.type == "th_open" for each in group) >= MANY_COLUMNS
            kind: Literal["text", "table"] = "table" if wide and group[0].type == "table_open" else "text"
            blocks.append(Block(kind, html=rendered, first_line=first_line))
    return blocks


def merge_text(blocks: Sequence[Block]) -> list[Block]:
    """Neighbouring text blocks as one, so that a selection can span them."""
    merged: list[Block] = []
    for block in blocks:
        if block.kind == "text" and merged and merged[-1].kind == "text":
            merged[-1] = Block("text", html=merged[-1].html + block.html, first_line=merged[-1].first_line)
        else:
            merged.append(block)
    return merged


class StreamingBlocks:
    """A growing text as blocks, of which all but the last are final."""

    def __init__(self) -> None:
        self._tail = ""

    def append(self, text: str) -> tuple[list[Block], list[Block]]:
        """Returns (blocks that became final with this text, the blocks still open: at most one)."""
        self._tail += text
        blocks = parse_blocks(self._tail)
        if len(blocks) < 2:
            return [], blocks
        lines = _LINE_END.sub("\n", self._tail).split("\n")
        self._tail = "\n".join(lines[blocks[-1].first_line :])
        return blocks[:-1], blocks[-1:]
