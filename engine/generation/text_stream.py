"""From a draft's bytes to the text that may be shown: whole characters, reasoning apart, nothing of a stop string.

Pure: knows nothing of tokens or models. What might still turn out to be half a character, half a tag or half a stop
string is held back until it is known.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

REASONING_TAGS: tuple[tuple[str, str], ...] = (
    ("<think>", "</think>"),
    ("<thinking>", "</thinking>"),
    ("<reasoning>", "</reasoning>"),
    ("<thought>", "</thought>"),
    ("[THINK]", "[/THINK]"),
)
"""What models that reason put around it, at the beginning of a reply; each as (opening, closing)."""

_Part = Literal["start", "reasoning", "answer"]


@dataclass(frozen=True)
class Piece:
    """Text that may be shown. reasoning: it is what the model thought, not what it answers."""

    text: str
    reasoning: bool = False


def open_reasoning_tag(prompt: str) -> str | None:
    """The closing tag, where a prompt ends inside reasoning: some templates open it for the model."""
    ending = prompt.rstrip()
    return next((closing for opening, closing in REASONING_TAGS if ending.endswith(opening)), None)


class TextStream:
    """One draft's text as it comes.

    Args:
        stop: texts at which the draft ends; empty ones are passed over.
        closing_tag: of the reasoning that the prompt has opened, None where it has not.
    """

    def __init__(self, stop: Iterable[str] = (), closing_tag: str | None = None) -> None:
        self._stop = tuple(filter(None, stop))
        self._decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
        self._held = ""
        self._part: _Part = "reasoning" if closing_tag else "start"
        self._closing = closing_tag or ""
        self._part_begun = False
        """Whether anything of the part was shown: blank lines before it are not part of it."""
        self.stopped = False
        """Whether a stop string was met; nothing comes after it."""

    def feed(self, data: bytes) -> list[Piece]:
        """More of the draft's bytes; returns what may be shown now."""
        if self.stopped:
            return []
        self._held += self._decoder.decode(data)
        return self._release(final=False)

    def finish(self) -> list[Piece]:
        """The draft ends here; returns what was held back. Half a character is dropped, not shown as broken."""
        self._decoder.reset()
        return [] if self.stopped else self._release(final=True)

    def _release(self, *, final: bool) -> list[Piece]:
        pieces: list[Piece] = []
        while not self.stopped and self._held:
            before = self._part, self._held
            pieces += self._step(final=final)
            if (self._part, self._held) == before:
                break
        return pieces

    def _step(self, *, final: bool) -> list[Piece]:
        match self._part:
            case "start":
                return self._look_for_opening(final=final)
            case "reasoning":
                return self._reason(final=final)
        return self._answer(final=final)

    def _look_for_opening(self, *, final: bool) -> list[Piece]:
        text = self._held.lstrip()
        for opening, closing in REASONING_TAGS:
            if text.startswith(opening):
                self._begin("reasoning", text[len(opening) :])
                self._closing = closing
                return []
        undecided = not text or any(opening.startswith(text) for opening, _ in REASONING_TAGS)
        if not undecided or final:
            self._begin("answer", self._held)
        return []

    def _begin(self, part: _Part, held: str) -> None:
        self._part, self._held, self._part_begun = part, held, False

    def _reason(self, *, final: bool) -> list[Piece]:
        """Stop strings count in the answer only: reasoning may well mention them."""
        text, found, rest = self._held.partition(self._closing)
        keep = 0 if found or final else _overlap(text, [self._closing])
        shown = text[: len(text) - keep].rstrip("\n")  # blank lines may turn out to be its last
        self._held = text[len(shown) :]
        if not self._part_begun:
            shown = shown.lstrip("\n")
        self._part_begun = self._part_begun or bool(shown)
        if found:
            self._begin("answer", rest)
        elif final:
            self._held = ""
        return _piece(shown, reasoning=True)

    def _answer(self, *, final: bool) -> list[Piece]:
        if not self._part_begun and self._closing:
            self._held = self._held.lstrip()  # the blank lines between reasoning and answer
            if not self._held:
                return []
        self._part_begun = True
        text = self._held
        at = min((position for stop in self._stop if (position := text.find(stop)) >= 0), default=-1)
        if at >= 0:
            self.stopped, self._held = True, ""
            return _piece(text[:at])
        keep = 0 if final else _overlap(text, self._stop)
        self._held = text[len(text) - keep :]
        return _piece(text[: len(text) - keep])


def _piece(text: str, *, reasoning: bool = False) -> list[Piece]:
    return [Piece(text, reasoning)] if text else []


def _overlap(text: str, endings: Sequence[str]) -> int:
    """How many of the last characters could be the beginning of one of these."""
    longest = max(map(len, endings), default=0) - 1
    for n in range(min(longest, len(text)), 0, -1):
        tail = text[-n:]
        if any(ending.startswith(tail) for ending in endings):
            return n
    return 0
