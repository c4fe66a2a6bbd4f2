"""The product's promise, end to end: two people with opposite tastes get different replies from one set of drafts.

Both take the quiz through the window, answering by what is on the screen. Then the bundled model writes drafts for
forty prompts that nothing was trained or chosen on, and each person's stored weights choose among the same drafts.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from helpers.listeners import RecordingListener
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.app import make_application
from desktop.assembly import Attune, Stores
from engine.generation.drafts import DraftWriter
from engine.generation.model import LlamaModel
from engine.library.bundled import bundled_model_path
from engine.paths import Paths
from engine.preferences.taste_model import load_taste_model
from engine.rerank import choose_draft
from engine.rewards.heads import HeadOutputs
from engine.rewards.scorer import ReplyScorer
from engine.store.database import Database
from engine.store.profiles import ProfileStore
from engine.types import ChatMessage, FloatArray, SamplingSettings, WeightVector

PROMPTS = (Path(__file__).parent / "prompts.txt").read_text(encoding="utf-8").splitlines()
N_DRAFTS = 8
MAX_TOKENS = 112
T_95 = 2.023  # Student's t, 39 degrees of freedom
LENGTH_SD = 0.75  # of log words, over replies in general
WARM_WORDS = frozenset(
    [
        "sorry",
        "glad",
        "happy",
        "lovely",
        "proud",
        "gentle",
        "dear",
        "thank",
        "please",
        "welcome",
        "care",
        "hope",
        "love",
        "warm",
        "kind",
    ]
)


def n_words(text: str) -> int:
    return max(len(text.split()), 1)


def structure(text: str) -> float:
    """Lines that are list items, headings or table rows, and half a point for each pair of bold marks."""
    lines = sum(bool(re.match(r"\s*([-*•]|\d+[.)]|#+|\|)\s?", line)) for line in text.splitlines())
    return lines + text.count("**") / 2


def warmth(text: str) -> int:
    return sum(word in WARM_WORDS for word in re.findall(r"[a-z']+", text.lower()))


def liked_by_the_terse(text: str) -> float:
    """Short and plain; length matters to them twice as much as plainness."""
    return -2 * math.log(n_words(text)) / LENGTH_SD - math.log1p(structure(text))


def liked_by_the_generous(text: str) -> float:
    """Long, structured and warm."""
    return 2 * math.log(n_words(text)) / LENGTH_SD + math.log1p(structure(text)) + math.log1p(warmth(text))


@dataclass(frozen=True)
class DraftsOfAPrompt:
    texts: list[str]
    outputs: HeadOutputs


@pytest.fixture(scope="module")
def drafts() -> list[DraftsOfAPrompt]:
    """The same drafts for everybody: one seed a prompt."""
    model = LlamaModel(bundled_model_path())
    writer = DraftWriter(model)
    texts = []
    for seed, prompt in enumerate(PROMPTS):
        sampling = SamplingSettings(max_tokens=MAX_TOKENS)
        run = writer.write([ChatMessage("user", prompt)], N_DRAFTS, sampling, seed, RecordingListener(), lambda: False)
        texts.append([draft.text for draft in run.drafts if draft.text.strip()])
    writer.close()
    model.close()
    scorer = ReplyScorer()
    return [
        DraftsOfAPrompt(written, scorer.score([prompt] * len(written), written, "small"))
        for prompt, written in zip(PROMPTS, texts, strict=True)
    ]


def take_the_quiz(data_dir: Path, likes: Callable[[str], float], qtbot: QtBot) -> WeightVector:
    """First launch to the chat by mouse, then what is on the disk after the window has closed."""
    paths = Paths.under(data_dir)
    attune = Attune(Stores.open(paths))
    attune.show()
    window = attune.window
    left_button = Qt.MouseButton.LeftButton
    qtbot.mouseClick(window.welcome.start_button, left_button)
    while window.page == "quiz":
        # what a screen reader would read out
        left, right = (card.accessibleName().split(": ", 1)[1] for card in (window.quiz.left, window.quiz.right))
        qtbot.mouseClick(window.quiz.left if likes(left) > likes(right) else window.quiz.right, left_button)
    assert window.page == "quiz_end"
    qtbot.mouseClick(window.quiz_end.chat_button, left_button)
    assert window.page == "chat"
    attune.close()
    window.deleteLater()
    attune.deleteLater()
    QApplication.processEvents()
    database = Database(paths.database)
    weights = ProfileStore(database).first_or_create().weights
    database.close()
    assert weights is not None
    return weights


def replies_for(mean: FloatArray, covariance: FloatArray, drafts: list[DraftsOfAPrompt]) -> list[str]:
    population = load_taste_model().prior_mean
    chosen = []
    for each in drafts:
        outputs = each.outputs
        choice = choose_draft(
            outputs.base_rewards, outputs.quality, outputs.bootstrap_base_rewards, mean, covariance, population
        )
        chosen.append(each.texts[choice.chosen])
    return chosen


@dataclass(frozen=True)
class Interval:
    mean: float
    half: float

    @classmethod
    def of(cls, differences: list[float]) -> Interval:
        """95 % interval of the mean of paired differences."""
        half = T_95 * np.std(differences, ddof=1) / math.sqrt(len(differences))
        return cls(float(np.mean(differences)), float(half))

    @property
    def lower(self) -> float:
        return self.mean - self.half

    def __str__(self) -> str:
        return f"{self.mean:+.3f} ({self.lower:+.3f} to {self.mean + self.half:+.3f})"


def differences(terse: list[str], generous: list[str]) -> tuple[Interval, Interval]:
    """Of log words and of log structure, the generous person's replies less the terse one's."""
    length = [math.log(n_words(g) / n_words(t)) for t, g in zip(terse, generous, strict=True)]
    markup = [math.log1p(structure(g)) - math.log1p(structure(t)) for t, g in zip(terse, generous, strict=True)]
    return Interval.of(length), Interval.of(markup)


def test_opposite_people_get_replies_that_differ_the_way_their_tastes_do(
    drafts: list[DraftsOfAPrompt], tmp_path: Path, qtbot: QtBot, qapp: QApplication
):
    make_application()
    terse = take_the_quiz(tmp_path / "terse", liked_by_the_terse, qtbot)
    generous = take_the_quiz(tmp_path / "generous", liked_by_the_generous, qtbot)
    replies = [replies_for(np.array(w.mean), np.array(w.covariance), drafts) for w in (terse, generous)]
    longer, more_structured = differences(*replies)
    assert more_structured.lower > 0
    if longer.lower <= 0:
        n_same = sum(a == b for a, b in zip(*replies, strict=True))
        pytest.xfail(
            f"docs/evaluation.md: length alone is not shown on these prompts: log length {longer}, "
            f"log structure {more_structured}, {n_same} of {len(PROMPTS)} the same"
        )


def test_two_people_with_random_weights_hardly_ever_pass_that_test(drafts: list[DraftsOfAPrompt]):
    taste = load_taste_model()
    rng = np.random.default_rng(0)
    spread = np.linalg.cholesky(taste.prior_covariance)
    passed = 0
    for _ in range(200):
        first, second = (taste.prior_mean + spread @ rng.normal(size=taste.n_base) for _ in range(2))
        found = differences(
            replies_for(first, taste.prior_covariance, drafts), replies_for(second, taste.prior_covariance, drafts)
        )
        passed += min(each.lower for each in found) > 0
    # a pair that happens to be opposite in both ways does pass, rightly; one in ten would make the test worthless
    assert passed / 200 < 0.1
