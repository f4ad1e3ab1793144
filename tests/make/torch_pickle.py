# SPDX-License-Identifier: BSL-1.0
"""Pickles written opcode by opcode, for what no current Python writes any more, or never did."""

from __future__ import annotations

import struct

MARK, STOP, NONE, TRUE, FALSE = b"(", b".", b"N", b"\x88", b"\x89"
TUPLE, TUPLE1, TUPLE2, TUPLE3, EMPTY_TUPLE = b"t", b"\x85", b"\x86", b"\x87", b")"
LIST, EMPTY_LIST, APPEND, APPENDS = b"l", b"]", b"a", b"e"
DICT, EMPTY_DICT, SETITEM, SETITEMS = b"d", b"}", b"s", b"u"
EMPTY_SET, ADDITEMS, FROZENSET = b"\x8f", b"\x90", b"\x91"
POP, POP_MARK, DUP, MEMOIZE = b"0", b"1", b"2", b"\x94"
REDUCE, BUILD, NEWOBJ, NEWOBJ_EX, OBJ = b"R", b"b", b"\x81", b"\x92", b"o"
STACK_GLOBAL, BINPERSID, NEXT_BUFFER, READONLY_BUFFER = b"\x93", b"Q", b"\x97", b"\x98"


def proto(version: int) -> bytes:
    return bytes([0x80, version])


def frame(size: int) -> bytes:
    return b"\x95" + struct.pack("<Q", size)


def glob(module: str, name: str) -> bytes:
    return f"c{module}\n{name}\n".encode()


def inst(module: str, name: str) -> bytes:
    return f"i{module}\n{name}\n".encode()


def text(value: str | bytes) -> bytes:
    data = value.encode() if isinstance(value, str) else value
    return b"X" + struct.pack("<I", len(data)) + data


def old_text(value: str) -> bytes:
    """SHORT_BINSTRING, a Python 2 `str`."""
    return b"U" + bytes([len(value)]) + value.encode("latin1")


def binary(value: bytes) -> bytes:
    return b"B" + struct.pack("<I", len(value)) + value


def integer(value: int) -> bytes:
    if 0 <= value < 256:
        return b"K" + bytes([value])
    if 0 <= value < 65536:
        return b"M" + struct.pack("<H", value)
    if -(1 << 31) <= value < 1 << 31:
        return b"J" + struct.pack("<i", value)
    return long1(value)


def long1(value: int) -> bytes:
    size = (value.bit_length() + 8) // 8 if value else 0
    return b"\x8a" + bytes([size]) + value.to_bytes(size, "little", signed=True)


def real(value: float) -> bytes:
    return b"G" + struct.pack(">d", value)


def put(index: int) -> bytes:
    return b"q" + bytes([index]) if index < 256 else b"r" + struct.pack("<I", index)


def get(index: int) -> bytes:
    return b"h" + bytes([index]) if index < 256 else b"j" + struct.pack("<I", index)


def group(*items: bytes) -> bytes:
    return MARK + b"".join(items) + TUPLE


def ints(*values: int) -> bytes:
    return group(*(integer(value) for value in values))


def call(function: bytes, *arguments: bytes) -> bytes:
    return function + group(*arguments) + REDUCE


def ordered(*arguments: bytes) -> bytes:
    return call(glob("collections", "OrderedDict"), *arguments)


def table(*pairs: tuple[str, bytes]) -> bytes:
    """A plain dictionary."""
    return EMPTY_DICT + MARK + b"".join(text(key) + value for key, value in pairs) + SETITEMS


def pickled(value: bytes, version: int = 2) -> bytes:
    return proto(version) + value + STOP


def storage(key: str, numel: int, kind: str = "FloatStorage", location: str = "cpu", module: str = "torch") -> bytes:
    """The persistent id of a storage in a zip archive."""
    return group(text("storage"), glob(module, kind), text(key), text(location), integer(numel)) + BINPERSID


def old_storage(key: str, numel: int, kind: str = "FloatStorage", view: bytes = NONE) -> bytes:
    """The persistent id of a storage among stacked pickles: with a view's data behind it."""
    parts = (text("storage"), glob("torch", kind), text(key), text("cpu"), integer(numel), view)
    return group(*parts) + BINPERSID


def tensor(source: bytes, size: bytes, stride: bytes, offset: bytes = integer(0)) -> bytes:
    rebuild = glob("torch._utils", "_rebuild_tensor_v2")
    return call(rebuild, source, offset, size, stride, FALSE, ordered())
