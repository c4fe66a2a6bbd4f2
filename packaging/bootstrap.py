"""Set Attune up on a fresh machine, then open it (`start`) or run what CI runs (`test`).

    python3 packaging/bootstrap.py start [arguments for attune]
    python3 packaging/bootstrap.py test [arguments for pytest]

Standard library only: this runs before anything is installed. It installs the operating system's packages where it
can (Debian and Ubuntu, through apt-get, as root or with sudo) and names them elsewhere; makes `.venv` beside this
checkout; installs Attune into it; and leaves a stamp, so that the next start is immediate.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = Path(os.environ.get("ATTUNE_VENV", ROOT / ".venv"))
CONSTRAINTS = ROOT / "packaging" / "constraints.txt"
CARRIERS = ROOT / "packaging" / "carriers.txt"
STAMP = VENV / "attune-set-up"

# llama.cpp is built from source; Qt needs the libraries of a desktop, of which a bare server has none
BUILD_PACKAGES = ("g++", "make", "cmake", "python3-venv", "libgomp1")
QT_PACKAGES = (
    *("libglib2.0-0", "libegl1", "libgl1", "libdbus-1-3", "libfontconfig1", "fonts-dejavu-core", "libxkbcommon-x11-0"),
    *("libxcb-cursor0", "libxcb-icccm4", "libxcb-image0", "libxcb-keysyms1", "libxcb-randr0"),
    *("libxcb-render-util0", "libxcb-shape0", "libxcb-xinerama0", "libxcb-xkb1"),
)
TEST_PACKAGES = ("xvfb", "xauth", "xdotool")


def main() -> int:
    if sys.version_info < (3, 11):
        return fail(f"Attune needs Python 3.11 or newer; this is {sys.version.split()[0]}.")
    if len(sys.argv) < 2 or sys.argv[1] not in ("start", "test"):
        return fail(f"usage: python3 {sys.argv[0]} start|test [arguments]")
    action, arguments = sys.argv[1], sys.argv[2:]
    try:
        install_system_packages(BUILD_PACKAGES + QT_PACKAGES + (TEST_PACKAGES if action == "test" else ()))
        install_attune(with_tests=action == "test")
        return start(arguments) if action == "start" else test(arguments)
    except subprocess.CalledProcessError as exc:
        return fail(f"This step failed (exit code {exc.returncode}): {' '.join(map(str, exc.cmd))}")


def install_system_packages(packages: tuple[str, ...]) -> None:
    if not sys.platform.startswith("linux"):
        return
    if not shutil.which("dpkg-query"):
        print(f"If a step below fails, install what your system calls: {' '.join(packages)}", flush=True)
        return
    missing = [package for package in packages if not is_installed(package)]
    if not missing:
        return
    as_root = [] if os.geteuid() == 0 else ["sudo"]
    if as_root and not shutil.which("sudo"):
        raise SystemExit(f"Please ask an administrator to install: {' '.join(missing)}")
    print(f"Installing from your distribution: {' '.join(missing)}", flush=True)
    run([*as_root, "apt-get", "update", "-qq"])
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    run([*as_root, "apt-get", "install", "-y", "-qq", "--no-install-recommends", *missing], env=environment)


def is_installed(package: str) -> bool:
    if package in ("g++", "make", "cmake") and shutil.which(package):
        return True
    if package == "python3-venv" and has_venv():
        return True
    # newer releases append t64 to libraries rebuilt for 64-bit time
    for name in (package, f"{package}t64"):
        query = ["dpkg-query", "-W", "-f", "${Status}", name]
        if subprocess.run(query, capture_output=True, text=True, check=False).stdout.endswith("ok installed"):
            return True
    return False


def has_venv() -> bool:
    return (
        subprocess.run([sys.executable, "-c", "import venv, ensurepip"], capture_output=True, check=False).returncode
        == 0
    )


def install_attune(*, with_tests: bool) -> None:
    """Make the environment and install into it, unless a stamp says that it was done for these very files."""
    files = (ROOT / "pyproject.toml", CONSTRAINTS, CARRIERS)
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()
    stamp = f"{digest} {'test' if with_tests else 'start'}"
    done = STAMP.read_text().splitlines() if STAMP.exists() else []
    if stamp in done or (not with_tests and f"{digest} test" in done):
        return
    print(f"Setting Attune up in {VENV}. The first time, building llama.cpp takes several minutes.", flush=True)
    if not venv_python().exists():
        run([sys.executable, "-m", "venv", VENV])
    pip: list[str | Path] = [venv_python(), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    run([*pip, "--upgrade", "pip"])
    # torch first, at the tested version: asked for later by another package, pip could pick a larger build
    run([*pip, "-c", CONSTRAINTS, "torch"])
    run([*pip, "-c", CONSTRAINTS, "-e", f"{ROOT}[test]" if with_tests else str(ROOT)], env=build_environment())
    run([*pip, "--no-deps", "-r", CARRIERS])
    STAMP.write_text("\n".join([*done, stamp]) + "\n")


def build_environment() -> dict[str, str]:
    """llama.cpp with CUDA where both the driver and the compiler are here; on a Mac, Metal is the default."""
    environment = dict(os.environ)
    if "CMAKE_ARGS" not in environment and shutil.which("nvidia-smi") and shutil.which("nvcc"):
        environment["CMAKE_ARGS"] = "-DGGML_CUDA=on"
    return environment


def start(arguments: list[str]) -> int:
    return subprocess.run([venv_python(), "-m", "desktop", *arguments], check=False).returncode


def test(arguments: list[str]) -> int:
    """Lint, types, then the tests on a screen: this machine's, or a virtual one."""
    python = venv_python()
    run([python, "-m", "ruff", "check", "."], cwd=ROOT)
    run([python, "-m", "ruff", "format", "--check", "."], cwd=ROOT)
    run([python, "-m", "mypy"], cwd=ROOT)
    tests: list[str | Path] = [python, "-m", "pytest", *arguments]
    if sys.platform.startswith("linux"):
        # always a virtual screen: tests type and click, and must not do so on the person's own
        tests = ["xvfb-run", "-a", "-s", "-screen 0 1400x1000x24", *tests]
        environment = {**os.environ, "QT_QPA_PLATFORM": "xcb"}
        return subprocess.run(tests, cwd=ROOT, env=environment, check=False).returncode
    return subprocess.run(tests, cwd=ROOT, check=False).returncode


def venv_python() -> Path:
    return VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def run(command: Sequence[str | Path], env: dict[str, str] | None = None, cwd: Path | None = None) -> None:
    subprocess.run([str(part) for part in command], check=True, env=env, cwd=cwd)


def fail(sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
