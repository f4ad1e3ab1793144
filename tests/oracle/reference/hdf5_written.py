# SPDX-License-Identifier: BSL-1.0
"""Judges the files of `hdf5_probe write` by h5py, and lets libhdf5 go on with a copy of each.

    python hdf5_written.py FILE COPY        prints what is wrong, a line each
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import h5py
import numpy as np

WORDS = ["one", "", "three", "\u00fc"]
TYPES = {"bool": "?", "complex64": "c8", "complex128": "c16"} | {
    name: name for name in ("int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "float16", "float32", "float64")
}
SMALL = {"bfloat16": (2, (15, 7, 8, 0, 7), 127), "float8_e4m3fn": (1, (7, 3, 4, 0, 3), 7), "float8_e5m2": (1, (7, 2, 5, 0, 2), 15)}


def counting(count: int, dtype: str) -> np.ndarray:
    return (np.arange(count) % 100).astype(dtype)


def texts(value: Any) -> list[str]:
    return [item.decode() if isinstance(item, bytes) else str(item) for item in np.asarray(value).ravel()]


def attributes(of: h5py.HLObject, large: bool) -> Iterator[str]:
    found = of.attrs
    wanted: dict[str, Callable[[Any], bool]] = {
        "text": lambda value: texts(value) == ["fixed"],
        "utf8": lambda value: texts(value) == ["\u00fc"],
        "vlen": lambda value: value == "variable",
        "vlen utf8": lambda value: value == "\u00fc",
        "long": lambda value: value == "x" * 100000,
        "words": lambda value: texts(value) == WORDS,
        "terminated": lambda value: texts(value) == WORDS,
        "spaced": lambda value: [text.rstrip(" ") for text in texts(value)] == WORDS,
        "vlen words": lambda value: texts(value) == WORDS,
        "no words": lambda value: value.shape == (0,),
        "numbers": lambda value: (value == counting(6, "i4").reshape(2, 3)).all() and value.dtype == "i4",
        "scalar": lambda value: value == 1.5,
        "yes": lambda value: value.dtype == "?" and bool(value),
        "empty": lambda value: value.shape == (0,) and value.dtype == "f8",
    }
    if large:
        wanted["large"] = lambda value: (value == counting(70000, "u1")).all()
        wanted["names"] = lambda value: texts(value) == [f"a name of a layer that is long, {i}" for i in range(3000)]
    if set(found) != set(wanted) or len(found) != len(wanted):
        yield f"{of.name}: {len(found)} attributes, {sorted(set(found) ^ set(wanted))}"
    for name, judge in wanted.items():
        if name in found and not judge(found[name]):
            yield f"{of.name}: attribute {name!r} is {found[name]!r:.60}"
    kinds = {"text": (False, 0), "utf8": (False, 1), "vlen": (True, 0), "vlen utf8": (True, 1)}
    for name, (variable, charset) in kinds.items():
        stored = found.get_id(name).get_type()
        if (stored.is_variable_str(), stored.get_cset()) != (variable, charset):
            yield f"{of.name}: attribute {name!r} is not of its type"
    for name, padding in {"words": h5py.h5t.STR_NULLPAD, "terminated": h5py.h5t.STR_NULLTERM, "spaced": h5py.h5t.STR_SPACEPAD}.items():
        if found.get_id(name).get_type().get_strpad() != padding:
            yield f"{of.name}: attribute {name!r} is padded otherwise"


def content(file: h5py.File, old: bool) -> Iterator[str]:
    yield from attributes(file, not old)
    for name, dtype in TYPES.items():
        data = file["types"][name]
        raw = np.arange(6 * data.dtype.itemsize, dtype="u1") % 2
        if data.dtype != dtype or data.shape != (2, 3) or data[()].tobytes() != raw.tobytes():
            yield f"types/{name}: {data}"
        yield from attributes(data, not old and name == "int8")
    for name, (size, fields, bias) in SMALL.items():
        stored = file["types"][name].id.get_type()
        if (stored.get_size(), stored.get_fields(), stored.get_ebias()) != (size, fields, bias):
            yield f"types/{name}: {stored.get_fields()}, {stored.get_ebias()}"
    if texts(file["texts/vlen"][()]) != WORDS or texts(file["texts/fixed"][()]) != ["ab", "c", "", "xy"]:
        yield "texts"
    if file["opaque"].dtype != "V2" or file["opaque"][()].tobytes() != b"abcdefgh":
        yield "opaque"
    if file["scalar"][()] != -7 or file["none"].shape != (3, 0):
        yield "scalar, none"
    layouts = {"compact": h5py.h5d.COMPACT, "scalar": h5py.h5d.CONTIGUOUS, "chunks/plain": h5py.h5d.CHUNKED}
    for name, layout in layouts.items():
        if file[name].id.get_create_plist().get_layout() != layout:
            yield f"{name} has another layout"
    if (file["compact"][()] != counting(6, "i4").reshape(2, 3)).any():
        yield "compact"
    ways = {"plain": ("i4", False, None), "shuffled": ("i4", True, None), "deflated": ("f8", False, 9), "both": ("i2", True, 6)}
    for name, (dtype, shuffle, level) in ways.items():
        data = file["chunks"][name]
        if (data.shuffle, data.compression_opts) != (shuffle, level) or (data[()] != counting(1200, dtype).reshape(40, 30)).any():
            yield f"chunks/{name}"
        if (data[5:33:3, 7:29] != counting(1200, dtype).reshape(40, 30)[5:33:3, 7:29]).any():
            yield f"a part of chunks/{name}"
    if (file["chunks/many"][()] != counting(5000, "u1")).any() or file["chunks/none"].shape != (0,):
        yield "chunks/many"
    if len(file["many"]) != 3000 or any(file[f"many/n{i}"][()] != i % 100 for i in range(0, 3000, 7)):
        yield "many"
    if list(file["empty/group/in a group"]) or list(file["\u00fcml\u00e4ut"] if "\u00fcml\u00e4ut" in file else file["\u00fcmlaut"]) != ["n" * 300]:
        yield "groups"
    if file["/".join("d" * 60) + "/x"][()] != 0 or len(file["busy"].attrs) != 500 or file["busy"].attrs["a499"] != 499:
        yield "deep, busy"


def edit(file: h5py.File) -> None:
    """As another program would go on: adds, changes and removes a bit of everything."""
    file["new/deep/x"] = np.arange(12).reshape(3, 4)
    file.create_dataset("chunks/new", data=np.arange(100), chunks=(7,), maxshape=(None,), compression="gzip")
    file["many/later"] = 5
    file["texts/later"] = "a text"
    for i in range(40):
        file.attrs[f"later{i}"] = i
        file["scalar"].attrs[f"later{i}"] = np.arange(i)
        file["many"].attrs[f"later{i}"] = "x" * i
    for name in ("text", "vlen words", "numbers"):
        del file.attrs[name]
        del file["types/float32"].attrs[name]
    file.attrs["long"] = "shorter"
    file["types/float32"].attrs["scalar"] = "of another type"
    del file["types/int16"], file["chunks/plain"], file["empty/group/in a group"], file["texts/fixed"]
    for i in range(0, 3000, 2):
        del file[f"many/n{i}"]
    for i in range(0, 500, 2):
        del file["busy"].attrs[f"a{i}"]
    file["types/int32"][...] = 9
    file["chunks/both"][3:5] = 8
    file["compact"][0, 0] = -1
    file["texts/vlen"][1] = "no longer empty"
    file.move("chunks/deflated", "moved")
    file["again"] = file["scalar"]
    file["soft"] = h5py.SoftLink("/moved")


def edited(file: h5py.File) -> Iterator[str]:
    if (file["new/deep/x"][()] != np.arange(12).reshape(3, 4)).any() or (file["chunks/new"][()] != np.arange(100)).any():
        yield "what was added"
    if file["many/later"][()] != 5 or len(file["many"]) != 1501 or any(file[f"many/n{i}"][()] != i % 100 for i in range(1, 3000, 2)):
        yield "a group after links came and went"
    if file.attrs["later39"] != 39 or file.attrs["long"] != "shorter" or "numbers" in file.attrs or texts(file.attrs["words"]) != WORDS:
        yield "attributes of the root"
    if any((file["scalar"].attrs[f"later{i}"] != np.arange(i)).any() for i in range(40)) or file["many"].attrs["later39"] != "x" * 39:
        yield "attributes that were added"
    if file["types/float32"].attrs["scalar"] != "of another type" or "text" in file["types/float32"].attrs:
        yield "attributes that were changed"
    if len(file["busy"].attrs) != 250 or any(file["busy"].attrs[f"a{i}"] != i for i in range(1, 500, 2)):
        yield "dense attributes after some were removed"
    if (file["types/int32"][()] != 9).any() or (file["chunks/both"][3:5] != 8).any() or file["compact"][0, 0] != -1:
        yield "elements that were changed"
    if (file["chunks/both"][5:] != counting(1200, "i2").reshape(40, 30)[5:]).any() or (file["moved"][()] != counting(1200, "f8").reshape(40, 30)).any():
        yield "chunks beside those that were changed"
    if texts(file["texts/vlen"][()]) != ["one", "no longer empty", "three", "\u00fc"] or file["again"][()] != -7 or file["soft"].shape != (40, 30):
        yield "texts, links"


def main() -> None:
    path, copy = map(Path, sys.argv[1:])
    with h5py.File(path, "r") as file:
        for problem in content(file, "earliest" in path.name):
            print(problem)
    shutil.copyfile(path, copy)
    for libver in ("earliest", "latest"):
        with h5py.File(copy, "r+", libver=libver) as file:
            if libver == "earliest":
                edit(file)
            else:
                file["by the latest"] = np.arange(3)
                file["many"].attrs["by the latest"] = 1
        with h5py.File(copy, "r") as file:
            for problem in edited(file):
                print(f"after an edit by {libver}: {problem}")


if __name__ == "__main__":
    main()
