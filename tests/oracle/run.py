# SPDX-License-Identifier: BSL-1.0
"""Judges `lade` by the real frameworks: what it reads, what it writes, what it refuses.

    python3 tests/oracle/run.py --lade build/lade [--only torch,corpus,save] [--work DIR] [--jobs 2]

The frameworks live in environments of their own (venvs.py), made by the first run. Every check has a name;
`known_gaps.txt` lists those that do not pass yet. Exit status: 0 all passed, 1 some failed, 2 bad use.

A new family of formats adds a module `cases_<family>.py` with a SECTION, and its name to the list below.
"""

from __future__ import annotations

import argparse
import os
import shlex
import shutil
import sys
import tempfile
import time
from pathlib import Path

import cases_hdf5
import cases_keras
import cases_numpy
import cases_safetensors
import cases_tensorflow
import cases_torch
import corpus
import hostile
import save
from section import ROOT, Context, Tally, known_gaps
from tool import Lade
from venvs import older_torch

SECTIONS = {
    module.SECTION.name: module.SECTION
    for module in (cases_torch, cases_numpy, cases_safetensors, cases_tensorflow, cases_hdf5, cases_keras, corpus, hostile, save)
}


def arguments() -> argparse.Namespace:
    about = "\n".join(f"    {section.name:12} {section.about}" for section in SECTIONS.values())
    shape = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=f"{__doc__}\nSections:\n{about}", formatter_class=shape)
    parser.add_argument("--lade", required=True, help="the program (or a command that stands for it)")
    parser.add_argument("--absolute", help="the program of absolute.cpp, which changes weights")
    parser.add_argument("--only", default=",".join(SECTIONS), help="sections, with commas between them")
    parser.add_argument("--work", type=Path, help="keep the files here; else they go with the run")
    parser.add_argument("--jobs", type=int, default=2, choices=(1, 2))
    parser.add_argument("--limit", type=int, default=3, help="problems shown for each check")
    options = parser.parse_args()
    if unknown := set(options.only.split(",")) - SECTIONS.keys():
        parser.error(f"no such section: {', '.join(sorted(unknown))}")
    return options


def corpus_folder() -> Path | None:
    found = Path(os.environ.get("LADE_CORPUS") or ROOT.parent / "shared" / "corpus")
    return found.resolve() if (found / "expected.jsonl").exists() else None


def command(text: str) -> tuple[str, ...]:
    """A path as it is; else words as a shell reads them."""
    path = Path(text)
    return (str(path.resolve()),) if path.exists() else tuple(shlex.split(text))


def run_all(options: argparse.Namespace, work: Path) -> int:
    lade = Lade(command(options.lade), jobs=options.jobs)
    context = Context(lade, work, corpus_folder(), known_gaps(), options.jobs, options.limit, older_torch(), options.absolute)
    chosen = [SECTIONS[name] for name in SECTIONS if name in options.only.split(",")]
    tallies: list[Tally] = []
    for section in chosen:
        start, tally = time.monotonic(), Tally(section.name, context)
        section.run(tally)
        tallies.append(tally)
        print(f"{tally.summary()} in {time.monotonic() - start:.1f} s", flush=True)
    stale = {gap for gap in context.gaps if gap.partition("/")[0] in {section.name for section in chosen}} - context.used_gaps
    for gap in sorted(stale):
        print(f"note: {gap} of known_gaps.txt was not checked")
    passed, failed, skipped = (sum(getattr(tally, kind) for tally in tallies) for kind in ("passed", "failed", "skipped"))
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    return int(failed > 0)


def main() -> int:
    options = arguments()
    if shutil.which(command(options.lade)[0]) is None:
        print(f"{options.lade} is not a program", file=sys.stderr)
        return 2
    if options.work is not None:
        options.work.mkdir(parents=True, exist_ok=True)
        return run_all(options, options.work.resolve())
    with tempfile.TemporaryDirectory(prefix="lade-oracle-") as work:
        return run_all(options, Path(work))


if __name__ == "__main__":
    sys.exit(main())
