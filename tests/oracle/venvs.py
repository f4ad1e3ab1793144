# SPDX-License-Identifier: BSL-1.0
"""The environments with the real frameworks, made once and kept.

They are `torch` and `tf` below `$LADE_VENVS` (else `build/venvs`), each as its requirements file pins it. pip
is left as the user has configured it (index, find-links, proxies).
"""

from __future__ import annotations

import functools
import os
import re
import subprocess
import sys
import venv
from pathlib import Path

HERE = Path(__file__).resolve().parent
PROBE = """
import importlib.metadata, sys
for pin in sys.argv[1:]:
    name, _, version = pin.partition("==")
    assert importlib.metadata.version(name).partition("+")[0] == version, pin
"""


def home() -> Path:
    return Path(os.environ.get("LADE_VENVS") or HERE.parent.parent / "build" / "venvs")


def pins(kind: str) -> list[str]:
    text = (HERE / f"requirements-{kind}.txt").read_text(encoding="utf-8")
    return [line for line in text.splitlines() if re.match(r"[A-Za-z]", line)]


@functools.cache
def python_of(kind: str) -> Path:
    """The interpreter that has the frameworks of `requirements-<kind>.txt`; installs what is missing."""
    directory = home() / kind
    python = directory / "bin" / "python"
    if not _complete(python, kind):
        print(f"making the environment {directory}; this is done once", file=sys.stderr, flush=True)
        if not python.exists():
            venv.create(directory, with_pip=True)
        requirements = HERE / f"requirements-{kind}.txt"
        subprocess.run([python, "-m", "pip", "install", "--quiet", "-r", requirements], check=True)
        if not _complete(python, kind):
            raise SystemExit(f"{directory} lacks something of {requirements}")
    return python


def _complete(python: Path, kind: str) -> bool:
    if not python.exists():
        return False
    return subprocess.run([python, "-c", PROBE, *pins(kind)], capture_output=True).returncode == 0


def older_torch() -> Path | None:
    """A Python outside of these environments whose torch is another version: `$LADE_OLD_TORCH`, or the system's."""
    python = Path(os.environ.get("LADE_OLD_TORCH") or "/usr/bin/python3")
    found = subprocess.run([python, "-c", "import torch"], capture_output=True) if python.exists() else None
    return python if found is not None and found.returncode == 0 else None
