"""Everything that crosses the process boundary, and what must not."""

from __future__ import annotations

from typing import get_args

import msgspec
import pytest

from engine import protocol
from engine.directions.calibration import AxisEffect, Calibration, PlaceTrial
from engine.directions.examples import Example
from engine.protocol import (
    MAX_LINE_BYTES,
    Calibrate,
    Calibrated,
    CalibrationProgress,
    Cancel,
    DraftDelta,
    DraftProgress,
    DraftsPlanned,
    Event,
    Failed,
    Finished,
    Generate,
    Hello,
    LoadModel,
    LoadProgress,
    Measure,
    Measured,
    ModelLoaded,
    Ping,
    Pong,
    PromptProgress,
    ProtocolError,
    ReplyReady,
    Request,
    Scoring,
    Shutdown,
    decode_event,
    decode_request,
    encode,
)
from engine.types import Channels, ChatMessage, SamplingSettings, ScoredDraft, Timings, WeightVector

REQUESTS = [
    LoadModel(id=1, path="/models/ä b.gguf", n_gpu_layers=3, n_ctx=512, n_threads=2),
    Generate(
        id=2,
        messages=[ChatMessage("system", "s"), ChatMessage("user", "line\nbreak \u2028 🎉")],
        n_drafts=8,
        sampling=SamplingSettings(seed=2**32 - 1, temperature=0.1),
        weights=WeightVector(mean=[0.1, 1 / 3], covariance=[[1.0, 0.0], [0.0, 1.0]], heads_version="h"),
        full=True,
        directed=False,
        channels=Channels(exploring=False),
        examples=[Example(prompt="p", preferred="a", other="b", margin=0.5)],
    ),
    Measure(id=6, messages=[ChatMessage("user", "q")], max_tokens=7),
    Calibrate(id=7, n_prompts=2, max_tokens=9),
    Cancel(id=3),
    Ping(id=4),
    Shutdown(),
]
DRAFT = ScoredDraft(
    index=0,
    text="t",
    finish="stop",
    n_tokens=1,
    base_rewards=[0.1],
    quality=-0.5,
    uncertainty=0.0,
    score=1e-300,
    axes={"length": 1.0},
)
CALIBRATION = Calibration(
    model="m",
    fingerprint="1-a",
    heads_version="h",
    place="last",
    places=[PlaceTrial(place="last", shift=0.5, quality=-0.1, n_read_tokens=9.5)],
    effects=[AxisEffect(axis="length", more=False, shift=1 / 3, shift_se=0.1, quality=-0.2, quality_se=0.3)],
    n_prompts=2,
    max_tokens=9,
)
EVENTS = [
    Hello(protocol_version=1, engine_version="0", heads_version="h", gpu_offload=False),
    Pong(id=1),
    LoadProgress(id=1, fraction=0.5),
    ModelLoaded(id=1, name="n", path="p", n_ctx=1, n_gpu_layers=0, n_layers=2, seconds=0.1, notice="x"),
    PromptProgress(id=1, n_done=1, n_total=2),
    Measured(id=1, n_tokens=3, window=4096, n_messages_dropped=2),
    CalibrationProgress(id=7, fraction=0.25),
    Calibrated(id=7, calibration=CALIBRATION),
    DraftsPlanned(id=1, n_drafts=3, expected_s=2.5, reason="battery"),
    DraftDelta(id=1, index=0, text="a\nb", reasoning=True),
    DraftProgress(id=1, n_tokens=[1, 2], finished=[False, True], tokens_per_s=3.5),
    Scoring(id=1),
    ReplyReady(id=1, drafts=[DRAFT], chosen=0, heads_version="h", seed=5, timings=Timings(load_s=1.0), notice=None),
    Failed(id=-1, message="m", kind="prompt"),
    Finished(id=1),
]


def test_every_message_type_is_tried_here():
    assert {type(message) for message in REQUESTS} == set(get_args(Request))
    assert {type(message) for message in EVENTS} == set(get_args(Event))


@pytest.mark.parametrize("message", REQUESTS, ids=lambda m: type(m).__name__)
def test_a_request_survives_the_crossing(message: Request):
    assert decode_request(encode(message)) == message


@pytest.mark.parametrize("message", EVENTS, ids=lambda m: type(m).__name__)
def test_an_event_survives_the_crossing(message: Event):
    assert decode_event(encode(message)) == message


@pytest.mark.parametrize("message", [*REQUESTS, *EVENTS], ids=lambda m: type(m).__name__)
def test_a_message_is_exactly_one_line(message: Request | Event):
    line = encode(message)
    assert line.endswith(b"\n")
    assert line.count(b"\n") == 1


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"\n",
        b"junk",
        b"{",
        b"[]",
        b"null",
        b"\xff\xfe",
        b'{"type": "ping"}',
        b'{"id": 1}',
        b'{"type": "no such thing", "id": 1}',
        b'{"type": "ping", "id": "one"}',
        b'{"type": "ping", "id": 1.5}',
        b'{"type": "ping", "id": 1} {"type": "ping", "id": 2}',
        b'{"type": "generate", "id": 1, "messages": "hello"}',
        b'{"type": "generate", "id": 1, "messages": [{"role": "wizard", "content": "x"}]}',
        b'{"type": "load_model", "id": 1, "path": null}',
        b'{"type": "ping", "id": 1, "x": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    ],
    ids=lambda line: line[:30].decode("latin-1"),
)
def test_what_is_no_message_is_refused(line: bytes):
    with pytest.raises(ProtocolError, match="Not a message of protocol 1"):
        decode_request(line)
    with pytest.raises(ProtocolError):
        decode_event(line)


def test_requests_are_no_events_and_events_no_requests():
    with pytest.raises(ProtocolError):
        decode_event(encode(Ping(id=1)))
    with pytest.raises(ProtocolError):
        decode_request(encode(Pong(id=1)))


def test_a_line_that_is_too_long_is_refused_unread():
    with pytest.raises(ProtocolError, match="longer than the protocol allows"):
        decode_request(b'{"type": "ping", "id": 1}' + b" " * MAX_LINE_BYTES)


def test_fields_of_a_later_version_are_ignored():
    assert decode_request(b'{"type": "ping", "id": 1, "of_a_later_version": {"a": [1]}}') == Ping(id=1)


def test_the_frozen_form_of_protocol_1_is_still_understood():
    """Lines as version 1 wrote them. If this fails, `PROTOCOL_VERSION` must change."""
    assert protocol.PROTOCOL_VERSION == 1
    generate = decode_request(
        b'{"type":"generate","id":2,"messages":[{"role":"user","content":"hi"}],"n_drafts":4,'
        b'"sampling":{"temperature":0.8,"top_k":40,"top_p":0.95,"min_p":0.05,"repeat_penalty":1.1,"repeat_last_n":64,'
        b'"max_tokens":512,"seed":null},"weights":null,"full":false,"directed":true}'
    )
    assert generate == Generate(id=2, messages=[ChatMessage("user", "hi")])
    assert set(msgspec.json.decode(encode(DraftProgress(id=1, n_tokens=[], finished=[], tokens_per_s=0.0)))) == {
        "type",
        "id",
        "n_tokens",
        "finished",
        "tokens_per_s",
        "dropped",
    }
    progress = decode_event(b'{"type":"draft_progress","id":1,"n_tokens":[3],"finished":[false],"tokens_per_s":9.5}')
    assert progress == DraftProgress(id=1, n_tokens=[3], finished=[False], tokens_per_s=9.5)
