"""Where mathematics stands in Markdown: $…$, $$…$$, \\(…\\) and \\[…\\], as rules of markdown-it. No Qt.

A price is not mathematics: an opening dollar sign is followed by no space, the closing one follows none and is not
followed by a digit (the rule of Pandoc's `tex_math_dollars`), and both stand within one paragraph. A formula in single
dollar signs that is only a number and words, as between "$5 and $x", is left as text.
"""

from __future__ import annotations

import re
from collections.abc import MutableMapping, Sequence
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from desktop.chat.math_text import math_html

_CLOSERS = {"$$": "$$", "\\(": "\\)", "\\[": "\\]"}
_PRICE = re.compile(r"[\d.,]+(\s+[^\\^_=+*/<>]*)?", re.DOTALL)


def use_mathematics(parser: MarkdownIt) -> None:
    parser.inline.ruler.before("escape", "math_inline", _inline)
    parser.block.ruler.before("fence", "math_block", _block, {"alt": ["paragraph", "reference", "blockquote", "list"]})
    parser.add_render_rule("math_inline", _render_inline)
    parser.add_render_rule("math_block", _render_block)


def _inline(state: StateInline, silent: bool) -> bool:
    found = _formula_at(state.src, state.pos, state.posMax)
    if found is None:
        return False
    formula, end = found
    if not silent:
        state.push("math_inline", "", 0).content = formula
    state.pos = end
    return True


def _formula_at(source: str, start: int, end: int) -> tuple[str, int] | None:
    """The formula that begins here, and where it ends; None where none does."""
    opener = source[start : start + 2]
    if opener in _CLOSERS:
        close = source.find(_CLOSERS[opener], start + 2, end)
        inner = source[start + 2 : close]
        return (inner, close + 2) if close > 0 and inner.strip() else None
    if source[start] != "$" or not source[start + 1 : start + 2].strip():
        return None
    close = start + 1
    while (close := source.find("$", close, end)) > 0:
        before, after = source[close - 1], source[close + 1 : close + 2]
        if before == "\\" or source[start + 1 : close].endswith("\\"):
            close += 1
            continue
        inner = source[start + 1 : close]
        if before.isspace() or after.isdigit() or "`" in inner or (_PRICE.fullmatch(inner) and " " in inner):
            return None
        return inner, close + 1
    return None


def _block(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    first = state.src[state.bMarks[start_line] + state.tShift[start_line] : state.eMarks[start_line]]
    opener = first[:2]
    if state.is_code_block(start_line) or opener not in ("$$", "\\["):
        return False
    closer = _CLOSERS[opener]
    lines = [first[2:]]
    line = start_line
    while closer not in lines[-1]:
        line += 1
        if line >= end_line or state.sCount[line] < state.blkIndent:
            return False  # not closed yet: it stays a paragraph
        lines.append(state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]])
    inside, _, rest = lines[-1].partition(closer)
    if rest.strip(" .,;") or not "".join([*lines[:-1], inside]).strip():
        return False
    if silent:
        return True
    token = state.push("math_block", "", 0)
    token.content = "\n".join([*lines[:-1], inside]) + rest.strip()
    token.map = [start_line, line + 1]
    state.line = line + 1
    return True


def _render_inline(
    _renderer: RendererHTML, tokens: Sequence[Token], index: int, _options: Any, _env: MutableMapping[str, Any]
) -> str:
    return math_html(tokens[index].content)


def _render_block(
    _renderer: RendererHTML, tokens: Sequence[Token], index: int, _options: Any, _env: MutableMapping[str, Any]
) -> str:
    return f'<p style="margin-left:24px">{math_html(tokens[index].content)}</p>\n'
