"""How the next token is drawn: one native sampler chain per draft, each with its own seed."""

from __future__ import annotations

import contextlib
import ctypes
import io
import json

import llama_cpp
import numpy as np
from llama_cpp.llama_grammar import json_schema_to_gbnf
from numpy.typing import NDArray

from engine.errors import EngineError, SamplingError
from engine.generation.model import LlamaModel
from engine.types import SamplingSettings

SEED_STEP = 0x9E3779B9
"""Odd, so that the drafts of one request get different seeds for any first one."""
SEED_MODULUS = 2**32
XTC_SALT = 0x85EBCA6B
"""The dice of "exclude top choices" are not those of the draw."""
DRY_BREAKERS = (b"\n", b":", b'"', b"*")
"""Repetition is not counted across these (the DRY sampler's usual set)."""

_TOKEN_DATA = np.dtype([("id", np.int32), ("logit", np.float32), ("p", np.float32)])


def draft_seed(seed: int, index: int) -> int:
    """The seed of draft `index` of a request."""
    return (seed + index * SEED_STEP) % SEED_MODULUS


def grammar_of(settings: SamplingSettings, vocab: llama_cpp.llama_vocab_p) -> str | None:
    """The GBNF grammar that replies must follow, tried once so that a wrong one is known before a prompt is read.

    Raises: SamplingError, when both kinds are given, the schema is none, or the grammar cannot be read.
    """
    if settings.grammar is not None and settings.json_schema is not None:
        raise SamplingError("A reply can follow a grammar or a JSON schema, not both.")
    grammar = settings.grammar if settings.json_schema is None else _grammar_of_schema(settings.json_schema)
    if grammar is not None:
        llama_cpp.llama_sampler_free(_new_grammar(vocab, grammar))
    return grammar


def _grammar_of_schema(json_schema: str) -> str:
    try:
        schema = json.loads(json_schema)
        if not isinstance(schema, dict):
            raise TypeError("it must be an object")
        with contextlib.redirect_stdout(io.StringIO()):
            return str(json_schema_to_gbnf(json_schema))
    except Exception as exc:  # the converter fails in many ways, by what the schema holds
        raise SamplingError(f"This JSON schema cannot be used ({exc}).") from exc


class SamplerChain:
    """A llama.cpp sampler chain; freed with `close`.

    Args:
        model: what tokens are drawn from; grammar: GBNF, from `grammar_of`.

    Raises: SamplingError, when the grammar cannot be read.
    """

    def __init__(
        self,
        settings: SamplingSettings,
        seed: int,
        model: LlamaModel,
        grammar: str | None = None,
    ) -> None:
        self._grammar = _new_grammar(model.vocab, grammar) if grammar is not None else None
        self._candidates: NDArray[np.void] | None = None
        self._chain = llama_cpp.llama_sampler_chain_init(llama_cpp.llama_sampler_chain_default_params())
        if settings.temperature <= 0:
            self._add(llama_cpp.llama_sampler_init_greedy())
            return
        # top-k first: what follows then looks at k tokens instead of the whole vocabulary
        if settings.top_k > 0:
            self._add(llama_cpp.llama_sampler_init_top_k(settings.top_k))
        self._add_penalties(settings, model)
        if settings.typical_p < 1.0:
            self._add(llama_cpp.llama_sampler_init_typical(settings.typical_p, 1))
        self._add(llama_cpp.llama_sampler_init_top_p(settings.top_p, 1))
        self._add(llama_cpp.llama_sampler_init_min_p(settings.min_p, 1))
        if settings.xtc_probability > 0:
            self._add(
                llama_cpp.llama_sampler_init_xtc(settings.xtc_probability, settings.xtc_threshold, 1, seed ^ XTC_SALT)
            )
        self._add(llama_cpp.llama_sampler_init_temp(settings.temperature))
        self._add(llama_cpp.llama_sampler_init_dist(seed))

    def sample(self, context: llama_cpp.llama_context_p, row: int, logits: NDArray[np.float32]) -> int:
        """Draw from a batch row that asked for logits, and remember the token.

        Args:
            logits: (n_vocab,), those of the row, read where there is a grammar.
        """
        if self._grammar is None:
            return int(llama_cpp.llama_sampler_sample(self._chain, context, row))
        # as llama.cpp's own programs do: draw freely, and ask the grammar of the whole vocabulary (milliseconds) only
        # where it refuses what was drawn
        token = self._draw(self._chain, logits)
        if not self._grammar_allows(token):
            token = self._draw(self._chain, logits, first=self._grammar)
        llama_cpp.llama_sampler_accept(self._grammar, token)
        llama_cpp.llama_sampler_accept(self._chain, token)
        return token

    def close(self) -> None:
        llama_cpp.llama_sampler_free(self._chain)
        if self._grammar is not None:
            llama_cpp.llama_sampler_free(self._grammar)

    def _add(self, sampler: llama_cpp.llama_sampler_p) -> None:
        llama_cpp.llama_sampler_chain_add(self._chain, sampler)

    def _add_penalties(self, settings: SamplingSettings, model: LlamaModel) -> None:
        # llama.cpp takes a negative number for none here, and says nothing
        last_n = model.window if settings.repeat_last_n < 0 else settings.repeat_last_n
        penalised = settings.repeat_penalty != 1.0 or settings.frequency_penalty or settings.presence_penalty
        if penalised and last_n:
            self._add(
                llama_cpp.llama_sampler_init_penalties(
                    model.n_vocab,
                    last_n,
                    settings.repeat_penalty,
                    settings.frequency_penalty,
                    settings.presence_penalty,
                )
            )
        if settings.dry_multiplier > 0:
            breakers = (ctypes.c_char_p * len(DRY_BREAKERS))(*DRY_BREAKERS)
            self._add(
                llama_cpp.llama_sampler_init_dry(
                    model.vocab,
                    settings.dry_multiplier,
                    settings.dry_base,
                    settings.dry_allowed_length,
                    model.window if settings.dry_last_n < 0 else settings.dry_last_n,
                    breakers,
                    len(DRY_BREAKERS),
                )
            )

    def _draw(
        self,
        chain: llama_cpp.llama_sampler_p,
        logits: NDArray[np.float32],
        first: llama_cpp.llama_sampler_p | None = None,
    ) -> int:
        if self._candidates is None:
            self._candidates = np.zeros(len(logits), _TOKEN_DATA)
        self._candidates["id"] = np.arange(len(logits))
        self._candidates["logit"] = logits
        array = _token_array(self._candidates)
        if first is not None:
            llama_cpp.llama_sampler_apply(first, ctypes.byref(array))
        llama_cpp.llama_sampler_apply(chain, ctypes.byref(array))
        if not 0 <= array.selected < array.size:
            raise EngineError("The model could write nothing that the grammar allows.")
        return int(array.data[array.selected].id)

    def _grammar_allows(self, token: int) -> bool:
        one = np.zeros(1, _TOKEN_DATA)
        one["id"], one["logit"] = token, 1.0
        llama_cpp.llama_sampler_apply(self._grammar, ctypes.byref(_token_array(one)))
        return bool(np.isfinite(one["logit"][0]))


def _token_array(candidates: NDArray[np.void]) -> llama_cpp.llama_token_data_array:
    array = llama_cpp.llama_token_data_array()
    array.data = candidates.ctypes.data_as(ctypes.POINTER(llama_cpp.llama_token_data))
    array.size, array.selected, array.sorted = len(candidates), -1, False
    return array


def _new_grammar(vocab: llama_cpp.llama_vocab_p, grammar: str) -> llama_cpp.llama_sampler_p:
    sampler = llama_cpp.llama_sampler_init_grammar(vocab, grammar.encode("utf-8", "replace"), b"root")
    if not sampler:  # a null pointer object is not None
        raise SamplingError("The grammar cannot be read: it must be GBNF, with a rule named root.")
    return sampler
