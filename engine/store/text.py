"""Text of every language as the database needs it: storable, cut between characters as people see them, searchable."""

from __future__ import annotations

import re
import unicodedata

_JOINER = "\u200d"
_SKIN_TONES = range(0x1F3FB, 0x1F400)
_FLAG_LETTERS = range(0x1F1E6, 0x1F200)
_TAGS = range(0xE0020, 0xE0080)
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"  # Thai, Lao, Burmese, Khmer
    "\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"  # kana, Chinese characters
    "\U00020000-\U0003ffff]"
)


def storable(text: str) -> str:
    """The same text without what no file may have: halves of characters, and the zero that ends a C string."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").replace("\0", "\ufffd")


def cut(text: str, n_chars: int) -> str:
    """At most so many code points from the start, never ending within what a person sees as one character."""
    end = min(n_chars, len(text))
    while 0 < end < len(text) and _belongs_together(text, end):
        end -= 1
    # one character longer than the whole: better a part of it than nothing
    return text[: end or n_chars]


def _belongs_together(text: str, at: int) -> bool:
    """Whether what is before this position and what is behind it are parts of one character."""
    before, after = text[at - 1], text[at]
    if before == _JOINER or after == _JOINER or unicodedata.category(after) in ("Mn", "Mc", "Me"):
        return True
    if ord(after) in _SKIN_TONES or ord(after) in _TAGS:
        return True
    if ord(before) in _FLAG_LETTERS and ord(after) in _FLAG_LETTERS:
        start = at
        while start and ord(text[start - 1]) in _FLAG_LETTERS:
            start -= 1
        return (at - start) % 2 == 1
    return False


def is_unindexed(word: str) -> bool:
    """Whether the search index cannot find this word: it splits at spaces, and knows letters and digits only."""
    return bool(_UNSPACED.search(word)) or not any(character.isalnum() for character in word)


def snippet_around(text: str, words: list[str], n_chars: int = 60) -> str:
    """One line around the first of the words, each marked as SQLite's `snippet` does: between characters 2 and 3."""
    line = " ".join(text.split())
    folded = line.casefold()
    if len(folded) != len(line):
        folded = line.lower() if len(line.lower()) == len(line) else line
    first = max(0, min((at for word in words if (at := folded.find(word.casefold())) >= 0), default=0) - n_chars // 3)
    part = cut(line[first:], n_chars)
    marked = part
    for word in words:
        marked = re.sub(re.escape(word), lambda found: f"\x02{found[0]}\x03", marked, flags=re.IGNORECASE)
    return ("…" if first else "") + marked + ("…" if first + len(part) < len(line) else "")
