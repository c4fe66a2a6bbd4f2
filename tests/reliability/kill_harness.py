"""Kills the window, its worker, and migrations, at random instants, and looks at what is left.

    PYTHONPATH=tests python -m reliability.kill_harness --windows 150 --workers 30 --real 10 --migrations 40

Ends with a table of kills and losses; exit code 1 where anything was lost or half there.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import psutil
from reliability.expectations import Expectations, lines_of, unsound

from engine.store.backups import list_backups, take_backup
from engine.store.database import Database
from engine.store.migrations import MIGRATIONS

TESTS = Path(__file__).resolve().parent.parent
START_S = 300.0
ROUNDS_A_DIRECTORY = 20


@dataclass
class Outcome:
    """n_kills: processes that were killed; n_acknowledged: steps whose end was said; wrong: what was lost."""

    n_kills: int = 0
    n_acknowledged: int = 0
    wrong: list[str] = field(default_factory=list)

    def add(self, other: Outcome) -> None:
        self.n_kills += other.n_kills
        self.n_acknowledged += other.n_acknowledged
        self.wrong += other.wrong


def environment() -> dict[str, str]:
    path = os.pathsep.join([str(TESTS), str(TESTS.parent)])
    return os.environ | {"PYTHONPATH": path, "QT_QPA_PLATFORM": "offscreen"}


class Life:
    """One process of the driver on a data directory."""

    def __init__(self, data_dir: Path, acks: Path, seed: int, worker: str, offset: int) -> None:
        self.acks, self.offset = acks, offset
        self.errors = data_dir.parent / "driver-errors.txt"
        command = [sys.executable, "-m", "reliability.driver", str(data_dir), str(acks), str(seed), worker]
        with self.errors.open("wb") as errors:
            self.process = subprocess.Popen(command, env=environment(), stdin=subprocess.DEVNULL, stderr=errors)

    def wait_for(self, text: str, n: int = 1, since: int | None = None) -> bool:
        """Until so many lines of this kind have come; False where the process ends, or takes too long."""
        start = self.offset if since is None else since
        end = time.monotonic() + START_S
        while time.monotonic() < end:
            lines, _ = lines_of(self.acks, start)
            if sum(line.get("did") == text for line in lines) >= n:
                return True
            if self.process.poll() is not None:
                return False
            time.sleep(0.01)
        return False

    def worker(self) -> int:
        lines, _ = lines_of(self.acks, self.offset)
        return next((int(line["worker"]) for line in reversed(lines) if line.get("worker")), 0)

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()


def kill_windows(
    directory: Path, rounds: int, seed: int, *, worker: str = "quick", kill_worker: bool = False, longest_s: float = 1.5
) -> Outcome:
    """Rounds of one data directory after another; each ends with a kill of the window, some of the worker before."""
    random_ = random.Random(seed)
    outcome = Outcome()
    expected, offset = Expectations(), 0
    for number in range(rounds):
        base = directory / f"{worker}-{kill_worker}-{number // ROUNDS_A_DIRECTORY}"
        data_dir, acks = base / "data", base / "acks.jsonl"
        if number % ROUNDS_A_DIRECTORY == 0:
            base.mkdir()
            expected, offset = Expectations(), 0
        before = expected.n_acknowledged
        life = Life(data_dir, acks, seed * 1000 + number, worker, offset)
        starting = not kill_worker and random_.random() < 0.15  # some die before there is a window
        wrong = [] if starting or life.wait_for("ready") else ["the window did not start"]
        time.sleep(random_.uniform(0, longest_s))
        killed: list[int] = []
        if kill_worker and not wrong:
            killed.append(life.worker())
            _, since = lines_of(acks, offset)
            if killed[0]:
                os.kill(killed[0], signal.SIGKILL)
                outcome.n_kills += 1
            if not life.wait_for("step", 2, since):
                wrong.append("the window did not go on after its worker died")
            time.sleep(random_.uniform(0, 0.3))
        last_worker = life.worker()
        life.kill()
        outcome.n_kills += 1
        lines, offset = lines_of(acks, offset)
        for line in lines:
            expected.read(line)
        wrong += expected.check(data_dir)
        errors = life.errors.read_text(encoding="utf-8", errors="replace")
        if "Traceback" in errors:
            wrong.append("the window failed:\n" + errors[-2000:])
        if last_worker and not _gone(last_worker):
            wrong.append(f"worker {last_worker} outlived its window")
        outcome.n_acknowledged += expected.n_acknowledged - before
        outcome.wrong += [f"{worker} round {number}: {each}" for each in wrong]
    return outcome


def _gone(process_id: int, timeout_s: float = 90.0) -> bool:
    end = time.monotonic() + timeout_s
    while time.monotonic() < end:
        if not psutil.pid_exists(process_id) or psutil.Process(process_id).status() == psutil.STATUS_ZOMBIE:
            return True
        time.sleep(0.05)
    return False


def kill_migrations(directory: Path, rounds: int, seed: int, n_chats: int = 150) -> Outcome:
    """A database of each earlier schema, opened by a process that is killed while it backs up and migrates."""
    random_ = random.Random(seed)
    outcome = Outcome()
    script = "import sys; from pathlib import Path; from engine.store.database import Database; "
    script += "print('go', flush=True); Database(Path(sys.argv[1])); print('done', flush=True)"
    for number in range(rounds):
        version = 1 + number % (len(MIGRATIONS) - 1) if len(MIGRATIONS) > 1 else 1
        path = directory / f"migration-{number}" / "attune.db"
        _write_old(path, version, n_chats)
        before = _content(path)
        process = subprocess.Popen([sys.executable, "-c", script, str(path)], env=environment(), stdout=subprocess.PIPE)
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(random_.uniform(0, 0.06))
        process.kill()
        process.wait()
        process.stdout.close()
        outcome.n_kills += 1
        wrong = unsound(path)
        with closing(Database(path)) as database:
            if database.schema_version != len(MIGRATIONS):
                wrong.append(f"schema {database.schema_version}")
        wrong += unsound(path)
        if _content(path) != before:
            wrong.append("its content has changed")
        for backup in (path.parent / "backups").glob("*.db"):
            wrong += [f"{backup.name}: {each}" for each in unsound(backup)]
            if _content(backup) != before:
                wrong.append(f"{backup.name} is not what was there")
        outcome.n_acknowledged += len(before)
        outcome.wrong += [f"migration {number} from schema {version}: {each}" for each in wrong]
    return outcome


def kill_restores(directory: Path, rounds: int, seed: int, n_chats: int = 60) -> Outcome:
    """A process goes back and forth between two backups until it is killed: one of the two is there, whole."""
    random_ = random.Random(seed)
    outcome = Outcome()
    script = "import sys; from pathlib import Path; from engine.store.backups import restore\n"
    script += "print('go', flush=True)\nwhile True:\n"
    script += "    for backup in sys.argv[2:]: restore(Path(sys.argv[1]), Path(backup))"
    path = directory / "restore" / "attune.db"
    for version, size in ((len(MIGRATIONS), n_chats), (len(MIGRATIONS), n_chats // 2)):
        path.unlink(missing_ok=True)
        _write_old(path, version, size)
        take_backup(path, "asked")
    backups = [backup.path for backup in list_backups(path)]
    possible = [_content(backup) for backup in backups]
    for number in range(rounds):
        command = [sys.executable, "-c", script, str(path), *map(str, backups)]
        process = subprocess.Popen(command, env=environment(), stdout=subprocess.PIPE)
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(random_.uniform(0, 0.4))
        wrong = [] if process.poll() is None else ["it ended by itself"]
        process.kill()
        process.wait()
        process.stdout.close()
        outcome.n_kills += 1
        wrong += unsound(path)
        if _content(path) not in possible:
            wrong.append("the database is neither of the two")
        wrong += [f"{each.path.name}: {what}" for each in list_backups(path) for what in unsound(each.path)]
        outcome.n_acknowledged += len(possible[0])
        outcome.wrong += [f"restore {number}: {each}" for each in wrong]
    return outcome


def _write_old(path: Path, version: int, n_chats: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(path)) as connection:
        for step in MIGRATIONS[:version]:
            connection.executescript(step)
        connection.execute(f"PRAGMA user_version = {version}")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("INSERT INTO profile (id, name, created_at, updated_at) VALUES (1, 'مرحبا', 1, 1)")
        for chat in range(n_chats):
            connection.execute(
                "INSERT INTO conversation (id, title, created_at, updated_at, profile_id, active_root)"
                " VALUES (?, ?, 1, 1, 1, ?)",
                (f"c{chat}", f"你好 {chat}", f"m{chat}.0"),
            )
            connection.executemany(
                "INSERT INTO message (id, conversation_id, parent_id, role, content, status, created_at)"
                " VALUES (?, ?, ?, ?, ?, 'complete', 1)",
                [
                    (
                        f"m{chat}.{n}",
                        f"c{chat}",
                        f"m{chat}.{n - 1}" if n else None,
                        ("user", "assistant")[n % 2],
                        f"👩‍👩‍👧‍👦 text {chat} {n} " * 8,
                    )
                    for n in range(10)
                ],
            )
        connection.commit()


def _content(path: Path) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        return [
            *connection.execute(
                "SELECT id, conversation_id, parent_id, role, content, status FROM message ORDER BY id"
            ),
            *connection.execute("SELECT id, title, created_at, profile_id, active_root FROM conversation ORDER BY id"),
            *connection.execute("SELECT id, name FROM profile ORDER BY id"),
        ]


def parser() -> argparse.ArgumentParser:
    built = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    built.add_argument("--windows", type=int, default=150, help="kills of the window, with the quick worker")
    built.add_argument("--workers", type=int, default=30, help="rounds in which the worker dies first")
    built.add_argument("--real", type=int, default=10, help="rounds with the real worker and the bundled model")
    built.add_argument("--migrations", type=int, default=40, help="kills of a program that migrates")
    built.add_argument("--restores", type=int, default=20, help="kills of a program that goes back to backups")
    built.add_argument("--seed", type=int, default=1)
    return built


def main() -> int:
    arguments = parser().parse_args()
    everything = Outcome()
    with tempfile.TemporaryDirectory(prefix="attune-kills-") as name:
        directory = Path(name)
        seed = arguments.seed
        runs: tuple[tuple[str, Callable[[], Outcome]], ...] = (
            ("window", lambda: kill_windows(directory, arguments.windows, seed)),
            ("worker, then window", lambda: kill_windows(directory, arguments.workers, seed + 1, kill_worker=True)),
            (
                "real worker, then window",
                lambda: kill_windows(
                    directory, arguments.real, seed + 2, worker="real", kill_worker=True, longest_s=6.0
                ),
            ),
            ("migration", lambda: kill_migrations(directory, arguments.migrations, seed + 3)),
            ("restore", lambda: kill_restores(directory, arguments.restores, seed + 4)),
        )
        for what, run in runs:
            outcome = run()
            everything.add(outcome)
            print(
                f"{what:26} {outcome.n_kills:4} kills, {outcome.n_acknowledged:6} acknowledged,"
                f" {len(outcome.wrong)} lost or half there",
                flush=True,
            )
            for each in outcome.wrong:
                print("   ", each, flush=True)
    print(
        f"{'all':26} {everything.n_kills:4} kills, {everything.n_acknowledged:6} acknowledged, {len(everything.wrong)}"
    )
    return 1 if everything.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
