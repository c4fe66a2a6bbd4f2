"""A worker that misbehaves on demand, for what the real one will not do: `python scripted_worker.py BEHAVIOUR`.

Speaks the real protocol. Behaviours: `dies` (on the first request), `babbles` (lines that are no events, one of
them endless, around its greeting), `floods` (a hundred thousand events before its greeting), `endless` (100 MB in one
line before it), `silent` (says nothing at all), `old` (greets with another protocol version), `refuses` (says why it
cannot start, and leaves).
"""

from __future__ import annotations

import os
import sys

from engine.protocol import (
    MAX_LINE_BYTES,
    NO_REQUEST,
    PROTOCOL_VERSION,
    Failed,
    Finished,
    Hello,
    LoadModel,
    ModelLoaded,
    decode_request,
    encode,
)


def main(behaviour: str) -> None:
    out = sys.stdout.buffer
    if behaviour == "refuses":
        out.write(encode(Failed(id=NO_REQUEST, message="The encoder is missing.", kind="engine")))
        return
    if behaviour == "silent":
        sys.stdin.buffer.read()
        return
    if behaviour == "floods":
        out.write(b'{"type":"draft_delta","id":999,"index":0,"text":"flood"}\n' * 100_000)
    if behaviour == "endless":
        for _ in range(100):
            out.write(b"x" * 1_000_000)
        out.write(b"\n")
    version = PROTOCOL_VERSION + 1 if behaviour == "old" else PROTOCOL_VERSION
    if behaviour == "babbles":
        out.write(b"llama.cpp says hello\n" + b"x" * (MAX_LINE_BYTES + 4_000_000) + b"\n")
    out.write(encode(Hello(protocol_version=version, engine_version="0", heads_version="0", gpu_offload=False)))
    if behaviour == "babbles":
        out.write(b'{"type":"unheard_of","id":1}\n')
    out.flush()
    for line in sys.stdin.buffer:
        request = decode_request(line)
        if behaviour == "dies":
            print(f"rung {getattr(request, 'first_rung', None)}", file=sys.stderr, flush=True)
            os._exit(3)
        if isinstance(request, LoadModel):
            loaded = ModelLoaded(
                id=request.id, name="scripted", path=request.path, n_ctx=64, n_gpu_layers=0, n_layers=1, seconds=0.0
            )
            out.write(encode(loaded) + encode(Finished(id=request.id)))
            out.flush()


if __name__ == "__main__":
    main(sys.argv[1])
