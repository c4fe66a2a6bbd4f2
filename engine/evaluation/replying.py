"""The head to head from end to end: people after the quiz, drafts, each method's replies, and the judge's verdicts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from engine.directions.calibration import Calibration
from engine.evaluation.choice_files import ChoiceFiles
from engine.evaluation.draft_file import DraftFile
from engine.evaluation.guards import GuardResult, guard_prompts, guard_results, read_guards, spread
from engine.evaluation.head_to_head import (
    Person,
    Plan,
    assign_prompts,
    judge_posteriors,
    opposed_pairs,
    planned_drafts,
    plans,
    quizzed_people,
    replies,
    wanted_drafts,
)
from engine.evaluation.reading_packets import Item, better_items, whose_items
from engine.evaluation.reply_comparison import compare, compare_read, told_apart
from engine.evaluation.reply_rows import OTHERS, OWN, Comparison, Judgment, Method, ReplyRow, compared
from engine.generation.drafts import DraftWriter
from engine.generation.model import LlamaModel
from engine.library.header import writer_of
from engine.preferences.taste_model import TasteModel, heads_dir, load_taste_model
from engine.rewards.corpus import PromptRow, load_corpus
from engine.rewards.encoder import ReplyEncoder
from engine.rewards.features import n_feature_dims, reply_features
from engine.rewards.heads import HeadOutputs, load_heads
from engine.rewards.training import Recipe, Trained, train_heads
from engine.types import FloatArray, SamplingSettings, WriterKind

Asked = list[tuple[Person, PromptRow, dict[str, Plan]]]
"""Who is asked what, and each method's plan for them."""


@dataclass(frozen=True)
class HeadToHead:
    """rows: each method's replies; items: what may be read of them."""

    rows: list[ReplyRow]
    comparisons: list[Comparison]
    items: list[Item]


def evaluate_replies(
    *,
    model_path: Path,
    calibration: Calibration,
    prompts: Sequence[PromptRow],
    files: ChoiceFiles,
    judge_corpus: Path,
    drafts_path: Path,
    judgments: Sequence[Judgment],
    methods: Sequence[Method],
    prompts_per_person: int,
    n_opposed: int,
    max_tokens: int,
    n_threads: int,
    write: bool,
    seed: int,
    on_progress: Callable[[str], None],
) -> HeadToHead:
    """The replies of all methods, and who wins.

    Args:
        n_opposed: pairs of people with opposed likings whose replies are to be told apart.
    """
    encoder = ReplyEncoder()
    taste, writer = load_taste_model(), writer_of(model_path)
    quiz_features = _quiz_features(encoder, files)
    people = people_after_quiz(encoder, files, taste)
    assigned = assign_prompts(people, prompts, prompts_per_person, seed, taste)
    asked: Asked = [
        (person, prompt, plans(person, prompt.prompt, methods, taste, calibration))
        for person in people
        for prompt in assigned[person.user]
    ]
    drafts = DraftFile(drafts_path, SamplingSettings(max_tokens=max_tokens), seed)
    if write:
        _write_drafts(model_path, n_threads, drafts, prompts, asked, on_progress)
    rows, row_of, features = _chosen_replies(encoder, drafts, asked, taste, writer)

    on_progress("training the judge")
    judge = _judge(judge_corpus, encoder)
    posteriors = judge_posteriors(files, people, *_differences(judge.heads.score(quiz_features)), judge.prior)
    judged = judge.heads.score(features, writer)

    def reward_of(user: str, prompt_id: str, text: str) -> float:
        i = row_of[prompt_id, text]
        return float(judged.quality[i] + judged.base_rewards[i] @ posteriors[user].mean)

    reward = {(r.user, r.prompt_id, r.method): reward_of(r.user, r.prompt_id, r.text) for r in rows}
    opposed = [(a.user, b.user) for a, b, cosine in opposed_pairs(people, taste)[:n_opposed] if cosine < 0]
    told, crossed = told_apart(rows, opposed, "directed", reward_of)
    comparisons = compare([*rows, *told], [*compared(methods), (OWN, OTHERS)], reward | crossed)
    return HeadToHead(
        rows=rows,
        comparisons=[*comparisons, *compare_read(judgments, reward | crossed)],
        items=[*better_items(rows), *whose_items(told, dict(opposed))],
    )


def evaluate_guards(
    *,
    model_path: Path,
    calibration: Calibration,
    directory: Path,
    files: ChoiceFiles,
    drafts_path: Path,
    n: int,
    n_prompts: int | None,
    max_tokens: int,
    n_threads: int,
    write: bool,
    seed: int,
    on_progress: Callable[[str], None],
) -> tuple[list[ReplyRow], list[GuardResult]]:
    """The default and the personalised reply to every question, each for one person, and which hold.

    Args:
        n_prompts: so many, evenly over all of them, each for the same person as with all; None for all.
    """
    encoder = ReplyEncoder()
    taste, writer = load_taste_model(), writer_of(model_path)
    people = people_after_quiz(encoder, files, taste)
    facts, beliefs = read_guards(directory, seed)
    everything = guard_prompts(facts, beliefs)
    prompts = spread(everything, len(everything) if n_prompts is None else n_prompts)
    person_of = {prompt.prompt_id: people[number % len(people)] for number, prompt in enumerate(everything)}
    methods = [Method("default", "plain", 1), Method("directed", "directed", n)]
    asked: Asked = [
        (person, prompt, plans(person, prompt.prompt, methods, taste, calibration))
        for prompt in prompts
        for person in [person_of[prompt.prompt_id]]
    ]
    drafts = DraftFile(drafts_path, SamplingSettings(max_tokens=max_tokens), seed)
    if write:
        _write_drafts(model_path, n_threads, drafts, prompts, asked, on_progress)
    rows, _, _ = _chosen_replies(encoder, drafts, asked, taste, writer)
    return rows, guard_results(rows, facts, beliefs)


def _quiz_features(encoder: ReplyEncoder, files: ChoiceFiles) -> NDArray[np.float32]:
    """(2 n_pairs, n_dims): of all a, then of all b."""
    return reply_features(
        encoder, [pair.prompt for pair in files.pairs] * 2, [p.a for p in files.pairs] + [p.b for p in files.pairs]
    )


def people_after_quiz(encoder: ReplyEncoder, files: ChoiceFiles, taste: TasteModel) -> list[Person]:
    chooser = load_heads(heads_dir(), n_feature_dims(encoder))
    return quizzed_people(files, *_differences(chooser.score(_quiz_features(encoder, files))), taste)


def _chosen_replies(
    encoder: ReplyEncoder, drafts: DraftFile, asked: Asked, taste: TasteModel, writer: WriterKind
) -> tuple[list[ReplyRow], dict[tuple[str, str], int], NDArray[np.float32]]:
    """Every method's replies; and of every draft (prompt id, text) its row in the features beside them."""
    texts = sorted(_texts(drafts, asked))
    text_of = {prompt.prompt_id: prompt.prompt for _, prompt, _ in asked}
    features = reply_features(encoder, [text_of[prompt_id] for prompt_id, _ in texts], [text for _, text in texts])
    row_of = {key: row for row, key in enumerate(texts)}
    scores = load_heads(heads_dir(), n_feature_dims(encoder)).score(features, writer)
    rows = [
        row
        for person, prompt, planned in asked
        for row in replies(person, prompt, drafts, planned, row_of, scores, taste)
    ]
    return rows, row_of, features


def _differences(outputs: HeadOutputs) -> tuple[FloatArray, FloatArray]:
    """Of base rewards and quality, a − b, where the rows are all a and then all b."""
    n = len(outputs.quality) // 2
    return outputs.base_rewards[:n] - outputs.base_rewards[n:], outputs.quality[:n] - outputs.quality[n:]


def _judge(directory: Path, encoder: ReplyEncoder) -> Trained:
    corpus = load_corpus(directory)
    # people whom the choosing heads never saw are just those that the judge learns from
    corpus = replace(corpus, people=[msgspec.structs.replace(person, held_out=False) for person in corpus.people])
    features = reply_features(encoder, [r.prompt for r in corpus.replies], [r.text for r in corpus.replies])
    return train_heads(corpus, features, replace(Recipe(), n_bootstrap=1))


def _write_drafts(
    model_path: Path,
    n_threads: int,
    drafts: DraftFile,
    prompts: Sequence[PromptRow],
    asked: Asked,
    on_progress: Callable[[str], None],
) -> None:
    """Prompt by prompt, so that what is written can be used at any time."""
    model = LlamaModel(model_path, n_threads=n_threads)
    writer = DraftWriter(model)
    try:
        for number, prompt in enumerate(prompts, start=1):
            planned = [plan for _, of, each in asked if of.prompt_id == prompt.prompt_id for plan in each.values()]
            if planned:
                drafts.write_missing(writer, prompt.prompt_id, prompt.prompt, wanted_drafts(planned), lambda: None)
            on_progress(f"prompt {number} of {len(prompts)}")
    finally:
        writer.close()
        model.close()


def _texts(drafts: DraftFile, asked: Asked) -> set[tuple[str, str]]:
    """(prompt id, text) of every draft that a method may show."""
    return {
        (prompt.prompt_id, row.text)
        for _, prompt, planned in asked
        for plan in planned.values()
        for row in planned_drafts(drafts, prompt.prompt_id, plan)
    }
