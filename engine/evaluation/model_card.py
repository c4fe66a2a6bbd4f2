"""The card that lies beside the heads: what they are, of what they were made, how good they are."""

from __future__ import annotations

from engine.evaluation.choices import Result
from engine.evaluation.quality import QualityFigures
from engine.rewards.heads import SMALL_QUALITY
from engine.rewards.publish import Published
from engine.rewards.training import Recipe, Trained

MODEL_CARD_FILE = "MODEL_CARD.md"


def model_card(
    published: Published, trained: Trained, recipe: Recipe, results: list[Result], quality: QualityFigures
) -> str:
    """In Markdown. results: of heads that saw neither people nor prompts; empty where nobody measured them."""
    by_model = "; ".join(f"{name} {sound:.3f}, {usable:.3f}" for name, (sound, usable) in quality.by_model.items())
    numbers = {**vars(recipe.readout), **{name: value for name, value in vars(recipe).items() if name != "readout"}}
    settings = ", ".join(f"{name} {value}" for name, value in numbers.items())
    return f"""# Reward heads {published.heads_version}

Written by `attune-engine train`; do not edit.

**What they are.** {recipe.n_base} base rewards, a shared quality score and eleven named style axes, read from the
pooled layers of all-MiniLM-L6-v2 and a few dozen style features; all linear, but for quality, which mixes two linear
experts; {recipe.n_bootstrap} bootstrap versions for uncertainty; a Gaussian prior over people's weights; a quiz bank
of {published.n_quiz_pairs} pairs.

**Data.** `assets/corpus` (CC0): {trained.n_replies} replies rated by reading, {trained.n_pairs} pairs chosen between
by {trained.n_people} described people, and {recipe.n_simulated} simulated people over the ratings. People are
role-played by a language model, which also wrote and rated the corpus: no human being is in the data.

**Licence.** Apache-2.0, as the encoder.

**Recipe.** PReF (arXiv:2503.06358) on cross-fitted axis readouts; {settings}. One point of rated quality is worth
{trained.quality_scale:.2f} log-odds to the people, and counts {SMALL_QUALITY:g} times as much in what small models
write, by readers' choices between their drafts (`attune-engine evaluate-readings`).

{_figures(results)}

**Quality**, every prompt read by readouts of other prompts, small models' replies as such. Of these, those rated at
least 3, and at least 2, against those rated 1: area under the ROC curve
{quality.sampled_sound:.3f}, {quality.sampled_usable:.3f} ({by_model});
of two of theirs rated differently, the better in {quality.sampled_pairs:.1%}. Of two written replies rated differently,
the better in {quality.written_pairs:.1%}; written against flawed {quality.written_flawed:.3f}.

**Limits.** English. The quality score sees form, fluency and likeness to the question, not truth. Replies much longer
than 300 words, code and poetry are rare in the corpus. The people's tastes are plausible, not a sample of mankind.
"""


def _figures(results: list[Result]) -> str:
    if not results:
        return "**Figures.** None: trained with `--folds 0`, to try something. Not to be shipped."
    rows = "\n".join(
        f"| {r.method} | {r.select} | {r.answers} | {r.accuracy:.3f} ({r.accuracy_ci[0]:.3f} to {r.accuracy_ci[1]:.3f})"
        f" | {r.auc:.3f} | {r.log_loss:.3f} | {r.n_users} |"
        for r in results
    )
    return f"""\
**Figures.** People and prompts used for nothing else: for each fold of prompts, heads trained without them and
without the held-out people predict what those people chose. `attune-engine train --folds 5` reruns this. The
intervals are over people (bootstrap, 95 %).

| method | pairs asked | answers | accuracy | AUC | log loss | people |
|---|---|---|---|---|---|---|
{rows}

`attune`: this prior and posterior; `population`: the prior's mean; `quality`: the shared quality alone; `per_user`:
a logistic regression of that person's answers, without prior or quality."""
