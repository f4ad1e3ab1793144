# SPDX-License-Identifier: BSL-1.0
"""safetensors against its package, which knows no sharded sets: these are the sum of their shards."""

from __future__ import annotations

import json
from pathlib import Path

import frameworks
from comparing import Family, check_cases, tensors_only
from section import Section, Tally
from tool import Line
from venvs import python_of

INDEX = ".index.json"


def family() -> Family:
    return Family("safetensors", "safetensors_cases.py", python_of("torch"))


def sharded(index: Path, shards: dict[Path, Line]) -> Line:
    """The listing of a set: every tensor of its `weight_map`."""
    where = json.loads(index.read_text(encoding="utf-8"))["weight_map"]
    tensors = [
        tensor
        for file in sorted(set(where.values()))
        for tensor in shards[index.with_name(file)]["tensors"]
        if where.get(tensor["name"]) == file
    ]
    empty = {"nodes": 0, "inputs": [], "outputs": []}
    return {"file": str(index), "format": "safetensors", "content": ["weights"], "tensors": tensors, "metadata": {}, "graph": empty}


def run(tally: Tally) -> None:
    context, made = tally.context, family()
    lines = made.generate(context)
    sets = [line for line in lines if line["file"].startswith("y_") and line["file"].endswith(INDEX)]
    single = [line for line in lines if line not in sets]
    found = context.lade.inspect([line["path"] for line in lines])
    asked = [line["path"] for line in single if not line["file"].endswith(INDEX)]
    check_cases(tally, made, single, frameworks.listings(asked, jobs=context.jobs), found)
    for line in sets:
        path = line["path"]
        parts = frameworks.listings(sorted(path.parent.glob(f"{path.name.partition('.')[0]}-*.safetensors")))
        tally.check(f"safetensors/{line['file']}", tensors_only(sharded(path, parts), found[path], ordered=False))


SECTION = Section("safetensors", "safetensors against its package", run)
