# SPDX-License-Identifier: BSL-1.0
"""What every section of the oracle shares: its context, its verdicts, the list of known gaps."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from tool import Lade

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent


def known_gaps(file: Path = HERE / "known_gaps.txt") -> dict[str, str]:
    """Name of a check -> why it does not pass yet. Lines of `name<TAB>reason`, `#` starts a comment."""
    found: dict[str, str] = {}
    for line in file.read_text(encoding="utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            name, tab, reason = line.partition("\t")
            if not tab or not reason.strip():
                raise SystemExit(f"{file}: {line!r} is not name<TAB>reason")
            found[name] = reason.strip()
    return found


@dataclass
class Context:
    """What the command line said. `work` is a directory of this run alone."""

    lade: Lade
    work: Path
    corpus: Path | None
    gaps: dict[str, str]
    jobs: int = 2
    limit: int = 3
    old_python: Path | None = None
    absolute: str | None = None
    used_gaps: set[str] = field(default_factory=set)


@dataclass
class Tally:
    """Counts and prints the verdicts of one section. A check is named `<section>/<path>`."""

    section: str
    context: Context
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    gaps: int = 0

    def check(self, path: str, problems: Iterable[str]) -> bool:
        """A check passes when it has no problem; a known gap must have one."""
        name, found = f"{self.section}/{path}", list(problems)
        reason = self.context.gaps.get(name)
        if reason is not None:
            self.context.used_gaps.add(name)
            if found:
                self.skipped += 1
                self.gaps += 1
                return True
            found = [f"passes now, but known_gaps.txt says: {reason}"]
        if not found:
            self.passed += 1
            return True
        self.failed += 1
        for problem in found[: self.context.limit]:
            print(f"FAIL {name}: {problem}", flush=True)
        if len(found) > self.context.limit:
            print(f"FAIL {name}: and {len(found) - self.context.limit} more", flush=True)
        return False

    def skip(self, path: str, why: str) -> None:
        self.skipped += 1
        print(f"skip {self.section}/{path}: {why}", flush=True)

    def summary(self) -> str:
        gaps = f" ({self.gaps} known gaps)" if self.gaps else ""
        return f"{self.section}: {self.passed} passed, {self.failed} failed, {self.skipped} skipped{gaps}"


@dataclass(frozen=True)
class Section:
    """A part of the run that `--only` can choose; `run` reports into the tally."""

    name: str
    about: str
    run: Callable[[Tally], None]
