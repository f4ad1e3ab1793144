# SPDX-License-Identifier: BSL-1.0
"""Runs the command line program and reads what it prints."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import tempfile
import threading
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Line = dict[str, Any]
CHUNK = 32
FINE, FINDING, MISUSE, CORRUPT, UNSUPPORTED = range(5)  # exit statuses of the program


@dataclass(frozen=True)
class Outcome:
    """`status` is negative for a signal; `resident` is the largest resident size in bytes."""

    status: int
    output: str
    errors: str
    resident: int = 0
    timed_out: bool = False

    def crash(self) -> str | None:
        """How it died, if it did not end by itself with a status of its own."""
        if self.timed_out:
            return "no end within the time limit"
        if self.status < 0:
            return f"killed by {signal.Signals(-self.status).name}"
        if self.status > UNSUPPORTED:
            return f"exit status {self.status}: {last(self.errors)}"
        return None


def last(text: str) -> str:
    lines = [line for line in text.strip().splitlines() if line.strip()]
    return lines[-1][:300] if lines else "(no message)"


@dataclass(frozen=True)
class Lade:
    """The program, as a command; a stand-in may need arguments before the verb."""

    command: tuple[str, ...]
    timeout: float = 60.0
    jobs: int = 2

    def run(self, *arguments: str | Path, timeout: float | None = None) -> Outcome:
        call = [*self.command, *map(str, arguments)]
        with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
            process = subprocess.Popen(call, stdin=subprocess.DEVNULL, stdout=output, stderr=errors, env=_environment())
            late = KillAfter(process, timeout or self.timeout)
            _, status, usage = os.wait4(process.pid, 0)
            late.cancel()
            process.returncode = os.waitstatus_to_exitcode(status)
            output.seek(0)
            errors.seek(0)
            told = (output.read().decode("utf-8", "replace"), errors.read().decode("utf-8", "replace"))
        return Outcome(process.returncode, *told, usage.ru_maxrss * 1024, late.fired)

    def inspect(self, files: Sequence[Path]) -> dict[Path, Line | Outcome]:
        """The line of each file, or how the program ended without one."""
        chunks = [files[at : at + CHUNK] for at in range(0, len(files), CHUNK)]
        with ThreadPoolExecutor(self.jobs) as pool:
            return {file: line for part in pool.map(self._inspect, chunks) for file, line in part.items()}

    def _inspect(self, files: Sequence[Path]) -> dict[Path, Line | Outcome]:
        outcome = self.run("inspect", "--json", "--hash", *files)
        lines = parsed(outcome.output)
        found: dict[Path, Line | Outcome] = {}
        for file in files:
            if str(file) in lines:
                found[file] = lines[str(file)]
            elif len(files) > 1:  # the one before it may have killed the program
                found |= self._inspect([file])
            else:
                found[file] = outcome
        return found

    def convert(self, pairs: Iterable[tuple[Path, Path, Sequence[str]]]) -> list[Outcome]:
        with ThreadPoolExecutor(self.jobs) as pool:
            return list(pool.map(lambda pair: self.run("convert", pair[0], pair[1], *pair[2]), pairs))


def parsed(output: str) -> dict[str, Line]:
    lines: dict[str, Line] = {}
    for text in output.splitlines():
        try:
            line = json.loads(text)
        except ValueError:
            continue
        if isinstance(line, dict) and "file" in line:
            lines[line["file"]] = line
    return lines


def _environment() -> dict[str, str]:
    return os.environ | {"NO_COLOR": "1", "LC_ALL": "C.UTF-8"}


class KillAfter:
    """Kills a process that has not ended in time."""

    def __init__(self, process: subprocess.Popen[bytes], seconds: float) -> None:
        self.fired, self._process = False, process
        self._timer = threading.Timer(seconds, self._fire)
        self._timer.daemon = True
        self._timer.start()

    def _fire(self) -> None:
        self.fired = True
        self._process.kill()

    def cancel(self) -> None:
        self._timer.cancel()
