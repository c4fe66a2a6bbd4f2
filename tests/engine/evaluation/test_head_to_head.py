"""What each method asks for, which drafts it takes, and who is set against whom."""

from __future__ import annotations

from pathlib import Path

import msgspec
import numpy as np
import pytest

from engine.directions.calibration import AxisEffect, Calibration
from engine.directions.examples import Example
from engine.directions.profile import correction
from engine.evaluation.draft_file import DraftFile, DraftRow
from engine.evaluation.head_to_head import (
    Person,
    assign_prompts,
    opposed_pairs,
    planned_drafts,
    plans,
    replies,
    wanted_drafts,
)
from engine.evaluation.reply_rows import Method, compared, method_of
from engine.preferences.events import LoggedEvent
from engine.preferences.learner import posterior_from_log, weight_vector
from engine.preferences.taste_model import TasteModel
from engine.rewards.corpus import PromptRow
from engine.rewards.heads import HeadOutputs
from engine.types import AXES, SamplingSettings

PROMPT = PromptRow(prompt_id="h1", category="advice", prompt="my flat feels empty since my brother moved out")
NAMES = ["default", "plain", "words", "words_best", "directed", "plain4", "words4", "directed4"]


def methods(*names: str) -> list[Method]:
    return [method for name in names if (method := method_of(name, 8)) is not None]


def person(taste: TasteModel, user: str = "u", **likings: bool) -> Person:
    """Somebody who stated these likings; without any, the average person."""
    log = [
        LoggedEvent(number=i, created_at=0.0, event=correction(axis, more, taste))
        for i, (axis, more) in enumerate(likings.items(), start=1)
    ]
    weights = weight_vector(posterior_from_log(log, taste), taste)
    return Person(user, weights, [Example("q", "liked", "other", 1.0)], [])


@pytest.fixture
def heeding(taste: TasteModel) -> Calibration:
    """A model that heeds every request about length, and no other."""
    return Calibration(
        model="m",
        fingerprint="f",
        heads_version=taste.heads_version,
        place="system",
        places=[],
        effects=[
            AxisEffect(axis="length", more=more, shift=1.0, shift_se=0.1, quality=0.0, quality_se=0.1)
            for more in (False, True)
        ],
        n_prompts=8,
        max_tokens=96,
    )


def drafts_of(path: Path, *rows: tuple[str, str]) -> DraftFile:
    """(steering, text) of one prompt's drafts, numbered among equals; tokens: characters."""
    counts: dict[str, int] = {}
    lines = []
    for steering, text in rows:
        row = DraftRow(
            prompt_id="h1",
            steering=steering,
            copy=counts.get(steering, 0),
            text=text,
            finish="stop",
            n_tokens=len(text),
        )
        counts[steering] = row.copy + 1
        lines.append(msgspec.json.encode(row) + b"\n")
    path.write_bytes(b"".join(lines))
    return DraftFile(path, SamplingSettings(), 0)


def test_best_of_four_takes_the_first_of_the_drafts_that_best_of_eight_takes(taste: TasteModel, heeding: Calibration):
    planned = plans(person(taste, length=False), PROMPT.prompt, methods(*NAMES), taste, heeding)
    eight = wanted_drafts([planned[name] for name in ("plain", "words_best", "directed")])
    assert dict(wanted_drafts(planned.values())) == dict(eight)
    assert [len(planned[name]) for name in NAMES] == [1, 8, 1, 8, 8, 4, 4, 4]
    assert {direction.kind for direction in planned["words_best"]} == {"yours"}


def test_a_person_for_whom_no_sentence_pays_gets_plain_drafts(taste: TasteModel, heeding: Calibration):
    planned = plans(person(taste), PROMPT.prompt, methods("words_best", "directed4"), taste, heeding)
    assert wanted_drafts([planned["words_best"]]) == [(None, 8)]
    short = person(taste, length=False)
    planned = plans(short, "what is 12 * 7?", methods("words_best", "examples", "directed"), taste, heeding)
    assert {direction.steering for plan in planned.values() for direction in plan} == {None}


def test_a_method_whose_drafts_are_not_all_there_shows_nothing(taste: TasteModel, heeding: Calibration, tmp_path: Path):
    short = person(taste, length=False)
    planned = plans(short, PROMPT.prompt, methods("default", "plain4", "words", "words4"), taste, heeding)
    asked = planned["words"][0].steering
    assert asked is not None
    written = [*[("", f"plain {i}") for i in range(4)], *[(asked.text, f"asked {i}") for i in range(3)]]
    drafts = drafts_of(tmp_path / "drafts.jsonl", *written)
    assert [row.text for row in planned_drafts(drafts, "h1", planned["plain4"])] == [f"plain {i}" for i in range(4)]
    outputs = {("h1", text): i for i, (_, text) in enumerate(written)}
    n, n_base = len(written), len(taste.prior_mean)
    base = np.zeros((n, n_base))
    base[2] = np.array(short.weights.mean)  # who likes anything likes "plain 2" best
    scores = HeadOutputs(
        axes=np.zeros((n, len(AXES))),
        base_rewards=base,
        quality=np.zeros(n),
        bootstrap_base_rewards=base[None],
        bootstrap_quality=np.zeros((1, n)),
    )
    rows = {row.method: row for row in replies(short, PROMPT, drafts, planned, outputs, scores, taste)}
    assert set(rows) == {"default", "plain4", "words"}
    assert rows["default"].text == "plain 0"
    assert rows["plain4"].text == "plain 2"
    assert (rows["plain4"].n_drafts, rows["plain4"].n_asked, rows["plain4"].n_written_tokens) == (4, 0, 28)
    assert (rows["words"].text, rows["words"].direction, rows["words"].n_asked) == ("asked 0", "yours", 1)


def test_equal_numbers_of_drafts_are_set_against_each_other():
    pairs = compared(methods(*NAMES))
    assert ("directed", "words_best") in pairs
    assert ("directed4", "words4") in pairs
    assert ("directed4", "plain4") in pairs
    assert ("directed", "words") in pairs
    assert ("directed", "words4") not in pairs
    assert all((name, "default") in pairs for name in NAMES[1:])


def test_a_method_that_there_is_not_is_none():
    assert [method_of(name, 8) for name in ("best", "default2", "plain0", "directed99", "words-4")] == [None] * 5


def test_opposed_people_are_paired_and_answer_the_same_prompts(taste: TasteModel):
    people = [
        person(taste, "short", length=False),
        person(taste, "funny", humour=True),
        person(taste, "long", length=True),
        person(taste, "serious", humour=False),
        person(taste, "any"),
    ]
    found = {frozenset((a.user, b.user)): cosine for a, b, cosine in opposed_pairs(people, taste)}
    assert found.keys() == {frozenset(("short", "long")), frozenset(("funny", "serious"))}
    assert all(cosine < -0.9 for cosine in found.values())
    prompts = [PromptRow(prompt_id=f"h{i}", category="c", prompt="p") for i in range(10)]
    assigned = assign_prompts(people, prompts, 4, 0, taste)
    assert assigned["short"] == assigned["long"] != assigned["funny"]
    counts = [sum(prompt in each for each in assigned.values()) for prompt in prompts]
    assert sum(counts) == 20
    assert max(counts) <= 4
