"""Who wins of two ways of replying: by the judging heads, by reading, and where both say something, how far they agree.

A share is the mean over people of each one's mean, a tie counting half; intervals resample people. Two equal replies
are a tie that nobody had to read: they count in the share of all, and not in the share where the replies differ.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import msgspec
import numpy as np

from engine.evaluation.metrics import mean_interval
from engine.evaluation.reply_rows import OTHERS, OWN, Comparison, Judgment, ReplyRow
from engine.preferences.events import CHOICE_TARGET
from engine.preferences.posterior import choice_probability
from engine.types import FloatArray

Reward = Mapping[tuple[str, str, str], float]
"""(user, prompt id, method) → the judge's reward of the reply, in log-odds."""


def compare(rows: Sequence[ReplyRow], pairs: Sequence[tuple[str, str]], reward: Reward) -> list[Comparison]:
    """Wins by the judging heads, as the probability that such a person chooses the reply."""
    by_key = {(row.user, row.prompt_id, row.method): row.text for row in rows}
    found = []
    for method, other in pairs:
        wins = [
            (user, _win(reward[user, prompt_id, method] - reward[user, prompt_id, other], same), same)
            for user, prompt_id, name in by_key
            if name == method and (user, prompt_id, other) in by_key
            for same in [by_key[user, prompt_id, method] == by_key[user, prompt_id, other]]
        ]
        found += _comparison(method, other, wins, "heads")
    return found


def compare_read(judgments: Sequence[Judgment], reward: Reward) -> list[Comparison]:
    """Wins by reading, how often the heads agree, and how often the same choice is made in the other order."""
    found = []
    for pair in dict.fromkeys((judgment.a, judgment.b) for judgment in judgments):
        of_pair = [judgment for judgment in judgments if (judgment.a, judgment.b) == pair]
        wins = [(judgment.user, CHOICE_TARGET[judgment.choice], judgment.same) for judgment in of_pair]
        found += _comparison(*pair, wins, "read", _agreement(of_pair, reward), _consistency(of_pair))
    return found


def told_apart(
    rows: Sequence[ReplyRow],
    opposed: Sequence[tuple[str, str]],
    method: str,
    reward_of: Callable[[str, str, str], float],
) -> tuple[list[ReplyRow], dict[tuple[str, str, str], float]]:
    """Two opposed people's replies to one prompt, as a comparison `OWN` against `OTHERS` of the first of the two.

    Its reward is of giving both their own reply, against giving each the other's.

    Args:
        reward_of: (user, prompt id, text) → the judge's reward.
    """
    by_key = {(row.user, row.prompt_id): row for row in rows if row.method == method}
    found: list[ReplyRow] = []
    crossed: dict[tuple[str, str, str], float] = {}
    for first, second in opposed:
        for (user, prompt_id), own in by_key.items():
            if user != first or (other := by_key.get((second, prompt_id))) is None:
                continue
            mine, theirs = own.text, other.text
            found.append(msgspec.structs.replace(own, method=OWN))
            found.append(msgspec.structs.replace(other, user=first, method=OTHERS))
            straight = reward_of(first, prompt_id, mine) + reward_of(second, prompt_id, theirs)
            crossed[first, prompt_id, OWN] = straight
            crossed[first, prompt_id, OTHERS] = reward_of(first, prompt_id, theirs) + reward_of(second, prompt_id, mine)
    return found, crossed


def _win(difference: float, same: bool) -> float:
    return 0.5 if same else float(choice_probability(np.array(difference)))


def _agreement(judgments: Sequence[Judgment], reward: Reward) -> float | None:
    agreed = []
    for judgment in judgments:
        a, b = ((judgment.user, judgment.prompt_id, name) for name in (judgment.a, judgment.b))
        if judgment.choice != "tie" and a in reward and b in reward:
            agreed.append((reward[a] > reward[b]) == (judgment.choice == "a"))
    return float(np.mean(agreed)) if agreed else None


def _consistency(judgments: Sequence[Judgment]) -> float | None:
    """Of replies read in both orders, how often the choice was the same."""
    by_item: dict[tuple[str, str], dict[bool, str]] = {}
    for judgment in judgments:
        if not judgment.same:
            by_item.setdefault((judgment.user, judgment.prompt_id), {})[judgment.swapped] = judgment.choice
    both = [choices for choices in by_item.values() if len(choices) == 2]
    return float(np.mean([choices[False] == choices[True] for choices in both])) if both else None


def _comparison(
    method: str,
    other: str,
    wins: Sequence[tuple[str, float, bool]],
    judge: str,
    agreement: float | None = None,
    consistency: float | None = None,
) -> list[Comparison]:
    """wins: (user, share of a win, whether both replies are the same)."""
    if not wins:
        return []
    means, differing = _means(wins), _means([win for win in wins if not win[2]])
    return [
        Comparison(
            method=method,
            other=other,
            wins=float(means.mean()),
            wins_ci=mean_interval(means, 0),
            n=len(wins),
            n_people=len(means),
            judge=judge,
            n_same=sum(same for _, _, same in wins),
            wins_differing=float(differing.mean()) if len(differing) else None,
            wins_differing_ci=mean_interval(differing, 0) if len(differing) else None,
            agreement=agreement,
            consistency=consistency,
        )
    ]


def _means(wins: Sequence[tuple[str, float, bool]]) -> FloatArray:
    """(n_people,): each person's mean."""
    per_person: dict[str, list[float]] = {}
    for user, win, _ in wins:
        per_person.setdefault(user, []).append(win)
    return np.array([np.mean(each) for each in per_person.values()])
