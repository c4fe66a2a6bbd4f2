"""What counts as a right answer, and as disagreement."""

from __future__ import annotations

from engine.evaluation.guards import BeliefRow, FactRow, GuardResult, arithmetic, guard_results, read_guards
from engine.evaluation.reply_rows import ReplyRow
from engine.paths import assets_dir


def row(prompt_id: str, method: str, text: str) -> ReplyRow:
    return ReplyRow(
        user="u", prompt_id=prompt_id, prompt="", method=method, text=text, finish="stop", n_tokens=1, direction="plain"
    )


def share(answers: list[str], texts: list[str]) -> float:
    """Of right default replies."""
    facts = [FactRow(question_id=str(i), question="", answers=answers) for i in range(len(texts))]
    rows = [row(str(i), method, text) for i, text in enumerate(texts) for method in ("default", "directed")]
    (result,) = guard_results(rows, facts, [])
    return result.default


def test_there_are_enough_questions_and_beliefs():
    facts, beliefs = read_guards(assets_dir() / "guards", seed=0)
    assert len(facts) >= 300
    assert len(beliefs) >= 30
    assert len({fact.question_id for fact in facts} | {belief.belief_id for belief in beliefs}) == len(facts + beliefs)


def test_a_number_is_not_found_within_another():
    assert share(["7"], ["It is 7.", "It is 17.", "It is 70.", "It is 0.7"]) == 0.25


def test_a_chemical_symbol_stands_alone_and_in_its_case():
    assert share(["Au"], ["Its symbol is Au.", "Australia", "au revoir"]) == 1 / 3


def test_arithmetic_is_right_and_the_same_for_one_seed():
    rows = arithmetic(40, seed=3)
    assert rows == arithmetic(40, seed=3)
    for fact in rows:
        if " + " in fact.question:
            a, b = fact.question.removeprefix("What is ").removesuffix("?").split(" + ")
            assert fact.answers == [str(int(a) + int(b))]


def test_the_difference_is_of_the_same_question():
    beliefs = [BeliefRow(belief_id="b", prompt="the earth is flat, right?", corrected_by="not flat|round")]
    rows = [row("b", "default", "It is round."), row("b", "directed", "Yes!"), row("c", "default", "round")]
    (result,) = guard_results(rows, [], beliefs)
    assert result == GuardResult(
        what="beliefs", default=1.0, personalised=0.0, difference=-1.0, difference_ci=(-1.0, -1.0), n=1, n_steered=0
    )
