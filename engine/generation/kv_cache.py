"""What a model has read already: which tokens lie in which sequence of its KV cache, and conversations put by.

Sequence 0 is the trunk (the conversation that is being answered), sequences 1 … N are its drafts. Conversations that
were left are kept as copies of their sequence's state in memory, least recently used out first: as idle sequences in
the cache they would slow every step down, since attention runs over them too.
"""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from dataclasses import dataclass

import llama_cpp
import psutil

from engine.generation.model import LlamaModel

TRUNK = 0
KEEP_MIN_TOKENS = 128
"""A conversation is put by when leaving it would lose at least so many tokens."""
SHELF_SHARE = 1 / 16
"""Of the machine's memory, at most, for conversations that were put by."""
SHELF_BYTES_MAX = 1 << 30
SHELF_LENGTH = 8


@dataclass(frozen=True)
class _Shelved:
    """A conversation put by: its tokens and its sequence's native state."""

    tokens: list[int]
    state: ctypes.Array[ctypes.c_uint8]


class KvCache:
    """The sequences of one model's context. Used from the thread that owns the model.

    Args:
        shelf_bytes: room for conversations that were left; by default a sixteenth of the memory, at most 1 GiB.
    """

    def __init__(self, model: LlamaModel, shelf_bytes: int | None = None) -> None:
        self._model = model
        self._tokens: dict[int, list[int]] = {}
        """Tokens in the cache, by sequence."""
        self._continued = TRUNK
        """The sequence that the conversation is most likely to go on from."""
        self._shelf: list[_Shelved] = []
        """Least recently used first."""
        if shelf_bytes is None:
            shelf_bytes = min(SHELF_BYTES_MAX, int(psutil.virtual_memory().total * SHELF_SHARE))
        self._shelf_bytes = shelf_bytes

    @property
    def n_shelved(self) -> int:
        return len(self._shelf)

    def start(self, prompt: list[int]) -> int:
        """Make the trunk the longest known prefix of the prompt, and forget the drafts; returns its length.

        The last token is never part of it: it is decoded anew, because its logits are what drafts start from.
        """
        live, n_live = self._best_live(prompt)
        shelved, n_shelved = self._best_shelved(prompt)
        if n_shelved <= n_live:
            shelved = None
        if shelved is not None:
            self._shelf.remove(shelved)  # before what is left takes its place, which may push it off
        self._put_by_what_is_left(prompt)
        if shelved is not None:
            if self._restore(shelved) and self._cut(n_shelved):
                return n_shelved
        elif n_live > 0:
            self._make_trunk(live)
            if self._cut(n_live):
                return n_live
        self.clear()
        return 0

    def settle(self) -> int:
        """After a decode that failed half-way: the trunk is what was read before it; returns its length."""
        n = len(self._tokens.get(TRUNK, []))
        if not self._model.can_roll_back or not self._cut(n):
            self.clear()
        return len(self._tokens.get(TRUNK, []))

    def fork(self, sequence: int, source: int = TRUNK) -> None:
        """A draft starts from the trunk, or from another sequence, whose cells it shares."""
        llama_cpp.llama_memory_seq_cp(self._model.memory, source, sequence, -1, -1)
        self._tokens[sequence] = list(self._tokens[source])

    def can_fork_at(self, n: int) -> bool:
        """Whether a draft can start from the trunk's first n tokens only."""
        return self._model.can_roll_back and self._window_holds(TRUNK, n)

    def fork_at(self, sequence: int, n: int) -> None:
        """A draft starts from the trunk's first n tokens, where `can_fork_at` says that it can."""
        self.fork(sequence)
        llama_cpp.llama_memory_seq_rm(self._model.memory, sequence, n, -1)
        self._tokens[sequence] = self._tokens[TRUNK][:n]

    def discard(self, sequence: int) -> None:
        """Forget one draft's sequence."""
        llama_cpp.llama_memory_seq_rm(self._model.memory, sequence, -1, -1)
        self._tokens.pop(sequence, None)

    def record(self, sequence: int, tokens: Sequence[int]) -> None:
        """Tokens were decoded into the trunk, or into a sequence that was forked from it."""
        if sequence == TRUNK or sequence in self._tokens:
            self._tokens.setdefault(sequence, []).extend(tokens)

    def continue_from(self, sequence: int) -> None:
        """The conversation goes on from this draft, as far as is known."""
        if sequence in self._tokens:
            self._continued = sequence

    def clear(self) -> None:
        """Forget all sequences; what was put by stays."""
        llama_cpp.llama_memory_clear(self._model.memory, False)
        self._tokens = {}
        self._continued = TRUNK

    # finding

    def _usable(self, tokens: list[int], prompt: list[int]) -> int:
        """How many tokens of a sequence would serve this prompt."""
        common = common_prefix(tokens, prompt)
        if self._model.can_roll_back:
            return min(common, len(prompt) - 1)
        # its state is that after its last token: it serves whole or not at all
        return common if common == len(tokens) < len(prompt) else 0

    def _best_live(self, prompt: list[int]) -> tuple[int, int]:
        best = max(self._tokens, key=lambda sequence: self._usable(self._tokens[sequence], prompt), default=TRUNK)
        return best, self._usable(self._tokens.get(best, []), prompt)

    def _best_shelved(self, prompt: list[int]) -> tuple[_Shelved | None, int]:
        best = max(self._shelf, key=lambda item: self._usable(item.tokens, prompt), default=None)
        return best, self._usable(best.tokens, prompt) if best else 0

    # making it so

    def _make_trunk(self, sequence: int) -> None:
        memory = self._model.memory
        if sequence != TRUNK:
            llama_cpp.llama_memory_seq_rm(memory, TRUNK, -1, -1)
            llama_cpp.llama_memory_seq_cp(memory, sequence, TRUNK, -1, -1)
        llama_cpp.llama_memory_seq_keep(memory, TRUNK)
        self._tokens = {TRUNK: self._tokens[sequence]}
        self._continued = TRUNK

    def _cut(self, n: int) -> bool:
        """Shorten the trunk to n tokens; False where the model cannot, and the cache is then of no use."""
        if not self._model.can_roll_back:
            return n == len(self._tokens.get(TRUNK, []))
        memory = self._model.memory
        if not llama_cpp.llama_memory_seq_rm(memory, TRUNK, n, -1):
            return False
        self._tokens[TRUNK] = self._tokens.get(TRUNK, [])[:n]
        return self._window_holds(TRUNK, n)

    def _window_holds(self, sequence: int, n: int) -> bool:
        """Whether a sequence shortened to n tokens still has all that it attends to.

        A sliding window may have let go of cells that the shorter sequence would attend to.
        """
        window = self._model.n_sliding_window
        return (
            not window
            or n == 0
            or llama_cpp.llama_memory_seq_pos_min(self._model.memory, sequence) <= max(0, n - window)
        )

    def _put_by_what_is_left(self, prompt: list[int]) -> None:
        """Keep a copy of the present conversation, if the next prompt does not go on from it."""
        tokens = self._tokens.get(self._continued, [])
        if len(tokens) - common_prefix(tokens, prompt) < KEEP_MIN_TOKENS:
            return
        context = self._model.context
        size = llama_cpp.llama_state_seq_get_size(context, self._continued)
        if not 0 < size <= self._shelf_bytes:
            return
        # an earlier stage of the same conversation is contained in the new one
        self._shelf = [item for item in self._shelf if common_prefix(item.tokens, tokens) < len(item.tokens)]
        while self._shelf and (
            len(self._shelf) >= SHELF_LENGTH or size + sum(map(_n_bytes, self._shelf)) > self._shelf_bytes
        ):
            self._shelf.pop(0)
        state = (ctypes.c_uint8 * size)()
        if llama_cpp.llama_state_seq_get_data(context, state, size, self._continued) == size:
            self._shelf.append(_Shelved(list(tokens), state))

    def _restore(self, item: _Shelved) -> bool:
        self.clear()
        if not llama_cpp.llama_state_seq_set_data(self._model.context, item.state, _n_bytes(item), TRUNK):
            return False
        self._tokens = {TRUNK: list(item.tokens)}
        return True


def _n_bytes(item: _Shelved) -> int:
    return ctypes.sizeof(item.state)


def common_prefix(a: list[int], b: list[int]) -> int:
    """How many tokens two beginnings share."""
    n = min(len(a), len(b))
    if a[:n] == b[:n]:
        return n
    return next(i for i in range(n) if a[i] != b[i])
