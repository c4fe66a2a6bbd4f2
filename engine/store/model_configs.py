"""What is kept of each model file: the person's settings for it, and how far down the ladder it has to start here."""

from __future__ import annotations

import platform
import sqlite3
import time

import msgspec

from engine.store.database import Database
from engine.types import SamplingSettings


class ModelSettings(msgspec.Struct, frozen=True, kw_only=True):
    """A person's settings for one model; None and 0: as the model's family or Attune has it.

    n_gpu_layers: −1 for as many as fit; n_window: tokens of conversation that it reads, 0 for as many as fit.
    """

    n_gpu_layers: int | None = None
    n_window: int = 0
    temperature: float | None = None
    top_p: float | None = None
    min_p: float | None = None
    repeat_penalty: float | None = None
    system_prompt: str | None = None


class ModelConfigStore:
    """One row a model file. What was found out on another machine does not count on this one."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._machine = platform.node()

    def settings(self, path: str) -> ModelSettings:
        """A damaged row counts as none: settings are not worth refusing to load for."""
        row = self._row(path)
        try:
            return msgspec.json.decode(row["settings"], type=ModelSettings) if row is not None else ModelSettings()
        except (msgspec.DecodeError, msgspec.ValidationError):
            return ModelSettings()

    def first_rung(self, path: str) -> int:
        """The first step of the ladder that is not known to fail here."""
        row = self._row(path)
        return int(row["rung"]) if row is not None and row["machine"] == self._machine else 0

    def keep_settings(self, path: str, settings: ModelSettings) -> None:
        """And start from the top of the ladder again. Raises: StoreError."""
        with self._database.transaction() as connection:
            connection.execute(
                "INSERT INTO model_config (path, settings, updated_at) VALUES (?, ?, ?) ON CONFLICT (path) DO UPDATE "
                "SET settings = excluded.settings, rung = 0, last_error = NULL, updated_at = excluded.updated_at",
                (path, msgspec.json.encode(settings).decode(), time.time()),
            )

    def keep_load(self, path: str, n_gpu_layers: int, n_ctx: int, rung: int, notice: str | None) -> None:
        """Remember how a model did load: layers, tokens it reads, step of the ladder. Raises: StoreError."""
        with self._database.transaction() as connection:
            connection.execute(
                "INSERT INTO model_config (path, n_gpu_layers, n_ctx, rung, machine, last_error, updated_at) "
                "VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (path) DO UPDATE SET n_gpu_layers = excluded.n_gpu_layers, "
                "n_ctx = excluded.n_ctx, rung = excluded.rung, machine = excluded.machine, "
                "last_error = excluded.last_error, updated_at = excluded.updated_at",
                (path, n_gpu_layers, n_ctx, rung, self._machine, notice, time.time()),
            )

    def _row(self, path: str) -> sqlite3.Row | None:
        return next(iter(self._database.query("SELECT * FROM model_config WHERE path = ?", (path,))), None)


def sampling_with(
    family: SamplingSettings, own: ModelSettings, temperature: float | None, max_tokens: int
) -> SamplingSettings:
    """How a model's replies are drawn: its family's way, but for what the person has set, for all models or this one.

    Args:
        temperature: the person's for all models, None for each family's.
    """
    wanted = {
        "temperature": temperature if own.temperature is None else own.temperature,
        "top_p": own.top_p,
        "min_p": own.min_p,
        "repeat_penalty": own.repeat_penalty,
    }
    changes = {name: value for name, value in wanted.items() if value is not None}
    return msgspec.structs.replace(family, max_tokens=max_tokens, **changes)
