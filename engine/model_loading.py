"""Opening a model the best way that works on this machine: what the worker and the commands share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from engine.errors import ModelFileError, ModelMemoryError
from engine.generation.model import LlamaModel
from engine.library.devices import Machine, probe, system_memory
from engine.library.families import family_sampling
from engine.library.header import read_header
from engine.library.load_plan import LoadPlan, difference, ladder
from engine.remote.address import RemoteServer
from engine.remote.model import RemoteModel
from engine.types import SamplingSettings


@dataclass(frozen=True)
class OpenedModel:
    """rung: how far down the ladder it was opened; notice: a sentence where that is further than was meant.

    sampling: what suits its family.
    """

    model: LlamaModel | RemoteModel
    rung: int
    notice: str
    sampling: SamplingSettings


def open_model(
    path: Path,
    *,
    n_gpu_layers: int = -1,
    n_ctx: int = 0,
    n_threads: int = 0,
    first_rung: int = 0,
    on_progress: Callable[[float], bool] | None = None,
) -> OpenedModel:
    """Load a model, and where memory does not suffice, with less.

    Args:
        n_gpu_layers, n_ctx: what the person wants, −1 and 0 for what fits.
        first_rung: steps of the ladder that are known to fail, and are left out.

    Raises:
        ModelFileError, LoadCancelledError: as `LlamaModel`; after the last step ModelMemoryError.
    """
    plans = _plans(path, n_gpu_layers, n_ctx)
    for rung in range(min(first_rung, len(plans) - 1), len(plans)):
        plan = plans[rung]
        try:
            model = LlamaModel(
                path,
                n_gpu_layers=plan.n_gpu_layers,
                n_ctx=plan.n_cells,
                n_window=plan.n_window,
                n_threads=n_threads,
                on_progress=on_progress,
            )
        except ModelMemoryError:
            if rung == len(plans) - 1:
                raise
            continue
        notice = difference(model.name, plans[0], plan)
        return OpenedModel(model, rung, notice, family_sampling(model.architecture, model.name))
    raise AssertionError("a ladder has at least one rung")


def open_remote(server: RemoteServer, should_stop: Callable[[], bool] = lambda: False) -> OpenedModel:
    """A server's model, in the place of one here. Raises: as `RemoteModel.open`."""
    model = RemoteModel.open(server, should_stop=should_stop)
    return OpenedModel(model, 0, "", family_sampling("", model.name))


def _plans(path: Path, n_gpu_layers: int, n_ctx: int) -> tuple[LoadPlan, ...]:
    try:
        header = read_header(path)
    except ModelFileError:
        return (LoadPlan(max(n_gpu_layers, 0), n_ctx),)  # llama.cpp says better what is wrong
    free, total = system_memory()
    # in this process: the library is loaded anyway, and a driver that dies takes only the worker with it
    gpus = [device for device in probe() if device.kind in ("gpu", "integrated")]
    return ladder(header, Machine(free, total, gpus), n_gpu_layers, n_ctx)
