"""Profile files of people whose taste is simple."""

from __future__ import annotations

from pathlib import Path

from engine.preferences.learner import TasteLearner
from engine.preferences.profile_file import ProfileFile
from engine.preferences.taste_model import TasteModel


def make_profile(path: Path, taste: TasteModel, *, likes_long: bool) -> Path:
    """Ten quiz answers of somebody who cares about length alone, and four rounds of preferring so."""
    learner = TasteLearner(ProfileFile(path), taste)
    while (pair := learner.next_pair()) is not None:
        learner.answer(pair, "a" if (len(pair.a) > len(pair.b)) == likes_long else "b")
    for number, pair in enumerate(taste.quiz.pairs[:30]):
        longer, shorter = (
            (pair.a_scored, pair.b_scored) if len(pair.a) > len(pair.b) else (pair.b_scored, pair.a_scored)
        )
        preferred, shown = (longer, shorter) if likes_long else (shorter, longer)
        learner.prefer(f"m{number}", 1, 0, preferred, shown)
    return path
