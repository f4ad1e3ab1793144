# SPDX-License-Identifier: BSL-1.0
"""Zip archives with every field in hand: read the entries of one, change them, write another.

Python's own `zipfile` writes neither torch's layout (padding, descriptors, zip64 end record) nor broken
archives. Layout: PKWARE APPNOTE 6.3, sections 4.3.7 (local), 4.3.9 (descriptor), 4.3.12 (central),
4.3.14 to 4.3.16 (end records), 4.5.3 (zip64 extra).
"""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

STORED, DEFLATED = 0, 8
CAP16, CAP32 = 0xFFFF, 0xFFFFFFFF


@dataclass(frozen=True)
class Entry:
    """One member. A field that is `None` is written as it should be; any other value as given."""

    name: str
    data: bytes
    method: int = STORED
    flags: int | None = None
    crc: int | None = None
    stored_size: int | None = None
    size: int | None = None
    local_name: bytes | None = None
    local_method: int | None = None
    offset: int | None = None
    body: bytes | None = None  # the bytes in the archive, instead of those that `method` makes
    extra: bytes = b""
    zip64: bool = False
    descriptor: bool = True

    def packed(self) -> bytes:
        if self.body is not None:
            return self.body
        if self.method != DEFLATED:
            return self.data
        packer = zlib.compressobj(9, zlib.DEFLATED, -15)
        return packer.compress(self.data) + packer.flush()


def entries(path: Path) -> list[Entry]:
    with zipfile.ZipFile(path) as archive:
        return [Entry(info.filename, archive.read(info)) for info in archive.infolist()]


def named(root: str, items: Iterable[Entry]) -> list[Entry]:
    """The same members below another root; an empty root is none."""
    prefix = f"{root}/" if root else ""
    return [replace(item, name=prefix + item.name.partition("/")[2]) for item in items]


def only(items: Iterable[Entry], keep: Callable[[str], bool]) -> list[Entry]:
    """The members whose name below the root is wanted."""
    return [item for item in items if keep(item.name.partition("/")[2])]


def _local(entry: Entry, offset: int, align: int) -> tuple[bytes, bytes]:
    """The local header with its padding, and the bytes that follow the data."""
    name = entry.name.encode() if entry.local_name is None else entry.local_name
    body = entry.packed()
    described = entry.descriptor and bool(body)
    crc, stored, size = _numbers(entry)
    flags = (0x800 | (0x8 if described else 0)) if entry.flags is None else entry.flags
    method = entry.method if entry.local_method is None else entry.local_method
    extra = entry.extra
    if entry.zip64:
        extra += struct.pack("<HHQQ", 1, 16, 0 if described else size, 0 if described else stored)
    if align:
        pad = -(offset + 30 + len(name) + len(extra) + 4) % align
        extra += b"FB" + struct.pack("<H", pad) + b"Z" * pad
    shown = (0, 0, 0) if described else (crc, stored, size)
    if entry.zip64:
        shown = (shown[0], CAP32, CAP32)
    fields = (0x04034B50, 45 if entry.zip64 else 20 if method else 0, flags, method, 0, 0, *shown, len(name), len(extra))
    header = struct.pack("<IHHHHHIIIHH", *(_fit(fields, "IHHHHHIIIHH"))) + name + extra
    tail = b""
    if described:
        tail = struct.pack("<IIQQ" if entry.zip64 else "<IIII", 0x08074B50, crc, *_sizes(entry, stored, size))
    return header, tail


def _numbers(entry: Entry) -> tuple[int, int, int]:
    crc = zlib.crc32(entry.data) if entry.crc is None else entry.crc
    stored = len(entry.packed()) if entry.stored_size is None else entry.stored_size
    return crc, stored, len(entry.data) if entry.size is None else entry.size


def _sizes(entry: Entry, stored: int, size: int) -> tuple[int, int]:
    return (stored, size) if entry.zip64 else (stored & CAP32, size & CAP32)


def _fit(fields: tuple[int, ...], kinds: str) -> tuple[int, ...]:
    return tuple(value & (CAP16 if kind == "H" else CAP32) for value, kind in zip(fields, kinds))


def _central(entry: Entry, offset: int) -> bytes:
    name = entry.name.encode()
    crc, stored, size = _numbers(entry)
    flags = (0x800 | (0x8 if entry.descriptor and entry.packed() else 0)) if entry.flags is None else entry.flags
    offset = offset if entry.offset is None else entry.offset
    extra = entry.extra
    if entry.zip64:
        extra = struct.pack("<HHQQQ", 1, 24, size, stored, offset) + extra
        stored = size = offset = CAP32
    fields = (0x02014B50, 0, 45 if entry.zip64 else 20 if entry.method else 0, flags, entry.method, 0, 0, crc, stored, size)
    head = struct.pack("<IHHHHHHIII", *_fit(fields, "IHHHHHHIII"))
    return head + struct.pack("<HHHHHII", len(name), len(extra), 0, 0, 0, 0, offset & CAP32) + name + extra


def archive(
    items: Iterable[Entry],
    *,
    align: int = 64,
    zip64_end: bool = True,
    prefix: bytes = b"",
    comment: bytes = b"",
    count: int | None = None,
    directory_offset: int | None = None,
    directory_size: int | None = None,
    disk: int = 0,
) -> bytes:
    """A whole archive. `prefix` is what stands before it and what its offsets do not count."""
    body, directory = bytearray(), bytearray()
    items = list(items)
    for item in items:
        offset = len(body)
        header, tail = _local(item, offset, align)
        body += header + item.packed() + tail
        directory += _central(item, offset)
    start = len(body) if directory_offset is None else directory_offset
    length = len(directory) if directory_size is None else directory_size
    number = len(items) if count is None else count
    end = b""
    if zip64_end:
        at = len(body) + len(directory)
        end = struct.pack("<IQHHIIQQQQ", 0x06064B50, 44, 0x31E, 45, disk, disk, number, number, length, start)
        end += struct.pack("<IIQI", 0x07064B50, 0, at, 1)
    capped = (min(number, CAP16), min(number, CAP16), min(length, CAP32), min(start, CAP32))
    end += struct.pack("<IHHHHIIH", 0x06054B50, disk, disk, *capped, len(comment)) + comment
    return prefix + bytes(body) + bytes(directory) + end


def torch_archive(pickle: bytes, storages: dict[str, bytes], root: str = "archive", **changes: object) -> bytes:
    """What torch.save of version 1.6 writes around a pickle and its storages."""
    items = [Entry(f"{root}/data.pkl", pickle)]
    items += [Entry(f"{root}/data/{key}", data) for key, data in storages.items()]
    items.append(Entry(f"{root}/version", b"3\n"))
    return archive(items, **changes)  # type: ignore[arg-type]
