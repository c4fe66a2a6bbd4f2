"""A conversation as the tokens that this model was taught: its own Jinja template, from the GGUF file.

What people type is never read as control tokens: a typed `<|im_end|>` stays text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import jinja2

from engine.errors import EngineError
from engine.generation.template_sandbox import SandboxedTemplate
from engine.types import ChatMessage

# private-use characters around a number stand for typed control tokens while the template is rendered
_OPEN, _CLOSE = "\ue000", "\ue001"
_PLACEHOLDER = re.compile(f"{_OPEN}(\\d+){_CLOSE}")

Tokenize = Callable[[str, bool], list[int]]
"""(text, parse control tokens) → tokens."""


class ChatTemplate:
    """Renders conversations for one model.

    Args:
        source: the Jinja template; bos, eos: the texts of those tokens; control_tokens: texts that the tokenizer
        would read as control tokens.
    """

    def __init__(self, source: str, bos: str, eos: str, control_tokens: Sequence[str]) -> None:
        try:
            self._template = SandboxedTemplate(source, bos, eos)
        except jinja2.TemplateError as exc:
            raise EngineError(f"The model's chat template cannot be read ({exc}).") from exc
        longest_first = sorted(filter(None, control_tokens), key=len, reverse=True)
        self._control = re.compile("|".join(map(re.escape, longest_first))) if longest_first else None

    def render(self, messages: Sequence[ChatMessage]) -> str:
        """The prompt as text, ready for the assistant's turn.

        A template that refuses or drops a system message gets it merged into the first user turn.
        """
        turns = [{"role": message.role, "content": message.content} for message in messages]
        if turns and turns[0]["role"] == "system":
            try:
                text = self._template.render(turns)
                if turns[0]["content"].strip() in text:
                    return text
            except jinja2.TemplateError:
                pass  # no system role in this template
            turns = _merge_system(turns)
        try:
            return self._template.render(turns)
        except jinja2.TemplateError as exc:
            raise EngineError(f"The model's chat template refused this conversation ({exc}).") from exc

    def tokens(self, messages: Sequence[ChatMessage], tokenize: Tokenize) -> list[int]:
        """The prompt as tokens: the template's control tokens as such, typed ones as plain text."""
        typed: list[str] = []
        rendered = self.render([self._hide_control_tokens(message, typed) for message in messages])
        tokens: list[int] = []
        for position, piece in enumerate(_PLACEHOLDER.split(rendered)):
            if position % 2:
                tokens += tokenize(typed[int(piece)], False)
            elif piece:
                tokens += tokenize(piece, True)
        return tokens

    def _hide_control_tokens(self, message: ChatMessage, typed: list[str]) -> ChatMessage:
        content = message.content.replace(_OPEN, "").replace(_CLOSE, "")

        def hide(match: re.Match[str]) -> str:
            typed.append(match.group())
            return f"{_OPEN}{len(typed) - 1}{_CLOSE}"

        return ChatMessage(message.role, self._control.sub(hide, content) if self._control else content)


def _merge_system(turns: list[dict[str, str]]) -> list[dict[str, str]]:
    system, rest = turns[0]["content"], [dict(turn) for turn in turns[1:]]
    for turn in rest:
        if turn["role"] == "user":
            turn["content"] = f"{system}\n\n{turn['content']}"
            break
    return rest
