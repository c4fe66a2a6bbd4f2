"""Which parts of a piece of code are keywords, strings, comments …, by Pygments. No Qt."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from pygments.lexer import Lexer
from pygments.lexers import get_all_lexers, get_lexer_by_name
from pygments.token import Token, _TokenType

from desktop.theme.code_colors import CodeKind

LONGEST = 40_000
"""Characters. Longer code is shown in one colour: finding its parts would hold the window."""

_KINDS: tuple[tuple[_TokenType, CodeKind], ...] = (
    (Token.Comment, "comment"),
    (Token.Keyword.Constant, "number"),
    (Token.Keyword, "keyword"),
    (Token.Operator.Word, "keyword"),
    (Token.Literal.String, "string"),
    (Token.Literal.Number, "number"),
    (Token.Name.Builtin, "builtin"),
    (Token.Name.Exception, "builtin"),
    (Token.Name.Function, "name"),
    (Token.Name.Class, "name"),
    (Token.Name.Decorator, "name"),
    (Token.Name.Tag, "keyword"),
    (Token.Name.Attribute, "name"),
    (Token.Generic.Deleted, "comment"),
    (Token.Generic.Inserted, "string"),
    (Token.Generic.Heading, "name"),
)

Span = tuple[int, int, CodeKind]
"""Start and length within a line, and what it is."""


@lru_cache(maxsize=32)
def lexer_for(language: str) -> Lexer | None:
    """None for a language that is not known, and for plain text."""
    alias = language.lower()
    return get_lexer_by_name(alias, stripnl=False, ensurenl=False) if alias in _aliases() else None


@lru_cache(maxsize=1)
def _aliases() -> frozenset[str]:
    """The names of the languages that come with Pygments.

    Asking it for any other, such as one that is half written, makes it look through every installed package.
    """
    known = {alias.lower() for _, aliases, _, _ in get_all_lexers(plugins=False) for alias in aliases}
    return frozenset(known - {"text", "output"})


def line_spans(code: str, language: str) -> list[list[Span]]:
    """The coloured parts of every line, lines being parted by `\\n`; empty where nothing is known."""
    lexer = lexer_for(language)
    if lexer is None or len(code) > LONGEST:
        return []
    lines: list[list[Span]] = [[]]
    column = 0
    for kind, part in _parts(lexer, code):
        for number, piece in enumerate(part.split("\n")):
            if number:
                lines.append([])
                column = 0
            if kind is not None and piece.strip():
                _add(lines[-1], (column, len(piece), kind))
            column += len(piece)
    return lines


def _add(line: list[Span], span: Span) -> None:
    """Neighbours of one kind become one."""
    start, length, kind = line[-1] if line else (0, 0, None)
    if kind == span[2] and start + length == span[0]:
        line[-1] = (start, length + span[1], span[2])
    else:
        line.append(span)


def _parts(lexer: Lexer, code: str) -> Iterator[tuple[CodeKind | None, str]]:
    for token, part in lexer.get_tokens(code):
        yield _kind_of(token), part


@lru_cache(maxsize=512)
def _kind_of(token: _TokenType) -> CodeKind | None:
    return next((kind for family, kind in _KINDS if token in family), None)
