"""All that crosses between the window and the engine worker: one JSON object a line, typed and versioned.

The window writes `Request`s to the worker's stdin and reads `Event`s from its stdout. Every request that has an
`id` is answered by any number of events with that id, the last of which is always `Finished`, also after a
failure or a stop. Field names and meanings are frozen for `PROTOCOL_VERSION`; adding a field with a default does
not change the version, anything else does.
"""

from __future__ import annotations

from typing import Literal, TypeAlias, TypeVar

import msgspec

from engine.directions.calibration import Calibration
from engine.directions.examples import Example
from engine.errors import EngineError
from engine.remote.address import RemoteServer
from engine.types import (
    Channels,
    ChatMessage,
    DroppedDraft,
    PlanReason,
    SamplingSettings,
    ScoredDraft,
    SpeedRecord,
    Timings,
    WeightVector,
)

PROTOCOL_VERSION = 1
NO_REQUEST = -1
"""The id in a `Failed` that belongs to no request."""
FailureKind = Literal["model", "prompt", "cancelled", "engine", "protocol"]
MAX_LINE_BYTES = 8 * 1024 * 1024
"""A longer line is refused: it cannot come from a healthy peer."""


class ProtocolError(EngineError):
    """A line that is not a message of this protocol."""


class _Message(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", forbid_unknown_fields=False):
    pass


# --- requests: window to worker ------------------------------------------------------------------------------


class LoadModel(_Message, frozen=True, kw_only=True, tag="load_model"):
    """Load a GGUF file, replacing none: one worker holds at most one model.

    n_gpu_layers: layers to offload, n_ctx: cells of the KV cache; −1 and 0 for as many as fit. first_rung: steps of
    the ladder (fewer layers, a smaller context) that are known to fail. speed: what earlier workers learned of this
    model's speed here. remote: a server's model in place of a file, path is then `remote.path`. calibration: what the
    model makes of requests about style, None for what is shipped, if anything is.
    """

    id: int
    path: str
    n_gpu_layers: int = -1
    n_ctx: int = 0
    n_threads: int = 0
    first_rung: int = 0
    speed: SpeedRecord | None = None
    remote: RemoteServer | None = None
    calibration: Calibration | None = None


class Generate(_Message, frozen=True, kw_only=True, tag="generate"):
    """Write `n_drafts` drafts of the next reply and choose one. `n_drafts` 1 streams its text.

    messages may end with the beginning of the reply, which is then continued; the events' text is only what is new,
    the drafts of `ReplyReady` are whole. weights: the person's belief, None for the population's. budget_s: seconds
    that the reply may take; `n_drafts` is then the most that are written, None writes exactly so many. directed: some
    drafts may be steered by the weights and by examples, the person's own choices, as far as channels allow. full:
    every draft is written to its end, none is given up on the way.
    """

    id: int
    messages: list[ChatMessage]
    n_drafts: int = 4
    sampling: SamplingSettings = SamplingSettings()
    weights: WeightVector | None = None
    full: bool = False
    directed: bool = True
    channels: Channels = Channels()
    examples: list[Example] = []
    budget_s: float | None = None


class Measure(_Message, frozen=True, kw_only=True, tag="measure"):
    """How many tokens a conversation comes to, and which part of it the model would read: answered by `Measured`.

    messages may end with what is still being typed.
    """

    id: int
    messages: list[ChatMessage]
    max_tokens: int = 512


class Calibrate(_Message, frozen=True, kw_only=True, tag="calibrate"):
    """Measure what the loaded model makes of requests about style: answered by `Calibrated`, after minutes.

    Whatever else is asked for goes first: it is put aside meanwhile, and goes on. n_prompts: 2 to 8; max_tokens: of
    each draft.
    """

    id: int
    n_prompts: int = 8
    max_tokens: int = 96


class Cancel(_Message, frozen=True, kw_only=True, tag="cancel"):
    """Stop the request with this id: what is written so far is scored and returned, a load is given up."""

    id: int


class Ping(_Message, frozen=True, kw_only=True, tag="ping"):
    """Ask for a `Pong`, answered by the thread that reads requests, also while the model is busy."""

    id: int


class Shutdown(_Message, frozen=True, kw_only=True, tag="shutdown"):
    """Leave after the current step. Closing stdin does the same."""


Request: TypeAlias = LoadModel | Generate | Measure | Calibrate | Cancel | Ping | Shutdown


# --- events: worker to window --------------------------------------------------------------------------------


class Hello(_Message, frozen=True, kw_only=True, tag="hello"):
    """The first event of a worker: who it is."""

    protocol_version: int
    engine_version: str
    heads_version: str
    gpu_offload: bool


class Pong(_Message, frozen=True, kw_only=True, tag="pong"):
    id: int


class LoadProgress(_Message, frozen=True, kw_only=True, tag="load_progress"):
    """fraction: 0 to 1."""

    id: int
    fraction: float


class ModelLoaded(_Message, frozen=True, kw_only=True, tag="model_loaded"):
    """n_ctx: tokens of conversation that it reads. rung: how far down the ladder it was loaded; notice: a sentence
    for the person, where that is further than was meant. sampling: what suits the model's family.
    """

    id: int
    name: str
    path: str
    n_ctx: int
    n_gpu_layers: int
    n_layers: int
    seconds: float
    rung: int = 0
    notice: str | None = None
    sampling: SamplingSettings = SamplingSettings()


class PromptProgress(_Message, frozen=True, kw_only=True, tag="prompt_progress"):
    id: int
    n_done: int
    n_total: int


class Measured(_Message, frozen=True, kw_only=True, tag="measured"):
    """n_tokens: of the prompt; window: what the model can read; n_messages_dropped: at the beginning, not read."""

    id: int
    n_tokens: int
    window: int
    n_messages_dropped: int


class CalibrationProgress(_Message, frozen=True, kw_only=True, tag="calibration_progress"):
    """How far a calibration is, 0 to 1."""

    id: int
    fraction: float


class Calibrated(_Message, frozen=True, kw_only=True, tag="calibrated"):
    """The calibration is done, and counts for this worker's replies from now on."""

    id: int
    calibration: Calibration


class DraftsPlanned(_Message, frozen=True, kw_only=True, tag="drafts_planned"):
    """The prompt is read and `n_drafts` drafts are begun. expected_s: seconds they will take, scoring included."""

    id: int
    n_drafts: int
    expected_s: float
    reason: PlanReason = ""


class DraftDelta(_Message, frozen=True, kw_only=True, tag="draft_delta"):
    """More text of one draft: append it. reasoning: it belongs to what the model thinks, not to its answer."""

    id: int
    index: int
    text: str
    reasoning: bool = False


class DraftProgress(_Message, frozen=True, kw_only=True, tag="draft_progress"):
    """n_tokens: written so far, a number a draft; finished: which are done; tokens_per_s: all drafts together.

    dropped: the indices of those that were given up, which count as done.
    """

    id: int
    n_tokens: list[int]
    finished: list[bool]
    tokens_per_s: float
    dropped: list[int] = []


class Scoring(_Message, frozen=True, kw_only=True, tag="scoring"):
    """The drafts are written; they are being read and compared."""

    id: int


class ReplyReady(_Message, frozen=True, kw_only=True, tag="reply_ready"):
    """drafts: those finished or stopped with some text, in the order of their index; chosen: a position in it.

    n_messages_dropped: messages at the beginning of the conversation that the model could not read any more;
    speed: what is now known of this model's speed here, to be handed to the next worker; dropped: the drafts that were
    given up on the way as the weaker ones, and are not among `drafts`.
    """

    id: int
    drafts: list[ScoredDraft]
    chosen: int
    heads_version: str
    seed: int
    timings: Timings
    notice: str | None = None
    n_messages_dropped: int = 0
    speed: SpeedRecord | None = None
    dropped: list[DroppedDraft] = []


class Failed(_Message, frozen=True, kw_only=True, tag="failed"):
    """message: a sentence for the person. kind tells the window what it may offer."""

    id: int
    message: str
    kind: FailureKind = "engine"


class Finished(_Message, frozen=True, kw_only=True, tag="finished"):
    """Always the last event of a request."""

    id: int


Event: TypeAlias = (
    Hello
    | Pong
    | LoadProgress
    | ModelLoaded
    | PromptProgress
    | Measured
    | CalibrationProgress
    | Calibrated
    | DraftsPlanned
    | DraftDelta
    | DraftProgress
    | Scoring
    | ReplyReady
    | Failed
    | Finished
)

_T = TypeVar("_T")
_encoder = msgspec.json.Encoder()
_request_decoder: msgspec.json.Decoder[Request] = msgspec.json.Decoder(Request)
_event_decoder: msgspec.json.Decoder[Event] = msgspec.json.Decoder(Event)


def encode(message: Request | Event) -> bytes:
    """One line of JSON, its newline included."""
    return _encoder.encode(message) + b"\n"


def decode_request(line: bytes) -> Request:
    """Raises: ProtocolError, when the line is no request of this protocol."""
    return _decode(_request_decoder, line)


def decode_event(line: bytes) -> Event:
    """Raises: ProtocolError, when the line is no event of this protocol."""
    return _decode(_event_decoder, line)


def _decode(decoder: msgspec.json.Decoder[_T], line: bytes) -> _T:
    if len(line) > MAX_LINE_BYTES:
        raise ProtocolError(f"A message of {len(line)} bytes is longer than the protocol allows.")
    try:
        return decoder.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as exc:
        raise ProtocolError(f"Not a message of protocol {PROTOCOL_VERSION}: {exc}") from exc
