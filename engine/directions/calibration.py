"""What a model makes of each request: how far it moves an axis, and what that costs in quality. Plain values and files.

Measured by `engine.directions.measuring`; kept for the bundled model among the assets, for others beside the speeds.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

import msgspec
import numpy as np

from engine.errors import InputFileError
from engine.generation.steering import Place
from engine.paths import assets_dir

CALIBRATION_VERSION = 3
MIN_SHIFT = 0.2
"""Standard deviations of replies: a request that is believed to move less is one that the model ignores."""
_HEAD_BYTES = 1 << 20


class AxisEffect(msgspec.Struct, frozen=True, kw_only=True):
    """One request. shift: mean move of its axis in the direction asked, in standard deviations of replies in general;
    quality: mean change of the shared quality, in log-odds; each with its standard error, over prompts.
    """

    axis: str
    more: bool
    shift: float
    shift_se: float
    quality: float
    quality_se: float

    @property
    def heeded(self) -> bool:
        """Whether the model does something of the kind."""
        return self.shift >= MIN_SHIFT


class PlaceTrial(msgspec.Struct, frozen=True, kw_only=True):
    """A few requests at one place of the prompt. shift, quality: as for `AxisEffect`, the mean of all of them;
    n_read_tokens: read for each steered draft beside the conversation, on average.
    """

    place: Place
    shift: float
    quality: float
    n_read_tokens: float


class ExamplesTrial(msgspec.Struct, frozen=True, kw_only=True):
    """Own choices shown to the model, for people of a few clear tastes. gain: mean change of such a person's reward,
    in log-odds, with its standard error over prompts; quality: the part of it that is quality's; n_read_tokens: as for
    `PlaceTrial`.
    """

    gain: float
    gain_se: float
    quality: float
    n_read_tokens: float

    @property
    def pays(self) -> bool:
        """Whether drafts are surely better for it."""
        return self.gain - self.gain_se > 0


class Calibration(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of one model. fingerprint: of its file; place: where requests stand; effects: as measured."""

    version: int = CALIBRATION_VERSION
    model: str
    fingerprint: str
    heads_version: str
    place: Place
    places: list[PlaceTrial]
    effects: list[AxisEffect]
    n_prompts: int
    max_tokens: int
    examples: ExamplesTrial | None = None
    """None where it was not tried: the model is too small to profit, or was calibrated before there was this trial."""
    too_small: bool = False
    """Whether nothing is asked of the model whatever was measured: what requests do to the sense of very small models'
    drafts is seen by readers, not by the heads (docs/evaluation.md)."""

    @property
    def heeded(self) -> list[AxisEffect]:
        """The requests that drafts may be steered by, as believed."""
        return [] if self.too_small else [effect for effect in self.beliefs if effect.heeded]

    @property
    def profits_from_examples(self) -> bool:
        """Whether drafts may be shown the person's own choices."""
        return self.examples is not None and self.examples.pays and not self.too_small

    @property
    def beliefs(self) -> list[AxisEffect]:
        """What to believe of each request, in the order of `effects`: few prompts say little of one request, so each is
        drawn towards what this model makes of requests on average, the more so the less they differ beyond their errors
        (empirical Bayes; Efron and Morris, 1973).
        """
        shifts, shift_ses = _shrunk([e.shift for e in self.effects], [e.shift_se for e in self.effects])
        qualities, quality_ses = _shrunk([e.quality for e in self.effects], [e.quality_se for e in self.effects])
        return [
            AxisEffect(axis=e.axis, more=e.more, shift=shift, shift_se=shift_se, quality=quality, quality_se=quality_se)
            for e, shift, shift_se, quality, quality_se in zip(
                self.effects, shifts, shift_ses, qualities, quality_ses, strict=True
            )
        ]


def _shrunk(measured: Sequence[float], errors: Sequence[float]) -> tuple[list[float], list[float]]:
    """Posterior means and standard deviations under a normal population of effects, fitted by its moments."""
    values, variances = np.array(measured), np.square(np.array(errors))
    if len(values) < 2:
        return list(measured), list(errors)
    # an error estimated from a few prompts is itself uncertain: half of it is what the errors are on average
    variances = (variances + variances.mean()) / 2
    between = max(float(values.var(ddof=1) - variances.mean()), 0.0)
    share = between / (between + variances) if between else np.zeros_like(variances)
    mean = float(np.average(values, weights=1 / (between + variances))) if variances.min() + between else values.mean()
    return (mean + share * (values - mean)).tolist(), np.sqrt(share * variances).tolist()


def fingerprint(model: Path) -> str:
    """Names a model file by its size and first MiB, where all its metadata begins: hashing gigabytes takes too long.

    Raises: InputFileError, when it cannot be read.
    """
    try:
        with model.open("rb") as file:
            head = file.read(_HEAD_BYTES)
        size = model.stat().st_size
    except OSError as exc:
        raise InputFileError(f"Cannot read {model} ({exc.strerror or exc}).") from exc
    return f"{size}-{hashlib.sha256(head).hexdigest()[:24]}"


def calibrations_dir() -> Path:
    """The shipped calibrations."""
    return assets_dir() / "calibrations"


def read_calibration(path: Path) -> Calibration | None:
    """None where there is none, or one of another version: a calibration can always be measured again."""
    try:
        calibration = msgspec.json.decode(path.read_bytes(), type=Calibration)
    except (OSError, msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    return calibration if calibration.version == CALIBRATION_VERSION else None


def find_calibration(model: Path, heads_version: str, data_dir: Path | None = None) -> Calibration | None:
    """What is known of a model file: what was measured here, else what is shipped; None where nothing is.

    Measured with other heads, it still says what the model does, but in other units, and is not used.
    """
    name = f"{fingerprint(model)}.json"
    for directory in filter(None, (data_dir and data_dir / "calibrations", calibrations_dir())):
        calibration = read_calibration(directory / name)
        if calibration is not None and calibration.heads_version == heads_version:
            return calibration
    return None
