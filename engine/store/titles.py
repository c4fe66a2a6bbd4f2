"""A chat's title from its first message: what it asks for, without the politeness around it, in a few words."""

from __future__ import annotations

import re

from engine.store.text import cut

TITLE_CHARS = 48
MAX_WORDS = 6
_MIN_WORDS = 2

_CODE = re.compile(r"```.*?(?:```|\Z)", re.DOTALL)
_GREETING = re.compile(
    r"^(?:hi|hello|hey|good (?:morning|evening|day))(?: there| attune| everyone)?\s*[,!.]?$", re.IGNORECASE
)
_PREAMBLE = re.compile(
    r"^(?:(?:hi|hello|hey|good (?:morning|evening|day))(?: there| attune)?[,!.]\s+"
    r"|(?:please|so|ok(?:ay)?|well|now)[,:]?\s+"
    r"|(?:can|could|would|will) you (?:please |kindly |perhaps |maybe )?"
    r"|i(?:'d| would) (?:like|love) (?:you )?to (?:(?:know|hear|learn|understand)\s+)?"
    r"|i (?:want|need) (?:you )?to (?:(?:know|hear|learn|understand)\s+)?"
    r"|i (?:want|need) (?:(?:some|a|your) )?(?:help|advice) (?:with|on|about)\s+"
    r"|i(?:'m| am) (?:trying|looking) to\s+|i have (?=a|an|the|my|\d)"
    r"|(?:help|tell|give|show|write|send|teach) (?:me|us) (?:about\s+)?"
    r"|do you know\s+|what do you think (?:about|of)\s+|(?:explain|describe)(?: to me)?\s+"
    r"|what(?: is|'s| are) (?=the|a|an|some)|how (?:can|do|should) i (?:best )?)",
    re.IGNORECASE,
)
"""What a long request may begin with and a title does without."""
_DROPPED = frozenset(("a", "an", "the", "my", "your", "some", "following", "please"))
_WEAK_ENDS = re.compile(
    r"^(?:and|are|as|at|be|but|by|can|do|does|for|from|have|how|i|if|in|is|it|its|me|of|on|or|our|so|than|that|their"
    r"|them|then|these|they|this|those|to|us|was|we|were|what|when|where|which|who|why|will|with|would|you|into|about"
    r"|because|while|not|only|very|during|between|under|over|per|vs)[,;:]?$",
    re.IGNORECASE,
)
"""A title that was cut does not end with one of these."""


def short_title(content: str) -> str:
    """Two to six words where there are as many, at most 48 characters, of what the message says first.

    A message that is this short already is its own title.
    """
    line = " ".join(content.split())
    if len(line.split()) <= MAX_WORDS and len(line) <= TITLE_CHARS:
        return line
    words = _request(_first_sentence(_first_line(content))).split()
    if len(words) > MAX_WORDS:
        words = [word for word in words if word.casefold() not in _DROPPED]
    shortened = _cut(words) or line.split()[:MAX_WORDS]
    title = " ".join(shortened).rstrip(",;:." if len(shortened) == len(words) else ",;:.?!")
    if len(title) > TITLE_CHARS:
        title = cut(title, TITLE_CHARS - 1).rstrip() + "…"
    return title[:1].upper() + title[1:]


def _first_line(content: str) -> str:
    """The first line that says something: no code, no mark of a list or heading."""
    for line in _CODE.sub("\n", content).splitlines():
        text = " ".join(line.lstrip("#>*-+ \t").split())
        if text:
            return text
    return " ".join(content.replace("`", " ").split())


def _first_sentence(line: str) -> str:
    """The first one that is more than a greeting."""
    sentences = re.split(r"(?<=[.!?:])\s+", line)
    return next((each for each in sentences if len(each.split()) >= _MIN_WORDS and not _GREETING.match(each)), line)


def _request(sentence: str) -> str:
    """Without what only leads up to it."""
    while True:
        rest = _PREAMBLE.sub("", sentence, count=1)
        if rest == sentence or len(rest.split()) < _MIN_WORDS:
            return sentence
        sentence = rest


def _cut(words: list[str]) -> list[str]:
    """At most six words, the last of which does not lean on what would follow."""
    kept = words[:MAX_WORDS]
    while len(words) > MAX_WORDS and len(kept) > _MIN_WORDS and _WEAK_ENDS.match(kept[-1]):
        kept = kept[:-1]
    return kept
