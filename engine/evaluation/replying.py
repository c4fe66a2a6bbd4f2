"""The head to head from end to end: people after the quiz, drafts, each method's replies, and the judge's verdicts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from engine.directions.calibration import Calibration
from engine.evaluation.choice_files import ChoiceFiles
from engine.evaluation.draft_file import DraftFile, Wanted
from engine.evaluation.guards import GuardResult, guard_prompts, guard_results, read_guards
from engine.evaluation.head_to_head import (
    Person,
    Requests,
    assign_prompts,
    compare,
    compare_read,
    judge_posteriors,
    quizzed_people,
    replies,
    requests,
)
from engine.evaluation.reply_rows import Comparison, Judgment, ReplyRow
from engine.generation.drafts import DraftWriter
from engine.generation.model import LlamaModel
from engine.generation.steering import Steering
from engine.preferences.taste_model import TasteModel, heads_dir, load_taste_model
from engine.rewards.corpus import PromptRow, load_corpus
from engine.rewards.encoder import ReplyEncoder
from engine.rewards.features import n_feature_dims, reply_features
from engine.rewards.heads import HeadOutputs, load_heads
from engine.rewards.training import Recipe, Trained, train_heads
from engine.types import FloatArray, SamplingSettings

Asked = list[tuple[Person, PromptRow, Requests]]


def evaluate_replies(
    *,
    model_path: Path,
    calibration: Calibration,
    prompts: Sequence[PromptRow],
    files: ChoiceFiles,
    judge_corpus: Path,
    drafts_path: Path,
    judgments: Sequence[Judgment],
    methods: Sequence[str],
    pairs: Sequence[tuple[str, str]],
    n: int,
    prompts_per_person: int,
    max_tokens: int,
    n_threads: int,
    write: bool,
    seed: int,
    on_progress: Callable[[str], None],
) -> tuple[list[ReplyRow], list[Comparison]]:
    """The replies of all methods, and who wins."""
    encoder = ReplyEncoder()
    taste = load_taste_model()
    quiz_features = _quiz_features(encoder, files)
    people = people_after_quiz(encoder, files, taste)
    assigned = assign_prompts(people, prompts, prompts_per_person, seed)
    asked: Asked = [
        (person, prompt, requests(person, prompt.prompt, n, taste, calibration))
        for person in people
        for prompt in assigned[person.user]
    ]
    drafts = DraftFile(drafts_path, SamplingSettings(max_tokens=max_tokens), seed)
    if write:
        _write_drafts(model_path, n_threads, drafts, prompts, asked, n, methods, on_progress)
    rows, row_of, features = _chosen_replies(encoder, drafts, asked, n, methods, taste)

    on_progress("training the judge")
    judge = _judge(judge_corpus, encoder)
    posteriors = judge_posteriors(files, people, *_differences(judge.heads.score(quiz_features)), judge.prior)
    judged = judge.heads.score(features)
    reward = {
        (row.user, row.prompt_id, row.method): float(
            judged.quality[i] + judged.base_rewards[i] @ posteriors[row.user].mean
        )
        for row in rows
        for i in [row_of[row.prompt_id, row.text]]
    }
    return rows, [*compare(rows, pairs, reward), *compare_read(judgments, reward)]


def evaluate_guards(
    *,
    model_path: Path,
    calibration: Calibration,
    directory: Path,
    files: ChoiceFiles,
    drafts_path: Path,
    n: int,
    max_tokens: int,
    n_threads: int,
    write: bool,
    seed: int,
    on_progress: Callable[[str], None],
) -> tuple[list[ReplyRow], list[GuardResult]]:
    """The default and the personalised reply to every question, each for one person, and which hold."""
    encoder = ReplyEncoder()
    taste = load_taste_model()
    people = people_after_quiz(encoder, files, taste)
    facts, beliefs = read_guards(directory, seed)
    prompts = guard_prompts(facts, beliefs)
    methods = ("default", "directed")
    asked: Asked = [
        (person, prompt, requests(person, prompt.prompt, n, taste, calibration))
        for number, prompt in enumerate(prompts)
        for person in [people[number % len(people)]]
    ]
    drafts = DraftFile(drafts_path, SamplingSettings(max_tokens=max_tokens), seed)
    if write:
        _write_drafts(model_path, n_threads, drafts, prompts, asked, n, methods, on_progress)
    rows, _, _ = _chosen_replies(encoder, drafts, asked, n, methods, taste)
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
    encoder: ReplyEncoder, drafts: DraftFile, asked: Asked, n: int, methods: Sequence[str], taste: TasteModel
) -> tuple[list[ReplyRow], dict[tuple[str, str], int], NDArray[np.float32]]:
    """Every method's replies; and of every draft (prompt id, text) its row in the features beside them."""
    texts = sorted(_texts(drafts, asked, n, methods))
    text_of = {prompt.prompt_id: prompt.prompt for _, prompt, _ in asked}
    features = reply_features(encoder, [text_of[prompt_id] for prompt_id, _ in texts], [text for _, text in texts])
    row_of = {key: row for row, key in enumerate(texts)}
    scores = load_heads(heads_dir(), n_feature_dims(encoder)).score(features)
    rows = [
        row
        for person, prompt, request in asked
        for row in replies(person, prompt, drafts, request, n, methods, row_of, scores, taste)
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
    n: int,
    methods: Sequence[str],
    on_progress: Callable[[str], None],
) -> None:
    """Prompt by prompt, so that what is written can be used at any time."""
    model = LlamaModel(model_path, n_threads=n_threads)
    writer = DraftWriter(model)
    try:
        for number, prompt in enumerate(prompts, start=1):
            wanted: dict[Steering | None, Wanted] = {}
            for _, prompt_of, request in asked:
                if prompt_of.prompt_id != prompt.prompt_id:
                    continue
                for steering, count in request.wanted(n, methods):
                    known = wanted.get(steering, (steering, 0))
                    wanted[steering] = (steering, max(known[1], count))
            drafts.write_missing(writer, prompt.prompt_id, prompt.prompt, list(wanted.values()), lambda: None)
            on_progress(f"prompt {number} of {len(prompts)}")
    finally:
        writer.close()
        model.close()


def _texts(drafts: DraftFile, asked: Asked, n: int, methods: Sequence[str]) -> set[tuple[str, str]]:
    """(prompt id, text) of every draft that a method may show."""
    return {
        (prompt.prompt_id, row.text)
        for _, prompt, request in asked
        for steering, count in request.wanted(n, methods)
        for row in drafts.drafts(prompt.prompt_id, steering, count)
    }
