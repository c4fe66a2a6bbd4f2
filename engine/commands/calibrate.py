"""measures what a model makes of each request about style, and what it costs in quality; kept with the model"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import msgspec

from engine.commands.base import Outcome
from engine.directions.calibration import Calibration
from engine.errors import EngineError
from engine.files import write_atomically
from engine.library.bundled import bundled_model_path
from engine.paths import Paths


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--model", type=Path, metavar="F", help="a GGUF file; without one, the bundled model")
    parser.add_argument("--data-dir", type=Path, metavar="DIR", help="where Attune keeps its data")
    parser.add_argument("--out", type=Path, metavar="F", help="write the calibration here instead")
    parser.add_argument("--prompts", type=int, default=8, metavar="N", help="prompts, 2 to 8 (8)")
    parser.add_argument("--max-tokens", type=int, default=96, metavar="N", help="longest draft, in tokens (96)")
    parser.add_argument(
        "--examples",
        action=argparse.BooleanOptionalAction,
        help="try the person's own choices as examples; of itself where the model is large enough to profit",
    )
    parser.add_argument("--threads", type=int, default=0, metavar="N", help="threads (the engine's own choice)")


def run(arguments: argparse.Namespace) -> Outcome:
    from engine.directions.measuring import PROMPTS, calibrate  # these load llama.cpp and torch
    from engine.generation.model import LlamaModel
    from engine.rewards.scorer import ReplyScorer

    if not 2 <= arguments.prompts <= len(PROMPTS):
        raise EngineError(f"The number of prompts must be between 2 and {len(PROMPTS)}.")
    model = LlamaModel(arguments.model or bundled_model_path(), n_threads=arguments.threads)
    try:
        calibration = calibrate(
            model,
            ReplyScorer(),
            n_prompts=arguments.prompts,
            max_tokens=arguments.max_tokens,
            examples=arguments.examples,
            on_progress=lambda share: print(f"{share:.0%}", file=sys.stderr, flush=True),
        )
    finally:
        model.close()
    out = arguments.out or _path(arguments.data_dir, calibration)
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(out, msgspec.json.format(msgspec.json.encode(calibration), indent=1))
    except OSError as exc:
        raise EngineError(f"Cannot write {out} ({exc.strerror or exc}).") from exc
    return Outcome(json=calibration, text=_table(calibration))


def _path(data_dir: Path | None, calibration: Calibration) -> Path:
    paths = Paths.under(data_dir) if data_dir is not None else Paths.default()
    return paths.data / "calibrations" / f"{calibration.fingerprint}.json"


def _table(calibration: Calibration) -> str:
    lines = [f"{calibration.model}: requests stand in the {calibration.place} position."]
    if calibration.too_small:
        lines.append("  too small: nothing is asked of it all the same")
    lines += [
        f"  {trial.place:<8} shift {trial.shift:+.2f}, quality {trial.quality:+.2f}, "
        f"{trial.n_read_tokens:.0f} tokens read for each steered draft"
        for trial in calibration.places
    ]
    if (trial := calibration.examples) is not None:
        lines.append(
            f"  own examples: gain {trial.gain:+.2f} ± {trial.gain_se:.2f}, quality {trial.quality:+.2f}, "
            f"{trial.n_read_tokens:.0f} tokens read, {'used' if calibration.profits_from_examples else 'not used'}"
        )
    lines.append(f"{'axis':<14}{'asked':<8}{'shift':>16}{'quality':>18}{'believed':>16}  heeded")
    lines += [
        f"{effect.axis:<14}{'more' if effect.more else 'less':<8}"
        f"{f'{effect.shift:+.2f} ± {effect.shift_se:.2f}':>16}"
        f"{f'{effect.quality:+.2f} ± {effect.quality_se:.2f}':>18}"
        f"{f'{belief.shift:+.2f}, {belief.quality:+.2f}':>16}  {'yes' if belief.heeded else 'no'}"
        for effect, belief in zip(calibration.effects, calibration.beliefs, strict=True)
    ]
    return "\n".join(lines)
