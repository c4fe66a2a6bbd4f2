"""What this machine can run a model on: its memory, and the devices that ggml sees with theirs.

`probe` opens the ggml library that llama-cpp-python ships, by hand, and asks it. A graphics driver may crash or hang
while it is asked, so everybody else calls `machine`, which asks in a process of its own.
"""

from __future__ import annotations

import ctypes
import importlib.util
import os
import re
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Literal

import msgspec

from engine.paths import engine_command

PROBE_TIMEOUT_S = 30.0
DeviceKind = Literal["cpu", "gpu", "integrated", "accelerator"]
_KINDS: tuple[DeviceKind, ...] = ("cpu", "gpu", "integrated", "accelerator")
"""By ggml_backend_dev_type."""


class Device(msgspec.Struct, frozen=True):
    """One device as ggml names it. Memory in bytes; 0 where the driver does not say."""

    name: str
    description: str
    kind: DeviceKind
    free_bytes: int
    total_bytes: int


class Machine(msgspec.Struct, frozen=True):
    """Main memory in bytes, what a container allows taken into account, and the devices beside the processor.

    note: a sentence, where the devices could not be asked.
    """

    free_bytes: int
    total_bytes: int
    gpus: list[Device] = []
    note: str = ""


def machine() -> Machine:
    """This machine, the devices asked in a process of their own."""
    free, total = system_memory()
    try:
        command = [*engine_command(), "models", "devices", "--json"]
        answer = subprocess.run(command, capture_output=True, timeout=PROBE_TIMEOUT_S, check=True, env=_environment())
        devices = msgspec.json.decode(answer.stdout, type=_Answer).devices
    except (OSError, subprocess.SubprocessError, msgspec.DecodeError, UnicodeDecodeError):
        return Machine(free, total, note="The graphics devices of this machine could not be asked for their memory.")
    return Machine(free, total, [device for device in devices if device.kind in ("gpu", "integrated")])


class _Answer(msgspec.Struct):
    devices: list[Device]


def _environment() -> dict[str, str]:
    """Ours, with the place that this code was loaded from, so that the other process runs the same code."""
    root = str(Path(__file__).resolve().parents[2])
    others = os.environ.get("PYTHONPATH", "")
    return {**os.environ, "PYTHONPATH": root + (os.pathsep + others if others else "")}


def probe() -> list[Device]:
    """Every device that ggml sees, the processor included; empty where the library is not there or is another one."""
    try:
        base, registry = open_ggml()
    except (OSError, ImportError):
        return []
    registry.ggml_backend_dev_count.restype = ctypes.c_size_t
    registry.ggml_backend_dev_get.restype = ctypes.c_void_p
    registry.ggml_backend_dev_get.argtypes = [ctypes.c_size_t]
    for function in (base.ggml_backend_dev_name, base.ggml_backend_dev_description):
        function.restype, function.argtypes = ctypes.c_char_p, [ctypes.c_void_p]
    base.ggml_backend_dev_type.argtypes = [ctypes.c_void_p]
    base.ggml_backend_dev_memory.restype = None
    size_pointer = ctypes.POINTER(ctypes.c_size_t)
    base.ggml_backend_dev_memory.argtypes = [ctypes.c_void_p, size_pointer, size_pointer]
    devices = []
    for index in range(registry.ggml_backend_dev_count()):
        handle = registry.ggml_backend_dev_get(index)
        free, total = ctypes.c_size_t(), ctypes.c_size_t()
        base.ggml_backend_dev_memory(handle, ctypes.byref(free), ctypes.byref(total))
        kind = base.ggml_backend_dev_type(handle)
        devices.append(
            Device(
                _text(base.ggml_backend_dev_name(handle)),
                _text(base.ggml_backend_dev_description(handle)),
                _KINDS[kind] if 0 <= kind < len(_KINDS) else "accelerator",
                free.value,
                total.value,
            )
        )
    return devices


def _text(value: bytes | None) -> str:
    return (value or b"").decode("utf-8", "replace").strip()


def open_ggml() -> tuple[ctypes.CDLL, ctypes.CDLL]:
    """(library with the devices' functions, library with the list of devices). The package is located, not imported."""
    spec = importlib.util.find_spec("llama_cpp")
    if spec is None or not spec.submodule_search_locations:
        raise ImportError("llama-cpp-python is not installed")
    directory = Path(spec.submodule_search_locations[0]) / "lib"
    if sys.platform == "win32":
        os.add_dll_directory(str(directory))
        return ctypes.CDLL(str(directory / "ggml-base.dll")), ctypes.CDLL(str(directory / "ggml.dll"))
    # By the handle of what llama.cpp itself loads: installed, every library is there once for each of its names, so
    # that libggml.so beside the libggml.so.0 that libllama needs would be a second ggml with devices of its own.
    llama = ctypes.CDLL(str(directory / f"libllama{'.dylib' if sys.platform == 'darwin' else '.so'}"))
    return llama, llama


def system_memory() -> tuple[int, int]:
    """(free, total) bytes of main memory; free counts what the system would give up at once. 0 where unknown."""
    if sys.platform == "win32":
        return _windows_memory()
    if sys.platform == "darwin":
        return _mac_memory()
    return _linux_memory(Path("/proc/meminfo"), Path("/sys/fs/cgroup"))


def _linux_memory(meminfo: Path, cgroup: Path) -> tuple[int, int]:
    numbers = {}
    with suppress(OSError):
        for line in meminfo.read_text(encoding="ascii", errors="replace").splitlines():
            if found := re.match(r"(\w+):\s+(\d+) kB", line):
                numbers[found[1]] = int(found[2]) * 1024
    free, total = numbers.get("MemAvailable", numbers.get("MemFree", 0)), numbers.get("MemTotal", 0)
    limit, used = _number(cgroup / "memory.max"), _number(cgroup / "memory.current")
    if limit is not None and limit < total:
        total, free = limit, min(free, max(0, limit - (used or 0)))
    return free, total


def _number(path: Path) -> int | None:
    """A file's number; None where there is no such file or it says "max"."""
    try:
        return int(path.read_text(encoding="ascii"))
    except (OSError, ValueError):
        return None


def _mac_memory() -> tuple[int, int]:
    page_bytes = os.sysconf("SC_PAGE_SIZE")
    total = page_bytes * os.sysconf("SC_PHYS_PAGES")
    try:
        text = subprocess.run(["/usr/bin/vm_stat"], capture_output=True, text=True, timeout=5, check=True).stdout
    except (OSError, subprocess.SubprocessError):
        return 0, total
    pages = dict(re.findall(r"Pages (\w+):\s+(\d+)", text))
    return page_bytes * sum(int(pages.get(name, 0)) for name in ("free", "inactive", "speculative", "purgeable")), total


class _MemoryStatus(ctypes.Structure):
    """MEMORYSTATUSEX of the Windows API."""

    _fields_ = (
        ("length", ctypes.c_uint32),
        ("load", ctypes.c_uint32),
        ("total", ctypes.c_uint64),
        ("available", ctypes.c_uint64),
        *((f"other_{number}", ctypes.c_uint64) for number in range(5)),
    )


def _windows_memory() -> tuple[int, int]:
    status = _MemoryStatus()
    status.length = ctypes.sizeof(status)
    windll = getattr(ctypes, "windll", None)
    if windll is None or not windll.kernel32.GlobalMemoryStatusEx(ctypes.byref(status)):
        return 0, 0
    return int(status.available), int(status.total)
