"""Drafts of many prompts, kept in a JSONL file as they are written, so that an evaluation can be stopped and go on."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec

from engine.generation.drafts import DraftWriter, SilentListener
from engine.generation.steering import Place, Steering
from engine.jsonl import read_rows
from engine.types import N_DRAFTS_MAX, ChatMessage, Finish, SamplingSettings

Wanted = tuple[Steering | None, int]
"""A steering, and how many drafts of it."""


class DraftRow(msgspec.Struct, frozen=True, kw_only=True):
    """One draft. steering: what it was asked and shown, empty for a plain one; copy: 0, 1, … among equals."""

    prompt_id: str
    steering: str = ""
    place: Place = "system"
    copy: int
    text: str
    finish: Finish
    n_tokens: int


class DraftFile:
    """The drafts written so far, by prompt and steering; what is missing is written with the model, in lock-step."""

    def __init__(self, path: Path, sampling: SamplingSettings, seed: int) -> None:
        self._path = path
        self._sampling = sampling
        self._seed = seed
        self._rows: dict[tuple[str, str], list[DraftRow]] = {}
        for row in read_rows(path, DraftRow) if path.exists() else []:
            self._rows.setdefault((row.prompt_id, row.steering), []).append(row)

    def drafts(self, prompt_id: str, steering: Steering | None, n: int) -> list[DraftRow]:
        """The first n, or as many as there are."""
        return self._rows.get(_key(prompt_id, steering), [])[:n]

    def has(self, prompt_id: str, steering: Steering | None, n: int) -> bool:
        return len(self.drafts(prompt_id, steering, n)) == n

    def write_missing(
        self, writer: DraftWriter, prompt_id: str, prompt: str, wanted: Sequence[Wanted], on_batch: Callable[[], None]
    ) -> None:
        """Write what is wanted of one prompt and not there yet, up to `N_DRAFTS_MAX` drafts at once."""
        missing: list[Steering | None] = []
        for steering, n in dict(wanted).items():
            missing += [steering] * (n - len(self.drafts(prompt_id, steering, n)))
        for start in range(0, len(missing), N_DRAFTS_MAX):
            batch = missing[start : start + N_DRAFTS_MAX]
            n_there = sum(len(rows) for (known, _), rows in self._rows.items() if known == prompt_id)
            run = writer.write(
                [ChatMessage("user", prompt)],
                len(batch),
                self._sampling,
                zlib.crc32(f"{self._seed}|{prompt_id}|{n_there}".encode()),
                SilentListener(),
                lambda: False,
                lambda _n, batch=batch: batch,  # type: ignore[misc]
            )
            with self._path.open("ab") as file:
                for steering, draft in zip(batch, run.drafts, strict=True):
                    rows = self._rows.setdefault(_key(prompt_id, steering), [])
                    row = DraftRow(
                        prompt_id=prompt_id,
                        steering=_shown(steering),
                        place=steering.place if steering else "system",
                        copy=len(rows),
                        text=draft.text.strip(),
                        finish=draft.finish or "cancelled",
                        n_tokens=draft.n_tokens,
                    )
                    rows.append(row)
                    file.write(msgspec.json.encode(row) + b"\n")
            on_batch()


def _key(prompt_id: str, steering: Steering | None) -> tuple[str, str]:
    return prompt_id, _shown(steering)


def _shown(steering: Steering | None) -> str:
    if steering is None:
        return ""
    return "\n\n".join(filter(None, [*(text for turn in steering.turns for text in turn), steering.text]))
