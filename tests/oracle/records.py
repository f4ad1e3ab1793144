# SPDX-License-Identifier: BSL-1.0
"""Is an archive the one that torch.save would have written? Compares two of them byte by byte."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path

CHOSEN_FREELY = ".data/serialization_id"  # a hash; torch's takes part of its own from random storage names
ALIGNMENT = 64


def _below_root(name: str) -> str:
    return name.partition("/")[2]


def _data_offset(data: bytes, header: int) -> int:
    name, extra = (int.from_bytes(data[header + at : header + at + 2], "little") for at in (26, 28))
    return header + 30 + name + extra


def same_records(expected: Path, found: Path) -> list[str]:
    """Names, order, contents and alignment of the records; and every byte before the free record."""
    return list(_differences(expected, found))


def _differences(expected: Path, found: Path) -> Iterator[str]:
    with zipfile.ZipFile(expected) as a, zipfile.ZipFile(found) as b:
        members = a.infolist(), b.infolist()
        names = [[_below_root(info.filename) for info in each] for each in members]
        if names[0] != names[1]:
            yield f"records {names[0]} | {names[1]}"
            return
        for name, left, right in zip(names[0], *members):
            if name != CHOSEN_FREELY and a.read(left) != b.read(right):
                yield f"record {name} differs at byte {_first(a.read(left), b.read(right))}"
        data = expected.read_bytes(), found.read_bytes()
        for info in members[1]:
            if _data_offset(data[1], info.header_offset) % ALIGNMENT:
                yield f"record {info.filename} does not start at a multiple of {ALIGNMENT}"
    free = [info.header_offset for info in members[0] if _below_root(info.filename) == CHOSEN_FREELY]
    end = free[0] if free else len(data[0])
    if data[0][:end] != data[1][:end]:
        yield f"the archive differs at byte {_first(data[0][:end], data[1][:end])} of {end}"


def _first(a: bytes, b: bytes) -> int:
    return next((at for at, (x, y) in enumerate(zip(a, b)) if x != y), min(len(a), len(b)))
