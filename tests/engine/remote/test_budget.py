"""The time allowed, with a server whose speed is known from its replies only."""

from __future__ import annotations

import time

from helpers.completion_server import Exchange, completing

from engine.generation.drafts import SilentListener
from engine.preferences.taste_model import TasteModel
from engine.remote.address import RemoteServer
from engine.remote.model import RemoteModel
from engine.reply import ReplyEngine
from engine.rewards.scorer import ReplyScorer
from engine.types import ChatMessage, SamplingSettings

N_WORDS = 30
WORD_S = 0.01
"""Of one draft: the server writes one word after the other, as a processor would."""


def steadily(exchange: Exchange) -> None:
    exchange.begin_stream()
    n = exchange.body.get("n", 1)
    for number in range(N_WORDS):
        for choice in range(n):
            time.sleep(WORD_S)
            exchange.piece(f"word{number} ", choice=choice)
    for choice in range(n):
        exchange.piece(choice=choice, finish="stop")
    exchange.done()


def test_fewer_drafts_are_asked_for_where_replies_showed_the_server_to_be_slow(scorer: ReplyScorer, taste: TasteModel):
    with completing(steadily) as server:
        model = RemoteModel.open(RemoteServer(address=server.address, model="m"))
        engine = ReplyEngine(model, scorer, taste)

        def n_asked_for(budget_s: float | None, n_most: int) -> int:
            engine.reply(
                [ChatMessage("user", "Go on.")],
                n_drafts=n_most,
                sampling=SamplingSettings(max_tokens=60),
                weights=None,
                listener=SilentListener(),
                on_scoring=lambda: None,
                should_stop=lambda: False,
                budget_s=budget_s,
            )
            return server.asked[-1].get("n", 1)

        assert n_asked_for(None, 4) == 4
        assert n_asked_for(None, 8) == 8
        # eight took 2.4 s and their scoring
        assert n_asked_for(1.2, 16) < 8
        assert n_asked_for(60, 10) == 10


def test_a_servers_drafts_are_all_finished(scorer: ReplyScorer, taste: TasteModel):
    def at_once(exchange: Exchange) -> None:
        exchange.begin_stream()
        for choice in range(exchange.body.get("n", 1)):
            for number in range(70):
                exchange.piece(f"word{number} ", choice=choice)
            exchange.piece(choice=choice, finish="stop")
        exchange.done()

    with completing(at_once) as server:
        engine = ReplyEngine(RemoteModel.open(RemoteServer(address=server.address, model="m")), scorer, taste)
        reply = engine.reply(
            [ChatMessage("user", "Go on.")],
            n_drafts=8,
            sampling=SamplingSettings(max_tokens=100),
            weights=None,
            listener=SilentListener(),
            on_scoring=lambda: None,
            should_stop=lambda: False,
            full=False,
        )
    assert [draft.finish for draft in reply.drafts] == ["stop"] * 8
    assert (reply.dropped, reply.timings.n_dropped) == ((), 0)
