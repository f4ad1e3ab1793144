# SPDX-License-Identifier: BSL-1.0
"""PyTorch: what the current and an older torch write, and what neither writes any more."""

from __future__ import annotations

from comparing import Family, run_family
from section import Context, Section, Tally
from venvs import python_of


def families(context: Context) -> list[Family]:
    found = [Family("torch", "torch_cases.py", python_of("torch"))]
    if context.old_python is not None:
        found.append(Family("torch-old", "torch_cases.py", context.old_python, "old"))
    return found


def run(tally: Tally) -> None:
    for family in families(tally.context):
        run_family(tally, family)
    if tally.context.old_python is None:
        tally.skip("torch-old", "no older torch (apt-get install python3-torch, or set LADE_OLD_TORCH)")


SECTION = Section("torch", "torch files of all kinds against torch", run)
