"""Real servers: Attune's own, always; llama.cpp's, where there is one. The bundled model answers in both."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from helpers.llama_server import NO_LLAMA_SERVER, LlamaServer, find_llama_server
from helpers.server import API_KEY, ServerProcess
from helpers.worker import WorkerProcess

from engine import protocol
from engine.errors import RemoteError
from engine.preferences.taste_model import TasteModel
from engine.protocol import DraftDelta, DraftsPlanned, Failed, Generate, LoadModel, ModelLoaded, ReplyReady, Scoring
from engine.remote.address import RemoteServer
from engine.remote.model import RemoteModel, list_models
from engine.reply import Reply, ReplyEngine
from engine.rewards.scorer import ReplyScorer
from engine.types import ChatMessage, SamplingSettings

PROMPT = [ChatMessage("user", "Give me a tip for sleeping well, in two sentences.")]
needs_llama_server = pytest.mark.skipif(find_llama_server() is None, reason=NO_LLAMA_SERVER)


class Collector:
    def __init__(self) -> None:
        self.texts: dict[int, str] = {}
        self.n_pieces = 0

    def on_prompt(self, n_done: int, n_total: int) -> None: ...

    def on_text(self, index: int, text: str, reasoning: bool) -> None:
        self.n_pieces += 1
        self.texts[index] = self.texts.get(index, "") + text

    def on_step(self, n_tokens: list[int], finished: list[bool], tokens_per_s: float) -> None: ...


@pytest.fixture(scope="module")
def attune_server() -> Iterator[RemoteServer]:
    server = ServerProcess("-n", 1, api_key=API_KEY)
    yield offered(server.base_url, API_KEY)
    server.stop()


@pytest.fixture(scope="module")
def llama_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RemoteServer]:
    """Four slots, so that it takes `n` up to four."""
    log = tmp_path_factory.mktemp("llama") / "log"
    server = LlamaServer(find_llama_server() or "", log, "-c", "4096", "-np", "4", "--api-key", API_KEY)
    yield offered(server.address, API_KEY)
    server.stop()


@pytest.fixture(scope="module")
def narrow_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RemoteServer]:
    """One slot, so that it refuses `n`."""
    server = LlamaServer(find_llama_server() or "", tmp_path_factory.mktemp("llama") / "log", "-c", "1024", "-np", "1")
    yield offered(server.address, "")
    server.stop()


def offered(address: str, key: str) -> RemoteServer:
    """The server with the one model that it lists."""
    (model,) = list_models(RemoteServer(address=address, model="", key=key))
    return RemoteServer(address=address, model=model.name, key=key)


def reply(engine: ReplyEngine, n: int, collector: Collector | None = None, **sampling: object) -> Reply:
    made = engine.reply(
        PROMPT,
        n_drafts=n,
        sampling=SamplingSettings(**{"max_tokens": 40, "seed": 5, **sampling}),
        weights=None,
        listener=collector or Collector(),
        on_scoring=lambda: None,
        should_stop=lambda: False,
    )
    assert made is not None
    return made


def test_attunes_own_server_gives_as_many_drafts_as_are_asked_for(
    attune_server: RemoteServer, scorer: ReplyScorer, taste: TasteModel
):
    collector = Collector()
    made = reply(ReplyEngine(RemoteModel.open(attune_server), scorer, taste), 3, collector)
    assert len(made.drafts) == 3
    assert len({draft.text for draft in made.drafts}) == 3
    assert [collector.texts[draft.index] for draft in made.drafts] == [draft.text for draft in made.drafts]
    # scored here by the same heads as a local model's drafts
    outputs = scorer.score([PROMPT[0].content] * 3, [draft.text for draft in made.drafts])
    assert np.allclose([draft.quality for draft in made.drafts], outputs.quality, atol=1e-4)
    assert made.timings.n_prompt_tokens > 10


def test_attunes_own_server_streams_a_single_draft(attune_server: RemoteServer, scorer: ReplyScorer, taste: TasteModel):
    collector = Collector()
    made = reply(ReplyEngine(RemoteModel.open(attune_server), scorer, taste), 1, collector)
    assert collector.n_pieces > 5
    assert made.drafts[0].text == collector.texts[0]
    assert made.drafts[0].n_tokens <= 40


def test_a_wrong_key_is_refused_before_the_first_message(attune_server: RemoteServer):
    wrong = RemoteServer(address=attune_server.address, model=attune_server.model, key="wrong")
    with pytest.raises(RemoteError, match=r"does not accept the key \(401\)"):
        RemoteModel.open(wrong)


def test_the_worker_answers_from_a_server_and_streams(attune_server: RemoteServer):
    worker = WorkerProcess()
    try:
        loaded = worker.answer(LoadModel(id=1, path=attune_server.path, remote=attune_server))
        model = next(event for event in loaded if isinstance(event, ModelLoaded))
        assert (model.name, model.path) == (attune_server.model, attune_server.path)
        instant = worker.answer(Generate(id=2, messages=PROMPT, n_drafts=1, sampling=SamplingSettings(max_tokens=30)))
        assert sum(isinstance(event, DraftDelta) for event in instant) > 3
        assert any(isinstance(event, Scoring) for event in instant)
        personal = worker.answer(
            Generate(id=3, messages=PROMPT, n_drafts=3, budget_s=60, sampling=SamplingSettings(max_tokens=30))
        )
        assert any(isinstance(event, DraftsPlanned) for event in personal)
        ready = next(event for event in personal if isinstance(event, ReplyReady))
        assert len(ready.drafts) == 3
        assert ready.speed is not None
        assert not any(API_KEY.encode() in protocol.encode(event) for event in [*loaded, *instant, *personal])
    finally:
        worker.stop()


def test_the_worker_says_why_a_server_cannot_be_used():
    gone = RemoteServer(address="http://127.0.0.1:9/v1", model="m", key=API_KEY)
    worker = WorkerProcess()
    try:
        events = worker.answer(LoadModel(id=1, path=gone.path, remote=gone))
        failed = next(event for event in events if isinstance(event, Failed))
        assert failed.kind == "model"
        assert "refuses the connection" in failed.message
        assert API_KEY not in failed.message
    finally:
        worker.stop()


@needs_llama_server
def test_llama_cpps_server_writes_all_drafts_of_one_request(
    llama_server: RemoteServer, scorer: ReplyScorer, taste: TasteModel
):
    model = RemoteModel.open(llama_server)
    assert model.window == 1024  # a slot's share of the context
    collector = Collector()
    engine = ReplyEngine(model, scorer, taste)
    made = reply(engine, 4, collector)
    assert model.form.together
    assert len({draft.text for draft in made.drafts}) == 4
    assert [collector.texts[draft.index] for draft in made.drafts] == [draft.text for draft in made.drafts]
    assert all(draft.n_tokens <= 40 for draft in made.drafts)
    assert engine.speed.step_moments[0] > 0
    # the same seed, the same drafts
    assert [draft.text for draft in reply(engine, 4).drafts] == [draft.text for draft in made.drafts]


@needs_llama_server
def test_llama_cpps_server_that_refuses_n_is_asked_as_often(
    narrow_server: RemoteServer, scorer: ReplyScorer, taste: TasteModel
):
    model = RemoteModel.open(narrow_server)
    made = reply(ReplyEngine(model, scorer, taste), 3)
    assert not model.form.together
    assert not model.form.plain
    assert len({draft.text for draft in made.drafts}) == 3


@needs_llama_server
def test_llama_cpps_server_counts_the_prompt_and_says_what_it_knew(
    llama_server: RemoteServer, scorer: ReplyScorer, taste: TasteModel
):
    engine = ReplyEngine(RemoteModel.open(llama_server), scorer, taste)
    reply(engine, 1)
    timings = reply(engine, 1).timings
    assert timings.n_prompt_tokens == 42
    assert timings.n_reused_tokens > 30


@needs_llama_server
def test_llama_cpps_server_ends_at_a_stop_text_and_follows_a_schema(
    llama_server: RemoteServer, scorer: ReplyScorer, taste: TasteModel
):
    engine = ReplyEngine(RemoteModel.open(llama_server), scorer, taste)
    first = reply(engine, 1).drafts[0]
    assert " " in first.text
    stop = first.text.split()[2]
    ended = reply(engine, 1, stop=(stop,)).drafts[0]
    assert ended.finish == "stop"
    assert stop not in ended.text
    schema = '{"type": "object", "properties": {"tip": {"type": "integer"}}, "required": ["tip"]}'
    assert '"tip":' in reply(engine, 1, json_schema=schema).drafts[0].text.replace(" :", ":")


@needs_llama_server
def test_stopping_a_reply_of_llama_cpps_server_frees_its_slot(
    llama_server: RemoteServer, scorer: ReplyScorer, taste: TasteModel
):
    collector = Collector()
    engine = ReplyEngine(RemoteModel.open(llama_server), scorer, taste)
    made = engine.reply(
        PROMPT,
        n_drafts=1,
        sampling=SamplingSettings(max_tokens=900, seed=2, stop=("\u0000",), temperature=1.5, min_p=0.0),
        weights=None,
        listener=collector,
        on_scoring=lambda: None,
        should_stop=lambda: collector.n_pieces > 3,
    )
    assert made is not None
    assert made.drafts[0].text == collector.texts[0]
    assert len(reply(engine, 4).drafts) == 4
