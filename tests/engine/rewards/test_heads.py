"""Reward heads: shapes, files, and the shipped ones on text written for the purpose."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from engine.errors import EngineError
from engine.preferences.taste_model import TasteModel, heads_dir
from engine.rewards.corpus import Corpus
from engine.rewards.heads import HEADS_FILE, SMALL_QUALITY, RewardHeads, heads_version, load_heads
from engine.rewards.scorer import ReplyScorer
from engine.types import AXES


def random_heads(n_dims: int = 12) -> RewardHeads:
    torch.manual_seed(0)
    heads = RewardHeads(n_dims, n_base=3, n_bootstrap=2)
    heads.load_state_dict({name: torch.randn_like(t).half().float() for name, t in heads.state_dict().items()})
    heads.feature_sd.fill_(0.5)
    return heads.eval()


def test_heads_give_the_stated_shapes():
    out = random_heads().score(np.zeros((5, 12), dtype=np.float32))
    assert out.base_rewards.shape == (5, 3)
    assert out.quality.shape == (5,)
    assert out.axes.shape == (5, len(AXES))
    assert out.bootstrap_base_rewards.shape == (2, 5, 3)
    assert out.bootstrap_quality.shape == (2, 5)


def test_heads_survive_being_written_and_read(tmp_path: Path):
    heads = random_heads()
    (tmp_path / HEADS_FILE).write_bytes(heads.to_bytes())
    again = load_heads(tmp_path, 12)
    features = np.random.default_rng(0).normal(0, 1, (4, 12)).astype(np.float32)
    assert again.score(features).base_rewards.tolist() == heads.score(features).base_rewards.tolist()
    assert again.score(features).bootstrap_quality.tolist() == heads.score(features).bootstrap_quality.tolist()
    assert again.version == heads_version(heads.to_bytes())


def test_where_the_writer_is_known_to_be_a_small_model_only_quality_is_read_otherwise_and_counts_more():
    heads = random_heads()
    features = np.random.default_rng(0).normal(0, 1, (4, 12)).astype(np.float32)
    anybody, small = heads.score(features), heads.score(features, "small")
    z = ((torch.from_numpy(features) - heads.feature_mean) / heads.feature_sd).clamp(-heads.CLIP, heads.CLIP)
    sampled = heads.experts(z)[:, 1].detach().numpy()
    assert small.quality == pytest.approx(SMALL_QUALITY * sampled, abs=1e-4)
    assert anybody.quality != pytest.approx(small.quality)
    assert small.bootstrap_quality != pytest.approx(anybody.bootstrap_quality)
    assert small.base_rewards.tolist() == anybody.base_rewards.tolist()
    assert small.axes.tolist() == anybody.axes.tolist()


def test_features_far_from_the_corpus_are_clipped():
    heads = random_heads()
    far = np.full((1, 12), 1e6, dtype=np.float32)
    edge = (heads.feature_mean + RewardHeads.CLIP * heads.feature_sd).numpy()[None]
    assert heads.score(far).base_rewards == pytest.approx(heads.score(edge).base_rewards, abs=1e-5)


@pytest.mark.parametrize("damage", ["missing", "empty", "cut", "junk"])
def test_damaged_heads_are_said_in_a_sentence(damage: str, tmp_path: Path):
    content = random_heads().to_bytes()
    if damage != "missing":
        spoiled = {"empty": b"", "cut": content[:-50], "junk": b"\xff" * 300}[damage]
        (tmp_path / HEADS_FILE).write_bytes(spoiled)
    with pytest.raises(EngineError, match=r"missing or damaged .* Reinstall Attune\."):
        load_heads(tmp_path, 12)


def test_heads_for_other_features_are_refused(tmp_path: Path):
    (tmp_path / HEADS_FILE).write_bytes(random_heads().to_bytes())
    with pytest.raises(EngineError, match="belong to another encoder"):
        load_heads(tmp_path, 13)


def test_the_shipped_heads_taste_and_quiz_bank_are_of_one_version(scorer: ReplyScorer, taste: TasteModel):
    assert scorer.version == taste.heads_version == taste.quiz.heads_version
    assert scorer.version == heads_version((heads_dir() / HEADS_FILE).read_bytes())


def test_the_quiz_banks_base_rewards_are_what_the_heads_say(scorer: ReplyScorer, taste: TasteModel):
    """Rounded to five digits when written; features may differ by float32 rounding. Quality is as read instead."""
    pairs = taste.quiz.pairs[:5]
    out = scorer.score([pair.prompt for pair in pairs], [pair.a for pair in pairs])
    assert out.base_rewards == pytest.approx(np.array([pair.a_scored.base_rewards for pair in pairs]), abs=1e-3)


PROMPT = "How do I make tea?"
PLAIN = "Boil the water, pour it over the leaves, and wait four minutes before drinking."
CONTRASTS = {
    "length": (
        "Boil fresh water, warm the pot, add one spoon of leaves for each cup, pour the water over the leaves, wait"
        " four minutes, and pour it through a strainer into the cups.",
        "Boil water, add leaves, wait.",
    ),
    "structure": (
        "- Boil the water\n- Warm the pot\n- Add the leaves\n- Pour and wait four minutes",
        "Boil the water, warm the pot, add the leaves, then pour and wait four minutes.",
    ),
    "formality": (
        "It is recommended that the water be brought to the boil prior to infusion; one should subsequently permit the"
        " leaves to steep for four minutes.",
        "Yeah just boil some water, toss in a bag, and you're pretty much good to go, lol.",
    ),
    "warmth": (
        "I'm so glad you asked, dear friend! Take a gentle moment for yourself, you deserve it. Boil the water, pour"
        " it over the leaves, and enjoy.",
        PLAIN,
    ),
    "enthusiasm": (
        "Oh wow, tea is the absolute best! Boil the water, pour it in, and enjoy this amazing, magical cup!!!",
        PLAIN,
    ),
    "humour": (
        "Boil the water until it screams for mercy, then betray it with leaves. Legend has it that a watched pot sues."
        " Kidding: four minutes!",
        PLAIN,
    ),
    "confidence": (
        "Pour the water at once and wait exactly four minutes. That always works.",
        "Maybe it could perhaps help to wait a bit, though I'm not sure; it might possibly depend on the tea.",
    ),
    "depth": (
        "Boil the water, because heat dissolves the flavour; wait four minutes, since tannins come out later than"
        " caffeine, and that is why long-steeped tea is bitter. Green tea is the exception: its leaves scald, so let"
        " the water cool first. Hard water dulls any tea, though a squeeze of lemon helps.",
        "Boil water, add leaves, wait four minutes.",
    ),
    "technicality": (
        "Extraction of catechins and caffeine from Camellia sinensis depends on solvent temperature; at 95 °C"
        " diffusion coefficients rise and tannin dissolution accelerates.",
        "Hot water pulls the taste out of the leaves, and hotter water does it faster.",
    ),
    "concreteness": (
        "Heat 250 ml of water to 95 °C, add 2 g of Assam, and wait 4 minutes; at Betty's in York they use 3 g.",
        "Heat some water, add a suitable amount of tea, and wait for an appropriate time.",
    ),
    "engagement": (
        "Boil the water and pour it over the leaves. Which tea do you like? Would you like me to suggest one?",
        PLAIN,
    ),
}


@pytest.mark.parametrize("axis", AXES)
def test_a_named_axis_tells_two_replies_written_to_differ_on_it(axis: str, scorer: ReplyScorer):
    """By half a standard deviation of replies in general at least."""
    more, less = scorer.score([PROMPT] * 2, CONTRASTS[axis]).axes[:, AXES.index(axis)]
    assert more > less + 0.5


@pytest.mark.parametrize(
    "broken",
    [
        "Boil the water. " * 8,
        "I I I I I I I I I I I",
        "",
        "As an AI language model, I cannot make tea. As an AI language model, I cannot make tea.",
    ],
    ids=["repeats", "stutters", "empty", "refuses"],
)
def test_a_broken_reply_has_lower_quality_than_a_sound_one(broken: str, scorer: ReplyScorer):
    sound = "Boil fresh water, add a spoon of leaves, wait four minutes, and pour."
    quality = scorer.score([PROMPT] * 2, [sound, broken]).quality
    assert quality[0] > quality[1] + 0.1


@pytest.mark.parametrize("damage", ["one sentence six times", "cut in half"])
def test_good_replies_lose_quality_when_they_are_broken(damage: str, scorer: ReplyScorer, corpus: Corpus):
    """Forty replies of the corpus (seeded): at least three in four fall. A head that knows nothing gets half."""
    rng = np.random.default_rng(0)
    good = [r for r in corpus.replies if r.source == "written" and 20 < r.n_words < 90 and r.rating.qual >= 4]
    good = [good[i] for i in rng.permutation(len(good))[:40]]

    def broken(text: str) -> str:
        return text[: len(text) // 2] if damage == "cut in half" else (text.split(". ")[0] + ". ") * 6

    prompts = [reply.prompt for reply in good]
    sound = scorer.score(prompts, [reply.text for reply in good]).quality
    spoiled = scorer.score(prompts, [broken(reply.text) for reply in good]).quality
    assert np.mean(sound > spoiled) >= 0.75
    assert sound.mean() > spoiled.mean() + 0.1


def test_scoring_nothing_gives_nothing(scorer: ReplyScorer):
    assert scorer.score([], []).quality.shape == (0,)


def test_strange_replies_are_scored_with_finite_numbers(scorer: ReplyScorer):
    out = scorer.score(["?"] * 4, ["", "🎉" * 40, "你好，世界。", "a\x00b"])
    for values in (out.base_rewards, out.quality, out.axes, out.bootstrap_base_rewards, out.bootstrap_quality):
        assert np.isfinite(values).all()


def test_the_same_text_is_scored_the_same_alone_and_in_company(scorer: ReplyScorer):
    """Up to float32 rounding in the encoder's batches."""
    alone = scorer.score([PROMPT], [PLAIN]).base_rewards[0]
    company = scorer.score([PROMPT, "Why?", "Who?"], [PLAIN, "Because. " * 40, "Me."]).base_rewards[0]
    assert company == pytest.approx(alone, abs=1e-3)
