# SPDX-License-Identifier: BSL-1.0
"""HDF5 files of every kind that h5py can write, for each range of library versions. Usage: see cases.py.

What h5py has no name for (shared messages, chunks whose edges bypass the filters, cache images) is asked of the same libhdf5
through ctypes.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import sys
import warnings
from collections.abc import Callable
from itertools import product
from pathlib import Path
from typing import Any

import h5py
import numpy as np
from cases import Cases, Lacking, main
from h5py import h5d, h5f, h5p, h5s, h5t, h5z

warnings.simplefilter("ignore")
cases = Cases()
Fill = Callable[[h5py.File], None]
BOUNDS = {"earliest": ("earliest", "v108"), "v108": ("v108", "v108"), "v110": ("v110", "v110"), "v112": ("v112", "v112"),
          "v114": ("v114", "v114"), "latest": ("latest", "latest")}  # fmt: skip
fills: list[Fill] = []


def versioned(fill: Fill) -> Fill:
    """Written with every range of versions."""
    fills.append(fill)
    return fill


def values(shape: Any, dtype: Any, seed: int = 1) -> np.ndarray:
    rng = np.random.default_rng(seed)
    kind = np.dtype(dtype).kind
    if kind in "fc":
        return (rng.standard_normal(shape) * 10).astype(dtype)
    return rng.integers(0, 2 if kind == "b" else 100, shape).astype(dtype)


def native_library() -> str:
    """The libhdf5 that h5py has loaded."""
    for line in Path("/proc/self/maps").read_text().splitlines():
        if "/libhdf5" in line and "_hl" not in line:
            return line.split()[-1]
    raise Lacking("the libhdf5 of h5py is not a library of its own")


def native(name: str, *types: Any) -> Callable[..., int]:
    """A function of that library."""
    found = getattr(ctypes.CDLL(native_library()), name, None)
    if found is None:
        raise Lacking(f"libhdf5 has no {name}")
    found.argtypes = list(types)
    found.restype = ctypes.c_int
    return lambda *arguments: _good(name, found(*arguments))


def _good(name: str, status: int) -> int:
    if status < 0:
        raise Lacking(f"{name} failed")
    return status


def put(file: h5py.File, name: str, stored: h5t.TypeID, data: np.ndarray, how: h5p.PropDCID | None = None, most: Any = None) -> h5d.DatasetID:
    """A dataset of any stored type."""
    made = h5d.create(file.id, name.encode(), stored, h5s.create_simple(data.shape, most or data.shape), how)
    made.write(h5s.ALL, h5s.ALL, np.ascontiguousarray(data))
    return made


def creation(chunk: tuple[int, ...] | None = None) -> h5p.PropDCID:
    how = h5p.create(h5p.DATASET_CREATE)
    if chunk:
        how.set_chunk(chunk)
    return how


# ---- written with every range of versions


@versioned
def numbers(file: h5py.File) -> None:
    for order, kind in product("<>", ("i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f2", "f4", "f8", "c8", "c16", "?")):
        file[f"{'little' if order == '<' else 'big'}/{kind.replace('?', 'bool')}"] = values((3, 4), order + kind)
    file["scalar"] = np.float64(2.5)
    file["longdouble"] = values((3,), "longdouble")
    file["rank9"] = values((1, 2, 1, 2, 1, 2, 1, 2, 3), "i2")
    file["rank32"] = np.arange(2, dtype="i4").reshape((1,) * 31 + (2,))
    file["none"] = values((0, 3), "f4")
    file["null"] = h5py.Empty("f4")
    file["null_text"] = h5py.Empty(h5py.string_dtype())
    file["complex_none"] = values((0,), "c8")


@versioned
def odd_numbers(file: h5py.File) -> None:
    for letter, base in (("le", h5t.STD_I64LE), ("be", h5t.STD_I64BE)):
        for precision, offset in ((1, 0), (7, 3), (31, 8), (33, 31), (63, 1)):
            stored = base.copy()
            stored.set_precision(precision)
            stored.set_offset(offset)
            if file.libver[0] == "earliest" and precision < 63:  # an old file may not hold what few programs write
                continue
            put(file, f"int{precision}_{letter}", stored, np.array([0, -1, 1, 5, -300], "i8"))
    for name, size, fields, bias in (("bfloat16", 2, (15, 7, 8, 0, 7), 127), ("float8_e5m2", 1, (7, 2, 5, 0, 2), 15),
                                     ("float8_e4m3", 1, (7, 3, 4, 0, 3), 7), ("float24", 3, (23, 15, 8, 0, 15), 127),
                                     ("float48", 6, (47, 36, 11, 0, 36), 1023)):  # fmt: skip
        stored = (h5t.IEEE_F64LE if size > 4 else h5t.IEEE_F32LE).copy()
        stored.set_fields(*fields)
        stored.set_precision(size * 8)
        stored.set_size(size)
        stored.set_ebias(bias)
        put(file, name, stored, np.array([1.5, -2, 0, 0.25, 3], "f4"))
    for name, stored in (("bits8", h5t.STD_B8LE), ("bits32", h5t.STD_B32BE), ("bits64", h5t.STD_B64LE)):
        made = h5d.create(file.id, name.encode(), stored, h5s.create_simple((4,)))
        made.write(h5s.ALL, h5s.ALL, values((4,), f"u{stored.get_size()}"), mtype=stored)
    file["enum_i1"] = np.array([1, -2, 1], h5py.enum_dtype({"A": 1, "B": -2}, "i1"))
    file["enum_u8"] = np.array([1, 2**60], h5py.enum_dtype({"A": 1, "B": 2**60}, ">u8"))
    file["not_bool"] = np.array([1, 0], h5py.enum_dtype({"FALSE": 0, "TRUE": 1, "MAYBE": 2}, "i1"))
    file["opaque"] = np.array([b"ab", b"cd"]).astype("V2")
    tagged = h5t.create(h5t.OPAQUE, 3)
    tagged.set_tag(b"a tag")
    h5d.create(file.id, b"tagged", tagged, h5s.create_simple((2,)))


@versioned
def texts(file: h5py.File) -> None:
    file["fixed"] = np.array([b"a", b"", b"abcd"], "S6")
    for name, pad, charset in product(("one", "many"), (h5t.STR_NULLTERM, h5t.STR_NULLPAD, h5t.STR_SPACEPAD), (h5t.CSET_ASCII, h5t.CSET_UTF8)):
        stored = h5t.C_S1.copy()
        stored.set_size(5)
        stored.set_strpad(pad)
        stored.set_cset(charset)
        data = np.array([b"ab", b"xyz ", b"", b"full5"], "S5")[: 1 if name == "one" else 4]
        made = h5d.create(file.id, f"{name}_{pad}_{charset}".encode(), stored, h5s.create_simple(data.shape))
        made.write(h5s.ALL, h5s.ALL, data, mtype=stored)
    file.create_dataset("vlen", data=["hello", "", "w\u00f6rld", "\U0001f600" * 300], dtype=h5py.string_dtype())
    file.create_dataset("vlen_ascii", data=["a", "b" * 70000], dtype=h5py.string_dtype("ascii"))
    file.create_dataset("chunked", data=[f"s{i}" for i in range(40)], dtype=h5py.string_dtype(), chunks=(7,), compression="gzip")
    file.create_dataset("never", (3, 2), dtype=h5py.string_dtype())
    file.create_dataset("filled", (4,), dtype="S3", fillvalue=b"xy")
    file.create_dataset("grid", data=np.array([["a", "b"], ["c", "d"]], dtype=object), dtype=h5py.string_dtype())
    file["one_text"] = "text"


@versioned
def structures(file: h5py.File) -> None:
    inner = np.dtype([("x", "f4"), ("y", ">i2", (2, 3))])
    outer = np.dtype([("a", "i4"), ("inner", inner, (2,)), ("s", "S5"), ("v", h5py.string_dtype()), ("b", "?")])
    file.create_dataset("compound", (3,), outer)
    file.create_dataset("compound_chunks", (5,), inner, chunks=(2,), compression="gzip", shuffle=True)
    file.create_dataset("not_complex", data=np.zeros(3, [("r", "f4"), ("j", "f4")]))
    file.create_dataset("array", (3,), np.dtype("(2,2)i2"))[...] = values((3, 2, 2), "i2")
    file.create_dataset("array_big", (4,), np.dtype("(3,)>f8"), chunks=(3,), compression="gzip")[...] = values((4, 3), "f8")
    file.create_dataset("vlen", (2,), h5py.vlen_dtype("i4"))[:] = [np.arange(3, dtype="i4"), np.arange(7, dtype="i4")]
    file.create_dataset("vlen_of_text", (2,), h5py.vlen_dtype(h5py.string_dtype()))
    file.create_dataset("objects", data=[file["compound"].ref, file["array"].ref], dtype=h5py.ref_dtype)
    file.create_dataset("regions", data=[file["array"].regionref[1:2]], dtype=h5py.regionref_dtype)
    file["named"] = np.dtype("f8")
    file["named_compound"] = inner
    file["named"].attrs["of a type"] = 1
    file.create_dataset("committed", data=values((3,), "f8"), dtype=file["named"])
    file.create_dataset("committed_compound", (3,), dtype=file["named_compound"])


@versioned
def chunk_indices(file: h5py.File) -> None:
    data = values((7, 9), "i4")
    for name, options in (("plain", {}), ("gzip", {"compression": "gzip", "shuffle": True})):
        group = file.create_group(name)
        group.create_dataset("fixed", data=data, chunks=(4, 5), **options)
        group.create_dataset("bounded", data=data, chunks=(4, 5), maxshape=(20, 30), **options)
        group.create_dataset("single", data=data, chunks=(7, 9), **options)
        group.create_dataset("one", data=data, chunks=(3, 4), maxshape=(None, 9), **options)
        group.create_dataset("other", data=data, chunks=(3, 4), maxshape=(7, None), **options)
        group.create_dataset("two", data=data, chunks=(3, 4), maxshape=(None, None), **options)
        group.create_dataset("larger", data=data[:, 0], chunks=(16,), maxshape=(None,), **options)
        group.create_dataset("never", (50, 60), "f4", chunks=(7, 8), maxshape=(None, None), fillvalue=2.5, **options)
        part = group.create_dataset("part", (50, 60), ">i4", chunks=(7, 8), maxshape=(None, 60), fillvalue=-3, **options)
        part[3:9, 10:30] = values((6, 20), "i4")
        grown = group.create_dataset("grown", (4, 5), "i2", chunks=(2, 3), maxshape=(None, 5), **options)
        grown[...] = values((4, 5), "i2")
        grown.resize((31, 5))
        grown[30] = 5
        grown.resize((31, 4))
        shrunk = group.create_dataset("shrunk", data=values((40, 40), "u1"), chunks=(3, 5), maxshape=(None, None), **options)
        shrunk.resize((11, 12))
        if not options:
            how = creation((3, 4))
            how.set_alloc_time(h5d.ALLOC_TIME_EARLY)
            made = h5d.create(group.id, b"implicit", h5t.STD_I32LE, h5s.create_simple((7, 9), (8, 10)), how)
            made.write(h5s.ALL, h5s.ALL, data)


@versioned
def many_chunks(file: h5py.File) -> None:
    for name, most in (("fixed", None), ("one", (None,)), ("bounded", (9000,))):
        file.create_dataset(name, data=np.arange(2600, dtype="i2"), chunks=(1,), maxshape=most)
    file.create_dataset("two", data=values((60, 60), "u1"), chunks=(1, 1), maxshape=(None, None))
    file.create_dataset("gzip", data=np.arange(2600, dtype="i4"), chunks=(1,), maxshape=(None,), compression=1)
    far = file.create_dataset("far", (200000,), "u1", chunks=(3,), maxshape=(None,), fillvalue=7)
    far[150000:150010] = 1
    far_fixed = file.create_dataset("far_fixed", (60000,), "u1", chunks=(3,), fillvalue=7)
    far_fixed[30000:30010] = 1


@versioned
def filters(file: h5py.File) -> None:
    smooth = (100 * np.sin(np.arange(200) / 20)).reshape(20, 10)
    for gzip, shuffle, sums in product((None, 1, 9, "lzf"), (False, True), (False, True)):
        name = f"{gzip}_{shuffle}_{sums}"
        for dtype in ("i2", ">f8"):
            file.create_dataset(f"{name}_{dtype[-2:]}", data=smooth.astype(dtype), chunks=(6, 7), compression=gzip, shuffle=shuffle, fletcher32=sums)
    for dtype in ("i1", "u2", ">i4", "u8"):
        file.create_dataset("scaled_" + dtype[-2:], data=np.abs(smooth).astype(dtype), chunks=(6, 7), scaleoffset=0)
    for dtype, digits in (("f4", 2), (">f8", 4)):
        file.create_dataset("scaled_" + dtype[-2:], data=smooth.astype(dtype), chunks=(6, 7), scaleoffset=digits)
    file.create_dataset("scaled_gzip", data=smooth.astype("i4"), chunks=(6, 7), scaleoffset=0, compression="gzip")
    for letter, base in (("le", h5t.STD_I32LE), ("be", h5t.STD_U16BE)):
        stored = base.copy()
        stored.set_precision(11)
        stored.set_offset(3)
        how = creation((6, 7))
        how.set_filter(h5z.FILTER_NBIT, 0, ())
        if file.libver[0] != "earliest":
            put(file, "nbit_" + letter, stored, np.abs(smooth).astype("i4"), how)
    for dtype, coding, block in (("u1", "ec", 16), (">i2", "nn", 8), ("i4", "nn", 4), ("f8", "nn", 8)):
        file.create_dataset("szip_" + dtype[-2:], data=smooth.astype(dtype), chunks=(20, 10), compression="szip", compression_opts=(coding, block))
    backwards = creation((6, 7))
    backwards.set_deflate(6)
    backwards.set_shuffle()
    put(file, "deflate_then_shuffle", h5t.STD_I32LE, smooth.astype("i4"), backwards)
    random = np.random.default_rng(3).integers(0, 256, 4000).astype("u1")
    for name, options in (("gzip", {"compression": 9}), ("lzf", {"compression": "lzf"}), ("both", {"compression": 1, "fletcher32": True})):
        file.create_dataset(f"random_{name}", data=random, chunks=(1000,), **options)


@versioned
def masks(file: h5py.File) -> None:
    made = file.create_dataset("mask", (16,), "<i4", chunks=(4,), compression="gzip", shuffle=True, fletcher32=False)
    made[:] = np.arange(16)
    made.id.write_direct_chunk((4,), np.arange(4, dtype="<i4").tobytes(), filter_mask=3)
    shuffled = np.arange(4, dtype="<i4").view("u1").reshape(4, 4).T.copy().tobytes()
    made.id.write_direct_chunk((8,), shuffled, filter_mask=2)


@versioned
def storage(file: h5py.File) -> None:
    data = values((7, 9), "i4")
    compact = creation()
    compact.set_layout(h5d.COMPACT)
    put(file, "compact", h5t.STD_I32BE, data, compact)
    for name, when in (("early", h5d.ALLOC_TIME_EARLY), ("late", h5d.ALLOC_TIME_LATE), ("incremental", h5d.ALLOC_TIME_INCR)):
        how = creation()
        how.set_alloc_time(when)
        h5d.create(file.id, name.encode(), h5t.STD_I32LE, h5s.create_simple((3, 4)), how)
    for name, when in (("fill_never", h5d.FILL_TIME_NEVER), ("fill_always", h5d.FILL_TIME_ALLOC), ("fill_if", h5d.FILL_TIME_IFSET)):
        how = creation((3, 3))
        how.set_fill_time(when)
        how.set_fill_value(np.array(17, ">i4"))
        made = h5d.create(file.id, name.encode(), h5t.STD_I32BE, h5s.create_simple((5, 5)), how)
        if when == h5d.FILL_TIME_NEVER:  # what was never written may be anything then
            made.write(h5s.ALL, h5s.ALL, values((5, 5), "i4"))
    file.create_dataset("filled_f8", (3, 2), ">f8", fillvalue=-1.25)
    file.create_dataset("filled_c8", (3, 2), "c8", fillvalue=1 + 2j)
    file.create_dataset("filled_bool", (3,), "?", fillvalue=True)


@versioned
def groups(file: h5py.File) -> None:
    for count in (0, 1, 8, 9, 40, 700):
        group = file.create_group(f"g{count}")
        for i in range(count):
            group[f"name{i}"] = h5py.SoftLink("/g1/name0") if i % 3 == 2 else np.int8(i % 100)
    file["g9/soft"] = h5py.SoftLink("/g1/name0")
    file["g9/relative"] = h5py.SoftLink("name1")
    file["g9/loop"] = h5py.SoftLink("/g9/loop")
    file["g9/dangling"] = h5py.SoftLink("/nowhere")
    file["g9/external"] = h5py.ExternalLink("other.h5", "/x")
    file["g9/up"] = file["/"]
    file["g9/again"] = file["g1/name0"]
    file["\u00fcml\u00e4ut/\U0001f600"] = np.int8(1)
    file["spaces and. dots/a b"] = np.int8(1)
    file["n" * 300 + "/" + "m" * 5000] = np.int8(1)
    file["/".join("d" * 60)] = np.int8(1)
    for i in range(0, 700, 2):
        del file[f"g700/name{i}"]
    file.move("g40", "moved")


@versioned
def attributes(file: h5py.File) -> None:
    for count in (1, 8, 9, 60):
        made = file.create_dataset(f"with{count}", data=np.int8(1))
        for i in range(count):
            made.attrs[f"a{i}"] = values((i % 4, 2), "f4" if i % 2 else ">i2")
    group = file.create_group("kinds")
    put_all = {"fixed": np.bytes_("fixed"), "vlen": "vlen \u00fc", "texts": ["a", "bb", ""], "int": np.int32(-7), "real": 1.5,
               "ints": np.array([1, 2], ">i4"), "yes": True, "empty": np.array([], "f8"), "complex": 1 + 2j, "half": np.float16(0.5),
               "reference": file["with1"].ref, "bytes": np.array([b"x", b"yz"]), "compound": np.zeros(2, [("a", "i4"), ("b", "f8")])}  # fmt: skip
    for name, value in put_all.items():
        group.attrs[name] = value
    group.attrs["null"] = h5py.Empty("f4")
    group.attrs.create("array", values((2, 3, 2), "i2"), dtype=np.dtype("(3,2)i2"))
    file["type"] = np.dtype(">f4")
    group.attrs.create("committed", [1, 2], dtype=file["type"])
    group.attrs["\u00fc"] = 1
    group.attrs["n" * 3000] = 1
    changed = file.create_group("changed")
    for i in range(30):
        changed.attrs[f"a{i}"] = i
    for i in range(0, 30, 2):
        del changed.attrs[f"a{i}"]
    for i in range(1, 30, 4):
        changed.attrs[f"a{i}"] = "now a text"
    h5py.h5a.rename(changed.id, b"a3", b"renamed")


@versioned
def tracked(file: h5py.File) -> None:
    for count in (3, 30):
        group = file.create_group(f"ordered{count}", track_order=True)
        for i in range(count):
            group[f"z{count - i}"] = np.int8(i)
            group.attrs[f"b{count - i}"] = i
    made = file.create_dataset("dataset", data=np.int8(1), track_order=True)
    for i in range(20):
        made.attrs[f"c{20 - i}"] = i
    timed = creation()
    timed.set_obj_track_times(True)
    put(file, "timed", h5t.STD_I8LE, np.arange(3, dtype="i1"), timed)


@versioned
def rewritten(file: h5py.File) -> None:
    """Headers that grew and shrank: continuations, gaps, free space."""
    name = file.filename
    for round_ in range(6):
        group = file.require_group("grown")
        for i in range(12):
            group.attrs[f"r{round_}_{i}"] = "x" * (10 * i)
            group[f"d{round_}_{i}"] = values((i + 1,), "f4", i)
        for i in range(0, 12, 3):
            del group.attrs[f"r{round_}_{i}"]
            del group[f"d{round_}_{i}"]
        file.flush()
    file.copy("grown", "copied")
    file["copied/d1_1"][...] = 5
    assert name == file.filename


def of_version(fill: Fill, bounds: tuple[str, str]) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        with h5py.File(path, "w", libver=bounds) as file:
            fill(file)

    return write


for bound, fill in product(BOUNDS, fills):
    cases.add(f"y_{fill.__name__}_{bound}.h5", of_version(fill, BOUNDS[bound]))


# ---- kinds of files


def special(name: str, **options: Any) -> Callable[[Fill], Fill]:
    def keep(fill: Fill) -> Fill:
        def write(path: Path) -> None:
            with h5py.File(path, "w", **options) as file:
                fill(file)

        cases.add(f"{name}.h5", write)
        return fill

    return keep


def some(file: h5py.File) -> None:
    file["x"] = values((20,), "f4")
    file.create_dataset("text", data=["ab", "cdef"], dtype=h5py.string_dtype())
    file.create_dataset("chunked", data=np.arange(50), chunks=(7,), maxshape=(None,), compression="gzip")
    for i in range(40):
        file.attrs[f"a{i}"] = i
        file[f"many/d{i}"] = np.int16(i)


for block, bound in product((512, 1024, 4096), ("earliest", "latest")):
    special(f"y_userblock_{block}_{bound}", userblock_size=block, libver=bound)(some)
for strategy, persist in (("page", False), ("page", True), ("fsm", True), ("aggregate", False), ("none", False)):
    special(f"y_space_{strategy}_{persist}", fs_strategy=strategy, fs_persist=persist, fs_page_size=4096 if strategy == "page" else None, libver="latest")(some)
special("y_ordered", track_order=True)(some)
special("y_ordered_latest", track_order=True, libver="latest")(some)


def created(change: Callable[[h5p.PropFCID], None], fill: Fill = some, bounds: tuple[int, int] | None = None) -> Callable[[Path], None]:
    """With properties of the file's creation."""

    def write(path: Path) -> None:
        made, access = h5p.create(h5p.FILE_CREATE), h5p.create(h5p.FILE_ACCESS)
        if bounds:
            access.set_libver_bounds(*bounds)
        change(made)
        with h5py.File(h5f.create(str(path).encode(), h5f.ACC_TRUNC, made, access)) as file:
            fill(file)

    return write


OLD = (h5f.LIBVER_EARLIEST, h5f.LIBVER_V18)


def sym_k(made: h5p.PropFCID, internal: int, leaf: int) -> None:
    native("H5Pset_sym_k", ctypes.c_int64, ctypes.c_uint, ctypes.c_uint)(made.id, internal, leaf)


for offsets, lengths in product((2, 4, 8), repeat=2):
    cases.add(f"y_sizes_{offsets}_{lengths}.h5", created(lambda made, o=offsets, l=lengths: made.set_sizes(o, l), some, OLD))
    if lengths == 2:  # the largest block of a heap is 64 KiB, which two bytes do not hold
        continue
    sound = lengths == 8  # libhdf5 does not find unlimited sizes again where lengths are short
    cases.add(
        f"y_sizes_{offsets}_{lengths}_latest.h5",
        created(lambda made, o=offsets, l=lengths: made.set_sizes(o, l), some, (h5f.LIBVER_LATEST,) * 2),
        oracle=sound,
        same_as=None if sound else f"y_sizes_{offsets}_{lengths}.h5",
    )
cases.add("y_sym_k.h5", created(lambda made: sym_k(made, 2, 1), groups))
cases.add("y_sym_k_large.h5", created(lambda made: sym_k(made, 64, 32), groups))
cases.add("y_istore_k.h5", created(lambda made: native("H5Pset_istore_k", ctypes.c_int64, ctypes.c_uint)(made.id, 2), many_chunks))


def share(made: h5p.PropFCID) -> None:
    """Shared messages: spaces and types in one index, fill values and filters, attributes each in one."""
    native("H5Pset_shared_mesg_nindexes", ctypes.c_int64, ctypes.c_uint)(made.id, 3)
    index = native("H5Pset_shared_mesg_index", ctypes.c_int64, ctypes.c_uint, ctypes.c_uint, ctypes.c_uint)
    index(made.id, 0, (1 << 1) | (1 << 3), 10)
    index(made.id, 1, (1 << 5) | (1 << 11), 10)
    index(made.id, 2, 1 << 12, 10)


def shared_lists(made: h5p.PropFCID) -> None:
    share(made)
    native("H5Pset_shared_mesg_phase_change", ctypes.c_int64, ctypes.c_uint, ctypes.c_uint)(made.id, 500, 400)


def shared_trees(made: h5p.PropFCID) -> None:
    share(made)
    native("H5Pset_shared_mesg_phase_change", ctypes.c_int64, ctypes.c_uint, ctypes.c_uint)(made.id, 0, 0)


for fill in (some, attributes, storage, structures, filters):
    cases.add(f"y_shared_lists_{fill.__name__}.h5", created(shared_lists, fill))
    cases.add(f"y_shared_trees_{fill.__name__}.h5", created(shared_trees, fill, (h5f.LIBVER_V18, h5f.LIBVER_LATEST)))


@cases.case("y_edges_unfiltered.h5")
def edges_unfiltered(path: Path) -> None:
    with h5py.File(path, "w", libver="latest") as file:
        for name, most in (("fixed", (7, 9)), ("one", (h5s.UNLIMITED, 9)), ("two", (h5s.UNLIMITED, h5s.UNLIMITED))):
            how = creation((4, 5))
            how.set_shuffle()
            how.set_deflate(6)
            native("H5Pset_chunk_opts", ctypes.c_int64, ctypes.c_uint)(how.id, 2)
            put(file, name, h5t.STD_I32LE, values((7, 9), "i4"), how, most)


@cases.case("y_heap_filtered.h5")
def heap_filtered(path: Path) -> None:
    """Links in a fractal heap that goes through deflate."""
    with h5py.File(path, "w", libver="latest") as file:
        how = h5p.create(h5p.GROUP_CREATE)
        native("H5Pset_deflate", ctypes.c_int64, ctypes.c_uint)(how.id, 6)
        group = h5py.Group(h5py.h5g.create(file.id, b"dense", gcpl=how))
        for i in range(500):
            group[f"a rather long name of a link that repeats {i}"] = np.int8(i % 100)


@cases.case("y_fletcher_heap.h5")
def heap_fletcher(path: Path) -> None:
    with h5py.File(path, "w", libver="latest") as file:
        how = h5p.create(h5p.GROUP_CREATE)
        native("H5Pset_fletcher32", ctypes.c_int64)(how.id)
        group = h5py.Group(h5py.h5g.create(file.id, b"dense", gcpl=how))
        for i in range(100):
            group[f"link {i}"] = np.int8(i)


@cases.case("y_huge_attributes.h5")
def huge_attributes(path: Path) -> None:
    """Attributes beyond 64 KiB: huge objects of a fractal heap."""
    with h5py.File(path, "w", libver="latest") as file:
        for size in (10, 4000, 70000, 500000):
            file.attrs[f"bytes{size}"] = values((size,), "u1", size)
        file.attrs.create("fixed", np.array([b"x" * 300] * 1000))
        file.attrs["vlen"] = "y" * 1000000
        file["d"] = np.int8(1)
        for i in range(30):
            file["d"].attrs[f"large{i}"] = values((9000,), "f8", i)


@cases.case("y_many_attributes.h5")
def many_attributes(path: Path) -> None:
    with h5py.File(path, "w", libver="latest") as file:
        for i in range(3000):
            file.attrs[f"attribute {i}"] = i


@cases.case("y_many_links.h5")
def many_links(path: Path) -> None:
    with h5py.File(path, "w", libver="latest") as file:
        one = file.create_dataset("one", data=np.int8(1))
        group = file.create_group("names", track_order=True)
        for i in range(20000):
            group[f"{i}{'x' * (i % 70)}"] = h5py.SoftLink("/one") if i % 100 else one


@cases.case("y_swmr.h5")
def swmr(path: Path) -> None:
    with h5py.File(path, "w", libver="latest") as file:
        made = file.create_dataset("x", (0,), "i4", chunks=(5,), maxshape=(None,))
        wide = file.create_dataset("y", (0, 3), "f4", chunks=(5, 2), maxshape=(None, None))
        file.swmr_mode = True
        for i in range(60):
            made.resize((i + 1,))
            made[i] = i
            wide.resize((i + 1, 3))
            wide[i] = i
            made.flush()


@cases.case("y_swmr_open.h5", same_as="y_swmr.h5", oracle=False)
def swmr_open(path: Path) -> None:
    """What a reader sees while a writer has the file open; libhdf5 wants to be told."""
    other = path.with_suffix(".writing")
    with h5py.File(other, "w", libver="latest") as file:
        made = file.create_dataset("x", data=np.arange(60, dtype="i4"), chunks=(5,), maxshape=(None,))
        wide = np.repeat(np.arange(60, dtype="f4")[:, None], 3, 1)
        file.create_dataset("y", data=wide, chunks=(5, 2), maxshape=(None, None))
        file.swmr_mode = True
        made.flush()
        file.flush()
        shutil.copyfile(other, path)
    other.unlink()


@cases.case("y_old_references.h5")
def references(path: Path) -> None:
    with h5py.File(path, "w") as file:
        file["a"] = values((5, 5), "i4")
        file.create_dataset("many", data=[file["a"].ref] * 5, dtype=h5py.ref_dtype)
        file["a"].attrs["points"] = file["a"].regionref[1:3, ::2]
        file["scale"] = np.arange(5.0)
        file["scale"].make_scale("axis")
        file["a"].dims[0].attach_scale(file["scale"])


@cases.case("y_standard_references.h5")
def standard_references(path: Path) -> None:
    with h5py.File(path, "w", libver="latest") as file:
        file["a"] = np.int8(1)
        stored = ctypes.c_int64.in_dll(ctypes.CDLL(native_library()), "H5T_STD_REF_g").value
        create = ctypes.CDLL(native_library()).H5Dcreate2
        create.argtypes, create.restype = [ctypes.c_int64, ctypes.c_char_p, *[ctypes.c_int64] * 5], ctypes.c_int64
        space = h5s.create_simple((2,))
        if create(file.id.id, b"references", stored, space.id, 0, 0, 0) < 0:
            raise Lacking("no references of version 1.12")


@cases.case("y_native_complex.h5")
def native_complex(path: Path) -> None:
    if not hasattr(h5t, "COMPLEX_IEEE_F32LE"):
        raise Lacking("no complex numbers of HDF5 2.0")
    with h5py.File(path, "w", libver="latest") as file:
        data = np.array([1.5 - 2j, 0.25j, -3, 7], "c16")
        for size, (letter, order) in product((32, 64), (("LE", "<"), ("BE", ">"))):
            stored, space = getattr(h5t, f"COMPLEX_IEEE_F{size}{letter}"), h5s.create_simple((4,))
            chunked = creation((3,))
            chunked.set_shuffle()
            chunked.set_deflate(6)
            for name, how in (("", None), ("_chunks", chunked)):
                made = h5d.create(file.id, f"c{size}_{letter}{name}".encode(), stored, space, how)
                made.write(h5s.ALL, h5s.ALL, data.astype(f"{order}c{size // 4}"), mtype=stored)
        file.create_dataset("compound", (2,), np.dtype([("a", "i4"), ("b", "f8", (2,))]), chunks=(1,))


@cases.case("y_dense_always.h5")
def dense_always(path: Path) -> None:
    """Links and attributes in heaps from the first on, or in headers whatever their number; comments, creation order."""
    phase = ("_phase_change", ctypes.c_int64, ctypes.c_uint, ctypes.c_uint)
    with h5py.File(path, "w", libver="latest") as file:
        for name, most, least in (("dense", 0, 0), ("compact", 5000, 4000)):
            how = h5p.create(h5p.GROUP_CREATE)
            native("H5Pset_link" + phase[0], *phase[1:])(how.id, most, least)
            native("H5Pset_attr" + phase[0], *phase[1:])(how.id, most, least)
            how.set_link_creation_order(h5p.CRT_ORDER_TRACKED | h5p.CRT_ORDER_INDEXED)
            how.set_attr_creation_order(h5p.CRT_ORDER_TRACKED | h5p.CRT_ORDER_INDEXED)
            group = h5py.Group(h5py.h5g.create(file.id, name.encode(), gcpl=how))
            for i in range(1 if name == "dense" else 900):
                group[f"link{900 - i}"] = np.int16(i)
                group.attrs[f"attribute{900 - i}"] = i
            h5py.h5o.set_comment(group.id, b"a comment")
            h5py.h5o.set_comment(group["link900"].id, b"another")


@cases.case("y_user_link.h5")
def user_link(path: Path) -> None:
    """A link of a class that the program defined."""
    traverse = ctypes.CFUNCTYPE(ctypes.c_int64, ctypes.c_char_p, ctypes.c_int64, ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int64, ctypes.c_int64)
    nothing = traverse(lambda *_: -1)

    class LinkClass(ctypes.Structure):
        _fields_ = [("version", ctypes.c_int), ("id", ctypes.c_int), ("comment", ctypes.c_char_p), ("create", ctypes.c_void_p),
                    ("move", ctypes.c_void_p), ("copy", ctypes.c_void_p), ("traverse", traverse), ("delete", ctypes.c_void_p),
                    ("query", ctypes.c_void_p)]  # fmt: skip

    link = LinkClass(1, 70, b"user", None, None, None, nothing, None, None)
    native("H5Lregister", ctypes.c_void_p)(ctypes.byref(link))
    make = native("H5Lcreate_ud", ctypes.c_int64, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p, ctypes.c_size_t, ctypes.c_int64, ctypes.c_int64)
    with h5py.File(path, "w", libver="latest") as file:
        file["beside"] = np.int8(1)
        make(file.id.id, b"user", 70, b"data of it", 10, 0, 0)
    native("H5Lunregister", ctypes.c_int)(70)


@cases.case("y_time.h5")
def unix_time(path: Path) -> None:
    with h5py.File(path, "w") as file:
        h5d.create(file.id, b"time", h5t.UNIX_D32LE, h5s.create_simple((3,)))
        file["x"] = np.int8(1)


@cases.case("y_trailing.h5")
def trailing(path: Path) -> None:
    with h5py.File(path, "w") as file:
        some(file)
    with path.open("ab") as file:
        file.write(b"more bytes that are no part of the file" * 20)


@cases.case("y_opened_again.h5")
def opened_again(path: Path) -> None:
    """Written with one range of versions, gone on with by another."""
    with h5py.File(path, "w", libver="earliest") as file:
        some(file)
    with h5py.File(path, "r+", libver="latest") as file:
        file["new/deep"] = values((3, 3), "f8")
        file["many/later"] = np.arange(5)
        for i in range(20):
            file["x"].attrs[f"later{i}"] = i
        file.create_dataset("later", data=values((30, 30), "f4"), chunks=(4, 4), maxshape=(None, None), compression="gzip")
        del file["many/d3"]


# ---- what is refused


@cases.case("n_hdf5.virtual_dataset__latest.h5", oracle=False)
def virtual(path: Path) -> None:
    with h5py.File(path, "w", libver="latest") as file:
        layout = h5py.VirtualLayout((4,), "i4")
        layout[:] = h5py.VirtualSource("other.h5", "x", (4,))
        file.create_virtual_dataset("x", layout)
        file["beside"] = np.int8(1)


@cases.case("n_hdf5.external_data__old.h5", oracle=False)
def external(path: Path) -> None:
    with h5py.File(path, "w") as file:
        file.create_dataset("x", (4,), "i4", external=[("/etc/hostname", 0, 16)])


@cases.case("n_hdf5.split_file__family.h5", oracle=False)
def family(path: Path) -> None:
    parts = str(path.with_suffix("")) + "-%02d.part"
    with h5py.File(parts, "w", driver="family", memb_size=8192) as file:
        file["x"] = np.arange(5)
    first = Path(parts % 0)
    first.rename(path)
    for other in path.parent.glob(f"{path.stem}-*.part"):
        other.unlink()


@cases.case("n_hdf5.cache_image__one.h5", oracle=False)
def cache_image(path: Path) -> None:
    class Config(ctypes.Structure):
        _fields_ = [("version", ctypes.c_int), ("generate", ctypes.c_bool), ("resize", ctypes.c_bool), ("age", ctypes.c_int)]

    access = h5p.create(h5p.FILE_ACCESS)
    access.set_libver_bounds(h5f.LIBVER_LATEST, h5f.LIBVER_LATEST)
    config = Config(1, True, False, -1)
    native("H5Pset_mdc_image_config", ctypes.c_int64, ctypes.c_void_p)(access.id, ctypes.byref(config))
    with h5py.File(h5f.create(str(path).encode(), h5f.ACC_TRUNC, None, access)) as file:
        some(file)


@cases.case("n_hdf5.cut_short__latest.h5")
def cut_short(path: Path) -> None:
    with h5py.File(path, "w", libver="latest") as file:
        some(file)
    os.truncate(path, path.stat().st_size - 100)


if __name__ == "__main__":
    sys.exit(main(cases))
