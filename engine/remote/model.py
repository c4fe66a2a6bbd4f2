"""A server's model, as far as it can be known from outside: that it is there, how much it reads, how fast it is."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from engine.errors import LoadCancelledError, RemoteError
from engine.remote.address import RemoteServer
from engine.remote.completion import Form
from engine.remote.connection import Connection, Patience, json_of, read_body
from engine.types import WriterKind

DEFAULT_WINDOW = 4096
"""Tokens of conversation that are sent, where a server does not say how many its model reads."""
MAX_WINDOW = 131_072
GUESSED_BYTES = 4_000_000_000
"""Of weights, on a graphics device: the first guess of a server's speed, until a reply was timed."""
FIRST_BYTES_PER_TOKEN = 3.0
"""Cautious: English has four. Corrected by what the server counts."""
MESSAGE_TOKENS = 8
"""What a chat template puts around a message, cautiously."""
_POLL_S = 0.05
_LISTING_S = 30.0
"""All of an answer, so that a server which sends a byte now and then ends too."""
N_OFFERED_MAX = 1000
MAX_NAME_CHARS = 200


@dataclass(frozen=True)
class OfferedModel:
    """window: tokens that it reads, None where the server does not say; maker: `owned_by`."""

    name: str
    window: int | None = None
    maker: str = ""


def list_models(server: RemoteServer, patience: Patience | None = None) -> list[OfferedModel]:
    """GET /models. Raises: RemoteError."""
    answer = _get_json(server, "/models", patience or Patience())
    data = answer.get("data") if isinstance(answer, dict) else None
    if not isinstance(data, list):
        raise RemoteError(f"{server.host} does not list its models as an OpenAI-compatible server does.")
    named = [item for item in data if isinstance(item, dict) and _is_name(item.get("id"))][:N_OFFERED_MAX]
    return [OfferedModel(item["id"], _window(item), str(item.get("owned_by") or "")) for item in named]


class RemoteModel:
    """What `engine.reply` asks of a model, for one that runs elsewhere. Used from one thread.

    The numbers of bytes and layers only make the first guess of its speed.
    """

    n_bytes = GUESSED_BYTES
    n_layers = n_gpu_layers = 1
    n_threads = 1
    writer_kind: WriterKind = "any"

    def __init__(self, server: RemoteServer, window: int, load_seconds: float, patience: Patience) -> None:
        self.server = server
        self.window = window
        self.load_seconds = load_seconds
        self.patience = patience
        self.form = Form()
        self.first_text_s = 0.0
        """From a request to the first of its text, smoothed over replies."""
        self._bytes_per_token = FIRST_BYTES_PER_TOKEN

    @classmethod
    def open(
        cls,
        server: RemoteServer,
        *,
        patience: Patience | None = None,
        should_stop: Callable[[], bool] = lambda: False,
    ) -> RemoteModel:
        """Ask the server for its models, so that a wrong address, key or name is known at once.

        Raises:
            RemoteError: the server is not there, refuses, or does not have the model.
            LoadCancelledError: `should_stop`.
        """
        started = time.perf_counter()
        patience = patience or Patience()
        window = _while_waiting(lambda: _look(server, patience), should_stop)
        return cls(server, window, time.perf_counter() - started, patience)

    @property
    def name(self) -> str:
        return self.server.model

    def use_threads(self, n_threads: int) -> None:
        """Its threads are its own business."""

    def close(self) -> None:
        """Nothing is held between replies."""

    def estimate_tokens(self, n_bytes: int, n_messages: int) -> int:
        """Of a conversation, without the model's tokenizer."""
        return round(n_bytes / self._bytes_per_token) + MESSAGE_TOKENS * n_messages + 1

    def learn_tokens(self, n_bytes: int, n_messages: int, n_tokens: int) -> None:
        """What the server counted for a conversation. Long ones say more; half of the former guess stays."""
        words = n_tokens - MESSAGE_TOKENS * n_messages
        if n_bytes >= 200 and words > 0:
            self._bytes_per_token = 0.5 * self._bytes_per_token + 0.5 * min(6.0, max(1.0, n_bytes / words))

    def learn_first_text(self, seconds: float) -> None:
        self.first_text_s = 0.5 * self.first_text_s + 0.5 * seconds if self.first_text_s else seconds


def _look(server: RemoteServer, patience: Patience) -> int:
    try:
        offered = list_models(server, patience)
    except RemoteError as exc:
        if exc.status not in (404, 405, 501):
            raise
        return DEFAULT_WINDOW  # some servers answer, but list nothing
    model = next((model for model in offered if model.name == server.model), None)
    if model is None:
        names = ", ".join(model.name for model in offered[:5]) or "none"
        raise RemoteError(f"{server.host} has no model {server.model}. It offers: {names}.")
    window = model.window
    if model.maker == "llamacpp":
        window = _llama_cpp_window(server, patience) or window
    return min(MAX_WINDOW, window or DEFAULT_WINDOW)


def _llama_cpp_window(server: RemoteServer, patience: Patience) -> int | None:
    """What one slot of llama.cpp's server reads, which its list of models does not say."""
    root = RemoteServer(address=server.address.removesuffix("/v1"), model=server.model, key=server.key)
    try:
        answer = _get_json(root, "/props", patience)
    except RemoteError:
        return None
    settings = answer.get("default_generation_settings") if isinstance(answer, dict) else None
    return _count(settings.get("n_ctx")) if isinstance(settings, dict) else None


def _is_name(value: object) -> bool:
    """Of what is shown in lists and sentences: one line that ends."""
    return isinstance(value, str) and 0 < len(value) <= MAX_NAME_CHARS and value.isprintable()


def _window(item: dict[str, Any]) -> int | None:
    """As vLLM (`max_model_len`) and others name it."""
    return next(
        filter(None, (_count(item.get(k)) for k in ("max_model_len", "context_length", "context_window"))), None
    )


def _count(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 256 else None


def _get_json(server: RemoteServer, path: str, patience: Patience) -> Any:
    patience = replace(patience, answer_s=min(patience.answer_s, _LISTING_S))
    connection = Connection(server, patience)
    deadline = threading.Timer(patience.connect_s + patience.answer_s, connection.close)
    deadline.daemon = True
    deadline.start()
    try:
        data = read_body(connection.open("GET", path), connection, server.host)
    except RemoteError:
        if not connection.is_closed:
            raise
    finally:
        deadline.cancel()
        connection.release()
    if connection.is_closed:  # where no length was said, the end of the connection looks like the end of the answer
        raise RemoteError(f"{server.host} does not answer.")
    return json_of(data, server.host)


def _while_waiting(work: Callable[[], int], should_stop: Callable[[], bool]) -> int:
    """Do it in a thread, so that stopping need not wait for the network."""
    outcome: queue.Queue[int | Exception] = queue.Queue()

    def run() -> None:
        try:
            outcome.put(work())
        except Exception as exc:  # raised again below, in the thread that asked
            outcome.put(exc)

    threading.Thread(target=run, name="server", daemon=True).start()
    while not should_stop():
        try:
            found = outcome.get(timeout=_POLL_S)
        except queue.Empty:
            continue
        if isinstance(found, Exception):
            raise found
        return found
    raise LoadCancelledError("Connecting to the server was stopped.")
