# SPDX-License-Identifier: BSL-1.0
"""npy and npz against NumPy."""

from __future__ import annotations

from comparing import Family, run_family
from section import Section, Tally
from venvs import python_of


def run(tally: Tally) -> None:
    run_family(tally, Family("numpy", "numpy_cases.py", python_of("torch")))


SECTION = Section("numpy", "npy and npz against NumPy", run)
