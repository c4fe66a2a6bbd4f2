"""Interpretable style features of a reply: counts and rates that a person could check by hand.

Pure functions of text. Rates are per word or per sentence; counts enter as log(1 + n), so that nothing explodes
on a long reply. English word lists: in other languages what is left is length, structure and punctuation.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

_WORD = re.compile(r"[A-Za-zÀ-ÖØ-öø-ÿ]+(?:['’][A-Za-z]+)?|\d+(?:[.,]\d+)*")
# possessive: a run of a hundred thousand dots is read once, not once from each dot
_SENTENCE_END = re.compile(r"(?<![.!?…])[.!?…]++(?=[\s\"')\]*_]|$)")
_LAST_IN_LINE = re.compile(r"(?<!\S)\S++(?=\n)")
_FENCE = re.compile(r"```.*?(?:```|\Z)", re.DOTALL)
_EMOJI = re.compile("[\U0001f300-\U0001faff\u2600-\u27bf]")


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _phrases(*phrases: str) -> re.Pattern[str]:
    return re.compile(r"\b(?:" + "|".join(phrases) + r")\b", re.IGNORECASE)


_HEDGES = _words(
    "maybe perhaps might may could possibly probably seems seem likely unlikely generally usually often sometimes"
    " somewhat roughly approximately arguably apparently presumably tend tends typically depends depending"
    " suspect guess suppose unsure uncertain"
)
_CERTAIN = _words(
    "definitely certainly always never must clearly obviously absolutely undoubtedly exactly guaranteed simply"
    " surely every none no only will"
)
_FORMAL = _words(
    "therefore furthermore moreover consequently thus hence regarding pursuant accordingly nevertheless notwithstanding"
    " additionally subsequently prior ensure utilize obtain require requires required recommended recommend advisable"
    " individuals sufficient commence facilitate whereas hereby shall upon permits pertaining appropriate"
)
_CASUAL = _words(
    "yeah yep nope gonna wanna kinda sorta stuff thing things cool awesome hey hi ok okay lol haha folks guys dude"
    " grab toss pop loads tons bit pretty super basically honestly yup ugh whoa wow oh"
)
_WARM = _words(
    "sorry glad happy lovely wonderful proud kind gentle gently dear thank thanks please welcome care caring hope"
    " congratulations love warm warmly friend heart hug understandable brave appreciate rooting kindly sweet"
)
_ENTHUSIASM = _words(
    "amazing fantastic great exciting excited brilliant superb incredible thrilling love yes absolutely woo hooray"
    " delicious magic magical glorious stunning awesome wow epic terrific perfect"
)
_CONNECTIVES = _words("because since so therefore thus hence means why reason as causes leads")
_CONTRAST = _words("but however although though while whereas yet unless except otherwise instead")
_STOPWORDS = _words(
    "the a an and or of to in on for with at by from is are was were be been it its this that these those as if then"
    " than so not you your i my we our they their he she his her them do does did have has had can will would should"
)
_FIRST_PERSON = _words("i i'm i'd i've i'll me my mine i’m i’d i’ve i’ll")
_SECOND_PERSON = _words("you your yours you're you'll you've you'd yourself you’re you’ll you’ve you’d")

_EMPATHY = _phrases(
    r"sounds? (?:hard|tough|rough|painful|frustrating|exhausting|like)", r"that(?:'|’)?s (?:hard|tough|rough|a lot)",
    r"you(?:'|’)?re not alone", r"it(?:'|’)?s (?:ok|okay|normal|natural|understandable)", r"i(?:'|’)?m (?:so )?sorry",
    r"be (?:kind|gentle) (?:to|with) yourself", r"take care", r"you(?:'|’)?ve got this", r"good luck", r"well done",
)  # fmt: skip
_OFFER = _phrases(
    r"let me know", r"happy to help", r"feel free", r"i can (?:also )?(?:help|draft|write|show|walk|suggest)",
    r"shall i", r"would you like", r"want me to", r"if you(?:'|’)?d like", r"just ask", r"say the word",
)  # fmt: skip
_EXAMPLE = _phrases(r"for (?:example|instance)", r"e\.g", r"such as", r"say,", r"like this", r"imagine")
_JOKE = _phrases(
    r"haha", r"joke", r"joking", r"kidding", r"spoiler", r"plot twist", r"rumou?r has it", r"legend",
    r"tragic(?:ally)?", r"dramatic", r"suspicious(?:ly)?", r"mutiny", r"sworn", r"allegedly", r"betray(?:al|ed)?",
    r"villain", r"diva", r"wizard", r"dragon", r"ninja", r"apocalypse", r"crime", r"conspir\w+", r"revenge",
)  # fmt: skip
_ASSISTANT_CLICHE = _phrases(
    r"as an ai", r"i cannot", r"i can(?:'|’)?t (?:help|assist)", r"i(?:'|’)?m unable", r"language model",
    r"important to note", r"it is important", r"in conclusion", r"overall",
)  # fmt: skip


def _rate(words: list[str], vocabulary: frozenset[str]) -> float:
    return sum(word in vocabulary for word in words) / max(len(words), 1)


def _log(count: float) -> float:
    return math.log1p(count)


def _repetition(words: list[str], n: int) -> float:
    """The share of n-grams that repeat an earlier one."""
    grams = [tuple(words[i : i + n]) for i in range(len(words) - n + 1)]
    return 1.0 - len(set(grams)) / len(grams) if grams else 0.0


def _most_repeated_line(lines: list[str]) -> float:
    long_lines = [line for line in lines if len(line) > 12]
    return _log(max(Counter(long_lines).values()) - 1) if long_lines else 0.0


class _Reply:
    """A reply taken apart once, for all features."""

    def __init__(self, prompt: str, text: str) -> None:
        self.text = text.strip()
        self.prose = _FENCE.sub(" ", self.text)
        self.lines = [line.strip() for line in self.text.splitlines() if line.strip()]
        self.tokens = _WORD.findall(self.prose)
        self.words = [token.lower().replace("’", "'") for token in self.tokens]
        self.n_words = max(len(self.words), 1)
        self.n_sentences = max(len(_SENTENCE_END.findall(self.prose)), 1)
        self.n_lines = max(len(self.lines), 1)
        self.paragraphs = [part for part in re.split(r"\n\s*\n", self.text) if part.strip()]
        prompt_words = {word.lower() for word in _WORD.findall(prompt)} - _STOPWORDS
        self.prompt_words = prompt_words
        self.content_words = [word for word in self.words if word not in _STOPWORDS]

    def count(self, pattern: re.Pattern[str] | str) -> int:
        return len(pattern.findall(self.prose) if isinstance(pattern, re.Pattern) else re.findall(pattern, self.prose))

    def colons_inside(self) -> int:
        """Colons but for those in the last word of a line, which announce a list."""
        return self.prose.count(":") - sum(str(word).count(":") for word in _LAST_IN_LINE.findall(self.prose))

    def lines_like(self, pattern: str) -> int:
        return sum(bool(re.match(pattern, line)) for line in self.lines)

    def per_sentence(self, pattern: re.Pattern[str] | str) -> float:
        return self.count(pattern) / self.n_sentences

    def ends_like(self, pattern: str) -> float:
        return float(bool(re.search(pattern, self.text)))


_FEATURES: dict[str, Callable[[_Reply], float]] = {
    # length
    "log_words": lambda r: _log(len(r.words)),
    "log_sentences": lambda r: _log(r.n_sentences),
    "words_per_sentence": lambda r: min(r.n_words / r.n_sentences, 60.0) / 10,
    "log_paragraphs": lambda r: _log(len(r.paragraphs)),
    "words_per_paragraph": lambda r: _log(r.n_words / max(len(r.paragraphs), 1)),
    "very_short": lambda r: float(len(r.words) < 8),
    # structure
    "log_lines": lambda r: _log(r.n_lines),
    "bullets": lambda r: _log(r.lines_like(r"[-*•+]\s")),
    "numbered": lambda r: _log(r.lines_like(r"(?:\*\*)?\d{1,2}[.)]\s")),
    "list_share": lambda r: r.lines_like(r"(?:[-*•+]|\d{1,2}[.)])\s") / r.n_lines,
    "headings": lambda r: _log(r.lines_like(r"#{1,6}\s|\*\*[^*]+\*\*:?$")),
    "bold": lambda r: _log(r.count(r"\*\*[^*\n]+\*\*")),
    "table_rows": lambda r: _log(r.lines_like(r"\|.*\|")),
    "code_blocks": lambda r: _log(r.text.count("```") / 2),
    "inline_code": lambda r: _log(r.count(r"`[^`\n]+`")),
    "one_block": lambda r: float(r.n_lines == 1),
    # punctuation and voice
    "exclamations": lambda r: min(r.per_sentence("!"), 2.0),
    "any_exclamation": lambda r: float("!" in r.prose),
    "capitals_shouted": lambda r: _log(r.count(r"\b[A-Z]{4,}\b")),
    "questions": lambda r: _log(r.count(r"\?")),
    "questions_rate": lambda r: min(r.per_sentence(r"\?"), 1.0),
    "ends_with_question": lambda r: r.ends_like(r"\?[\s\"')*_]*$"),
    "emoji": lambda r: _log(len(_EMOJI.findall(r.text))),
    "commas": lambda r: min(r.per_sentence(","), 5.0),
    "semicolons": lambda r: min((r.count(";") + r.colons_inside()) / r.n_sentences, 3.0),
    "dashes": lambda r: min(r.per_sentence(r"\s[-–—]\s|—"), 2.0),
    "parentheses": lambda r: min(r.per_sentence(r"\("), 2.0),
    "quotes": lambda r: min(r.per_sentence(r"[\"“]"), 2.0),
    "lower_case_start": lambda r: float(r.prose[:1].islower()),
    # person
    "first_person": lambda r: _rate(r.words, _FIRST_PERSON) * 20,
    "second_person": lambda r: _rate(r.words, _SECOND_PERSON) * 20,
    "we": lambda r: _rate(r.words, _words("we us our let's")) * 20,
    "contractions": lambda r: sum("'" in word for word in r.words) / r.n_words * 20,
    # tone
    "hedges": lambda r: _rate(r.words, _HEDGES) * 20,
    "certainty": lambda r: _rate(r.words, _CERTAIN) * 20,
    "formal_words": lambda r: _rate(r.words, _FORMAL) * 20,
    "casual_words": lambda r: _rate(r.words, _CASUAL) * 20,
    "warm_words": lambda r: _rate(r.words, _WARM) * 20,
    "empathy": lambda r: _log(r.count(_EMPATHY)),
    "enthusiastic_words": lambda r: _rate(r.words, _ENTHUSIASM) * 20,
    "offers": lambda r: _log(r.count(_OFFER)),
    "jokes": lambda r: _log(r.count(_JOKE)),
    "cliches": lambda r: _log(r.count(_ASSISTANT_CLICHE)),
    # substance
    "causal": lambda r: _rate(r.words, _CONNECTIVES) * 20,
    "contrast": lambda r: _rate(r.words, _CONTRAST) * 20,
    "examples": lambda r: _log(r.count(_EXAMPLE)),
    "digits": lambda r: sum(word[0].isdigit() for word in r.words) / r.n_words * 20,
    "log_numbers": lambda r: _log(sum(word[0].isdigit() for word in r.words)),
    "names": lambda r: _log(r.count(r"(?<=[a-z,;] )[A-Z][a-z]+")),
    "names_rate": lambda r: r.count(r"(?<=[a-z,;] )[A-Z][a-z]+") / r.n_words * 20,
    "letters_per_word": lambda r: sum(map(len, r.words)) / r.n_words,
    "long_words": lambda r: sum(len(word) >= 9 for word in r.words) / r.n_words * 10,
    "very_long_words": lambda r: sum(len(word) >= 12 for word in r.words) / r.n_words * 20,
    "stopwords": lambda r: _rate(r.words, _STOPWORDS) * 5,
    "vocabulary": lambda r: len(set(r.words)) / r.n_words**0.8,
    # what goes wrong
    "repeated_trigrams": lambda r: _repetition(r.words, 3) * 5,
    "repeated_pairs": lambda r: _repetition(r.words, 2) * 5,
    "repeated_line": lambda r: _most_repeated_line(r.lines),
    "ends_cleanly": lambda r: r.ends_like(r"(?:[.!?…:)\"'”*_`|]|[\U0001f300-\U0001faff\u2600-\u27bf])\s*$"),
    "unclosed_fence": lambda r: float(r.text.count("```") % 2),
    "not_ascii": lambda r: sum(ord(c) > 0x2FF and not _EMOJI.match(c) for c in r.text) / max(len(r.text), 1) * 10,
    # against the prompt
    "prompt_words_used": lambda r: len(r.prompt_words & set(r.words)) / max(len(r.prompt_words), 1),
    "prompt_word_rate": lambda r: sum(w in r.prompt_words for w in r.content_words) / max(len(r.content_words), 1),
    "log_prompt_words": lambda r: _log(len(r.prompt_words)),
}

FEATURE_NAMES: tuple[str, ...] = tuple(_FEATURES)


def style_features(prompt: str, reply: str) -> NDArray[np.float32]:
    """(n_features,) in the order of `FEATURE_NAMES`."""
    parsed = _Reply(prompt, reply)
    return np.array([feature(parsed) for feature in _FEATURES.values()], dtype=np.float32)
