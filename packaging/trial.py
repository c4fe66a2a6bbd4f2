"""Try a .deb where there is no Python: a bare Debian in a folder, a virtual screen, keys pressed as a person would.

    python3 packaging/trial.py build/attune_0.1.0_amd64-cpu.deb [--root DIR] [--suite bookworm]

As root. Needs debootstrap and the network (Debian's packages only). Steps: install, `attune --self-test`, quiz and
reply on the command line, then the window: the quiz by keyboard, a message, its reply; then remove, and see that what
the person has is still there. Exits with 1 at the first step that fails; a picture of the window stays in the root.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

TOOLS = "xvfb,xdotool,x11-apps,ca-certificates"
HOME = "/srv/person"
DATA = HOME + "/attune-trial"
DISPLAY = ":77"
MESSAGE = "How do I keep bread fresh?"


class TrialError(Exception):
    """A step failed; the sentence says which."""


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("deb", type=Path)
    parser.add_argument("--root", type=Path, default=Path("/var/tmp/attune-trial"), help="made anew, several GB")
    parser.add_argument("--suite", default="bookworm")
    parser.add_argument("--keep", action="store_true", help="go on in the folder that is there")
    arguments = parser.parse_args()
    try:
        trial(arguments.root, arguments.deb, None if arguments.keep else arguments.suite)
    except (TrialError, subprocess.CalledProcessError) as exc:
        print(f"failed: {exc}", file=sys.stderr)
        return 1
    print("passed")
    return 0


def trial(root: Path, deb: Path, suite: str | None) -> None:
    """suite: of the Debian that is made first; None: the one that is there, from an earlier trial."""
    with step("a bare system"):
        if suite is not None:
            bare(root, suite)
        expect(not list((root / "usr" / "bin").glob("python3*")), "there is no Python in it")
    shutil.copy(deb, root / "attune.deb")
    (root / HOME.strip("/")).mkdir(parents=True, exist_ok=True)
    with mounted(root):
        with step("installation"):
            inside(root, "apt-get update -qq && apt-get install -y -qq --no-install-recommends /attune.deb")
            expect(not list((root / "usr" / "bin").glob("python3*")), "no Python came with it")
        screen = subprocess.Popen(
            ["chroot", str(root), "Xvfb", DISPLAY, "-screen", "0", "1300x900x24"], stderr=subprocess.DEVNULL
        )
        try:
            time.sleep(2)
            with step("self-test"):
                print(inside(root, "attune --self-test"))
            with step("quiz and reply on the command line"):
                command_line(root)
            with step("the window"):
                window(root)
        finally:
            screen.kill()
            screen.wait()
        with step("removal"):
            inside(root, "apt-get remove -y -qq attune")
            expect(not (root / "opt" / "attune").exists(), "the program is gone")
            expect((root / DATA.strip("/") / "attune.db").exists(), "what the person has is still there")


def bare(root: Path, suite: str) -> None:
    shutil.rmtree(root, ignore_errors=True)
    command = ["debootstrap", "--variant=minbase", f"--include={TOOLS}", suite, str(root)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def command_line(root: Path) -> None:
    profile, out = f"{HOME}/me.json", root / HOME.strip("/") / "quiz.json"
    inside(root, f"attune-engine quiz --profile {profile} --json > {HOME}/quiz.json")
    for _ in range(10):
        following = json.loads(out.read_text())["next"]
        if following is None:
            break
        answer = f"--answer {following['id']} a"
        inside(root, f"attune-engine quiz --profile {profile} {answer} --json > {HOME}/quiz.json")
    answered = json.loads(out.read_text())["answered"]
    expect(answered >= 5, f"{answered} questions answered")
    reply = json.loads(
        inside(root, f"attune-engine reply --prompt '{MESSAGE}' --profile {profile} -n 4 --full --seed 1 --json")
    )
    expect(len(reply["drafts"]) == 4, f"4 drafts; chosen: {reply['drafts'][reply['chosen']]['text'][:70]!r}")


def window(root: Path) -> None:
    started = time.monotonic()
    app = subprocess.Popen(
        ["chroot", str(root), "env", f"DISPLAY={DISPLAY}", f"HOME={HOME}", "attune", "--data-dir", DATA]
    )
    try:
        inside(root, "xdotool search --sync --onlyvisible --name Attune > /dev/null")
        print(f"  window shown after {time.monotonic() - started:.1f} s")
        time.sleep(2)
        inside(root, "xdotool search --onlyvisible --name Attune windowfocus; xdotool key Return")  # the quiz
        for number in range(10):
            time.sleep(0.4)
            inside(root, f"xdotool key {1 + number % 2}")
        time.sleep(1)
        inside(root, "xdotool key Return; sleep 1; xdotool key Escape")  # to the chat, past the tour
        time.sleep(1)
        inside(root, f"xdotool type --delay 20 '{MESSAGE}'; xdotool key Return")
        reply = wait_for_reply(root, 120)
        inside(root, "xwd -root -silent > /window.xwd")
        expect(bool(reply.strip()), f"a reply: {reply[:70]!r}")
    finally:
        inside(root, "xdotool key ctrl+q")
        try:
            app.wait(20)
        except subprocess.TimeoutExpired:
            app.kill()
            raise TrialError("the window did not close") from None
    expect(app.returncode == 0, "closed by its key")


def wait_for_reply(root: Path, seconds: float) -> str:
    """The first whole reply in the window's database."""
    path = root / DATA.strip("/") / "attune.db"
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        time.sleep(1)
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as database:
            row = database.execute(
                "SELECT content FROM message WHERE role = 'assistant' AND status = 'complete'"
            ).fetchone()
        if row:
            return str(row[0])
    raise TrialError("no reply came in time")


def inside(root: Path, command: str) -> str:
    chroot = ["chroot", str(root), "env", f"DISPLAY={DISPLAY}", f"HOME={HOME}", "DEBIAN_FRONTEND=noninteractive"]
    done = subprocess.run([*chroot, "sh", "-c", command], capture_output=True, text=True, check=False)
    if done.returncode:
        raise TrialError(f"{command}\n{done.stdout[-800:]}{done.stderr[-1500:]}")
    return done.stdout.strip()


def expect(holds: bool, sentence: str) -> None:
    if not holds:
        raise TrialError(f"not so: {sentence}")
    print(f"  {sentence}")


@contextmanager
def step(name: str) -> Iterator[None]:
    print(name, flush=True)
    started = time.monotonic()
    yield
    print(f"  done in {time.monotonic() - started:.0f} s", flush=True)


@contextmanager
def mounted(root: Path) -> Iterator[None]:
    """/proc and /dev as programs expect them."""
    mounts = (["-t", "proc", "proc", "proc"], ["--rbind", "/dev", "dev"], ["-t", "tmpfs", "shm", "dev/shm"])
    for *options, place in mounts:
        subprocess.run(["mount", *options, str(root / place)], check=True)
    try:
        yield
    finally:
        for place in ("dev/shm", "dev", "proc"):
            subprocess.run(["umount", "-R", "-l", str(root / place)], check=False)


if __name__ == "__main__":
    sys.exit(main())
