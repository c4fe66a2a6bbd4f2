"""Which part of a conversation the model reads: all of it, or the system prompt and the latest whole turns.

Pure: asks its caller how many tokens a conversation has.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from engine.errors import PromptError
from engine.types import ChatMessage

MIN_REPLY_TOKENS = 64
"""Room that a prompt must leave for the reply."""
REPLY_SHARE = 1 / 4
"""Of the window, at most, is kept free for the reply by leaving turns out."""
SLACK = 3 / 4
"""Once turns must go, so many go that this share of the room is filled: the next turns then still find their
beginning in the cache, where leaving out one turn a time would mean reading all of it anew each time."""

Tokens = list[int]


@dataclass(frozen=True)
class Fitted:
    """tokens: the prompt; n_dropped: messages left out, the system prompt not counted."""

    tokens: Tokens
    n_dropped: int


def reply_begun(messages: Sequence[ChatMessage]) -> str:
    """The beginning of the reply that a conversation ends with; "" where it ends with what is to be answered."""
    return messages[-1].content if len(messages) > 1 and messages[-1].role == "assistant" else ""


def before_reply(messages: Sequence[ChatMessage]) -> Sequence[ChatMessage]:
    """The conversation up to where the reply begins."""
    return messages[:-1] if reply_begun(messages) else messages


def asked(messages: Sequence[ChatMessage]) -> ChatMessage:
    """The message to answer."""
    return before_reply(messages)[-1]


class ConversationWindow:
    """Fits conversations into a window, and leaves the same turns out of a conversation as it goes on.

    Args:
        n_tokens: the window.
        tokenize: renders a conversation into tokens.
    """

    def __init__(self, n_tokens: int, tokenize: Callable[[Sequence[ChatMessage]], Tokens]) -> None:
        self._window = n_tokens
        self._tokenize = tokenize
        self._left_out: list[ChatMessage] = []
        """What was left out last, to be left out again while the conversation goes on from there."""

    def fit(self, messages: Sequence[ChatMessage], max_reply_tokens: int) -> Fitted:
        """The prompt for the next reply. Whole turns leave, the oldest first; the system prompt stays.

        messages may end with the beginning of the reply, which is then to be continued.

        Raises: PromptError, when there is nothing to answer, or the last turn does not fit by itself.
        """
        if not messages or not messages[-1].content.strip() or asked(messages).role != "user":
            raise PromptError("There is nothing to answer: the message is empty.")
        system = [message for message in messages[:1] if message.role == "system"]
        turns = list(messages[len(system) :])
        at_most = self._window - MIN_REPLY_TOKENS
        room = self._window - max(MIN_REPLY_TOKENS, min(max_reply_tokens, int(self._window * REPLY_SHARE)))
        # a turn starts with what the person says
        starts = [0, *(i for i, message in enumerate(turns) if i > 0 and message.role == "user")]

        def fitted(start: int) -> Fitted:
            return Fitted(self._tokenize([*system, *turns[start:]]), start)

        whole = fitted(0)
        if len(whole.tokens) <= room:
            self._left_out = []
            return whole
        n = len(self._left_out)
        if n and n in starts and turns[:n] == self._left_out:
            same = fitted(n)
            if len(same.tokens) <= room:
                return same
        for target in (int(room * SLACK), room, at_most):
            best = _first_that_fits(starts, fitted, target)
            if best is not None:
                self._left_out = turns[: best.n_dropped]
                return best
        n_last = len(fitted(starts[-1]).tokens)
        raise PromptError(
            f"This message is too long for the model: {n_last} tokens, where it can read {at_most}. "
            "Shorten it or split it up.",
            n_last,
        )


def _first_that_fits(starts: Sequence[int], fitted: Callable[[int], Fitted], target: int) -> Fitted | None:
    """The longest rest of the conversation within `target` tokens: by bisection, since rendering is what costs."""
    low, high, best = 0, len(starts) - 1, None
    while low <= high:
        middle = (low + high) // 2
        candidate = fitted(starts[middle])
        if len(candidate.tokens) <= target:
            best, high = candidate, middle - 1
        else:
            low = middle + 1
    return best
