"""Fuzzing guided by coverage, for as long as one likes. Wants atheris (`pip install atheris`), which is no test extra.

    PYTHONPATH=tests python tests/fuzz/by_coverage.py gguf -max_total_time=600

What ends it is written as `crash-…` to the working directory; the rest of the options are libFuzzer's.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["engine", "desktop", "pypdf"]):
    import pypdf  # noqa: F401 - which the engine imports only once it meets a PDF
    from fuzz.targets import TARGETS, seeds


def main() -> None:
    name = sys.argv[1] if len(sys.argv) > 1 else ""
    if name not in TARGETS:
        sys.exit(f"Name a target: {', '.join(TARGETS)}.")
    with tempfile.TemporaryDirectory(prefix="attune-corpus-") as corpus:
        for number, seed in enumerate(seeds(name)):
            (Path(corpus) / f"seed-{number}").write_bytes(seed)
        atheris.Setup([sys.argv[0], corpus, *sys.argv[2:]], TARGETS[name])
        atheris.Fuzz()


if __name__ == "__main__":
    main()
