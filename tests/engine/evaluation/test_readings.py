"""What decided between drafts that were read: the files of the corpus, and the arithmetic on made-up choices."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from helpers.commands import run_json, sentence

from engine.evaluation.readings import ReadReply, agreement, explain_reading, fit_choices, read_pairs, read_replies
from engine.evaluation.reply_rows import Judgment, ReplyRow
from engine.jsonl import read_rows
from engine.paths import assets_dir

HEAD_TO_HEAD = assets_dir() / "corpus" / "head_to_head"


def row(user: str, method: str, text: str) -> ReplyRow:
    return ReplyRow(
        user=user, prompt_id="p", prompt="Why?", method=method, text=text, finish="stop", n_tokens=3, n_drafts=1
    )


def judgment(user: str, choice: str, **others: object) -> Judgment:
    return Judgment(user=user, prompt_id="p", a="plain", b="default", choice=choice, **others)  # type: ignore[arg-type]


def test_each_text_is_kept_once_with_everybody_who_got_it():
    kept = read_replies([row("u", "plain", "Yes."), row("v", "plain", "No."), row("u", "default", "No.")])
    assert {reply.text: reply.shown for reply in kept} == {
        "Yes.": [("u", "plain")],
        "No.": [("v", "plain"), ("u", "default")],
    }


def test_the_two_orders_of_a_pair_are_one_choice_and_equal_replies_none():
    replies = read_replies([row("u", "plain", "Yes."), row("u", "default", "No."), row("v", "plain", "No.")])
    read = [judgment("u", "a"), judgment("u", "b", swapped=True), judgment("v", "tie", same=True)]
    (pair,) = read_pairs(read, replies)
    assert (pair.user, pair.first, pair.second, pair.target) == ("u", "Yes.", "No.", 0.5)


def test_choices_made_by_known_weights_give_the_weights_back():
    rng = np.random.default_rng(3)
    terms = rng.normal(size=(4000, 3))
    true = np.array([1.5, 0.0, -0.5])
    target = (rng.random(4000) < 1 / (1 + np.exp(-terms @ true))).astype(float)
    np.testing.assert_allclose(fit_choices(terms, target), true, atol=0.15)


def test_agreement_counts_a_draw_as_half_and_leaves_undecided_choices_out():
    assert agreement(np.array([1.0, -1.0, 0.0, 3.0]), np.array([1.0, 1.0, 0.0, 0.5])) == pytest.approx(0.5)


def test_people_who_choose_by_quality_alone_are_seen_to():
    rng = np.random.default_rng(4)
    quality, base = rng.normal(size=200), rng.normal(size=(200, 2))
    users = [f"u{pair % 8}" for pair in range(100)]
    replies = [ReadReply(prompt_id=f"p{i // 2}", text=str(i), shown=[(users[i // 2], "ab"[i % 2])]) for i in range(200)]
    chosen = [
        Judgment(
            user=user,
            prompt_id=f"p{pair}",
            a="a",
            b="b",
            choice="a" if quality[2 * pair] > quality[2 * pair + 1] else "b",
        )
        for pair, user in enumerate(users)
    ]
    outputs = {(reply.prompt_id, reply.text): i for i, reply in enumerate(replies)}
    weights = {f"u{i}": rng.normal(size=2) for i in range(8)}
    found = explain_reading(
        "made up", read_pairs(chosen, replies), outputs, quality, base, weights, np.array([0.3, -0.2])
    )
    assert found.n == found.n_decided == 100
    assert found.quality_alone == 1.0
    assert found.agreement["25"] > 0.95 > found.agreement["0"]


@pytest.mark.parametrize(
    ("folder", "name"),
    [(".", "bundled"), ("second", "bundled"), ("second", "05b"), ("third", "bundled"), ("third", "05b")],
)
def test_every_judgment_of_the_corpus_has_the_replies_that_were_read(folder: str, name: str):
    directory = HEAD_TO_HEAD / folder
    judgments = read_rows(directory / f"judgments_{name}.jsonl", Judgment)
    pairs = read_pairs(judgments, read_rows(directory / f"replies_{name}.jsonl", ReadReply))
    assert len(pairs) > 300
    assert all(pair.first != pair.second for pair in pairs)


@pytest.fixture
def few(tmp_path: Path) -> Path:
    """The first reading, a few of its judgments."""
    for name in ("prompts.jsonl", "choices.jsonl", "replies_bundled.jsonl"):
        shutil.copy(HEAD_TO_HEAD / name, tmp_path / name)
    lines = (HEAD_TO_HEAD / "judgments_bundled.jsonl").read_text(encoding="utf-8").splitlines()
    (tmp_path / "judgments_bundled.jsonl").write_text("\n".join(lines[:200]), encoding="utf-8")
    replies = [
        json.loads(line) for line in (tmp_path / "replies_bundled.jsonl").read_text(encoding="utf-8").splitlines()
    ]
    named = {json.loads(line)["prompt_id"] for line in lines[:200]}
    kept = [json.dumps(reply) for reply in replies if reply["prompt_id"] in named]
    (tmp_path / "replies_bundled.jsonl").write_text("\n".join(kept), encoding="utf-8")
    return tmp_path


def test_the_command_explains_a_reading_by_the_real_heads(few: Path, capsys: pytest.CaptureFixture[str]):
    (reading,) = run_json(capsys, "evaluate-readings", few)["readings"]
    assert 50 < reading["n_decided"] <= reading["n"]
    assert 0.5 < reading["agreement"]["6"] <= 1.0
    assert set(reading["coefficients"]) == {"quality", "what most like", "beyond that"}


def test_a_reply_that_is_missing_is_said_in_a_sentence(few: Path, capsys: pytest.CaptureFixture[str]):
    kept = (few / "replies_bundled.jsonl").read_text(encoding="utf-8").splitlines()
    (few / "replies_bundled.jsonl").write_text("\n".join(kept[5:]), encoding="utf-8")
    assert "which the files beside it do not have" in sentence(capsys, "evaluate-readings", few)


def test_a_folder_without_judgments_is_said_in_a_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    assert "There is no file judgments_" in sentence(capsys, "evaluate-readings", tmp_path)
