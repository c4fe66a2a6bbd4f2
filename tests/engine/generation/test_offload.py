"""On a graphics device: llama.cpp's layers, the encoder, and what happens when its memory runs out.

Where llama.cpp was built without one there is nothing to test.
"""

from __future__ import annotations

from collections.abc import Iterator

import llama_cpp
import numpy as np
import pytest
from helpers.listeners import RecordingListener
from helpers.next_token import next_token_probabilities, total_variation
from helpers.worker import WorkerProcess
from helpers.writers import new_writer

from engine import model_loading
from engine.generation.drafts import DraftRun, DraftWriter
from engine.generation.model import LlamaModel
from engine.library.bundled import bundled_model_path
from engine.library.devices import Device, machine, probe
from engine.model_loading import open_model
from engine.protocol import Generate, Hello, LoadModel, ModelLoaded, ReplyReady
from engine.rewards.encoder import ReplyEncoder
from engine.rewards.features import reply_features
from engine.rewards.scorer import ReplyScorer
from engine.types import ChatMessage, SamplingSettings

pytestmark = pytest.mark.skipif(
    not llama_cpp.llama_supports_gpu_offload(), reason="llama.cpp was built for no graphics device"
)
STORY = [ChatMessage("user", "Tell me a story about a lighthouse.")]
ROOM_LEFT = 60_000_000


@pytest.fixture(scope="module")
def on_processor() -> Iterator[LlamaModel]:
    model = LlamaModel(bundled_model_path(), n_gpu_layers=0)
    yield model
    model.close()


@pytest.fixture
def full_card() -> Iterator[None]:
    """All of the card's memory taken but a little."""
    import torch

    if not torch.cuda.is_available():
        pytest.skip("torch sees no graphics device to fill")
    torch.cuda.empty_cache()
    free, _total = torch.cuda.mem_get_info()
    taken = torch.empty(free - ROOM_LEFT, dtype=torch.uint8, device="cuda")
    yield
    del taken
    torch.cuda.empty_cache()


def gpus() -> list[Device]:
    return [device for device in probe() if device.kind in ("gpu", "integrated")]


def write(writer: DraftWriter, n_drafts: int = 4, n_tokens: int = 24, messages: list[ChatMessage] = STORY) -> DraftRun:
    return writer.write(
        messages, n_drafts, SamplingSettings(max_tokens=n_tokens), 1, RecordingListener(), lambda: False
    )


def test_the_device_is_seen_with_its_memory_from_another_process_too():
    found = gpus()
    assert found
    assert 0 < found[0].free_bytes <= found[0].total_bytes
    assert [device.description for device in machine().gpus] == [device.description for device in found]


def test_a_model_that_fits_has_all_its_layers_there_and_takes_memory_there():
    before = gpus()[0].free_bytes
    opened = open_model(bundled_model_path())
    assert opened.rung == 0
    assert opened.notice == ""
    assert opened.model.n_gpu_layers == opened.model.n_layers + 1
    assert before - gpus()[0].free_bytes > 50_000_000
    opened.model.close()


def test_drafts_repeat_exactly_and_differ_from_each_other(model: LlamaModel):
    first = [draft.text for draft in write(new_writer(model)).drafts]
    again = [draft.text for draft in write(new_writer(model)).drafts]
    assert first == again
    assert len(set(first)) == 4


def test_device_and_processor_predict_the_same(model: LlamaModel, on_processor: LlamaModel):
    """Within a total variation of 0.1, as another size of prefill chunks; another prompt is further away."""
    write(new_writer(model), n_drafts=1, n_tokens=1)
    there = next_token_probabilities(model)
    write(new_writer(on_processor), n_drafts=1, n_tokens=1)
    here = next_token_probabilities(on_processor)
    write(new_writer(on_processor), n_drafts=1, n_tokens=1, messages=[ChatMessage("user", "What is 2 + 2?")])
    other = next_token_probabilities(on_processor)
    assert total_variation(there, here) < 0.1 < total_variation(here, other)


def test_a_conversation_goes_on_from_what_is_cached_there(model: LlamaModel):
    writer = new_writer(model)
    first = write(writer)
    writer.continue_from(2)
    after = [*STORY, ChatMessage("assistant", first.drafts[2].text), ChatMessage("user", "And then?")]
    run = write(writer, messages=after)
    assert run.n_reused_tokens > first.n_prompt_tokens
    assert all(draft.text for draft in run.drafts)


def test_a_stop_in_the_middle_leaves_the_model_usable(model: LlamaModel):
    """What it predicts then differs from a fresh prompt's only as another size of prefill chunks does."""
    writer = new_writer(model)
    asked = 0

    def soon() -> bool:
        nonlocal asked
        asked += 1
        return asked > 2

    long = [ChatMessage("user", "word " * 3000)]
    run = writer.write(long, 2, SamplingSettings(max_tokens=24), 1, RecordingListener(), soon)
    assert {draft.finish for draft in run.drafts} == {"cancelled"}
    write(writer, n_drafts=1, n_tokens=1)
    after = next_token_probabilities(model)
    write(new_writer(model), n_drafts=1, n_tokens=1)
    assert total_variation(after, next_token_probabilities(model)) < 0.1


@pytest.mark.usefixtures("full_card")
def test_where_the_card_is_full_the_model_is_planned_for_the_processor():
    opened = open_model(bundled_model_path())
    assert opened.model.n_gpu_layers == 0
    assert len(write(new_writer(opened.model)).drafts) == 4  # its writer lives on, so the model does


@pytest.mark.usefixtures("full_card")
def test_where_the_card_turns_out_to_be_full_the_ladder_is_climbed_down(monkeypatch: pytest.MonkeyPatch):
    """Something else takes the memory between the plan and the load."""
    claims = [Device(each.name, each.description, each.kind, each.total_bytes, each.total_bytes) for each in gpus()]
    monkeypatch.setattr(model_loading, "probe", lambda: claims)
    opened = open_model(bundled_model_path())
    assert opened.rung > 0
    assert opened.model.n_gpu_layers < opened.model.n_layers + 1
    assert "did not load as planned" in opened.notice
    assert len(write(new_writer(opened.model)).drafts) == 4


def test_the_worker_replies_from_the_device():
    worker = WorkerProcess()
    try:
        assert worker.until(Hello).gpu_offload
        worker.send(LoadModel(id=1, path=str(bundled_model_path())))
        loaded = worker.until(ModelLoaded)
        assert loaded.n_gpu_layers == loaded.n_layers + 1
        worker.send(Generate(id=2, messages=STORY, n_drafts=4, sampling=SamplingSettings(max_tokens=24)))
        assert len(worker.until(ReplyReady).drafts) == 4
    finally:
        worker.stop()


# the encoder


@pytest.fixture
def cuda() -> None:
    import torch

    if not torch.cuda.is_available():
        pytest.skip("torch sees no graphics device")


PROMPTS = ["How do I make tea?"] * 3
REPLIES = ["Boil water, then wait four minutes.", "Tea! 🎉 Let's go, friend.", "1. Boil water\n2. Pour\n3. Wait\n" * 40]


@pytest.mark.usefixtures("cuda")
def test_the_heads_read_the_same_there_as_here():
    there, here = ReplyEncoder(device="cuda"), ReplyEncoder(device="cpu")
    assert there.device.type == "cuda"
    heads = ReplyScorer()._heads
    mine = heads.score(reply_features(there, PROMPTS, REPLIES), "any")
    others = heads.score(reply_features(here, PROMPTS, REPLIES), "any")
    np.testing.assert_allclose(mine.base_rewards, others.base_rewards, atol=0.02)
    np.testing.assert_allclose(mine.quality, others.quality, atol=0.02)


@pytest.mark.usefixtures("cuda", "full_card")
@pytest.mark.parametrize("wanted", [None, "cuda"])
def test_where_the_card_is_full_the_encoder_reads_on_the_processor(wanted: str | None):
    encoder = ReplyEncoder(device=wanted)
    assert encoder.encode(REPLIES).shape == (3, encoder.n_dims)
    if wanted is None:
        assert encoder.device.type == "cpu"
