# SPDX-License-Identifier: BSL-1.0
"""What the real frameworks say: listings, acceptance, equal modules. Each runs in its own environment."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tool import Line, last, parsed
from venvs import HERE, python_of

REFERENCE = HERE / "reference" / "reference.py"
MAKE = HERE.parent / "make"
CHUNK = 150


def _run(python: Path, program: Path, arguments: Sequence[str | Path], told: str | None = None) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"PYTHONPATH": str(MAKE), "CUDA_VISIBLE_DEVICES": "", "OMP_NUM_THREADS": "1"}
    call = [str(python), "-W", "ignore", str(program), *map(str, arguments)]
    return subprocess.run(call, input=told, capture_output=True, text=True, env=environment, timeout=900)


def listings(files: Sequence[Path], kind: str = "torch", jobs: int = 2) -> dict[Path, Line]:
    """The line of `reference.py` for each file; `refused` says why where the framework does not read it."""
    if not files:
        return {}
    python = python_of(kind)
    chunks = [files[at : at + CHUNK] for at in range(0, len(files), CHUNK)]
    with ThreadPoolExecutor(jobs) as pool:
        runs = list(pool.map(lambda chunk: _run(python, REFERENCE, chunk), chunks))
    found: dict[Path, Line] = {}
    for chunk, run in zip(chunks, runs):
        lines = parsed(run.stdout)
        for file in chunk:
            found[file] = lines.get(str(file)) or {"file": str(file), "refused": f"a defect: {last(run.stderr)}"}
    return found


def generate(program: str, directory: Path, python: Path, tag: str = "", only: str = "*", fixtures: bool = False) -> list[Line]:
    """Runs a program of tests/make; returns its manifest with absolute paths."""
    arguments = [directory, "--tag", tag, "--only", only, *(["--fixtures"] if fixtures else [])]
    run = _run(python, MAKE / program, arguments)
    if run.returncode != 0:
        raise SystemExit(f"{program} failed:\n{run.stderr}")
    lines = [json.loads(line) for line in (directory / "manifest.jsonl").read_text(encoding="utf-8").splitlines()]
    for line in lines:
        line["path"] = directory / line["file"]
    return lines


def run_program(program: str, arguments: Sequence[str | Path], kind: str) -> str:
    """What a program of tests/make prints."""
    run = _run(python_of(kind), MAKE / program, arguments)
    if run.returncode != 0:
        raise SystemExit(f"{program} failed:\n{run.stderr}")
    return run.stdout


def _judged(program: str, pairs: Sequence[Sequence[str | Path]], kind: str) -> list[str | None]:
    """A program that reads JSON lists and answers each with a JSON text: null, or what is wrong."""
    if not pairs:
        return []
    told = "".join(json.dumps([str(part) for part in pair]) + "\n" for pair in pairs)
    run = _run(python_of(kind), HERE / program, [], told)
    answers = [json.loads(line) for line in run.stdout.splitlines()]
    if run.returncode != 0 or len(answers) != len(pairs):
        raise SystemExit(f"{program} failed:\n{run.stderr}")
    return answers


def accepted(pairs: Sequence[tuple[str, Path]], kind: str = "torch") -> list[str | None]:
    """For each (kind of accepts.py, file): null if the framework opens it in its strictest way."""
    return _judged("accept_all.py", pairs, kind)


def same_modules(tasks: Sequence[Sequence[str | Path]]) -> list[str | None]:
    """For each task of same_module.py: null if both files are the same module and compute the same."""
    return _judged("same_module.py", tasks, "torch")


def judged_by_keras(tasks: Sequence[Sequence[str | Path]], jobs: int = 2) -> list[str | None]:
    """For each task of same_keras.py: null, or what is wrong."""
    parts = [tasks[at::jobs] for at in range(jobs)]
    with ThreadPoolExecutor(jobs) as pool:
        answers = list(pool.map(lambda part: _judged("same_keras.py", part, "tf"), parts))
    return [answers[at % jobs][at // jobs] for at in range(len(tasks))]


def same_networks(tasks: Sequence[tuple[str, Path, Path]]) -> list[str | None]:
    """For each (network, weights, inputs and outputs of Keras): null if PyTorch computes the same."""
    return _judged("same_network.py", tasks, "torch")
