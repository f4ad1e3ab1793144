# SPDX-License-Identifier: BSL-1.0
"""Compares what the program printed about the files of a manifest with what it should have printed."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import frameworks
from section import HERE, Context, Tally
from tool import Line, Outcome, last

sys.path.insert(0, str(HERE / "reference"))
from compare import differences  # noqa: E402


@dataclass(frozen=True)
class Family:
    """Files made by one program of tests/make with one Python."""

    name: str
    program: str
    python: Path
    tag: str = ""
    kind: str = "torch"  # the environment that reads the files

    def generate(self, context: Context) -> list[Line]:
        return frameworks.generate(self.program, context.work / self.name, self.python, self.tag)


def compared(expected: Line, found: Line | Outcome, *, ordered: bool = True, metadata: bool = True, content: bool = True) -> list[str]:
    """What is different; `expected` is on the left."""
    if isinstance(found, Outcome):
        return [found.crash() or f"no line; {last(found.errors)}"]
    options = argparse.Namespace(ordered=ordered, ignore_metadata=not metadata, content=content)
    return sorted(differences(expected, found, options))


def tensors_only(expected: Line, found: Line | Outcome, *, ordered: bool = True) -> list[str]:
    """The same tensors, in whatever kind of file."""
    if isinstance(found, dict) and "refused" not in found and "refused" not in expected:
        found = found | {"format": expected["format"], "graph": expected["graph"]}
    return compared(expected, found, ordered=ordered, metadata=False, content=False)


def refusal_id(name: str) -> str | None:
    """`n_zip.bad_crc__a.pth` must be refused with `zip.bad_crc`."""
    return name[2:].partition("__")[0] if name.startswith("n_") else None


def check_cases(tally: Tally, family: Family, lines: Sequence[Line], reference: dict[Path, Line], found: dict[Path, Line | Outcome]) -> None:
    """Judges each file of a manifest by its verdict."""
    by_name = {line["file"]: reference[line["path"]] for line in lines if line["path"] in reference}
    for line in lines:
        problems = list(_problems(line, by_name, reference.get(line["path"]), found[line["path"]]))
        tally.check(f"{family.name}/{line['file']}", problems)


def errors(line: Line) -> set[str]:
    """The error of a refused file, or those of its tensors: one that cannot be read fails alone."""
    told = [line] if "refused" in line else line.get("tensors", [])
    return {entry["error"] for entry in told if "error" in entry}


def _problems(line: Line, by_name: dict[str, Line], expected: Line | None, actual: Line | Outcome) -> Iterator[str]:
    name = line["file"]
    twin = by_name.get(line["same_as"]) if line["same_as"] else None
    if isinstance(actual, Outcome):
        yield actual.crash() or f"no line; {last(actual.errors)}"
    elif (wanted := refusal_id(name)) is not None:
        if wanted not in errors(actual):
            yield f"should be refused with {wanted}, but {_told(actual)}"
        if expected is not None and line["oracle"] and "refused" not in expected:
            yield "the framework reads it: the verdict in its name is wrong"
    elif name.startswith("i_"):
        if "refused" not in actual and twin is not None:
            yield from tensors_only(twin, actual)
    elif line["oracle"]:
        if expected is None or "refused" in expected:
            yield f"the framework does not read it: {expected}"
        else:
            yield from compared(expected, actual, ordered=has_order(expected))
            if twin is not None:
                yield from (f"the framework reads it unlike its twin: {text}" for text in tensors_only(twin, expected))
    elif twin is not None:
        yield from compared(twin | {"format": line["format"] or twin["format"]}, actual)
    elif "refused" in actual:
        yield f"should load, but {_told(actual)}"


def has_order(line: Line) -> bool:
    """The order of safetensors is that of the data; tensors without any may stand anywhere."""
    return line["format"] != "safetensors" or all(tensor["nbytes"] for tensor in line["tensors"])


def _told(line: Line) -> str:
    if "refused" in line:
        return f"is refused as {line['refused']} with {line.get('error')}"
    return f"{len(line['tensors'])} tensors are listed"


def run_family(tally: Tally, family: Family) -> None:
    """Generates, lets both sides read, compares."""
    context = tally.context
    lines = family.generate(context)
    asked = [line["path"] for line in lines if line["oracle"] and not line["path"].name.endswith(".json")]
    reference = frameworks.listings(asked, family.kind, context.jobs)
    found = context.lade.inspect([line["path"] for line in lines])
    check_cases(tally, family, lines, reference, found)
