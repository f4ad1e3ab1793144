# SPDX-License-Identifier: BSL-1.0
"""Test files as a list of named cases, each written by one small function.

A name tells the verdict: `y_<slug>.<ext>` loads, `n_<error-id>__<slug>.<ext>` is refused with that
error, `i_<slug>.<ext>` may go either way. Every program of cases is run the same way:

    python torch_cases.py DIRECTORY [--only GLOB] [--tag TEXT] [--fixtures]

It writes the files and `manifest.jsonl`, one line a file: what the oracle has to know about it.
"""

from __future__ import annotations

import argparse
import fnmatch
import json
import sys
import traceback
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

Write = Callable[[Path], None]


class Lacking(Exception):
    """The installed version of the framework has no such thing; the case is skipped."""


@dataclass(frozen=True)
class Case:
    """`fixture`: small and different enough to be kept in tests/data.

    `same_as`: the tensors are those of this other case, although the framework itself may refuse the
    file; `format` is then the format to be found. `identical`: saved again by us, the records must be
    the same bytes. `module`: a whole module; the framework must load what we save and compute the same.
    `oracle`: whether the framework's reading is the truth (not so for the files that only we read).
    """

    name: str
    write: Write
    fixture: bool = False
    same_as: str | None = None
    format: str | None = None
    identical: bool = False
    module: bool = False
    oracle: bool = True

    def line(self, file: str) -> str:
        told = asdict(self) | {"file": file}
        return json.dumps({key: told[key] for key in told if key not in ("write", "name", "fixture")})


class Cases:
    """An ordered set of cases; modules add to it and `main` writes them."""

    def __init__(self) -> None:
        self.found: dict[str, Case] = {}

    def add(self, name: str, write: Write, **facts: object) -> None:
        if name in self.found:
            raise ValueError(f"two cases are named {name}")
        self.found[name] = Case(name, write, **facts)  # type: ignore[arg-type]

    def case(self, name: str, **facts: object) -> Callable[[Write], Write]:
        """Decorates the function that writes the file."""

        def keep(write: Write) -> Write:
            self.add(name, write, **facts)
            return write

        return keep

    def include(self, other: Cases) -> None:
        for case in other:
            self.add(**vars(case))

    def __iter__(self) -> Iterator[Case]:
        return iter(self.found.values())


def tagged(name: str, tag: str) -> str:
    """`y_a.pth` made by another version is `y_a-TAG.pth`."""
    stem, dot, suffix = name.partition(".") if "__" not in name else _refused_parts(name)
    return f"{stem}-{tag}{dot}{suffix}" if tag else name


def _refused_parts(name: str) -> tuple[str, str, str]:
    """The error id of a refused file has a dot of its own."""
    head, _, tail = name.partition("__")
    stem, dot, suffix = tail.partition(".")
    return f"{head}__{stem}", dot, suffix


def main(cases: Cases, before_each: Callable[[], None] = lambda: None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("directory", type=Path)
    parser.add_argument("--only", default="*", help="names to be written, several patterns with commas")
    parser.add_argument("--tag", default="", help="ends the names: which version wrote the files")
    parser.add_argument("--fixtures", action="store_true", help="only what belongs into tests/data")
    options = parser.parse_args()
    options.directory.mkdir(parents=True, exist_ok=True)
    lines: list[str] = []
    failed = skipped = 0
    for case in cases:
        wanted = any(fnmatch.fnmatch(case.name, pattern) for pattern in options.only.split(","))
        if not wanted or (options.fixtures and not case.fixture):
            continue
        file = tagged(case.name, options.tag)
        try:
            before_each()
            case.write(options.directory / file)
        except Lacking as lack:
            skipped += 1
            (options.directory / file).unlink(missing_ok=True)
            print(f"skipped {case.name}: {lack}", file=sys.stderr)
            continue
        except Exception:
            failed += 1
            print(f"failed {case.name}", file=sys.stderr)
            traceback.print_exc()
            continue
        same_as = tagged(case.same_as, options.tag) if case.same_as else None
        lines.append(Case(**(vars(case) | {"same_as": same_as})).line(file))
    manifest = options.directory / "manifest.jsonl"
    manifest.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    print(f"{len(lines)} written, {skipped} skipped, {failed} failed", file=sys.stderr)
    return int(failed > 0)
