"""One best-of-N reply from start to finish: write the drafts, score them, choose. Worker and command line share it."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from engine.generation.drafts import Draft, DraftListener, DraftRun, DraftWriter
from engine.generation.model import LlamaModel
from engine.generation.sampler_chain import SEED_MODULUS
from engine.preferences.taste_model import TasteModel
from engine.rerank import choose_draft
from engine.rewards.scorer import ReplyScorer
from engine.types import AXES, ChatMessage, SamplingSettings, ScoredDraft, Timings, WeightVector

STALE_WEIGHTS = "Your taste was learned with other reward heads; this reply was chosen by what most people like."
TURNS_DROPPED = "The beginning of this conversation no longer fits what the model can read, and was left out."


@dataclass(frozen=True)
class Reply:
    """drafts: those with any text; chosen: a position in it; notice: a sentence for the person."""

    drafts: list[ScoredDraft]
    chosen: int
    seed: int
    timings: Timings
    notice: str | None = None


class ReplyEngine:
    """A model, a scorer and the population's taste, put together. Used from the thread that owns the model."""

    def __init__(self, model: LlamaModel, scorer: ReplyScorer, taste: TasteModel) -> None:
        self._model = model
        self._writer = DraftWriter(model)
        self._scorer = scorer
        self._taste = taste

    def reply(
        self,
        messages: Sequence[ChatMessage],
        *,
        n_drafts: int,
        sampling: SamplingSettings,
        weights: WeightVector | None,
        listener: DraftListener,
        on_scoring: Callable[[], None],
        should_stop: Callable[[], bool],
    ) -> Reply | None:
        """Write `n_drafts` drafts, score them and choose by `weights` (None: the population's).

        Stopped, it chooses among what there is; None when there is no text at all.

        Raises:
            PromptError: an empty message, or one too long for the model.
        """
        started = time.perf_counter()
        seed = random.randrange(SEED_MODULUS) if sampling.seed is None else sampling.seed % SEED_MODULUS
        run = self._writer.write(messages, n_drafts, sampling, seed, listener, should_stop)
        written = [draft for draft in run.drafts if draft.text.strip()]
        if not written:
            return None
        on_scoring()
        scoring_started = time.perf_counter()
        drafts, chosen, stale = self._choose(messages[-1].content, written, weights)
        finished = time.perf_counter()
        notices = [TURNS_DROPPED] if run.n_turns_dropped else []
        notices += [STALE_WEIGHTS] if stale else []
        return Reply(
            drafts=drafts,
            chosen=chosen,
            seed=seed,
            timings=_timings(run, finished - scoring_started, finished - started, self._model.load_seconds),
            notice=" ".join(notices) or None,
        )

    def close(self) -> None:
        self._writer.close()
        self._model.close()

    def _choose(
        self, prompt: str, written: list[Draft], weights: WeightVector | None
    ) -> tuple[list[ScoredDraft], int, bool]:
        outputs = self._scorer.score([prompt] * len(written), [draft.text for draft in written])
        stale = weights is not None and weights.heads_version != self._taste.heads_version
        mean, covariance = self._taste.prior_mean, self._taste.prior_covariance
        if weights is not None and not stale:
            mean, covariance = np.array(weights.mean), np.array(weights.covariance)
        # what is whole comes before what was cut off; of the cut off, the furthest
        whole = np.array([draft.finish != "cancelled" for draft in written])
        n_tokens = np.array([draft.n_tokens for draft in written])
        choice = choose_draft(
            outputs.base_rewards,
            outputs.quality,
            outputs.bootstrap_base_rewards,
            mean,
            covariance,
            self._taste.prior_mean,
            candidates=whole if whole.any() else n_tokens == n_tokens.max(),
        )
        drafts = [
            ScoredDraft(
                index=draft.index,
                text=draft.text,
                finish=draft.finish or "cancelled",
                n_tokens=draft.n_tokens,
                base_rewards=outputs.base_rewards[i].tolist(),
                quality=float(outputs.quality[i]),
                uncertainty=float(choice.uncertainty[i]),
                score=float(choice.scores[i]),
                axes=dict(zip(AXES, outputs.axes[i].tolist(), strict=True)),
            )
            for i, draft in enumerate(written)
        ]
        return drafts, choice.chosen, stale


def _timings(run: DraftRun, score_s: float, total_s: float, load_s: float) -> Timings:
    return Timings(
        load_s=load_s,
        prefill_s=run.prefill_s,
        decode_s=run.decode_s,
        score_s=score_s,
        total_s=total_s,
        n_prompt_tokens=run.n_prompt_tokens,
        n_reused_tokens=run.n_reused_tokens,
    )
