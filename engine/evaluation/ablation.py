"""The table that decides the design: the recipe with one thing changed at a time.

People are the corpus's *training* people, held out in turn; the held-out ten are never looked at. Prompts are split
too: readouts, heads and prior know neither the person nor the prompt they are judged on. Every variant sees the same
splits, so that rows of one section can be compared.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

import msgspec
import numpy as np
from numpy.typing import NDArray

from engine.evaluation.choices import user_scores
from engine.evaluation.held_out import choices_on
from engine.evaluation.metrics import ACCURACY, LOG_LOSS, mean_of_present
from engine.evaluation.quality import QualityFigures, quality_figures
from engine.evaluation.quiz_rewards import accuracy_after_quiz
from engine.evaluation.ratings import pairwise_accuracy, rated_axes
from engine.rewards.corpus import FLAWED, Corpus
from engine.rewards.encoder import LAYERS
from engine.rewards.readouts import ENCODER_WIDTH, LOG_WORDS_COLUMN, ReadoutRecipe, Scaler, fit_readout
from engine.rewards.training import (
    Progress,
    ReadCorpus,
    Recipe,
    fit_people,
    read_corpus,
    readout_targets,
    reply_groups,
)
from engine.types import AXES, FloatArray

N_PROMPT_FOLDS = 2
N_PEOPLE_GROUPS = 3
N_READOUT_FOLDS = 5
N_SPLITS = 3
ANSWERS = 10


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the table.

    accuracy, accuracy_se, log_loss: of the people's choices after ten answers, mean over people and its standard
    error; axes: of two replies to one prompt rated differently, the share put in the right order, mean over the ten
    rated axes; quality: the same idea for quality. None where the variant cannot change it.
    """

    section: str
    variant: str
    accuracy: float | None = None
    accuracy_se: float | None = None
    log_loss: float | None = None
    axes: float | None = None
    quality: QualityFigures | None = None


@dataclass(frozen=True)
class Variant:
    """A recipe, the features that it may see, and how much of the corpus it is trained on.

    columns: (n_dims,) which features are kept; all where it is None.
    """

    section: str
    name: str
    recipe: Recipe = field(default_factory=Recipe)
    columns: tuple[bool, ...] | None = None
    share_of_prompts: float = 1.0
    share_of_people: float = 1.0
    people: bool = True
    ratings: bool = False


def variants(sections: Sequence[str], n_dims: int) -> list[Variant]:
    """Every variant of the sections asked for, in their order."""
    recipe = Recipe()
    found: dict[str, Callable[[], list[Variant]]] = {
        "start": lambda: [
            Variant("start", "SVD", recipe),
            Variant("start", "random", replace(recipe, svd=False)),
        ],
        "l2": lambda: [
            Variant("l2", "heads and people", recipe),
            Variant("l2", "heads only", replace(recipe, l2_users=0.0)),
            Variant("l2", "people only", replace(recipe, l2_heads=0.0)),
            Variant("l2", "none", replace(recipe, l2_heads=0.0, l2_users=0.0)),
        ],
        "n-base": lambda: [
            Variant("n-base", str(n), replace(recipe, n_base=n)) for n in (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12)
        ],
        "layers": lambda: [
            Variant("layers", name, recipe, _columns(n_dims, layers), ratings=True)
            for name, layers in [("all", LAYERS), *((f"layer {layer} alone", (layer,)) for layer in LAYERS)]
        ],
        "features": lambda: [
            Variant("features", "all", recipe, ratings=True),
            Variant("features", "no style features", recipe, _columns(n_dims, style=False), ratings=True),
            Variant("features", "no likeness to the prompt", recipe, _columns(n_dims, likeness=False), ratings=True),
            Variant("features", "style features alone", recipe, _columns(n_dims, layers=()), ratings=True),
        ],
        "quality": _quality_variants,
        "corpus": lambda: [
            *(
                Variant("corpus", f"{share:.0%} of the prompts", recipe, share_of_prompts=share, ratings=True)
                for share in (0.125, 0.25, 0.5, 1.0)
            ),
            *(
                Variant("corpus", f"{share:.0%} of the people", recipe, share_of_people=share)
                for share in (0.25, 0.5, 1.0)
            ),
        ],
        "quiz": list,
    }
    return [variant for section in sections for variant in found[section]()]


def _quality_variants() -> list[Variant]:
    readouts = {
        "one regression": ReadoutRecipe(quality_experts=False),
        "one regression, sources not centred": ReadoutRecipe(quality_experts=False, between_groups=1.0),
        "two experts": ReadoutRecipe(),
        "two experts, a fifth of the difference of means": ReadoutRecipe(between_kinds=0.2),
        "two experts, all of the difference of means": ReadoutRecipe(between_kinds=1.0),
        "two experts, gate half as sharp": ReadoutRecipe(gate_sharpness=ReadoutRecipe().gate_sharpness / 2),
        "two experts, gate twice as sharp": ReadoutRecipe(gate_sharpness=ReadoutRecipe().gate_sharpness * 2),
    }
    return [
        Variant("quality", name, Recipe(readout=readout), people=False, ratings=True)
        for name, readout in readouts.items()
    ]


def ablate(
    corpus: Corpus,
    features: NDArray[np.float32],
    sections: Sequence[str],
    on_progress: Progress = lambda _text: None,
) -> Iterator[Row]:
    """Yield one row after another, as they are known.

    Args:
        features: (n_replies, n_dims) of `corpus.replies`, from `engine.rewards.features`.
    """
    todo = variants(sections, features.shape[1])
    read = _ReadOnce(corpus, features)
    for number, variant in enumerate(todo, start=1):
        on_progress(f"{number} of {len(todo)}: {variant.section}, {variant.name}")
        row = Row(section=variant.section, variant=variant.name)
        if variant.people:
            accuracy, error, log_loss = _choices_figures(read, variant)
            row = msgspec.structs.replace(row, accuracy=accuracy, accuracy_se=error, log_loss=log_loss)
        if variant.ratings:
            axes, quality = _ratings_figures(corpus, features, variant)
            row = msgspec.structs.replace(row, axes=axes, quality=quality)
        yield row
    if "quiz" in sections:
        on_progress("quiz: base rewards of its pairs")
        for name, per_user in _quiz_figures(read).items():
            yield Row(
                section="quiz",
                variant=name,
                accuracy=float(per_user.mean()),
                accuracy_se=_standard_error(per_user),
            )


class _ReadOnce:
    """Readouts without a fold of prompts, fitted once for all variants that share them."""

    def __init__(self, corpus: Corpus, features: NDArray[np.float32]) -> None:
        self.corpus, self.features = corpus, features
        self.folds = _prompt_folds(corpus, N_PROMPT_FOLDS)
        self._known: dict[tuple[object, ...], ReadCorpus] = {}

    def __call__(self, variant: Variant, fold: frozenset[str]) -> tuple[ReadCorpus, NDArray[np.float32]]:
        seen = _seen(self.features, variant.columns)
        key = (variant.recipe.readout, variant.recipe.seed, variant.columns, variant.share_of_prompts, fold)
        if key not in self._known:
            without = fold | _left_out(self.corpus, fold, variant)
            if len(self._known) >= N_PROMPT_FOLDS:
                self._known.clear()  # hundreds of megabytes each
            self._known[key] = read_corpus(self.corpus, seen, variant.recipe, without_prompts=without)
        return self._known[key], seen


def _choices_figures(read: _ReadOnce, variant: Variant) -> tuple[float, float, float]:
    """(accuracy, its standard error over people, log loss) after ten answers."""
    groups = _people_groups(read.corpus)
    scores = []  # (n_people, 2) for each fold of prompts
    for fold in read.folds:
        known, seen = read(variant, fold)
        of_fold = []
        for group in groups:
            trained = fit_people(
                known,
                replace(variant.recipe, n_bootstrap=1),
                without_people=frozenset(group) | _people_left_out(read.corpus, group, variant),
            )
            choices = choices_on(read.corpus, trained.heads.score(seen), group, fold)
            found = user_scores(choices, trained.prior, answers=(ANSWERS,), select="active", n_splits=N_SPLITS)
            of_fold.append(found["attune", ANSWERS][:, [ACCURACY, LOG_LOSS]])
        scores.append(np.vstack(of_fold))
    per_person = mean_of_present(np.array(scores))
    accuracy, log_loss = mean_of_present(per_person)
    return float(accuracy), _standard_error(per_person[:, 0]), float(log_loss)


def _ratings_figures(corpus: Corpus, features: NDArray[np.float32], variant: Variant) -> tuple[float, QualityFigures]:
    """(mean pairwise accuracy of the ten rated axes, figures of quality), each prompt read by others' readouts."""
    prompts = np.array([reply.prompt_id for reply in corpus.replies])
    targets, groups = readout_targets(corpus.replies, features), reply_groups(corpus.replies)
    seen = _seen(features, variant.columns)
    axes, quality = np.zeros((len(prompts), len(AXES))), np.zeros(len(prompts))
    for fold in _prompt_folds(corpus, N_READOUT_FOLDS):
        test = np.isin(prompts, list(fold))
        train = ~np.isin(prompts, list(fold | _left_out(corpus, fold, variant)))
        scaler = Scaler.fit(seen[train], variant.recipe.readout.style_weight)
        readout = fit_readout(scaler(seen[train]), targets[train], groups[train], variant.recipe.readout)
        z = scaler(seen[test])
        axes[test], quality[test] = readout.axes(z), readout.writer_quality(z, groups[test])
    sound = np.array([reply.source != FLAWED for reply in corpus.replies])
    per_axis = [
        pairwise_accuracy(axes[sound, i], targets[sound, i], prompts[sound].tolist())[0]
        for i, axis in enumerate(AXES)
        if axis in rated_axes()
    ]
    return float(np.mean(per_axis)), quality_figures(corpus.replies, quality)


def _quiz_figures(read: _ReadOnce) -> dict[str, FloatArray]:
    """Accuracy of each person after ten pairs asked as the quiz does, predicting other prompts' pairs.

    The quiz knows its replies: the readouts were fitted on them. Its base rewards can be what the heads say of them,
    or what readouts of other prompts say.
    """
    variant = Variant("quiz", "")
    found: dict[str, list[FloatArray]] = {"as the heads say": [], "cross-fitted": []}
    for fold in read.folds:
        known, seen = read(variant, fold)
        of_fold: dict[str, list[FloatArray]] = {name: [] for name in found}
        for group in _people_groups(read.corpus):
            trained = fit_people(known, replace(variant.recipe, n_bootstrap=1), without_people=frozenset(group))
            outputs = trained.heads.score(seen)
            row_of = read.corpus.index()
            rows = [row_of[reply.id] for reply in known.corpus.replies]
            crossed, quality = outputs.base_rewards.copy(), outputs.quality.copy()
            crossed[rows] = trained.cross_fitted
            quality[rows] = known.targets[:, -1] * trained.quality_scale  # as read, as in the quiz bank
            for name, rewards in zip(found, (outputs.base_rewards, crossed), strict=True):
                held = replace(outputs, base_rewards=rewards, quality=quality)
                of_fold[name].append(accuracy_after_quiz(read.corpus, held, trained, group, fold, n_answers=ANSWERS))
        for name, accuracies in of_fold.items():
            found[name].append(np.concatenate(accuracies))
    return {name: mean_of_present(np.array(accuracies)) for name, accuracies in found.items()}


def _prompt_folds(corpus: Corpus, n_folds: int) -> list[frozenset[str]]:
    prompts = np.unique([reply.prompt_id for reply in corpus.replies])
    return [frozenset(fold.tolist()) for fold in np.array_split(np.random.default_rng(1).permutation(prompts), n_folds)]


def _people_groups(corpus: Corpus) -> list[list[str]]:
    people = [person.user for person in corpus.people if not person.held_out]
    return [people[start::N_PEOPLE_GROUPS] for start in range(N_PEOPLE_GROUPS)]


def _left_out(corpus: Corpus, fold: frozenset[str], variant: Variant) -> frozenset[str]:
    """Prompts beside the fold's that a smaller corpus would not have."""
    others = sorted({reply.prompt_id for reply in corpus.replies} - fold)
    kept = np.random.default_rng(2).permutation(others)[: round(len(others) * variant.share_of_prompts)]
    return frozenset(others) - frozenset(kept.tolist())


def _people_left_out(corpus: Corpus, group: Sequence[str], variant: Variant) -> frozenset[str]:
    others = [person.user for person in corpus.people if not person.held_out and person.user not in group]
    kept = np.random.default_rng(3).permutation(others)[: round(len(others) * variant.share_of_people)]
    return frozenset(others) - frozenset(kept.tolist())


def _columns(
    n_dims: int, layers: Sequence[int] = LAYERS, *, style: bool = True, likeness: bool = True
) -> tuple[bool, ...]:
    """Which features a variant sees. The logarithm of the number of words always: the length axis is made of it."""
    first_style = len(LAYERS) * ENCODER_WIDTH
    kept = [LAYERS[column // ENCODER_WIDTH] in layers for column in range(first_style)]
    kept += [style] * (n_dims - 1 - first_style) + [likeness]
    kept[LOG_WORDS_COLUMN] = True
    return tuple(kept)


def _seen(features: NDArray[np.float32], columns: tuple[bool, ...] | None) -> NDArray[np.float32]:
    """Features that are not kept are zero everywhere, and so say nothing."""
    if columns is None:
        return features
    seen: NDArray[np.float32] = features * np.array(columns, dtype=np.float32)
    return seen


def _standard_error(values: FloatArray) -> float:
    present = values[np.isfinite(values)]
    return float(present.std(ddof=1) / np.sqrt(len(present)))
