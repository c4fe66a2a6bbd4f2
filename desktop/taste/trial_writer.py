"""Drafts of a reply to a prompt outside of any chat, for comparing picks. Nothing of it is stored. Knows no widgets."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QObject, Signal, Slot

from desktop.chat.turns import with_system_prompt
from desktop.engine_client import EngineClient
from desktop.library.models import ModelController
from desktop.settings.keeper import SettingsKeeper
from desktop.taste.session import TasteSession
from engine.preferences.events import Scored
from engine.preferences.taste_model import TasteModel
from engine.protocol import DraftProgress, ReplyReady
from engine.rerank import population_choice
from engine.types import ChatMessage, ScoredDraft

N_DRAFTS = 4
"""Fewer leave a taste hardly anything to choose among, more make ten rounds of a self-test long on a slow machine."""


@dataclass(frozen=True)
class Trial:
    """Finished drafts of one prompt, each with its numbers: the first and the population's pick, both plain, and this
    person's, which may be steered.
    """

    prompt: str
    first: ScoredDraft
    population: ScoredDraft
    personal: ScoredDraft


class TrialWriter(QObject):
    """One trial at a time, written by the loaded model for the selected profile's weights.

    Signals:
        progressed: (sentence), how far it is.
        written: (Trial).
        failed: (sentence for a person; "" where it was stopped).
    """

    progressed = Signal(str)
    written = Signal(object)
    failed = Signal(str)

    def __init__(
        self,
        client: EngineClient,
        models: ModelController,
        settings: SettingsKeeper,
        taste: TasteSession,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._client = client
        self._models = models
        self._settings = settings
        self._taste = taste
        self._request: int | None = None
        self._prompt = ""
        client.draft_progress.connect(self._on_progress)
        client.reply_ready.connect(self._on_ready)
        client.failed.connect(self._on_failed)

    @property
    def is_busy(self) -> bool:
        return self._request is not None

    def write(self, prompt: str) -> None:
        """Ends one that is under way without a word."""
        self.stop()
        self._prompt = prompt
        self._request = self._client.generate(
            with_system_prompt([ChatMessage(role="user", content=prompt)], self._models.system_prompt),
            N_DRAFTS,
            self._models.sampling(self._settings.current.max_tokens),
            self._taste.learner.weights,
            channels=self._settings.current.channels,
            examples=self._taste.examples_of(self._taste.profile_id),
        )
        self.progressed.emit(self.tr("Waiting for the model…"))

    def stop(self) -> None:
        if self._request is not None:
            request, self._request = self._request, None
            self._client.cancel(request)

    @Slot(int, object)
    def _on_progress(self, request_id: int, progress: DraftProgress) -> None:
        if request_id == self._request:
            sentence = self.tr("Writing {n} drafts · {done} done · {tokens} tokens so far")
            self.progressed.emit(
                sentence.format(
                    n=len(progress.n_tokens), done=sum(progress.finished), tokens=max(progress.n_tokens, default=0)
                )
            )

    @Slot(int, object)
    def _on_ready(self, request_id: int, reply: ReplyReady) -> None:
        if request_id != self._request:
            return
        self._request = None
        trial = trial_of(self._prompt, reply, self._taste.model)
        if trial is None:
            self.failed.emit(self.tr("The model gave no reply that could be compared. Try another prompt."))
        else:
            self.written.emit(trial)

    @Slot(int, str, str)
    def _on_failed(self, request_id: int, sentence: str, kind: str) -> None:
        if request_id == self._request:
            self._request = None
            self.failed.emit("" if kind == "cancelled" else sentence)


def trial_of(prompt: str, reply: ReplyReady, model: TasteModel) -> Trial | None:
    """None where nothing can be compared: drafts that were stopped or say nothing, or numbers of other heads.

    What the pick is compared with are plain drafts, as they would be written for anybody: beside steered ones a first
    draft would already be personal.
    """
    whole = [draft for draft in reply.drafts if draft.finish != "cancelled" and draft.text.strip()]
    plain = [draft for draft in whole if draft.direction == "plain"]
    chosen = reply.drafts[reply.chosen] if reply.drafts else None
    if chosen is None or chosen not in whole or not plain or reply.heads_version != model.heads_version:
        return None
    population = population_choice(
        np.array([draft.base_rewards for draft in plain]),
        np.array([draft.quality for draft in plain]),
        model.prior_mean,
    )
    return Trial(prompt, min(plain, key=lambda draft: draft.index), plain[population], chosen)


def numbers_of(draft: ScoredDraft) -> Scored:
    """What the heads say of a draft, as an event keeps it."""
    return Scored(base_rewards=draft.base_rewards, quality=draft.quality)
