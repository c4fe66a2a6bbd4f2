"""The head to head from end to end: people after the quiz, drafts, each method's replies, and the judge's verdicts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from engine.directions.calibration import Calibration
from engine.evaluation.choice_files import ChoiceFiles
from engine.evaluation.draft_file import DraftFile, Wanted
from engine.evaluation.head_to_head import (
    Comparison,
    Judgment,
    Person,
    PromptRow,
    ReplyRow,
    Requests,
    assign_prompts,
    compare,
    compare_read,
    judge_posteriors,
    quizzed_people,
    replies,
    requests,
)
from engine.generation.drafts import DraftWriter
from engine.generation.model import LlamaModel
from engine.generation.steering import Steering
from engine.preferences.taste_model import heads_dir, load_taste_model
from engine.rewards.corpus import load_corpus
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
    chooser = load_heads(heads_dir(), n_feature_dims(encoder))
    quiz_features = reply_features(
        encoder, [pair.prompt for pair in files.pairs] * 2, [p.a for p in files.pairs] + [p.b for p in files.pairs]
    )
    n_pairs = len(files.pairs)
    quiz = chooser.score(quiz_features)
    x, offset = (
        quiz.base_rewards[:n_pairs] - quiz.base_rewards[n_pairs:],
        quiz.quality[:n_pairs] - quiz.quality[n_pairs:],
    )
    people = quizzed_people(files, x, offset, taste)
    assigned = assign_prompts(people, prompts, prompts_per_person, seed)
    asked: Asked = [
        (person, prompt, requests(person, prompt.prompt, n, taste, calibration))
        for person in people
        for prompt in assigned[person.user]
    ]
    drafts = DraftFile(drafts_path, SamplingSettings(max_tokens=max_tokens), seed)
    if write:
        _write_drafts(model_path, n_threads, drafts, prompts, asked, n, methods, on_progress)

    texts = sorted(_texts(drafts, asked, n, methods))
    text_of = {prompt.prompt_id: prompt.prompt for prompt in prompts}
    features = reply_features(encoder, [text_of[prompt_id] for prompt_id, _ in texts], [text for _, text in texts])
    row_of = {key: row for row, key in enumerate(texts)}
    scores = chooser.score(features)
    rows = [
        row
        for person, prompt, request in asked
        for row in replies(person, prompt, drafts, request, n, methods, row_of, scores, taste)
    ]

    on_progress("training the judge")
    judge = _judge(judge_corpus, encoder)
    quiz = judge.heads.score(quiz_features)
    x, offset = (
        quiz.base_rewards[:n_pairs] - quiz.base_rewards[n_pairs:],
        quiz.quality[:n_pairs] - quiz.quality[n_pairs:],
    )
    posteriors = judge_posteriors(files, people, x, offset, judge.prior)
    judged = judge.heads.score(features)
    reward = {
        (row.user, row.prompt_id, row.method): float(
            judged.quality[i] + judged.base_rewards[i] @ posteriors[row.user].mean
        )
        for row in rows
        for i in [row_of[row.prompt_id, row.text]]
    }
    return rows, [*compare(rows, pairs, reward), *compare_read(judgments, reward)]


def _differences(outputs: HeadOutputs) -> tuple[FloatArray, FloatArray]:
    """Of base rewards and quality, a − b, where the rows are all a and then all b."""
    n = len(outputs.quality) // 2
    return outputs.base_rewards[:n] - outputs.base_rewards[n:], outputs.quality[:n] - outputs.quality[n:]


def _judge(directory: Path, encoder: ReplyEncoder) -> Trained:
    corpus = load_corpus(directory)
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
