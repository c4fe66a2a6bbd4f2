"""whether control vectors on a model's hidden states move the named axes, and at what cost; writes drafts"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from engine.commands.base import Outcome
from engine.errors import InputFileError
from engine.jsonl import read_rows
from engine.library.bundled import bundled_model_path
from engine.library.header import writer_of
from engine.paths import assets_dir
from engine.rewards.corpus import PromptRow, load_corpus
from engine.types import AXES, SamplingSettings

if TYPE_CHECKING:
    from engine.evaluation.vectors import VectorEffect


def add_arguments(parser: argparse.ArgumentParser) -> None:
    corpus = assets_dir() / "corpus"
    parser.add_argument("--model", type=Path, metavar="F", help="a GGUF file; without one, the bundled model")
    parser.add_argument("--drafts", type=Path, required=True, metavar="DIR", help="vectors and drafts: used, added to")
    parser.add_argument("--corpus", type=Path, default=corpus, metavar="DIR", help="what the vectors are made from")
    parser.add_argument("--n-corpus", type=int, default=60, metavar="N", help="its first N prompts (60)")
    parser.add_argument("--prompts", type=Path, default=corpus / "head_to_head" / "prompts.jsonl", metavar="F")
    parser.add_argument("--n-prompts", type=int, default=12, metavar="N", help="the first N of them (12)")
    parser.add_argument("--axes", default=",".join(AXES), metavar="A,…", help="axes (all)")
    parser.add_argument("--strengths", default="-2,2", metavar="S,…", help="in differences of high and low (-2,2)")
    parser.add_argument("-n", type=int, default=3, metavar="N", help="drafts a prompt, twice as many plain ones (3)")
    parser.add_argument("--max-tokens", type=int, default=96, metavar="N", help="longest draft (96)")
    parser.add_argument("--threads", type=int, default=0, metavar="N", help="threads (the engine's own choice)")
    parser.add_argument("--write-nothing", action="store_true", help="use the drafts that are there, write no more")
    parser.add_argument("--write-only", action="store_true", help="write drafts, measure nothing")
    parser.add_argument("--seed", type=int, default=0, metavar="S")


def run(arguments: argparse.Namespace) -> Outcome:
    axes = arguments.axes.split(",")
    if unknown := [axis for axis in axes if axis not in AXES]:
        raise InputFileError(f"There is no axis '{unknown[0]}'. There are {', '.join(AXES)}.")
    try:
        strengths = [float(text) for text in arguments.strengths.split(",")]
    except ValueError as exc:
        raise InputFileError("Strengths are numbers, separated by commas.") from exc
    prompts = read_rows(arguments.prompts, PromptRow)[: arguments.n_prompts]
    path = arguments.drafts / "drafts.jsonl"

    from engine.evaluation.vectors import vector_drafts, vector_effects  # these load llama.cpp and torch
    from engine.rewards.scorer import ReplyScorer

    if not arguments.write_nothing:
        _write(arguments, prompts, axes, strengths)
    if arguments.write_only:
        return Outcome(json={}, text="The drafts are written.")
    effects = vector_effects(
        vector_drafts(path), prompts, ReplyScorer(), writer_of(arguments.model or bundled_model_path())
    )
    return Outcome(json={"effects": effects}, text=_table(effects))


def _write(
    arguments: argparse.Namespace, prompts: Sequence[PromptRow], axes: Sequence[str], strengths: Sequence[float]
) -> None:
    from engine.evaluation.vectors import VectorTrial, control_vectors
    from engine.generation.model import LlamaModel

    arguments.drafts.mkdir(parents=True, exist_ok=True)
    model = LlamaModel(arguments.model or bundled_model_path(), n_threads=arguments.threads)
    try:
        known = arguments.drafts / "vectors.npy"
        if not known.exists():
            np.save(known, control_vectors(model, load_corpus(arguments.corpus), arguments.n_corpus, _say))
        sampling = SamplingSettings(max_tokens=arguments.max_tokens)
        trial = VectorTrial(model, np.load(known), arguments.drafts / "drafts.jsonl", sampling, arguments.seed)
        try:
            for prompt in prompts:
                trial.write(prompt, "", 0.0, 2 * arguments.n)
            for axis in axes:
                for strength in strengths:
                    for prompt in prompts:
                        trial.write(prompt, axis, strength, arguments.n)
                    _say(f"{axis} at {strength:g}")
        finally:
            trial.close()
    finally:
        model.close()


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _table(effects: Sequence[VectorEffect]) -> str:
    lines = [f"{'axis':<14}{'strength':>9}{'shift':>16}{'quality':>18}{'prompts':>9}{'drafts':>8}  pays"]
    lines += [
        f"{effect.axis:<14}{effect.strength:>+9g}{f'{effect.shift:+.2f} ± {effect.shift_se:.2f}':>16}"
        f"{f'{effect.quality:+.2f} ± {effect.quality_se:.2f}':>18}{effect.n_prompts:>9}{effect.n_drafts:>8}"
        f"  {'yes' if effect.pays else 'no'}"
        for effect in effects
    ]
    return "\n".join(lines)
