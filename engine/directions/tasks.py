"""Tasks whose answer is not a matter of taste: code, arithmetic, exact facts, and those that prescribe their form.

Rules over the text of the last message, on the cautious side: what looks like one of them is not steered, since a
plain draft is what the person would have had anyway.
"""

from __future__ import annotations

import re
from typing import Literal

TaskKind = Literal["open", "code", "arithmetic", "fact", "form"]

_LANGUAGES = (
    "python|javascript|js|typescript|java|rust|golang|sql|html|css|regex|bash|awk|sed|powershell|json|yaml|numpy|pandas|"
    "matplotlib|git|docker|kubernetes|php|ruby|perl|excel|(?:google )?sheets?|csv|linux|terminal|command line"
)
_CODE = re.compile(
    r"```|</?\w+>|\bselect .* from\b|[{};]\s*$|\w\(\)|==|!=|=>|->|\b(?:c\+\+|c#)|"
    r"\b(?:def|class|import|select|const|function)\b.*[(;{=:]|"
    rf"\b(?:{_LANGUAGES}|unit test|stack ?trace|compil\w+|traceback|formula|script|one-liner|debug\w*|refactor\w*)\b",
    re.IGNORECASE | re.MULTILINE,
)
_ARITHMETIC = re.compile(
    r"\d\s*[-+*×÷^%]\s*\d|\d / \d|\d+\s*%\s*of\b|"
    r"\b(?:calculate|compute|square root|percentage of|how (?:much|many) (?:is|are) \d+|divided by|multiplied by|"
    r"times \d+|plus \d+|minus \d+|sum of|product of|convert|celsius|fahrenheit|derivative|integral|equation|"
    r"probability (?:of|that))\b",
    re.IGNORECASE,
)
_FACT_NOUNS = (
    "capital|currency|population|date|year|day|name|number|author|longest|largest|smallest|biggest|highest|tallest|"
    "deepest|fastest|oldest|first|last|boiling|melting|freezing|chemical|atomic|symbol|speed|distance|height|length|"
    "weight|depth|meaning|definition|official|time zone|country|city|continent|planet|element|language|plural|opposite|"
    "abbreviation|acronym|spelling|colou?r"
)
_FACT = re.compile(
    r"^\W*(?:(?:hey|hi|hello|ok(?:ay)?|so|and|quick(?: question)?|please)\W+)*(?:"
    r"(?:who|whom|whose|when|where)\b(?! (?:should|can i|could i|do i|would|do you think))|"
    rf"(?:what|whats|which)\b(?:'s|\s+is|\s+are|\s+was|\s+were)?\s+(?:the\s+)?(?:{_FACT_NOUNS})\b|"
    r"how (?:many|tall|old|far|deep|high|heavy|fast|big is|long is|do you spell)\b|"
    r"(?:true or false|translate|define|spell)\b)",
    re.IGNORECASE,
)
_YES_OR_NO = re.compile(
    r"^\W*(?:is|are|was|were|did|does|do|has|have|can) (?!i\b|you\b|we\b|my\b)[^?]{2,80}\?\s*$", re.IGNORECASE
)
_OPINION = re.compile(
    r"\b(?:worth|rude|tacky|better|best|good|bad|waste|matter|honest(?:ly)?|ok(?:ay)?|overrated|fair|wrong to|weird|"
    r"silly|normal|you think|your view|people (?:really )?need)\b",
    re.IGNORECASE,
)
_NUMBER = r"(?:\d+|one|two|three|four|five|six|seven|eight|nine|ten|twelve|fifteen|twenty|fifty|a hundred)"
_FORM = re.compile(
    rf"\b{_NUMBER}[\s-]+(?:words?|sentences?|lines?|paragraphs?|bullets?|bullet points?|characters?)\b|"
    r"\b(?:as|in) (?:a |an )?(?:table|list|bullet(?:ed)?(?: points?| list)?|numbered list|xml|markdown|verse|rhyme)\b|"
    r"\b(?:haiku|sonnet|limerick|acrostic|poem|bullet points?|numbered (?:list|steps)|no lists?|yes or no|"
    r"step[- ]by[- ]step|without (?:lists?|headings|jargon|jokes)|in (?:simple|plain) (?:words|english)|"
    r"in detail|briefly|be brief|keep it (?:short|brief|simple|light|formal)|tl;?dr|in the style of|eli5|summari[sz]e|"
    r"proofread|correct (?:the|my|this)|rewrite|rephrase|paraphrase|translate)\b",
    re.IGNORECASE,
)


def task_kind(prompt: str) -> TaskKind:
    """What kind of task a message is; "open" where taste may have its say."""
    if _CODE.search(prompt):
        return "code"
    if _FORM.search(prompt):
        return "form"
    if _ARITHMETIC.search(prompt):
        return "arithmetic"
    if _FACT.search(prompt) or (_YES_OR_NO.search(prompt) and not _OPINION.search(prompt)):
        return "fact"
    return "open"
