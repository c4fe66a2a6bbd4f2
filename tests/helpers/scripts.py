"""The scripts of packaging/, which is no package, as modules."""

from __future__ import annotations

import importlib.util
import sys
from types import ModuleType

from helpers.documents import ROOT


def packaging_script(name: str) -> ModuleType:
    """packaging/NAME.py, run anew."""
    spec = importlib.util.spec_from_file_location(f"packaging_{name}", ROOT / "packaging" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module
