"""How the next token is drawn: one native sampler chain per draft, each with its own seed."""

from __future__ import annotations

import llama_cpp

from engine.types import SamplingSettings

SEED_STEP = 0x9E3779B9
"""Odd, so that the drafts of one request get different seeds for any first one."""
SEED_MODULUS = 2**32


def draft_seed(seed: int, index: int) -> int:
    """The seed of draft `index` of a request."""
    return (seed + index * SEED_STEP) % SEED_MODULUS


class SamplerChain:
    """A llama.cpp sampler chain; freed with `close`."""

    def __init__(self, settings: SamplingSettings, seed: int, n_vocab: int) -> None:
        self._chain = llama_cpp.llama_sampler_chain_init(llama_cpp.llama_sampler_chain_default_params())
        if settings.temperature <= 0:
            self._add(llama_cpp.llama_sampler_init_greedy())
            return
        # top-k first: what follows then looks at k tokens instead of the whole vocabulary
        if settings.top_k > 0:
            self._add(llama_cpp.llama_sampler_init_top_k(settings.top_k))
        if settings.repeat_penalty != 1.0:
            self._add(
                llama_cpp.llama_sampler_init_penalties(
                    n_vocab, settings.repeat_last_n, settings.repeat_penalty, 0.0, 0.0
                )
            )
        self._add(llama_cpp.llama_sampler_init_top_p(settings.top_p, 1))
        self._add(llama_cpp.llama_sampler_init_min_p(settings.min_p, 1))
        self._add(llama_cpp.llama_sampler_init_temp(settings.temperature))
        self._add(llama_cpp.llama_sampler_init_dist(seed))

    def sample(self, context: llama_cpp.llama_context_p, row: int) -> int:
        """Draw from the logits of a batch row that asked for them, and remember the token."""
        return int(llama_cpp.llama_sampler_sample(self._chain, context, row))

    def close(self) -> None:
        llama_cpp.llama_sampler_free(self._chain)

    def _add(self, sampler: llama_cpp.llama_sampler_p) -> None:
        llama_cpp.llama_sampler_chain_add(self._chain, sampler)
