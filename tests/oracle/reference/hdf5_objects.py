# SPDX-License-Identifier: BSL-1.0
"""Every link and attribute of HDF5 files, as h5py sees them, in the lines that hdf5_probe prints.

    python hdf5_objects.py FILE...
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterator

import h5py
import numpy as np
from h5py import h5a, h5g, h5l, h5o, h5t

from hdf5_files import UNHASHED, _bytes, _dtype


def plain(text: bytes) -> str:
    return "".join(chr(one) if 32 < one < 127 and one != 37 else f"%{one:02x}" for one in text)


def attribute(at: h5py.AttributeManager, name: bytes) -> str:
    found = h5a.open(at._id, name)
    stored = found.get_type()
    dtype = _dtype(stored)
    count = int(np.prod(found.shape)) if found.get_space().get_simple_extent_type() != h5py.h5s.NULL else 0
    while stored.get_class() == h5t.ARRAY:
        count *= int(np.prod(stored.get_array_dims()))
        stored = stored.get_super()
    if dtype in UNHASHED.values():
        return f"{dtype}\t{count}\t-"
    digest = hashlib.sha256()
    if count:
        value = at[name.decode()]
        if dtype == "string":
            for item in np.asarray(value, dtype=object).ravel():
                item = _bytes(item)
                digest.update(len(item).to_bytes(8, "little") + item)
        else:
            array = np.asarray(value)
            digest.update((array.astype(array.dtype.newbyteorder("<")) if array.dtype.byteorder == ">" else array).tobytes())
    return f"{dtype}\t{count}\t{digest.hexdigest()}"


def attributes(of: h5o.ObjectID, path: str) -> Iterator[str]:
    manager = h5py.AttributeManager(type("", (), {"id": of})())
    for number in range(h5a.get_num_attrs(of)):
        name = h5a.open(of, index=number).name
        yield f"A\t{path}\t{plain(name)}\t{attribute(manager, name)}"


def links(of: h5g.GroupID, path: str, seen: set[int]) -> Iterator[str]:
    for name in of:
        below, kind = f"{path}/{plain(name)}", of.links.get_info(name).type
        file = target = b""
        if kind == h5l.TYPE_SOFT:
            target = of.links.get_val(name)
        elif kind == h5l.TYPE_EXTERNAL:
            file, target = of.links.get_val(name)
        child = None
        if kind != h5l.TYPE_EXTERNAL:
            try:
                child = h5o.open(of, name)
            except (KeyError, RuntimeError):  # nothing there, or links without end
                pass
        address = None if child is None else h5o.get_info(child).addr
        label = {h5l.TYPE_HARD: "hard", h5l.TYPE_SOFT: "soft", h5l.TYPE_EXTERNAL: "external"}.get(kind, "user")
        yield f"L\t{below}\t{label}\t{plain(file)}\t{plain(target)}\t{'-' if address is None else address}"
        if kind != h5l.TYPE_HARD or child is None or address in seen:
            continue
        seen.add(address)
        yield from attributes(child, below)
        if isinstance(child, h5g.GroupID):
            yield from links(child, below, seen)


def main() -> None:
    for path in sys.argv[1:]:
        print(f"F\t{path}")
        with h5py.File(path, "r") as file:
            root = h5g.open(file.id, b"/")
            for line in (*attributes(root, ""), *links(root, "", {h5o.get_info(root).addr})):
                print(line)


if __name__ == "__main__":
    main()
