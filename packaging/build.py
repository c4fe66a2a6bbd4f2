"""Make what people install: the one-folder build, and from it a .deb, an AppImage and a tarball.

    python3 packaging/build.py [--variant cpu|cuda|vulkan] [--out DIR] [--here]

Linux, tried on Debian 12; on Windows and macOS it stops after the folder (docs/builds.md). The environment it builds
from is made beside the checkout, with llama.cpp compiled for any x86-64 processor of the last ten years instead of
this one; `--here` builds from the environment that runs it, for trials.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import os
import platform
import shutil
import subprocess
import sys
import tarfile
import time
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LINUX = ROOT / "packaging" / "linux"
sys.path.insert(0, str(ROOT))

from engine import __version__  # noqa: E402 - the checkout's, which need not be installed

# without GGML_NATIVE the result would run on the builder's kind of processor only
PORTABLE = "-DGGML_NATIVE=OFF -DGGML_AVX=ON -DGGML_AVX2=ON -DGGML_FMA=ON -DGGML_F16C=ON -DGGML_BMI2=ON"
VARIANTS = {"cpu": "", "cuda": "-DGGML_CUDA=ON", "vulkan": "-DGGML_VULKAN=ON"}
DEB_ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64"}
# what the window needs from the system; everything else is inside
DEB_DEPENDS = "libc6 (>= 2.36), libegl1, libgl1, libfontconfig1, libdbus-1-3, libxkbcommon-x11-0, libxcb-cursor0"


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--variant", choices=sorted(VARIANTS), default="cpu", help="what llama.cpp is built for")
    parser.add_argument("--out", type=Path, default=ROOT / "build", help="where everything goes")
    parser.add_argument("--here", action="store_true", help="build from this environment, whatever llama.cpp is in it")
    arguments = parser.parse_args()
    out: Path = arguments.out.resolve()
    out.mkdir(parents=True, exist_ok=True)
    python = (
        Path(sys.executable) if arguments.here else environment(out / f"venv-{arguments.variant}", arguments.variant)
    )
    folder = freeze(python, out)
    complete(python, folder)
    made = [folder]
    if sys.platform.startswith("linux"):
        name = f"attune-{__version__}-linux-{platform.machine()}-{arguments.variant}"
        made = [tarball(folder, out / f"{name}.tar.gz"), deb(folder, out, arguments.variant)]
        made += [image] if (image := appimage(folder, out, name)) else []
        checksums(made, out / "SHA256SUMS")
    for path in made:
        print(f"{size(path) / 1e6:8.0f} MB  {path}")
    return 0


def environment(venv: Path, variant: str) -> Path:
    """An environment to build from, its llama.cpp compiled for other people's processors."""
    python = venv / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    complete_mark = venv / "complete"
    if complete_mark.exists():
        return python
    run([sys.executable, "-m", "venv", "--clear", venv])  # one that was broken off begins anew
    pip: list[str | Path] = [python, "-m", "pip", "install", "--quiet", "-c", ROOT / "packaging" / "constraints.txt"]
    portable = PORTABLE if platform.machine() in ("x86_64", "AMD64") else "-DGGML_NATIVE=OFF"
    run([*pip, "torch"])
    run(
        # never a wheel that was built for this machine earlier
        [*pip, "--no-cache-dir", "--no-binary", "llama-cpp-python", "llama-cpp-python"],
        {**os.environ, "CMAKE_ARGS": f"{portable} {VARIANTS[variant]}".strip()},
    )
    run([*pip, str(ROOT), "pyinstaller", "packaging"])
    run([*pip, "--no-deps", "-r", ROOT / "packaging" / "carriers.txt"])
    complete_mark.touch()
    return python


def freeze(python: Path, out: Path) -> Path:
    """The folder that PyInstaller makes."""
    command = [python, "-m", "PyInstaller", "--noconfirm", "--log-level", "WARN"]
    paths = ["--distpath", out / "dist", "--workpath", out / "work"]
    # one seed of string hashes: sets then come in the same order in every build
    run([*command, *paths, ROOT / "packaging" / "attune.spec"], {**os.environ, "PYTHONHASHSEED": "1"})
    return out / "dist" / "Attune"


def complete(python: Path, folder: Path) -> None:
    """Licences and notices of what is inside, and the list of all files with their sums."""
    run([python, ROOT / "packaging" / "third_party.py", folder / "THIRD_PARTY_NOTICES.md"])
    shutil.copy(ROOT / "LICENSE", folder)
    shutil.copy(ROOT / "assets" / "LICENSES.md", folder / "ASSETS.md")
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    lines = [f"{sha256(path)}  {path.relative_to(folder).as_posix()}" for path in files]
    (folder / "FILES.sha256").write_text("\n".join(lines) + "\n", encoding="utf-8")


def tarball(folder: Path, path: Path) -> Path:
    """The same files give the same bytes: nobody's name, one time for all, in the order of their names."""
    moment = build_moment()

    def plain(member: tarfile.TarInfo) -> tarfile.TarInfo:
        member.uid = member.gid = 0
        member.uname = member.gname = "root"
        member.mtime = moment
        return member

    with (
        path.open("wb") as file,
        gzip.GzipFile("", "wb", 6, file, mtime=moment) as packed,
        tarfile.open(fileobj=packed, mode="w") as archive,
    ):
        archive.add(folder, f"attune-{__version__}", filter=plain)
    return path


def build_moment() -> int:
    """Seconds: SOURCE_DATE_EPOCH where the environment has it, else the last commit, so that builds know no hour."""
    given = os.environ.get("SOURCE_DATE_EPOCH")
    if given is None:
        asked = ["git", "-C", str(ROOT), "log", "-1", "--format=%ct"]
        given = subprocess.run(asked, capture_output=True, text=True, check=False).stdout.strip()
    return int(given) if given else int(time.time())


def share(root: Path) -> None:
    """Desktop entry, icon and AppStream metadata, below usr/share."""
    for source, place in (
        (LINUX / "attune.desktop", "applications/attune.desktop"),
        (ROOT / "assets" / "icons" / "app.svg", "icons/hicolor/scalable/apps/attune.svg"),
    ):
        target = root / "usr" / "share" / place
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(source, target)
    text = (LINUX / "attune.metainfo.xml.in").read_text(encoding="utf-8")
    day = time.strftime("%Y-%m-%d", time.gmtime(build_moment()))
    target = root / "usr" / "share" / "metainfo" / "org.attune.Attune.metainfo.xml"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text.replace("@VERSION@", __version__).replace("@DATE@", day), encoding="utf-8")


def deb(folder: Path, out: Path, variant: str) -> Path:
    """Everything in /opt/attune, two links in /usr/bin. Removing it touches nothing in anybody's home directory."""
    root = out / "deb"
    shutil.rmtree(root, ignore_errors=True)
    shutil.copytree(folder, root / "opt" / "attune", symlinks=True)
    share(root)
    (root / "usr" / "bin").mkdir(parents=True)
    for name in ("attune", "attune-engine"):
        (root / "usr" / "bin" / name).symlink_to(f"/opt/attune/{name}")
    notices = root / "usr" / "share" / "doc" / "attune"
    notices.mkdir(parents=True)
    shutil.copy(folder / "THIRD_PARTY_NOTICES.md", notices / "copyright")
    architecture = DEB_ARCHITECTURES.get(platform.machine(), platform.machine())
    control = {
        "Package": "attune",
        "Version": __version__,
        "Architecture": architecture,
        "Maintainer": "The Attune developers <attune@localhost>",
        "Installed-Size": str(size(folder) // 1024),
        "Depends": DEB_DEPENDS,
        "Section": "utils",
        "Priority": "optional",
        "Description": "chat assistant on your own computer that answers the way you like\n"
        " A language model writes several drafts of every reply, and the one that you\n"
        " would probably like best is shown. It learns that from a short quiz and from\n"
        " your ratings. Chats, taste and model stay on this computer.",
    }
    (root / "DEBIAN").mkdir()
    (root / "DEBIAN" / "control").write_text("".join(f"{k}: {v}\n" for k, v in control.items()), encoding="utf-8")
    path = out / f"attune_{__version__}_{architecture}-{variant}.deb"
    moment = {**os.environ, "SOURCE_DATE_EPOCH": str(build_moment())}
    run(["dpkg-deb", "--build", "--root-owner-group", "-Zzstd", root, path], moment)
    shutil.rmtree(root)
    return path


def appimage(folder: Path, out: Path, name: str) -> Path | None:
    """One file that runs anywhere, where `appimagetool` is at hand."""
    tool = shutil.which("appimagetool")
    if tool is None:
        print("appimagetool is not here: no AppImage; the tarball serves the same purpose.")
        return None
    root = out / "Attune.AppDir"
    shutil.rmtree(root, ignore_errors=True)
    shutil.copytree(folder, root / "usr" / "lib" / "attune", symlinks=True)
    share(root)
    (root / "AppRun").symlink_to("usr/lib/attune/attune")
    (root / "attune.desktop").symlink_to("usr/share/applications/attune.desktop")
    (root / "attune.svg").symlink_to("usr/share/icons/hicolor/scalable/apps/attune.svg")
    path = out / f"{name}.AppImage"
    run([tool, root, path], {**os.environ, "ARCH": platform.machine()})
    shutil.rmtree(root)
    return path


def checksums(paths: Sequence[Path], out: Path) -> None:
    out.write_text("".join(f"{sha256(path)}  {path.name}\n" for path in paths), encoding="utf-8")


def sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def size(path: Path) -> int:
    """Bytes of a file, or of all files below a folder."""
    return path.stat().st_size if path.is_file() else sum(f.lstat().st_size for f in path.rglob("*") if f.is_file())


def run(command: Sequence[str | Path], env: dict[str, str] | None = None) -> None:
    subprocess.run([str(part) for part in command], check=True, env=env, cwd=ROOT)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except subprocess.CalledProcessError as exc:
        sys.exit(f"This step failed (exit code {exc.returncode}): {' '.join(map(str, exc.cmd))}")
