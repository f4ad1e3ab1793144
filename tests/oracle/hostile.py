# SPDX-License-Identifier: BSL-1.0
"""Files that attack: each alone, within time and memory, and refused by its name where the name says so."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import frameworks
from comparing import errors, refusal_id
from section import Section, Tally
from tool import Outcome, parsed

SECONDS = 20.0
RESIDENT = 700 << 20  # with room for a sanitizer's shadow and for one expanded tensor


def problems(file: Path, outcome: Outcome) -> Iterator[str]:
    if (crash := outcome.crash()) is not None:
        yield crash
        return
    if outcome.resident > RESIDENT:
        yield f"{outcome.resident >> 20} MiB resident for a file of {file.stat().st_size >> 10} KiB"
    line = parsed(outcome.output).get(str(file))
    if line is None:
        yield "no line on standard output"
    elif (wanted := refusal_id(file.name)) is not None and wanted not in errors(line):
        yield f"should be refused with {wanted}, but found {', '.join(errors(line)) or 'a listing'}"
    elif file.name.startswith("y_") and "refused" in line:
        yield f"should load, but is refused with {line.get('error')}"


def run(tally: Tally) -> None:
    context = tally.context
    made = frameworks.generate("torch_hostile.py", context.work / "hostile", Path(sys.executable))
    files = {f"made/{line['file']}": line["path"] for line in made}
    if context.corpus is not None:
        folder = context.corpus / "hostile"
        files |= {f"corpus/{path.relative_to(folder)}": path for path in sorted(folder.rglob("*")) if path.is_file()}
    with ThreadPoolExecutor(context.jobs) as pool:
        outcomes = pool.map(lambda path: context.lade.run("inspect", "--json", "--hash", path, timeout=SECONDS), files.values())
        for (name, path), outcome in zip(files.items(), outcomes):
            tally.check(name, problems(path, outcome))


SECTION = Section("hostile", "attacks: no crash, no hang, no memory, the right refusal", run)
