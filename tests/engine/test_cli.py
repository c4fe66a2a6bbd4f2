"""`attune-engine`: JSON that others rely on, and a sentence for everything that can go wrong."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from helpers.commands import run_json, sentence
from helpers.model_files import model_without_template, truncated_model
from helpers.profiles import make_profile

from engine.cli import main
from engine.paths import assets_dir
from engine.preferences.taste_model import TasteModel, load_taste_model
from engine.types import AXES

Capture = pytest.CaptureFixture[str]


@pytest.fixture(scope="module")
def replies(tmp_path_factory: pytest.TempPathFactory) -> list[dict]:
    """One prompt and seed, two people: what the real command prints for each."""
    directory = tmp_path_factory.mktemp("profiles")
    found = []
    for name, likes_long in (("long", True), ("short", False)):
        profile = make_profile(directory / f"{name}.json", load_taste_model(), likes_long=likes_long)
        result = subprocess.run(
            [sys.executable, "-m", "engine.cli", "reply", "--prompt", "How can I sleep better?", "--profile", profile,
             "-n", "6", "--seed", "1", "--max-tokens", "60", "--full", "--undirected", "--json"],
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        found.append(json.loads(result.stdout))
    return found


def test_a_reply_has_the_keys_that_others_rely_on(replies: list[dict], taste: TasteModel):
    reply = replies[0]
    assert {"drafts", "chosen", "timings"} <= set(reply)
    assert {"load_s", "prefill_s", "decode_s", "score_s", "total_s"} <= set(reply["timings"])
    assert len(reply["drafts"]) == 6
    assert 0 <= reply["chosen"] < 6
    for draft in reply["drafts"]:
        assert {"text", "finish", "n_tokens", "base_rewards", "quality", "score"} <= set(draft)
        assert len(draft["base_rewards"]) == taste.n_base
    best = max(range(6), key=lambda i: reply["drafts"][i]["score"])
    quality = [draft["quality"] for draft in reply["drafts"]]
    assert best == reply["chosen"] or quality[best] < max(quality) - 1.5


@pytest.mark.parametrize("full", [(), ("--full",)])
def test_weak_drafts_are_dropped_unless_the_command_says_full(capsys: Capture, full: tuple[str, ...]):
    wish = ("--prompt", "Tell me about the history of tea.", "-n", 8, "--seed", 1, "--max-tokens", 34, *full)
    reply = run_json(capsys, "reply", *wish)
    assert (len(reply["drafts"]), len(reply["dropped"])) == ((8, 0) if full else (4, 4))
    assert all(draft["text"] and draft["n_tokens"] == 32 for draft in reply["dropped"])


def test_one_seed_gives_one_set_of_drafts_and_two_people_two_choices(replies: list[dict]):
    long, short = replies
    assert [draft["text"] for draft in long["drafts"]] == [draft["text"] for draft in short["drafts"]]
    assert long["chosen"] != short["chosen"]
    words = [len(draft["text"].split()) for draft in long["drafts"]]
    assert words[long["chosen"]] > words[short["chosen"]]


def test_the_quiz_starts_with_a_pair_and_leaves_no_file(capsys: Capture, tmp_path: Path):
    out = run_json(capsys, "quiz", "--profile", tmp_path / "me.json")
    assert set(out["next"]) == {"id", "prompt", "a", "b"}
    assert (out["answered"], out["certainty"]) == (0, 0.0)
    assert set(out["axes"]) == set(AXES)
    assert set(out["axes"]["length"]) == {"mean", "sd"}
    assert not (tmp_path / "me.json").exists()


def test_the_quiz_is_answered_to_its_end(capsys: Capture, tmp_path: Path):
    profile = tmp_path / "me.json"
    out = run_json(capsys, "quiz", "--profile", profile)
    certainty, prompts = [out["certainty"]], []
    while out["next"]:
        prompts.append(out["next"]["prompt"])
        choice = "a" if len(out["next"]["a"]) < len(out["next"]["b"]) else "b"
        out = run_json(capsys, "quiz", "--profile", profile, "--answer", out["next"]["id"], choice)
        certainty.append(out["certainty"])
    assert out["answered"] == len(prompts) == len(set(prompts)) <= 10
    assert 0.15 < certainty[-1] <= 1
    assert out["axes"]["length"]["mean"] < 0


@pytest.mark.parametrize("choice", ["a", "b", "tie", "both_bad"])
def test_each_answer_can_be_undone_to_where_it_was(capsys: Capture, tmp_path: Path, choice: str):
    profile = tmp_path / "me.json"
    before = run_json(capsys, "quiz", "--profile", profile)
    assert run_json(capsys, "quiz", "--profile", profile, "--answer", before["next"]["id"], choice)["answered"] == 1
    assert run_json(capsys, "quiz", "--profile", profile, "--answer", "undo") == before
    run_json(capsys, "quiz", "--profile", profile, "--answer", before["next"]["id"], choice)
    assert run_json(capsys, "quiz", "--profile", profile, "--answer", before["next"]["id"], "undo") == before


def test_without_json_the_quiz_reads_as_text(capsys: Capture, tmp_path: Path):
    assert main(["quiz", "--profile", str(tmp_path / "me.json")]) == 0
    assert "Answer with: --answer" in capsys.readouterr().out


def test_rewards_have_the_keys_that_others_rely_on(capsys: Capture, tmp_path: Path, taste: TasteModel):
    rows = [
        {"id": "short", "prompt": "Tea?", "reply": "Yes."},
        {"id": 7, "prompt": "Tea?", "reply": "Yes, with pleasure: " + "I like it very much. " * 10},
    ]
    (tmp_path / "in.jsonl").write_text("\n\n".join(map(json.dumps, rows)))
    items = run_json(capsys, "rewards", "--input", tmp_path / "in.jsonl")["items"]
    assert [item["id"] for item in items] == ["short", 7]
    for item in items:
        assert len(item["base_rewards"]) == taste.n_base
        assert set(item["axes"]) == set(AXES)
        assert item["uncertainty"] >= 0
        assert np.isfinite(item["quality"])
    assert items[1]["axes"]["length"] > items[0]["axes"]["length"]


@pytest.fixture
def evaluation(tmp_path: Path) -> tuple[Path, Path]:
    """Twelve pairs, and three people: one likes length, one does not, one saw a single pair."""
    pairs = [
        {"id": f"p{i}", "prompt": f"Question {i}?", "a": "Yes." if i % 2 else "Yes, and here is why. " * 8,
         "b": "No, and let me tell you the reasons. " * 8 if i % 2 else "No."}
        for i in range(12)
    ]  # fmt: skip
    choices = [{"user": "once", "pair": "p0", "choice": "a"}]
    for i in range(12):
        longer = "b" if i % 2 else "a"
        choices.append({"user": "long", "pair": f"p{i}", "choice": longer})
        choices.append({"user": "short", "pair": f"p{i}", "choice": "tie" if i == 5 else "ab".replace(longer, "")})
    (tmp_path / "pairs.jsonl").write_text("\n".join(map(json.dumps, pairs)))
    (tmp_path / "choices.jsonl").write_text("\n".join(map(json.dumps, choices)))
    return tmp_path / "pairs.jsonl", tmp_path / "choices.jsonl"


@pytest.mark.parametrize("select", ["active", "random"])
def test_an_evaluation_has_the_keys_that_others_rely_on(capsys: Capture, evaluation: tuple[Path, Path], select: str):
    pairs, choices = evaluation
    out = run_json(capsys, "evaluate", "--pairs", pairs, "--choices", choices, "--answers", "0,5", "--select", select)
    results = {(row["method"], row["answers"]): row for row in out["results"]}
    ours = results["attune", 5]
    assert set(ours) >= {"method", "select", "answers", "accuracy", "accuracy_ci", "auc", "log_loss", "n_users"}
    assert ours["select"] == select
    assert ours["n_users"] == 2  # one pair leaves nothing to hold out
    assert len(ours["accuracy_ci"]) == 2
    # two people of opposite tastes in length: nothing to guess before, plain after five answers
    assert ours["accuracy"] > results["attune", 0]["accuracy"]
    assert ours["accuracy"] > 0.8


def test_an_evaluation_tells_intervals_gains_calibration_and_what_each_method_is(capsys: Capture, evaluation):
    pairs, choices = evaluation
    out = run_json(capsys, "evaluate", "--pairs", pairs, "--choices", choices, "--answers", "5", "--select", "both")
    assert (
        set(out["methods"]) == {row["method"] for row in out["results"]} >= {"attune", "pref", "lore", "vpl", "shared"}
    )
    assert {row["select"] for row in out["results"]} == {"active", "random"}
    for row in out["results"]:
        assert 0 <= row["ece"] <= 0.5
        assert row["asked"] == 5
        assert len(row["accuracy_gain_ci"]) == 2


@pytest.fixture
def small_corpus(tmp_path: Path) -> Path:
    """Six prompts of the shipped corpus with the pairs and people that go with them; the last person held out."""
    source, target = assets_dir() / "corpus", tmp_path / "corpus"
    target.mkdir()

    def read(name: str) -> list[dict]:
        return [json.loads(line) for line in (source / f"{name}.jsonl").read_text("utf-8").split("\n") if line]

    def write(name: str, rows: list[dict]) -> None:
        (target / f"{name}.jsonl").write_text("\n".join(map(json.dumps, rows)), "utf-8")

    pairs = read("pairs")[:6]
    replies = {pair[side] for pair in pairs for side in "ab"}
    kept = [row for row in read("replies") if row["reply_id"] in replies]
    prompts = {row["prompt_id"] for row in kept}
    people = [row | {"held_out": row["user"] == "u03"} for row in read("people")[:3]]
    users = {row["user"] for row in people}
    write("pairs", pairs)
    write("replies", kept)
    write("prompts", [row for row in read("prompts") if row["prompt_id"] in prompts])
    write("ratings", [row for row in read("ratings") if row["reply_id"] in replies])
    write("people", people)
    write("choices", [row for row in read("choices") if row["user"] in users])
    return target


@pytest.mark.parametrize(("people", "n_users"), [("held-out", 1), ("all", 3)])
def test_a_corpus_folder_can_be_evaluated(capsys: Capture, small_corpus: Path, people: str, n_users: int):
    out = run_json(capsys, "evaluate", "--corpus", small_corpus, "--people", people, "--answers", "0,2", "--splits", 2)
    assert {row["n_users"] for row in out["results"]} == {n_users}


def test_where_nobody_is_held_out_everybody_is_evaluated(capsys: Capture, small_corpus: Path):
    file = small_corpus / "people.jsonl"
    file.write_text(file.read_text("utf-8").replace('"held_out": true', '"held_out": false'), "utf-8")
    out = run_json(capsys, "evaluate", "--corpus", small_corpus, "--answers", "0", "--methods", "attune,population")
    assert {(row["method"], row["n_users"]) for row in out["results"]} == {("attune", 3), ("population", 3)}


def test_the_cost_to_average_taste_is_said_on_a_corpus_folders_pairs(capsys: Capture, small_corpus: Path):
    out = run_json(
        capsys, "evaluate-average", "--n-people", 6, "--n-drawn", 4, "--answers", "0,2", "--corpus", small_corpus
    )
    rows = {(row["people"], row["rule"], row["answers"]): row for row in out["changes"]}
    assert rows["average", "prediction", 0]["change"] == 0
    assert (rows["average", "choice", 2]["n_people"], rows["drawn", "choice", 2]["n_people"]) == (6, 4)
    assert out["largest_loss_bound"]["prediction"] >= 0


def test_the_times_of_the_user_model_are_told(capsys: Capture):
    out = run_json(capsys, "bench-taste", "--n-events", 40, "--n-pairs", 30, "--repeats", 2)
    assert set(out["median_ms"]) == {"refit", "refit_from_log", "select", "history"}
    assert all(value > 0 for value in out["median_ms"].values())


def test_streams_of_thumbs_are_reported_for_every_habit(capsys: Capture):
    out = run_json(capsys, "evaluate-thumbs", "--n-people", 3, "--thumbs", "5,10")
    assert {row["habit"] for row in out["results"]} == {
        "honest", "changing", "always up", "always down", "at random", "contradicting",
    }  # fmt: skip
    assert {row["thumbs"] for row in out["results"]} == {5, 10}


def test_reward_hacking_is_measured_on_a_file_of_drafts(capsys: Capture, tmp_path: Path):
    drafts = [
        {"text": "Boil the egg for eight minutes, then cool it in cold water.", "quality": 5},
        {"text": "Egg egg egg egg egg.", "quality": 1, "log_probabilities": [-3.0, -2.0]},
        {"text": "Put it in boiling water. It takes about eight minutes.", "quality": 4},
        {"text": "Nobody read this.", "quality": None},
        {"text": "I like the sea.", "quality": 1},
    ]
    rows = [{"id": i, "prompt": f"How do I boil an egg {where}?", "drafts": drafts} for i, where in enumerate("ab")]
    rows.append({"id": "none", "prompt": "Hm?", "drafts": drafts[3:4]})
    (tmp_path / "drafts.jsonl").write_text("\n".join(map(json.dumps, rows)))
    out = run_json(capsys, "evaluate-hacking", "--drafts", tmp_path / "drafts.jsonl", "--n-people", 2)
    assert (out["n_prompts"], out["n_people"], out["n_drafts"]) == (2, 3, {"fewest": 4, "most": 4})
    assert {row["n_drafts"] for row in out["rows"]} == {1, 2, 4}
    assert all(1 <= row["quality"] <= 5 for row in out["rows"])


# what can go wrong


@pytest.fixture
def large_file(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path / "model.gguf"
    (tmp_path / "model.gguf").unlink(missing_ok=True)


def test_an_empty_prompt_is_said(capsys: Capture):
    assert sentence(capsys, "reply", "--prompt", " \n") == "The prompt is empty: there is nothing to answer."


@pytest.mark.parametrize("n", [0, 17])
def test_a_number_of_drafts_out_of_range_is_said(capsys: Capture, n: int):
    assert "between 1 and 16" in sentence(capsys, "reply", "--prompt", "Hi", "-n", n)


def test_a_prompt_longer_than_the_context_is_said(capsys: Capture):
    assert "too long for the model" in sentence(capsys, "reply", "--prompt", "word " * 5000, "-n", 1)


def test_a_model_that_is_not_gguf_is_said(capsys: Capture, tmp_path: Path):
    (tmp_path / "model.gguf").write_bytes(b"not a model")
    found = sentence(capsys, "reply", "--prompt", "Hi", "--model", tmp_path / "model.gguf")
    assert found == (
        "Cannot use the model file model.gguf: it is not a GGUF file. Attune runs models in the GGUF format."
    )


def test_a_truncated_model_is_said(capsys: Capture, large_file: Path):
    truncated_model(large_file, 50_000_000)
    assert "damaged, incomplete" in sentence(capsys, "reply", "--prompt", "Hi", "--model", large_file)


def test_a_model_without_a_chat_template_is_said(capsys: Capture, large_file: Path):
    model_without_template(large_file)
    assert "has no chat template" in sentence(capsys, "reply", "--prompt", "Hi", "--model", large_file)


def test_a_missing_model_is_said(capsys: Capture, tmp_path: Path):
    assert "no such file" in sentence(capsys, "reply", "--prompt", "Hi", "--model", tmp_path / "gone.gguf")


@pytest.mark.parametrize("content", ["not json", "{", "{}", '{"format": "somebody-elses"}', "[1, 2]", ""])
@pytest.mark.parametrize("command", ["quiz", "reply"])
def test_a_file_that_is_no_profile_is_said(capsys: Capture, tmp_path: Path, command: str, content: str):
    (tmp_path / "me.json").write_text(content)
    arguments = ["--prompt", "Hi"] if command == "reply" else []
    assert "is not an Attune profile" in sentence(capsys, command, *arguments, "--profile", tmp_path / "me.json")
    assert (tmp_path / "me.json").read_text() == content


def test_a_missing_profile_is_said_with_how_to_make_one(capsys: Capture, tmp_path: Path):
    found = sentence(capsys, "reply", "--prompt", "Hi", "--profile", tmp_path / "me.json")
    assert "There is no profile" in found
    assert "attune-engine quiz" in found


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (["nowhere", "a"], "The quiz has no pair nowhere."),
        (["nowhere", "c"], "An answer is a pair's id and one of"),
        (["nowhere"], "An answer is a pair's id and one of"),
        (["a", "b", "undo"], "An answer is a pair's id and one of"),
    ],
)
def test_an_answer_that_is_none_is_said(capsys: Capture, tmp_path: Path, answer: list[str], said: str):
    assert said in sentence(capsys, "quiz", "--profile", tmp_path / "me.json", "--answer", *answer)
    assert not (tmp_path / "me.json").exists()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ('{"id": 1, "prompt": "p", "reply": "r"}\n\n{"id": 2, "prompt": "p"}\n', "Line 3 of in.jsonl"),
        ('{"id": 1, "prompt": "p", "reply": "r"}\nnot json\n', "Line 2 of in.jsonl"),
        ('{"id": 1, "prompt": "p", "reply": 5}\n', "Line 1 of in.jsonl"),
        ("[" * 100_000 + "\n", "Line 1 of in.jsonl"),
        ("", "has no rows"),
    ],
    ids=["missing key", "junk", "wrong type", "deep", "empty"],
)
def test_a_malformed_line_is_named(capsys: Capture, tmp_path: Path, content: str, said: str):
    (tmp_path / "in.jsonl").write_text(content)
    assert said in sentence(capsys, "rewards", "--input", tmp_path / "in.jsonl")


def test_a_missing_input_is_said(capsys: Capture, tmp_path: Path):
    assert "Cannot read" in sentence(capsys, "rewards", "--input", tmp_path / "gone.jsonl")


def test_a_choice_of_an_unknown_pair_is_said(capsys: Capture, evaluation: tuple[Path, Path]):
    pairs, choices = evaluation
    choices.write_text('{"user": "u", "pair": "nowhere", "choice": "a"}')
    assert "names the pair nowhere" in sentence(capsys, "evaluate", "--pairs", pairs, "--choices", choices)


def test_a_choice_that_is_none_is_named_by_its_line(capsys: Capture, evaluation: tuple[Path, Path]):
    pairs, choices = evaluation
    choices.write_text('{"user": "u", "pair": "p0", "choice": "maybe"}')
    assert "Line 1 of choices.jsonl" in sentence(capsys, "evaluate", "--pairs", pairs, "--choices", choices)


def test_people_with_one_prompt_only_cannot_be_evaluated(capsys: Capture, evaluation: tuple[Path, Path]):
    pairs, choices = evaluation
    choices.write_text('{"user": "u", "pair": "p0", "choice": "a"}')
    assert "nothing to hold out" in sentence(capsys, "evaluate", "--pairs", pairs, "--choices", choices)


@pytest.mark.parametrize(
    "arguments", [[], ["--pairs", "p"], ["--choices", "c"], ["--corpus", "c", "--pairs", "p", "--choices", "c"]]
)
def test_an_evaluation_of_nothing_or_of_two_things_is_said(capsys: Capture, arguments: list[str]):
    assert "Name a file of pairs" in sentence(capsys, "evaluate", *arguments)


def test_a_method_that_is_none_is_said(capsys: Capture, evaluation: tuple[Path, Path]):
    pairs, choices = evaluation
    found = sentence(capsys, "evaluate", "--pairs", pairs, "--choices", choices, "--methods", "attune,magic")
    assert found.startswith("There is no method 'magic'.")


def test_drafts_that_nobody_read_are_said(capsys: Capture, tmp_path: Path):
    (tmp_path / "drafts.jsonl").write_text('{"id": 1, "prompt": "p", "drafts": [{"text": "t"}]}')
    assert "whose quality was read" in sentence(capsys, "evaluate-hacking", "--drafts", tmp_path / "drafts.jsonl")


@pytest.mark.parametrize("answers", ["", "a,b", "3,,5", "-1"])
def test_numbers_of_answers_that_are_none_are_said(capsys: Capture, evaluation: tuple[Path, Path], answers: str):
    pairs, choices = evaluation
    found = sentence(capsys, "evaluate", "--pairs", pairs, "--choices", choices, f"--answers={answers}")
    assert "numbers" in found.lower()


@pytest.mark.parametrize("arguments", [[], ["no such command"], ["reply"], ["quiz"], ["rewards", "--input"]])
def test_wrong_usage_exits_with_two(capsys: Capture, arguments: list[str]):
    with pytest.raises(SystemExit) as raised:
        main(arguments)
    assert raised.value.code == 2
    assert "usage:" in capsys.readouterr().err
