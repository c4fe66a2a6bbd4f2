"""A worker that speaks the real protocol and writes at once, without a model: where the window's stores are on trial.

Its drafts depend on nothing but the request's number. `python quick_worker.py DIMENSIONS HEADS_VERSION`.
"""

from __future__ import annotations

import queue
import sys
import threading
import time

from engine import protocol
from engine.types import AXES, ScoredDraft, Timings

STEP_S = 0.004
N_STEPS = 40


def main(n_base: int, heads_version: str) -> None:
    out = sys.stdout.buffer
    requests: queue.Queue[protocol.Request | None] = queue.Queue()
    cancelled: set[int] = set()

    def emit(event: protocol.Event) -> None:
        out.write(protocol.encode(event))
        out.flush()

    def read() -> None:
        for line in sys.stdin.buffer:
            request = protocol.decode_request(line)
            if isinstance(request, protocol.Cancel):
                cancelled.add(request.id)
            elif isinstance(request, protocol.Ping):
                emit(protocol.Pong(id=request.id))
            else:
                requests.put(request)
        requests.put(None)

    emit(
        protocol.Hello(
            protocol_version=protocol.PROTOCOL_VERSION,
            engine_version="quick",
            heads_version=heads_version,
            gpu_offload=False,
        )
    )
    threading.Thread(target=read, daemon=True).start()
    while (request := requests.get()) is not None and not isinstance(request, protocol.Shutdown):
        match request:
            case protocol.LoadModel():
                emit(
                    protocol.ModelLoaded(
                        id=request.id,
                        name="quick",
                        path=request.path,
                        n_ctx=4096,
                        n_gpu_layers=0,
                        n_layers=1,
                        seconds=0,
                    )
                )
            case protocol.Measure():
                emit(protocol.Measured(id=request.id, n_tokens=10, window=4096, n_messages_dropped=0))
            case protocol.Generate():
                n_drafts = min(request.n_drafts, 3)
                texts = ["" for _ in range(n_drafts)]
                for step in range(N_STEPS):
                    for index in range(n_drafts):
                        piece = f"w{request.id}.{index}.{step} "
                        texts[index] += piece
                        emit(protocol.DraftDelta(id=request.id, index=index, text=piece))
                    time.sleep(STEP_S)
                    if request.id in cancelled:
                        break
                finish = "cancelled" if request.id in cancelled else "stop"
                emit(
                    protocol.ReplyReady(
                        id=request.id,
                        drafts=[_scored(index, text, finish, n_base) for index, text in enumerate(texts)],
                        chosen=request.id % n_drafts,
                        heads_version=heads_version,
                        seed=1,
                        timings=Timings(),
                    )
                )
            case _:
                continue
        emit(protocol.Finished(id=request.id))


def _scored(index: int, text: str, finish: str, n_base: int) -> ScoredDraft:
    return ScoredDraft(
        index=index,
        text=text,
        finish=finish,  # type: ignore[arg-type]
        n_tokens=len(text.split()),
        base_rewards=[0.3 * ((index + base) % 3 - 1) for base in range(n_base)],
        quality=0.1 * index,
        uncertainty=0.1,
        score=float(index),
        axes=dict.fromkeys(AXES, float(index)),
    )


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
