"""how long the reply encoder takes for one reply of 200 tokens, and how large it is"""

from __future__ import annotations

import argparse
import statistics
import time

import msgspec

from engine.commands.base import Outcome
from engine.errors import InputFileError

REPLY_TOKENS = 200
SENTENCE = "Boil fresh water, warm the pot, add one spoon of leaves for each cup, and wait for four minutes. "


class Measurement(msgspec.Struct, frozen=True, kw_only=True):
    """ms_per_reply: median over repeats of encoding one reply (alone) with its style features; ms_in_four: the same
    for each of four drafts scored together; threads: that torch used; n_bytes: of the weights."""

    ms_per_reply: float
    ms_in_four: float
    n_tokens: int
    repeats: int
    threads: int
    n_bytes: int
    device: str


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--repeats", type=int, default=20, metavar="N", help="repeats, of which the median is told (20)"
    )
    parser.add_argument("--threads", type=int, metavar="N", help="threads (torch's own choice)")
    parser.add_argument("--device", metavar="D", help="cpu or cuda (the graphics device where torch has one)")


def run(arguments: argparse.Namespace) -> Outcome:
    if arguments.repeats < 1 or (arguments.threads is not None and arguments.threads < 1):
        raise InputFileError("Repeats and threads are numbers from 1 up.")

    import torch

    from engine.rewards.encoder import ReplyEncoder, encoder_dir
    from engine.rewards.features import reply_features

    if arguments.threads is not None:
        torch.set_num_threads(arguments.threads)
    encoder = ReplyEncoder(device=arguments.device)
    reply = encoder.text_of(SENTENCE * REPLY_TOKENS, REPLY_TOKENS)

    def milliseconds(n_replies: int) -> float:
        times = []
        for _ in range(arguments.repeats + 1):
            started = time.perf_counter()
            reply_features(encoder, ["How do I make tea?"] * n_replies, [reply] * n_replies)
            times.append((time.perf_counter() - started) * 1000 / n_replies)
        return statistics.median(times[1:])  # the first warms up

    found = Measurement(
        ms_per_reply=milliseconds(1),
        ms_in_four=milliseconds(4),
        n_tokens=encoder.n_tokens(reply),
        repeats=arguments.repeats,
        threads=torch.get_num_threads(),
        n_bytes=(encoder_dir() / "model.safetensors").stat().st_size,
        device=str(encoder.device),
    )
    text = (
        f"{found.ms_per_reply:.1f} ms for a reply of {found.n_tokens} tokens, {found.ms_in_four:.1f} ms for each of "
        f"four together (median of {found.repeats}, {found.threads} threads, {found.device}); weights "
        f"{found.n_bytes / 1e6:.1f} MB"
    )
    return Outcome(json=found, text=text)
