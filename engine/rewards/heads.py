"""The reward heads: from what a reply is like (z) to base rewards, quality and named axes.

A torch module, read from and written to safetensors.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.torch import load, save

from engine.errors import EngineError
from engine.types import AXES, FloatArray, WriterKind

HEADS_FILE = "heads.safetensors"
N_EXPERTS = 2
"""On quality: one for replies that read as if written with care, one for those that read like a small model's."""
SMALL_QUALITY = 6.0
"""How many times as much quality counts beside taste, in what small models write, as by the experts' own scale.

Their drafts differ in sense more than in style: readers who chose between 1,872 pairs of them went by quality, and the
log-odds of a unit of it were 11 to 26 times those of a unit of taste (`attune-engine evaluate-readings`). With six, the
choice agrees with readers nearly as often as it can, and two opposed people differ in three prompts of five.
"""


@dataclass(frozen=True, eq=False)
class HeadOutputs:
    """For n replies: base_rewards (n, n_base), quality (n,) in log-odds, axes (n, n_axes) in standard deviations of
    replies in general, and the bootstrap heads' versions of the first two: (n_bootstrap, n, n_base), (n_bootstrap, n).
    """

    base_rewards: FloatArray
    quality: FloatArray
    axes: FloatArray
    bootstrap_base_rewards: FloatArray
    bootstrap_quality: FloatArray


class RewardHeads(torch.nn.Module):
    """Heads on standardised features: linear, but for quality.

    n_base base rewards (PReF's φ, arXiv:2503.06358), `len(AXES)` axes, quality as a mixture of two linear experts by
    a gate (`engine.rewards.readouts`), or by one of them where the writer is known, and n_bootstrap further versions of
    base rewards and experts, trained on resampled prompts with the users' weights and the gate held.
    What a small model wrote has its quality stretched (`SMALL_QUALITY`).
    Features are clipped at ±`CLIP` standard deviations: a reply unlike any in the corpus must not run away.
    """

    CLIP = 4.0

    def __init__(self, n_dims: int, n_base: int, n_bootstrap: int) -> None:
        super().__init__()
        self.feature_mean: torch.Tensor
        self.feature_sd: torch.Tensor
        self.register_buffer("feature_mean", torch.zeros(n_dims))
        self.register_buffer("feature_sd", torch.ones(n_dims))
        self.base = torch.nn.Linear(n_dims, n_base)
        self.experts = torch.nn.Linear(n_dims, N_EXPERTS)
        self.gate = torch.nn.Linear(n_dims, 1)
        self.axes = torch.nn.Linear(n_dims, len(AXES))
        self.bootstrap_base = torch.nn.Linear(n_dims, n_bootstrap * n_base)
        self.bootstrap_experts = torch.nn.Linear(n_dims, n_bootstrap * N_EXPERTS)
        self.n_base = n_base
        self.n_bootstrap = n_bootstrap
        self.version = ""

    @torch.inference_mode()
    def score(self, features: NDArray[np.float32], writer: WriterKind = "any") -> HeadOutputs:
        """features: (n, n_dims) of `engine.rewards.features`; writer: of all n replies."""
        z = torch.from_numpy(features).to(self.base.weight.dtype)
        z = ((z - self.feature_mean) / self.feature_sd).clamp(-self.CLIP, self.CLIP)
        n = len(features)
        boot = self.bootstrap_base(z).reshape(n, self.n_bootstrap, self.n_base).transpose(0, 1)
        share = torch.sigmoid(self.gate(z)) if writer == "any" else torch.ones(n, 1)
        mixture = torch.cat([1.0 - share, share], dim=1) * (SMALL_QUALITY if writer == "small" else 1.0)
        boot_experts = self.bootstrap_experts(z).reshape(n, self.n_bootstrap, N_EXPERTS)
        return HeadOutputs(
            base_rewards=_array(self.base(z)),
            quality=_array((self.experts(z) * mixture).sum(dim=1)),
            axes=_array(self.axes(z)),
            bootstrap_base_rewards=_array(boot),
            bootstrap_quality=_array((boot_experts * mixture[:, None]).sum(dim=2).T),
        )

    def to_bytes(self) -> bytes:
        """The heads as safetensors, in half precision."""
        content: bytes = save({name: tensor.half().contiguous() for name, tensor in self.state_dict().items()})
        return content


def load_heads(directory: Path, n_dims: int) -> RewardHeads:
    """Read heads that were trained on `n_dims` features.

    Raises: EngineError, when the file is missing, damaged, or made for other features.
    """
    path = directory / HEADS_FILE
    try:
        content = path.read_bytes()
        tensors = load(content)
        n_base = tensors["base.weight"].shape[0]
        heads = RewardHeads(
            tensors["base.weight"].shape[1], n_base, tensors["bootstrap_experts.weight"].shape[0] // N_EXPERTS
        )
        heads.load_state_dict({name: tensor.float() for name, tensor in tensors.items()})
    except (OSError, SafetensorError, KeyError, RuntimeError) as exc:
        raise EngineError(f"The reward heads {path} are missing or damaged ({exc}). Reinstall Attune.") from exc
    if heads.base.in_features != n_dims:
        raise EngineError(f"The reward heads {path} belong to another encoder. Reinstall Attune.")
    heads.version = heads_version(content)
    return heads.eval()


def heads_version(content: bytes) -> str:
    """Names the heads by their content: events and weights remember which heads they belong to."""
    return "h3-" + hashlib.sha256(content).hexdigest()[:12]


def _array(tensor: torch.Tensor) -> FloatArray:
    return tensor.double().cpu().numpy()
