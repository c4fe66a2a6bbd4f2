"""What blind readers see, and that their answers come back as what they meant."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import msgspec
import pytest

from engine.errors import InputFileError
from engine.evaluation.reading_packets import Answer, better_items, read_answers, whose_items, write_packets, write_rows
from engine.evaluation.reply_comparison import compare, compare_read, told_apart
from engine.evaluation.reply_rows import OTHERS, OWN, Judgment, ReplyRow

PEOPLE = {f"u{i}": f"Person number {i}, who has habits." for i in range(4)}
N_PROMPTS = 6


def row(user: str, prompt: int, method: str, text: str) -> ReplyRow:
    return ReplyRow(
        user=user,
        prompt_id=f"h{prompt}",
        prompt=f"Prompt {prompt}?",
        method=method,
        text=text,
        finish="stop",
        n_tokens=3,
    )


@pytest.fixture
def rows() -> list[ReplyRow]:
    """Everybody's replies differ by method, but for the first prompt, where directed and default are one."""
    found = []
    for user in PEOPLE:
        for prompt in range(N_PROMPTS):
            for method in ("default", "words", "directed"):
                text = f"{user} {prompt} {'default' if prompt == 0 and method == 'directed' else method}"
                found.append(row(user, prompt, method, text))
    return found


def packets(directory: Path) -> dict[str, list[dict[str, Any]]]:
    return {
        path.stem: [msgspec.json.decode(line) for line in path.read_bytes().splitlines()]
        for path in (directory / "packets").iterdir()
    }


def answer_all(directory: Path, prefers: str) -> None:
    """By the words of the reply, as a reader would who likes one of them."""
    for name, shown in packets(directory).items():
        answers = []
        for each in shown:
            liked = [side for side in ("A", "B") if prefers in each[side]]
            answers.append(Answer(id=each["id"], choice=liked[0] if len(liked) == 1 else "tie"))
        write_rows(directory / "answers" / f"{name}.jsonl", answers)


def test_both_orders_are_read_but_never_in_one_packet(rows: list[ReplyRow], tmp_path: Path):
    write_packets(tmp_path, better_items(rows), PEOPLE, 4, seed=1)
    found = packets(tmp_path)
    assert len(found) == 4
    places = Counter()
    for shown in found.values():
        pairs = [frozenset((each["A"], each["B"])) for each in shown]
        assert len(set(pairs)) == len(pairs)
        places.update((each["A"], each["B"]) for each in shown)
    assert all(places[b, a] == count == 1 for (a, b), count in places.items())
    n_items = len(PEOPLE) * (2 * N_PROMPTS - 1)  # two comparisons, the equal replies left out
    assert len(places) == 2 * n_items


def test_rows_say_nothing_of_what_they_stand_for(rows: list[ReplyRow], tmp_path: Path):
    write_packets(tmp_path, better_items(rows), PEOPLE, 2, seed=1)
    shown = [each for packet in packets(tmp_path).values() for each in packet]
    assert {frozenset(each) for each in shown} == {frozenset(("id", "person", "prompt", "A", "B"))}
    assert len({each["id"] for each in shown}) == len(shown)
    first = Counter("default" in each["A"] for each in shown if "default" in each["A"] + each["B"])
    assert first[True] == first[False]


def test_answers_come_back_as_what_the_reader_meant(rows: list[ReplyRow], tmp_path: Path):
    write_packets(tmp_path, better_items(rows), PEOPLE, 4, seed=1)
    answer_all(tmp_path, "directed")
    judgments, unanswered = read_answers(tmp_path)
    assert unanswered == 0
    by_pair = {(c.method, c.other): c for c in compare_read(judgments, {})}
    against_default = by_pair["directed", "default"]
    assert against_default.n == 2 * len(PEOPLE) * N_PROMPTS
    assert against_default.n_same == 2 * len(PEOPLE)
    assert against_default.wins_differing == 1.0
    assert against_default.wins == pytest.approx((N_PROMPTS - 0.5) / N_PROMPTS)
    assert against_default.consistency == 1.0


def test_a_reader_who_always_takes_the_first_decides_nothing(rows: list[ReplyRow], tmp_path: Path):
    write_packets(tmp_path, better_items(rows), PEOPLE, 4, seed=1)
    for name, shown in packets(tmp_path).items():
        write_rows(tmp_path / "answers" / f"{name}.jsonl", [Answer(id=each["id"], choice="A") for each in shown])
    for comparison in compare_read(read_answers(tmp_path)[0], {}):
        assert comparison.wins == 0.5
        assert comparison.consistency == 0.0


def test_what_is_not_answered_is_counted_and_nonsense_is_refused(rows: list[ReplyRow], tmp_path: Path):
    counts = write_packets(tmp_path, better_items(rows), PEOPLE, 2, seed=1)
    assert read_answers(tmp_path)[1] == sum(counts.values())
    (first, *_), *_ = packets(tmp_path).values()
    write_rows(tmp_path / "answers" / "one.jsonl", [Answer(id=first["id"], choice="A")])
    assert read_answers(tmp_path)[1] == sum(counts.values()) - 1
    write_rows(tmp_path / "answers" / "two.jsonl", [Answer(id=first["id"], choice="B")])
    with pytest.raises(InputFileError, match="a second time"):
        read_answers(tmp_path)
    write_rows(tmp_path / "answers" / "two.jsonl", [Answer(id="nothing", choice="B")])
    with pytest.raises(InputFileError, match="in no packet"):
        read_answers(tmp_path)


def test_opposed_people_are_told_apart_by_giving_each_their_own_reply(rows: list[ReplyRow], tmp_path: Path):
    rows = [r for r in rows if r.prompt_id != "h1" or r.user != "u1"]  # one prompt that only the first replied to
    told, crossed = told_apart(rows, [("u0", "u1")], "directed", lambda user, _prompt, text: float(user in text))
    assert {r.method for r in told} == {OWN, OTHERS}
    assert len(told) == 2 * (N_PROMPTS - 1)
    by_heads = compare(told, [(OWN, OTHERS)], crossed)[0]
    assert by_heads.wins > 0.8
    write_packets(tmp_path, whose_items(told, {"u0": "u1"}), PEOPLE, 2, seed=3)
    assert set(packets(tmp_path)) == {"whose_1", "whose_2"}
    for name, shown in packets(tmp_path).items():
        assert all({each["first"], each["second"]} == {PEOPLE["u0"], PEOPLE["u1"]} for each in shown)
        right = [Answer(id=each["id"], choice="A" if each["A"].startswith("u0") else "B") for each in shown]
        write_rows(tmp_path / "answers" / f"{name}.jsonl", right)
    (read,) = compare_read(read_answers(tmp_path)[0], crossed)
    assert (read.method, read.wins, read.agreement, read.n) == (OWN, 1.0, 1.0, 2 * (N_PROMPTS - 1))


def test_agreement_counts_decided_judgments_only():
    judgments = [
        Judgment(user="u", prompt_id=f"h{i}", a="directed", b="default", choice=choice)
        for i, choice in enumerate(("a", "b", "tie"))
    ]
    reward = {
        ("u", f"h{i}", method): float(method == "directed") for i in range(3) for method in ("directed", "default")
    }
    (comparison,) = compare_read(judgments, reward)
    assert comparison.agreement == 0.5
    assert comparison.wins == 0.5


def test_somebody_who_is_not_described_is_named(rows: list[ReplyRow], tmp_path: Path):
    with pytest.raises(InputFileError, match="u3"):
        write_packets(tmp_path, better_items(rows), {u: d for u, d in PEOPLE.items() if u != "u3"}, 2, seed=1)
