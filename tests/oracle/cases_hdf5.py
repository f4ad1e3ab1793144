# SPDX-License-Identifier: BSL-1.0
"""HDF5 files of every kind: what is read in them, and what libhdf5 says of those that are written.

Links, attributes and the writer have no words on the command line: a small program asks the library for them.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import frameworks
from comparing import Family, check_cases
from section import HERE, ROOT, Section, Tally
from tool import Line, Outcome, last
from venvs import python_of


def run(tally: Tally) -> None:
    context = tally.context
    family = Family("hdf5", "hdf5_cases.py", python_of("tf"), kind="tf")
    lines = family.generate(context)
    asked = [line["path"] for line in lines if line["oracle"]]
    reference = frameworks.listings(asked, "tf", context.jobs)
    found = context.lade.inspect([line["path"] for line in lines])
    check_cases(tally, family, lines, reference, found)
    if (probe := compiled(context.work)) is None:
        tally.skip("objects, written", "no C++ compiler (set CXX)")
        return
    objects(tally, probe, [line for line in lines if line["oracle"] and line["file"].startswith("y_")])
    written(tally, probe)


def compiled(work: Path) -> Path | None:
    """hdf5_probe, built from the headers that the tool is built from."""
    compiler = os.environ.get("CXX") or "c++"
    if shutil.which(compiler) is None:
        return None
    probe = work / "hdf5_probe"
    call = [compiler, "-std=c++20", "-O1", f"-I{ROOT / 'include'}", str(HERE / "hdf5_probe.cpp"), "-o", str(probe)]
    done = subprocess.run(call, capture_output=True, text=True)
    if done.returncode != 0:
        raise SystemExit(f"hdf5_probe does not compile:\n{done.stderr[:2000]}")
    return probe


def by_file(output: str) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    current: set[str] = set()
    for line in output.splitlines():
        kind, _, name = line.partition("\t")
        if kind == "F":
            current = found.setdefault(name, set())
        else:
            current.add(line)
    return found


def objects(tally: Tally, probe: Path, lines: Sequence[Line]) -> None:
    """Every link, what it leads to, and every attribute, against h5py."""
    files = [str(line["path"]) for line in lines]
    call = [str(python_of("tf")), "-W", "ignore", str(HERE / "reference" / "hdf5_objects.py"), *files]
    theirs = subprocess.run(call, capture_output=True, text=True)
    if theirs.returncode != 0:
        raise SystemExit(f"hdf5_objects.py failed:\n{theirs.stderr[-2000:]}")
    ours = subprocess.run([str(probe), "dump", *files], capture_output=True, text=True)
    left, right = by_file(theirs.stdout), by_file(ours.stdout)
    for line in lines:
        expected, actual = left[str(line["path"])], right.get(str(line["path"]), set())
        problems = [f"not found: {text[:200]}" for text in sorted(expected - actual)]
        problems += [f"not there: {text[:200]}" for text in sorted(actual - expected)]
        tally.check(f"objects/{line['file']}", problems)


def written(tally: Tally, probe: Path) -> None:
    """Both layouts of the writer: the same bytes again, h5py, h5dump, and libhdf5 goes on with a copy."""
    context = tally.context
    folder = context.work / "saved" / "hdf5"
    folder.mkdir(parents=True, exist_ok=True)
    done = subprocess.run([str(probe), "write", str(folder)], capture_output=True, text=True)
    if not tally.check("written", [] if done.returncode == 0 else [f"hdf5_probe write: status {done.returncode}"]):
        return
    for layout in ("compact", "earliest"):
        file, copy = folder / f"{layout}.h5", folder / f"{layout} edited.h5"
        same = file.read_bytes() == (folder / f"{layout} again.h5").read_bytes()
        tally.check(f"written/{layout}/deterministic", [] if same else ["the same declarations make other bytes"])
        call = [str(python_of("tf")), "-W", "ignore", str(HERE / "reference" / "hdf5_written.py"), str(file), str(copy)]
        judged = subprocess.run(call, capture_output=True, text=True)
        problems = judged.stdout.splitlines() + ([last(judged.stderr)] if judged.returncode != 0 else [])
        tally.check(f"written/{layout}/h5py", problems)
        both = [file, copy]
        reference = frameworks.listings(both, "tf", context.jobs)
        found = context.lade.inspect(both)
        for one, name in zip(both, ("read", "read after edits")):
            tally.check(f"written/{layout}/{name}", same_tensors(reference[one], found[one]))
        if shutil.which("h5dump") is None:
            tally.skip(f"written/{layout}/h5dump", "no h5dump (Debian: hdf5-tools)")
            continue
        dumped = subprocess.run(["h5dump", str(file)], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        tally.check(f"written/{layout}/h5dump", [] if dumped.returncode == 0 and not dumped.stderr else [last(dumped.stderr)])


def same_tensors(expected: Line, found: Line | Outcome) -> list[str]:
    if isinstance(found, Outcome):
        return [found.crash() or last(found.errors)]
    if "refused" in expected or "refused" in found:
        return [f"{expected.get('refused')} | {found.get('refused')}"]
    left = {tensor["name"]: (tensor["dtype"], tensor["shape"], tensor["sha256"]) for tensor in expected["tensors"]}
    right = {tensor["name"]: (tensor["dtype"], tensor["shape"], tensor["sha256"]) for tensor in found["tensors"]}
    return [f"{name}: {left.get(name)} | {right.get(name)}" for name in left.keys() | right.keys() if left.get(name) != right.get(name)]


SECTION = Section("hdf5", "HDF5 files of every kind against h5py", run)
