"""What a blind self-test came to, in plain words that promise no more than it shows."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QCoreApplication

from engine.preferences.blind_test import N_ROUNDS, Verdict, needed_for_conclusion
from engine.store.self_tests import SelfTest


def verdict_title(verdict: Verdict) -> str:
    if verdict.conclusion == "none":
        return _tr("Nothing to tell from")
    return _tr("You chose Attune's pick in {k} of {n}").format(k=verdict.n_mine, n=verdict.n_decided)


def verdict_sentences(verdict: Verdict) -> list[str]:
    """The result with its uncertainty, then what did not enter into it."""
    return [*_result(verdict), *_left_out(verdict)]


def _result(verdict: Verdict) -> list[str]:
    if verdict.conclusion == "none":
        return [_tr("In no round did you choose one of two different replies.")]
    interval = _tr("You would choose Attune's pick in {low} to {high} of such cases (95 % interval; 50 % is no gain).")
    return [_beside_chance(verdict), interval.format(low=_percent(verdict.low), high=_percent(verdict.high))]


def _beside_chance(verdict: Verdict) -> str:
    if verdict.conclusion == "mine":
        sentence = _tr("Hardly chance: somebody who only guesses gets so clear a result in {percent} of such tests.")
    elif verdict.conclusion == "first":
        sentence = _tr(
            "Attune's picks are worse for you than its first drafts: somebody who only guesses gets so clear a result"
            " in {percent} of such tests. Retake the quiz, or look at what Attune believes of you."
        )
    elif verdict.chance == 1:
        sentence = _tr("That is just what guessing would give.")
    else:
        sentence = _tr("That could be chance: somebody who only guesses gets so clear a result in {percent} of tests.")
    sentence = sentence.format(percent=_percent(verdict.chance))
    needed = needed_for_conclusion(verdict.n_decided)
    if verdict.conclusion == "unclear" and needed is not None:
        more = _tr("Of {n} choices, {k} or more one way would be needed to say more.")
        sentence += " " + more.format(n=verdict.n_decided, k=needed)
    return sentence


def _left_out(verdict: Verdict) -> list[str]:
    sentences = []
    if verdict.n_ties:
        sentences.append(_tr("Rounds without preference, left out: {n}.").format(n=verdict.n_ties))
    if verdict.n_same:
        sentences.append(
            _tr(
                "Rounds in which Attune's pick was the first draft itself, so that there was nothing to choose: {n}."
                " They are not counted either way."
            ).format(n=verdict.n_same)
        )
    if verdict.n_judged < N_ROUNDS:
        sentences.append(
            _tr("There were no prompts left for all {n} rounds: fewer rounds tell less.").format(n=N_ROUNDS)
        )
    return sentences


def test_line(test: SelfTest) -> str:
    """One ended test in a list."""
    when = datetime.fromtimestamp(test.created_at).strftime("%d %b %Y, %H:%M")
    if test.end == "given_up":
        return _tr("{when}: given up after {n} rounds").format(when=when, n=test.n_judged)
    verdict = test.verdict
    line = _tr("{when}: Attune's pick {k} of {n}").format(when=when, k=verdict.n_mine, n=verdict.n_decided)
    if verdict.conclusion == "unclear":
        line += " · " + _tr("could be chance")
    if test.learned:
        line += " · " + _tr("learned from afterwards")
    return line


def _percent(share: float) -> str:
    if 0 < share < 0.01:
        return _tr("less than 1 %")
    return f"{100 * share:.0f} %"


def _tr(text: str) -> str:
    return QCoreApplication.translate("SelfTest", text)
