"""Every command that a document shows can be typed: it parses, what it names is there, and the cheap ones run."""

from __future__ import annotations

import importlib
import json
import re
from pathlib import Path

import pytest
from helpers.documents import ROOT, ShownCommand, shown_commands

from desktop import app
from engine import cli
from engine.library.bundled import bundled_model_path

COMMANDS = shown_commands()
CHEAP = {"quiz", "rewards", "evaluate", "evaluate-ratings"}
CHEAP_OF_MODELS = {"list", "recommend", "add", "check"}
SHORTER = {"reply": ("--max-tokens", "8")}
"""Run with these added, so that they take seconds."""
ONLY_PARSED = {
    "attune-engine reply --prompt Hello --server": "needs a server of the reader's own",
    "attune-engine server-models": "needs a server of the reader's own; tests/engine/remote",
    "attune-engine models fetch": "opens a connection; tests/engine/library fetches from a server in the test",
    "attune-engine models remove": "removes what was fetched; tests/engine/library",
    "attune-engine models devices": "starts llama.cpp in processes of its own; tests/engine/library",
    "attune-engine serve": "runs until it is stopped; tests/engine/server",
    "attune-engine train": "minutes; writes into assets",
    "attune-engine examples": "writes into assets",
    "attune-engine calibrate": "minutes",
    "attune-engine ablate": "hours",
    "attune-engine bench": "minutes of a quiet machine",
    "attune-engine measure-": "minutes to hours of drafts",
    "attune-engine evaluate": "minutes, over the corpus or over drafts; parts run small in tests/engine/evaluation",
    "attune --self-test": "tests/desktop and the builds' trial run it",
    "attune --data-dir": "opens the window until it is closed; tests/e2e",
    "python3 packaging/bootstrap.py": "sets up an environment; CI is this command",
    "python3 packaging/build.py": "minutes",
    "python packaging/gui_benchmark.py": "minutes of a quiet machine",
    "python packaging/translations.py": "rewrites the languages' files; tests/desktop/test_translations.py",
    "python tests/fuzz/": "ten minutes",
    "python -m reliability.": "minutes to hours; tests/reliability runs them small",
    "python -m ruff": "the test command runs it before the tests",
    "python -m mypy": "the test command runs it before the tests",
    "python -m pytest": "this is it",
    "python -m coverage": "needs coverage, which is not installed by the test command",
    "git clone": "opens a connection",
    "curl": "needs `attune-engine serve`; tests/engine/server sends this",
}
"""The beginning of a command that no test here runs, and why."""
_PLACEHOLDER = re.compile(r"[A-Z]+(/.*)?|[\w-]+\.(json|jsonl|gguf)")
"""A name in capitals, or the bare name of a file of the reader's own."""
_HERE = "http://127.0.0.1:"
_RATING_KEYS = ("form", "warm", "enth", "hum", "conf", "depth", "tech", "struct", "concr", "elic", "qual")


def parse(command: ShownCommand) -> None:
    """SystemExit, where the program would refuse it; AssertionError, where it is no program that may be shown."""
    program, *arguments = command.words
    match program, arguments:
        case "attune", _:
            app._parser().parse_args(arguments)
        case "attune-engine", _:
            cli._parser().parse_args(arguments)
        case (("python" | "python3"), ["packaging/bootstrap.py", action, *_]):
            assert action in ("start", "test")
        case (("python" | "python3"), ["-m", module, *given]) if module.startswith("reliability."):
            importlib.import_module(module).parser().parse_args(given)
        case (("python" | "python3"), ["-m", module, *_]):
            assert module in ("pytest", "ruff", "mypy", "desktop", "coverage", "pip")
        case (("python" | "python3"), [script, *_]):
            assert (ROOT / script).is_file(), f"{command} names a script that is not there"
        case "curl", [address, *_]:
            assert address.startswith(_HERE), f"{command} reaches beyond this machine"
        case _:
            assert program in ("git", "xvfb-run"), f"{command}: is this a program that everybody has?"


@pytest.mark.parametrize("command", COMMANDS, ids=str)
def test_every_shown_command_parses_and_names_what_is_there(command: ShownCommand):
    parse(command)
    for word in command.words[1:]:
        if "/" in word and not word.startswith(("-", _HERE)) and " " not in word and not _PLACEHOLDER.fullmatch(word):
            assert (ROOT / word).exists(), f"{command} names {word}, which is not there"


def test_a_command_that_does_not_exist_is_refused(capsys: pytest.CaptureFixture[str]):
    with pytest.raises(SystemExit):
        parse(ShownCommand("x.md", ("attune-engine", "rewards", "--inputs", "replies.jsonl")))
    with pytest.raises(AssertionError):
        parse(ShownCommand("x.md", ("curl", "x")))
    capsys.readouterr()


def test_every_command_of_the_engine_is_shown_somewhere():
    shown = {command.words[1] for command in COMMANDS if command.words[0] == "attune-engine"}
    assert set(cli.COMMANDS) <= shown, f"no document shows {sorted(set(cli.COMMANDS) - shown)}"


@pytest.mark.parametrize("name", cli.COMMANDS)
def test_every_command_has_a_help_that_says_what_it_does(capsys: pytest.CaptureFixture[str], name: str):
    with pytest.raises(SystemExit) as ended:
        cli.main([name, "--help"])
    assert ended.value.code == 0
    printed = capsys.readouterr().out
    assert f"usage: attune-engine {name}" in printed
    assert " ".join((cli.COMMANDS[name].__doc__ or "").split())[:40] in " ".join(printed.split())


def test_the_window_has_a_help(capsys: pytest.CaptureFixture[str]):
    with pytest.raises(SystemExit) as ended:
        app.main(["--help"])
    assert ended.value.code == 0
    assert "--data-dir" in capsys.readouterr().out


def is_cheap(command: ShownCommand) -> bool:
    """Whether it runs in seconds: by its name, and because it asks for no directory, such as the whole corpus."""
    program, *arguments = command.words
    directories = any("/" in word or word == "DIR" for word in arguments)
    if program != "attune-engine" or directories:
        return False
    match arguments:
        case ["models", action, *_]:
            return action in CHEAP_OF_MODELS
        case ["reply", *rest]:
            return "--server" not in rest
        case [name, *_]:
            return name in CHEAP
        case _:
            return False


def test_every_shown_command_is_run_or_says_why_not():
    silent = [
        command
        for command in COMMANDS
        if not is_cheap(command) and not " ".join(command.words).startswith(tuple(ONLY_PARSED))
    ]
    assert not silent, f"not run, without a reason: {', '.join(map(str, silent))}"
    assert sum(map(is_cheap, COMMANDS)) >= 15


@pytest.fixture
def readers_own_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The files that the shown commands name, small, in the directory they are typed in."""
    replies = {"short": "Yes.", "long": "Yes, and here is why: " + "salt comes from rocks. " * 8}
    prompts = [f"Why is the sea salty, part {i}?" for i in range(4)]
    rows = [(i, prompt, name) for i, prompt in enumerate(prompts) for name in replies]
    files = {
        "replies.jsonl": [{"id": f"{i}{n}", "prompt": p, "reply": replies[n]} for i, p, n in rows],
        "pairs.jsonl": [
            {"id": i, "prompt": p, "a": replies["short"], "b": replies["long"]} for i, p in enumerate(prompts)
        ],
        "choices.jsonl": [{"user": "u", "pair": i, "choice": "a"} for i in range(len(prompts))],
        "rated.jsonl": [
            {
                "prompt_id": i,
                "prompt": p,
                "reply": replies[n],
                "ratings": dict.fromkeys(_RATING_KEYS, 2.0 if n == "short" else 4.0),
            }
            for i, p, n in rows
        ],
    }
    for name, content in files.items():
        (tmp_path / name).write_text("\n".join(map(json.dumps, content)))
    (tmp_path / "model.gguf").symlink_to(bundled_model_path())
    monkeypatch.setenv("HOME", str(tmp_path / "home"))  # no search through the reader's other programs
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("document", sorted({command.document for command in COMMANDS}))
def test_the_cheap_commands_of_a_document_run_as_shown(
    readers_own_files: Path, capsys: pytest.CaptureFixture[str], document: str
):
    for command in COMMANDS:
        if command.document != document or not is_cheap(command):
            continue
        if command.words[1] == "reply" and not Path("me.json").exists():  # the document has it from the quiz
            assert cli.main(next(c.words[1:] for c in COMMANDS if "--answer" in c.words and "undo" not in c.words)) == 0
            capsys.readouterr()
        arguments = [*command.words[1:], *SHORTER.get(command.words[1], ())]
        code = cli.main(arguments)
        captured = capsys.readouterr()
        assert code == 0, f"{command}: {captured.err}"
        assert captured.out.strip()
        if "--json" in arguments:
            json.loads(captured.out)
