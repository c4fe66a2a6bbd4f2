"""Agreement with ratings: pairwise accuracy within prompts, and the command that prints it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.cli import main
from engine.evaluation.ratings import in_half, pairwise_accuracy
from engine.paths import assets_dir


def test_pairs_are_compared_within_a_prompt_only():
    predicted = np.array([1.0, 2.0, 0.0, -1.0])
    rated = np.array([1.0, 5.0, 4.0, 2.0])
    assert pairwise_accuracy(predicted, rated, ["p", "p", "q", "q"]) == (1.0, 2)
    assert pairwise_accuracy(-predicted, rated, ["p", "p", "q", "q"]) == (0.0, 2)


def test_equal_ratings_are_no_pair_and_equal_predictions_count_half():
    assert pairwise_accuracy(np.zeros(3), np.array([1.0, 1.0, 2.0]), ["p"] * 3) == (0.5, 2)


def test_the_halves_share_no_prompt_and_leave_none_out():
    prompts = [3, 1, 2, 3, 1, 10]
    first, second = in_half(prompts, "first"), in_half(prompts, "second")
    assert [a != b for a, b in zip(first, second, strict=True)] == [True] * 6
    assert not {p for p, keep in zip(prompts, first, strict=True) if keep} & {
        p for p, keep in zip(prompts, second, strict=True) if keep
    }


def test_the_shipped_heads_agree_with_ratings_of_replies_they_know(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    def read(name: str) -> list[dict[str, Any]]:
        text = (assets_dir() / "corpus" / name).read_text(encoding="utf-8")
        return [json.loads(line) for line in text.split("\n") if line]

    prompts = {row["prompt_id"]: row["prompt"] for row in read("prompts.jsonl")}
    ratings = {row.pop("reply_id"): row for row in read("ratings.jsonl")}
    rows = read("replies.jsonl")[:90]
    file = tmp_path / "rated.jsonl"
    file.write_text(
        "\n".join(
            json.dumps(
                {
                    "prompt_id": row["prompt_id"],
                    "prompt": prompts[row["prompt_id"]],
                    "reply": row["reply"],
                    "ratings": ratings[row["reply_id"]],
                }
            )
            for row in rows
        )
    )
    assert main(["evaluate-ratings", "--ratings", str(file), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["n_replies"] == 90
    assert found["mean_axes"] > 0.9


def test_a_file_without_a_rating_is_refused_in_a_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    file = tmp_path / "rated.jsonl"
    file.write_text(json.dumps({"prompt_id": 1, "prompt": "p", "reply": "r", "ratings": {"warm": 3}}))
    assert main(["evaluate-ratings", "--ratings", str(file)]) == 1
    assert "without the rating" in capsys.readouterr().err
