# SPDX-License-Identifier: BSL-1.0
"""`.npy` of all three versions and `.npz`, written by NumPy and by hand. Usage: see cases.py."""

from __future__ import annotations

import io
import struct
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from cases import Cases, main
from torch_zip import DEFLATED, Entry, archive

cases = Cases()
KINDS = "|b1 |i1 |u1 <i2 <i4 <i8 <u2 <u4 <u8 <f2 <f4 <f8 <c8 <c16 >i2 >u4 >i8 >f2 >f4 >f8 >c16".split()


def array_case(name: str, make: Callable[[], Any], fixture: bool = False, **options: Any) -> None:
    cases.add(name, lambda path: np.save(path, make(), **options), fixture=fixture)


def bytes_case(name: str, make: Callable[[], bytes], fixture: bool = True, **facts: Any) -> None:
    cases.add(name, lambda path: path.write_bytes(make()), fixture=fixture, **facts)


def grid(kind: str = "<f4") -> np.ndarray:
    return np.arange(6).reshape(2, 3).astype(kind)


def written(array: np.ndarray, version: tuple[int, int] | None = None) -> bytes:
    buffer = io.BytesIO()
    np.lib.format.write_array(buffer, array, version)
    return buffer.getvalue()


def headed(header: str, data: bytes, version: int = 1, pad: int = 0) -> bytes:
    """A header as given: NumPy always pads to 64 and ends the line, older writers did not."""
    text = header.encode("utf-8" if version == 3 else "latin1") + b" " * pad + b"\n"
    return b"\x93NUMPY" + bytes([version, 0]) + struct.pack("<H" if version == 1 else "<I", len(text)) + text + data


FLOATS = struct.pack("<6f", *range(6))
TOLD = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }"

for kind in KINDS:
    slug = kind.replace("|", "").replace("<", "le_").replace(">", "be_")
    array_case(f"y_{slug}.npy", lambda kind=kind: grid(kind), fixture=kind in ("|b1", "<f2", "<f4", ">f4", "<c16", ">i8"))
array_case("y_fortran.npy", lambda: np.asfortranarray(grid()), fixture=True)
array_case("y_fortran_rank_3_big_endian.npy", lambda: np.asfortranarray(np.arange(24).reshape(2, 3, 4).astype(">i2")), fixture=True)
array_case("y_scalar.npy", lambda: np.array(2.5), fixture=True)
array_case("y_empty.npy", lambda: np.zeros((0,)), fixture=True)
array_case("y_empty_inner.npy", lambda: np.zeros((2, 0, 3), dtype="<i4"))
array_case("y_one.npy", lambda: np.array([7], dtype="<i8"))
array_case("y_rank_9.npy", lambda: np.arange(8).reshape(1, 2, 1, 2, 1, 2, 1, 1, 1))
array_case("y_special_values.npy", lambda: np.array([0.0, -0.0, np.inf, -np.inf, np.nan, 5e-324]))
array_case("y_unicode.npy", lambda: np.array(["a", "\u00fc\u4e16", "", "\U0001f600"]), fixture=True)
array_case("y_unicode_big_endian.npy", lambda: np.array(["ab", "c"]).astype(">U2"), fixture=True)
array_case("y_bytes.npy", lambda: np.array([b"ab", b"c", b"", b"x\0y"]), fixture=True)
array_case("i_structured.npy", lambda: np.zeros(2, dtype=[("a", "<i4"), ("b", "<f8", (2,))]), fixture=True)
array_case("i_void.npy", lambda: np.zeros(2, dtype="V5"), fixture=True)
array_case("i_datetime.npy", lambda: np.array(["2024-01-02"], dtype="datetime64[D]"), fixture=True)
array_case("i_long_double.npy", lambda: np.zeros(2, dtype=np.longdouble), fixture=True)
array_case("n_npy.object_array__list.npy", lambda: np.array([1, "a", None], dtype=object), fixture=True, allow_pickle=True)
bytes_case("n_npy.object_array__in_a_field.npy", lambda: written(np.zeros(1, dtype=[("a", "O")])))
for number in (1, 2, 3):
    bytes_case(f"y_version_{number}.npy", lambda number=number: written(grid(), (number, 0)))
bytes_case("y_unaligned_header.npy", lambda: headed(TOLD, FLOATS, pad=3))
bytes_case("y_header_without_spaces.npy", lambda: headed("{'descr':'<f4','fortran_order':False,'shape':(2,3)}", FLOATS))
bytes_case("y_header_other_order.npy", lambda: headed('{"shape": (2, 3), "descr": "<f4", "fortran_order": False}', FLOATS))
bytes_case("y_header_of_python2.npy", lambda: headed("{'descr': '<f4', 'fortran_order': False, 'shape': (2L, 3L), }", FLOATS))
bytes_case("y_native_order.npy", lambda: headed(TOLD.replace("<f4", "=f4"), FLOATS))
bytes_case("y_trailing_bytes.npy", lambda: headed(TOLD, FLOATS + b"more"))
bytes_case("y_two_arrays.npy", lambda: written(grid()) + written(grid()))
bytes_case("n_npy.truncated__data.npy", lambda: headed(TOLD, FLOATS[:-1]))
bytes_case("n_npy.truncated__header.npy", lambda: headed(TOLD, b"")[:40])
bytes_case("n_npy.version__9.npy", lambda: b"\x93NUMPY\x09\x00" + headed(TOLD, FLOATS)[8:])
bytes_case("n_npy.bad_header__no_shape.npy", lambda: headed("{'descr': '<f4', 'fortran_order': False}", FLOATS))
bytes_case("n_npy.bad_header__code.npy", lambda: headed("{'descr': __import__('os').getcwd(), 'fortran_order': False, 'shape': ()}", FLOATS))
bytes_case("n_npy.bad_header__negative.npy", lambda: headed(TOLD.replace("(2, 3)", "(-2, -3)"), FLOATS))
bytes_case("n_npy.bad_header__extra_key.npy", lambda: headed(TOLD.replace("{", "{'more': 1, "), FLOATS))
bytes_case("n_npy.bad_header__nested.npy", lambda: headed("{'descr': " + "(" * 5000 + ")" * 5000 + "}", FLOATS))
bytes_case("n_npy.bad_dtype__unknown.npy", lambda: headed(TOLD.replace("<f4", "<q9"), FLOATS))
bytes_case("n_npy.too_large__product.npy", lambda: headed(TOLD.replace("(2, 3)", "(4294967296, 4294967296, 4)"), FLOATS))
bytes_case("n_npy.truncated__zero_then_huge.npy", lambda: headed(TOLD.replace("(2, 3)", "(9223372036854775807, 2)"), FLOATS))


def arrays() -> dict[str, np.ndarray]:
    return {"weight": grid(), "fortran": np.asfortranarray(grid("<f8")), "be": grid(">i4"), "flag": np.array([True]), "a/b.c": np.array(5)}


@cases.case("y_stored.npz", fixture=True)
def stored(path: Path) -> None:
    np.savez(path, **arrays())


@cases.case("y_deflated.npz", fixture=True)
def deflated(path: Path) -> None:
    np.savez_compressed(path, zeros=np.zeros(5000), **arrays())


@cases.case("y_unnamed.npz")
def unnamed(path: Path) -> None:
    np.savez(path, grid(), np.ones(2))


@cases.case("y_no_arrays.npz")
def no_arrays(path: Path) -> None:
    np.savez(path, one=np.zeros(0))


@cases.case("y_strings.npz")
def strings(path: Path) -> None:
    np.savez(path, u=np.array(["a", "\u00fc"]), s=np.array([b"ab", b"c"]))


def zipped(**more: Any) -> bytes:
    """Sizes only in the local header (no descriptor), or wherever `more` puts them."""
    fields = {"descriptor": False, "flags": 0} | {key: more.pop(key) for key in ("method", "zip64", "descriptor", "crc") if key in more}
    return archive([Entry(f"{name}.npy", written(array), **fields) for name, array in arrays().items()], **more)


bytes_case("y_zip64.npz", lambda: zipped(zip64=True))
bytes_case("y_zip64_deflated.npz", lambda: zipped(zip64=True, method=DEFLATED))
bytes_case("y_descriptors.npz", lambda: archive([Entry(f"{name}.npy", written(array)) for name, array in arrays().items()]), fixture=False)
bytes_case("y_aligned.npz", lambda: zipped(align=64), fixture=False)
bytes_case("n_zip.bad_crc__member.npz", lambda: zipped(crc=0x12345678))
bytes_case("i_same_name_twice.npz", lambda: archive([Entry("a.npy", written(grid()), descriptor=False), Entry("a.npy", written(np.ones(2)), descriptor=False)]))


@cases.case("n_npy.object_array__member.npz", fixture=True)
def object_member(path: Path) -> None:
    np.savez(path, fine=np.ones(2), objects=np.array([None]))


@cases.case("n_zip.method__bzip2.npz", fixture=True, oracle=False)
def bzip2(path: Path) -> None:
    """Python's zipfile reads it; nobody's NumPy writes it."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_BZIP2) as file:
        file.writestr(zipfile.ZipInfo("a.npy"), written(grid()), zipfile.ZIP_BZIP2)


if __name__ == "__main__":
    sys.exit(main(cases))
