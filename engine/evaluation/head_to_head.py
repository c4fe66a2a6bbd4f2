"""Ways of giving one person a reply, head to head: the default, choosing, asking, and both.

Each person's weights follow from ten answers of the real quiz. Replies are judged by other heads than those that
choose, trained on other prompts, replies and people, with weights from the answers that the quiz did not ask: chooser
and judge share neither training data nor answers. They do share their kind (encoder, recipe, role-played raters),
so what pleases one by a quirk of the kind pleases the other too: only reading settles that.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from engine.directions.calibration import Calibration
from engine.directions.examples import Example, examples_request
from engine.directions.handed_back import charged
from engine.directions.policy import PLAIN, Direction, directions, paying_sentences
from engine.directions.profile import request_of
from engine.directions.tasks import task_kind
from engine.evaluation.asking import Pool, ask, evidence_of
from engine.evaluation.choice_files import ChoiceFiles, prompt_numbers
from engine.evaluation.draft_file import DraftFile, DraftRow, Wanted
from engine.evaluation.reply_rows import Method, ReplyRow
from engine.generation.steering import Steering
from engine.preferences.events import CHOICE_TARGET
from engine.preferences.learner import weight_vector
from engine.preferences.posterior import WeightPosterior, WeightPrior, fit_posterior
from engine.preferences.taste_model import TasteModel
from engine.rerank import choose_draft
from engine.rewards.corpus import PromptRow
from engine.rewards.heads import HeadOutputs
from engine.types import FloatArray, WeightVector

N_QUIZ = 10


@dataclass(frozen=True, eq=False)
class Person:
    """weights: after the quiz; examples: of its answers; rest: rows of the pairs that the quiz did not ask."""

    user: str
    weights: WeightVector
    examples: list[Example]
    rest: list[int]


def quizzed_people(files: ChoiceFiles, x: FloatArray, offset: FloatArray, model: TasteModel) -> list[Person]:
    """Everybody after the quiz, asked from the pairs that they answered.

    Args:
        x: (n_pairs, n_base) base reward differences a − b, offset: (n_pairs,) quality's, by the choosing heads.
    """
    prior = WeightPrior(model.prior_mean, model.prior_covariance)
    rows, targets = _answers(files)
    prompts = prompt_numbers(files.pairs)
    pools = [
        Pool(x[index], offset[index], target, prompts[index], np.arange(len(index)))
        for index, target in zip(rows.values(), targets.values(), strict=True)
    ]
    ((_, asked),) = ask(pools, prior, (N_QUIZ,), "active")
    people = []
    for (user, index), each in zip(rows.items(), asked, strict=True):
        chosen = {int(index[row]) for row in each.rows}
        people.append(
            Person(
                user=user,
                weights=weight_vector(each.posterior, model),
                examples=_examples(files, index[each.rows], targets[user][each.rows], x, offset, each.posterior),
                rest=[int(row) for row in index if int(row) not in chosen],
            )
        )
    return people


def judge_posteriors(
    files: ChoiceFiles, people: Sequence[Person], x: FloatArray, offset: FloatArray, prior: WeightPrior
) -> dict[str, WeightPosterior]:
    """What the judging heads make of each person, from the answers that the quiz did not ask."""
    rows, targets = _answers(files)
    found = {}
    for person in people:
        index, target = rows[person.user], targets[person.user]
        rest = [i for i, row in enumerate(index) if int(row) in set(person.rest)]
        pool = Pool(x[index], offset[index], target, np.arange(len(index)), np.arange(len(index)))
        found[person.user] = fit_posterior(prior, evidence_of(pool, rest))
    return found


def opposed_pairs(people: Sequence[Person], model: TasteModel) -> list[tuple[Person, Person, float]]:
    """Everybody once, with whom of those left is most opposed to them; the most opposed pair first.

    The number is the cosine of the two, as they differ from the average person's, over the axes.
    """
    likings = np.array([model.axis_map @ (np.array(p.weights.mean) - model.prior_mean) for p in people])
    products = likings @ likings.T
    norms = np.maximum(np.linalg.norm(likings, axis=1), 1e-12)
    found: list[tuple[Person, Person, float]] = []
    left = set(range(len(people)))
    for i, j in sorted(combinations(range(len(people)), 2), key=lambda pair: float(products[pair])):
        if {i, j} <= left:
            left -= {i, j}
            found.append((people[i], people[j], float(products[i, j] / (norms[i] * norms[j]))))
    return found


def assign_prompts(
    people: Sequence[Person], prompts: Sequence[PromptRow], n_each: int, seed: int, model: TasteModel
) -> dict[str, list[PromptRow]]:
    """n_each prompts a person, the same for two who are opposed, so that their replies can be told apart; each prompt
    with as many such pairs as any other, give or take one.
    """
    order = np.random.default_rng(seed).permutation(len(prompts))
    groups = [[a, b] for a, b, _ in opposed_pairs(people, model)]
    paired = {person.user for group in groups for person in group}
    groups += [[person] for person in people if person.user not in paired]
    return {
        person.user: [prompts[order[(number * n_each + i) % len(prompts)]] for i in range(min(n_each, len(prompts)))]
        for number, group in enumerate(groups)
        for person in group
    }


Plan = list[Direction]
"""What each draft of a method is asked for."""


def plans(
    person: Person, prompt: str, methods: Sequence[Method], model: TasteModel, calibration: Calibration
) -> dict[str, Plan]:
    """By method, for one person and prompt. All is plain where the task is no matter of taste, or no sentence pays."""
    if task_kind(prompt) != "open":
        return {method.name: [PLAIN] * method.n for method in methods}
    words = request_of(paying_sentences(person.weights, model, calibration), calibration.place)
    examples = examples_request(person.examples)
    found: dict[str, Plan] = {}
    for method in methods:
        if method.channel == "directed":
            found[method.name] = directions(method.n, person.weights, model, calibration, examples=person.examples)
        else:
            steering = {"plain": None, "words": words, "examples": examples}[method.channel]
            found[method.name] = [Direction("yours", steering) if steering else PLAIN] * method.n
    return found


def wanted_drafts(plans: Iterable[Plan]) -> list[Wanted]:
    """How many drafts of which steering the plans take together, the plain ones first: each takes the first ones."""
    counts: dict[Steering | None, int] = {None: 1}
    for plan in plans:
        for steering, n in Counter(direction.steering for direction in plan).items():
            counts[steering] = max(counts.get(steering, 0), n)
    return list(counts.items())


def planned_drafts(drafts: DraftFile, prompt_id: str, plan: Plan) -> list[DraftRow]:
    """The drafts of a plan in its order; nothing where one is missing."""
    taken: Counter[Steering | None] = Counter()
    found = []
    for direction in plan:
        rows = drafts.drafts(prompt_id, direction.steering, taken[direction.steering] + 1)
        if len(rows) <= taken[direction.steering]:
            return []
        found.append(rows[-1])
        taken[direction.steering] += 1
    return found


def replies(
    person: Person,
    prompt: PromptRow,
    drafts: DraftFile,
    plans: Mapping[str, Plan],
    outputs: Mapping[tuple[str, str], int],
    scores: HeadOutputs,
    model: TasteModel,
) -> list[ReplyRow]:
    """What each method shows; nothing for a method whose drafts are not all there.

    Args:
        outputs: (prompt id, text) → row of `scores`, by the choosing heads.
    """
    found = []
    for method, plan in plans.items():
        rows = planned_drafts(drafts, prompt.prompt_id, plan)
        written = [(row, direction) for row, direction in zip(rows, plan, strict=False) if row.text]
        if not written:
            continue
        row, direction = written[_chosen(person, prompt, written, outputs, scores, model)]
        found.append(
            ReplyRow(
                user=person.user,
                prompt_id=prompt.prompt_id,
                prompt=prompt.prompt,
                method=method,
                text=row.text,
                finish=row.finish,
                n_tokens=row.n_tokens,
                direction=direction.kind,
                n_drafts=len(plan),
                n_asked=sum(direction.steering is not None for direction in plan),
                n_written_tokens=sum(row.n_tokens for row in rows),
            )
        )
    return found


def _chosen(
    person: Person,
    prompt: PromptRow,
    written: Sequence[tuple[DraftRow, Direction]],
    outputs: Mapping[tuple[str, str], int],
    scores: HeadOutputs,
    model: TasteModel,
) -> int:
    index = [outputs[prompt.prompt_id, row.text] for row, _ in written]
    steering = [direction.steering for _, direction in written]
    return choose_draft(
        scores.base_rewards[index],
        charged(scores.quality[index], prompt.prompt, [row.text for row, _ in written], steering),
        scores.bootstrap_base_rewards[:, index],
        np.array(person.weights.mean),
        np.array(person.weights.covariance),
        model.prior_mean,
    ).chosen


def _answers(files: ChoiceFiles) -> tuple[dict[str, np.ndarray[tuple[int], np.dtype[np.intp]]], dict[str, FloatArray]]:
    """By user: rows of the pairs answered, and the targets."""
    row_of = {pair.id: row for row, pair in enumerate(files.pairs)}
    by_user: dict[str, list[tuple[int, float]]] = {}
    for choice in files.choices:
        by_user.setdefault(str(choice.user), []).append((row_of[choice.pair], CHOICE_TARGET[choice.choice]))
    return (
        {user: np.array([row for row, _ in answers], dtype=np.intp) for user, answers in by_user.items()},
        {user: np.array([target for _, target in answers]) for user, answers in by_user.items()},
    )


def _examples(
    files: ChoiceFiles,
    rows: np.ndarray[tuple[int], np.dtype[np.intp]],
    targets: FloatArray,
    x: FloatArray,
    offset: FloatArray,
    posterior: WeightPosterior,
) -> list[Example]:
    """The decided answers of a quiz, with how clearly the belief that they led to expects them."""
    found = []
    for row, target in zip(rows, targets, strict=True):
        if target == 0.5:
            continue
        pair, logit = files.pairs[row], float(offset[row] + x[row] @ posterior.mean)
        first, second = (pair.a, pair.b) if target == 1.0 else (pair.b, pair.a)
        found.append(Example(pair.prompt, first, second, logit if target == 1.0 else -logit))
    return found
