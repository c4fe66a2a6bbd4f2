"""How to try to load a model: first the best way its memory allows, then, where that fails, with less and less.

The ladder: fewer layers on the graphics device, none, then a smaller context. Arithmetic on a header; loads nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

from engine.library.devices import Machine
from engine.library.fit import judge
from engine.library.header import ModelHeader

MIN_CELLS = 1024


@dataclass(frozen=True)
class LoadPlan:
    """n_gpu_layers: to offload; n_cells: of the KV cache, of which a conversation may read half."""

    n_gpu_layers: int
    n_cells: int

    @property
    def n_window(self) -> int:
        return self.n_cells // 2


def ladder(header: ModelHeader, machine: Machine, n_gpu_layers: int = -1, n_cells: int = 0) -> tuple[LoadPlan, ...]:
    """The ways to load a model, the best first.

    Args:
        n_gpu_layers: what the person wants, −1 for as many as fit; n_cells: likewise, 0 for as many as fit.
    """
    fit = judge(header, machine, n_cells or None)
    layers = fit.n_gpu_layers if n_gpu_layers < 0 else n_gpu_layers
    layers = min(layers, len(header.layers) + 1) if machine.gpus else 0
    cells = n_cells or fit.n_cells
    plans = [LoadPlan(layers, cells)]
    if layers > 1:
        plans.append(LoadPlan(layers // 2, cells))
    if layers:
        plans.append(LoadPlan(0, cells))
    while cells // 2 >= MIN_CELLS:
        cells //= 2
        plans.append(LoadPlan(0, cells))
    return tuple(plans)


def difference(name: str, first: LoadPlan, now: LoadPlan) -> str:
    """What a person should know who gets `now` where `first` was meant; nothing where they are the same."""
    parts = []
    if now.n_gpu_layers < first.n_gpu_layers:
        where = f"only {now.n_gpu_layers} of its layers run on the graphics device" if now.n_gpu_layers else ""
        parts.append(where or "it runs on the processor instead of the graphics device")
    if now.n_cells < first.n_cells:
        parts.append(f"it reads conversations of {now.n_window:,} tokens instead of {first.n_window:,}")
    return f"{name} did not load as planned, so {' and '.join(parts)}." if parts else ""
