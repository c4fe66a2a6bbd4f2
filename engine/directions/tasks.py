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
_ATTRIBUTES = (
    "capital|currency|population|author|inventor|discoverer|composer|founder|birthday|nationality|past tense|plural|"
    "abbreviation|opposite|synonym|postcode|area code|phone number|roman numeral|atomic number|boiling point|"
    "melting point|freezing point"
)
_LOOKED_UP = re.compile(
    rf"\b(?:the|'s|its) (?:{_ATTRIBUTES})\b|"
    r"^\W*(?:in|on|at|from|to|by|under) (?:which|what)\b|"
    r"\bwhat (?:do|did|does) (?:you|we|they|people|one) (?:call|use)\b|\b(?:commonly |also )?(?:called|known as)\W*$|"
    r"^\W*which (?!of|one|would|should|way)\w+|"
    r"^\W*what (?!kind|sort|if|about|should|would|could|can|do|does|did|is|are|was|were|to|happens|happened|made|makes|"
    r"advice|tips)\w+ (?:do|does|did|is|are|was|were|has|have|can|comes?|goes)\b|"
    r"^\W*what(?:'s| is| are| was| were) the (?!difference|point|purpose|use|way|secret|deal|idea|story|reason|"
    r"effects?|benefits?|history|role|importance|pros|advantages?)\w+(?: \w+){0,2} (?:of|for|in)\b",
    re.IGNORECASE,
)
_PERSONAL = re.compile(r"\b(?:i|i'm|i've|me|my|mine|we|our|us)\b(?! (?:forgot|need to know|wonder))", re.IGNORECASE)
_KNOW = re.compile(
    r"^\W*(?:(?:i forgot|tell me|do you know|can you tell me|i(?:'d| would) like to know|i need to know|i wonder|"
    r"remind me)\W*(?:of\b|what\b|again\b)?\W*)+",
    re.IGNORECASE,
)
"""What stands before a question, and makes it no more personal."""
_YES_OR_NO = re.compile(
    r"^\W*(?:is|are|was|were|did|does|do|has|have|can) (?!i\b|you\b|we\b|my\b)[^?]{2,80}\?\s*$", re.IGNORECASE
)
_OPINION = re.compile(
    r"\b(?:worth|rude|tacky|better|best|good|bad|waste|matter|honest(?:ly)?|ok(?:ay)?|overrated|fair|wrong to|weird|"
    r"silly|normal|you think|your view|people (?:really )?need)\b",
    re.IGNORECASE,
)
_FACT_WORDS = 16
"""Who asks for longer than that tells a story."""
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
    return "fact" if _is_fact(prompt) else "open"


def _is_fact(prompt: str) -> bool:
    if _FACT.search(prompt):
        return True
    if _OPINION.search(prompt):
        return False
    question = _KNOW.sub("", prompt)
    looked_up = len(question.split()) <= _FACT_WORDS and _LOOKED_UP.search(question) and not _PERSONAL.search(question)
    return bool(looked_up or _YES_OR_NO.search(prompt))
