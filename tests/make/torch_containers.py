# SPDX-License-Identifier: BSL-1.0
"""The same few tensors in every container: zip archives of all ages, stacked pickles, tar."""

from __future__ import annotations

import collections
import io
import pickle
import struct
import tarfile
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch
import torch_pickle as op
from cases import Cases, Lacking
from torch_zip import DEFLATED, STORED, Entry, archive, entries, named, only

cases = Cases()
RECENT = (".format_version", ".storage_alignment", "byteorder", ".data/serialization_id")
BASE = "y_zip_base.pth"


def base() -> dict[str, torch.Tensor]:
    """Names that are no digits, so that storage keys can be told from them."""
    weight = torch.arange(12, dtype=torch.float32).view(3, 4)
    return collections.OrderedDict(
        weight=weight, rows=weight[1:], half=torch.ones(3, dtype=torch.float16), count=torch.tensor(7), twin=torch.tensor([1 + 2j])
    )


@cases.case(BASE, fixture=True, identical=True)
def zip_base(path: Path) -> None:
    torch.save(base(), path)


def members(path: Path, keep: Callable[[str], bool] = lambda name: True) -> list[Entry]:
    torch.save(base(), path)
    return only(entries(path), keep)


def aged(name: str) -> bool:
    """What torch 1.6 wrote as well."""
    return name not in RECENT


def rewritten(change: Callable[[list[Entry]], Iterable[Entry]], keep: Callable[[str], bool] = lambda name: True, **layout: Any) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        path.write_bytes(archive(change(members(path, keep)), **layout))

    return write


def variant(name: str, change: Callable[[list[Entry]], Iterable[Entry]], keep: Callable[[str], bool] = lambda name: True, **more: Any) -> None:
    facts = {key: more.pop(key) for key in ("fixture", "oracle") if key in more}
    write = rewritten(change, keep, **more)
    cases.add(f"y_zip_{name}.pth", write, same_as=BASE, format="torch.zip", **facts)


def last_first(items: list[Entry]) -> list[Entry]:
    version = [item for item in items if item.name.endswith("/version")]
    return version + [item for item in items if item not in version]


def pointer_keys(items: list[Entry]) -> list[Entry]:
    """Storage keys as torch 1.4 to 1.6 made them: addresses."""
    keys = {str(number): str(93913233253344 + 4096 * number) for number in range(8)}
    found = []
    for item in items:
        root, _, record = item.name.partition("/")
        if record == "data.pkl":
            found.append(replace(item, data=with_keys(item.data, keys)))
        elif record.startswith("data/"):
            found.append(replace(item, name=f"{root}/data/{keys[record[5:]]}"))
        else:
            found.append(item)
    return found


def with_keys(data: bytes, keys: dict[str, str]) -> bytes:
    for old, new in keys.items():
        data = data.replace(op.text(old) + b"q", op.text(new) + b"q")
    return data


def deflated(items: list[Entry]) -> list[Entry]:
    return [replace(item, method=DEFLATED) for item in items]


def plain_headers(items: list[Entry]) -> list[Entry]:
    return [replace(item, descriptor=False, flags=0) for item in items]


def changed(**fields: Any) -> Callable[[list[Entry]], list[Entry]]:
    return lambda items: [replace(item, **fields) for item in items]


def under(root: str) -> Callable[[list[Entry]], list[Entry]]:
    return lambda items: named(root, items)


def without(*records: str) -> Callable[[str], bool]:
    return lambda name: name not in records


def swapped(data: bytes, size: int) -> bytes:
    return b"".join(data[at : at + size][::-1] for at in range(0, len(data), size))


def big_endian(items: list[Entry]) -> list[Entry]:
    sizes = {"data/0": 4, "data/1": 2, "data/2": 8, "data/3": 4}  # of `base`; complex by its halves
    found = []
    for item in items:
        record = item.name.partition("/")[2]
        data = b"big" if record == "byteorder" else swapped(item.data, sizes.get(record, 1))
        found.append(replace(item, data=data))
    if not any(item.name.endswith("/byteorder") for item in items):
        found.append(Entry(items[0].name.partition("/")[0] + "/byteorder", b"big"))
    return found


def version_record(items: list[Entry]) -> list[Entry]:
    """As archives of version 6 and later name it."""
    return [replace(item, name=item.name.replace("/version", "/.data/version")) if item.name.endswith("/version") else item for item in items]


variant("of_1_6", list, aged, fixture=True)
variant("of_1_6_version_first", last_first, aged, fixture=True)
variant("of_1_4_pointer_keys", pointer_keys, aged, fixture=True)
variant("version_in_data", version_record, aged, fixture=True)
variant("without_format_version", list, without(".format_version"))
variant("without_storage_alignment", list, without(".storage_alignment"))
variant("without_byteorder", list, without("byteorder"))
variant("without_serialization_id", list, without(".data/serialization_id"))
variant("big_endian", big_endian, aged, fixture=True)
variant("deflated", deflated, aged, fixture=True)
variant("deflated_plain_headers", lambda items: plain_headers(deflated(items)), aged, align=0, zip64_end=False)
variant("plain_headers", plain_headers, aged, align=0, zip64_end=False, fixture=True)
variant("unaligned_with_descriptors", list, aged, align=0)
variant("aligned_to_4096", list, aged, align=4096)
variant("crc_zero", changed(crc=0), fixture=True)
variant("zip64_fields", changed(zip64=True), aged, fixture=True)
variant("zip64_plain_headers", lambda items: plain_headers(changed(zip64=True)(items)), aged, align=0)
variant("comment", list, aged, comment=b"a comment of the archive", fixture=True)
variant("root_with_space", under(" a root"), aged)
variant("root_not_ascii", under("gewichte-\u00e4\u4e16"), aged, fixture=True)
variant("root_long", under("r" * 200), aged)
variant("root_dotted", under("model.v1.2"), aged)
variant("no_root", under(""), aged, oracle=False, fixture=True)
variant("storages_before_pickle", lambda items: items[::-1], aged, oracle=False)
variant("extra_fields", changed(extra=struct.pack("<HHBI", 0x5455, 5, 3, 0)), aged)


@cases.case("y_zip_crc_not_computed.pth", same_as=BASE, format="torch.zip")
def crc_not_computed(path: Path) -> None:
    if not hasattr(torch.serialization, "set_crc32_options"):
        raise Lacking("set_crc32_options")
    torch.serialization.set_crc32_options(False)
    try:
        torch.save(base(), path)
    finally:
        torch.serialization.set_crc32_options(True)


@cases.case("i_zip_comment_like_an_end.pth", same_as=BASE, fixture=True)
def end_in_comment(path: Path) -> None:
    path.write_bytes(archive(members(path, aged), comment=b"a comment with PK\5\6 in it and with enough bytes after"))


@cases.case("i_zip_prepended.pth", same_as=BASE)
def prepended(path: Path) -> None:
    path.write_bytes(archive(members(path, aged), prefix=b"#!/bin/sh\n" + b"\n" * 54))


@cases.case("i_zip_appended.pth", same_as=BASE)
def appended(path: Path) -> None:
    path.write_bytes(archive(members(path, aged)) + b"more bytes")


@cases.case("y_zip_to_buffer.pth", same_as=BASE, format="torch.zip")
def to_buffer(path: Path) -> None:
    buffer = io.BytesIO()
    torch.save(base(), buffer)
    path.write_bytes(buffer.getvalue())


def _protocols() -> None:
    def write(protocol: int, zipped: bool) -> Callable[[Path], None]:
        return lambda path: torch.save(base(), path, pickle_protocol=protocol, _use_new_zipfile_serialization=zipped)

    for protocol in range(6):
        if protocol:
            cases.add(f"y_zip_protocol_{protocol}.pth", write(protocol, True), fixture=protocol in (1, 4))
        name = f"{'y' if protocol else 'i'}_legacy_protocol_{protocol}.pth"  # torch does not load 0 back itself
        cases.add(name, write(protocol, False), fixture=protocol in (0, 2, 4))


@cases.case("y_legacy_shared_and_views.pth", fixture=True)
def legacy_shared(path: Path) -> None:
    weight = torch.arange(12, dtype=torch.float32)
    told = {"weight": weight, "tail": weight[8:], "grid": weight.view(3, 4).t(), "empty": torch.empty(0), "flag": torch.tensor([True, False])}
    torch.save(told, path, _use_new_zipfile_serialization=False)


@cases.case("y_legacy_all_dtypes.pth", fixture=True)
def legacy_dtypes(path: Path) -> None:
    names = "float16 bfloat16 float32 float64 uint8 int8 int16 int32 int64 bool complex64 complex128".split()
    torch.save({name: torch.arange(3).to(getattr(torch, name)) for name in names}, path, _use_new_zipfile_serialization=False)


@cases.case("i_legacy_new_dtypes.pth", fixture=True)
def legacy_new_dtypes(path: Path) -> None:
    """torch does not load its own file back: it asks UntypedStorage for a dtype."""
    names = [name for name in ("uint16", "uint32", "float8_e4m3fn") if hasattr(torch, name)]
    if not names:
        raise Lacking("dtypes of torch 2.1")
    told = {name: torch.arange(4, dtype=torch.uint8).view(getattr(torch, name)) for name in names}
    torch.save(told, path, _use_new_zipfile_serialization=False)


@cases.case("y_legacy_trailing_bytes.pth")
def legacy_trailing(path: Path) -> None:
    torch.save(base(), path, _use_new_zipfile_serialization=False)
    path.write_bytes(path.read_bytes() + b"\0" * 100)


MAGIC = op.pickled(op.long1(0x1950A86A20F9469CFC6C))
VERSION = op.pickled(op.integer(1001))


def system(little: bytes = op.TRUE, protocol: int = 1001) -> bytes:
    sizes = op.table(("short", op.integer(2)), ("int", op.integer(4)), ("long", op.integer(4)))
    return op.pickled(op.table(("protocol_version", op.integer(protocol)), ("little_endian", little), ("type_sizes", sizes)))


def stacked(value: bytes, storages: dict[str, tuple[int, bytes]]) -> bytes:
    """A legacy file around the pickle of an object; `storages` tells count and bytes of each key."""
    keys = op.pickled(op.EMPTY_LIST + op.MARK + b"".join(op.text(key) for key in storages) + op.APPENDS)
    data = b"".join(struct.pack("<q", count) + raw for count, raw in storages.values())
    return MAGIC + VERSION + system() + value + keys + data


FLOATS = struct.pack("<6f", *range(6))


def python2(key: str) -> bytes:
    """Byte strings, a memo that starts at 1, LONG1 sizes, OrderedDict from a list of lists, no hooks."""
    pid = (op.old_text("storage"), op.glob("torch", "FloatStorage"), op.old_text("140"), op.old_text("cpu"), op.long1(6), op.NONE)
    rebuilt = op.call(
        op.glob("torch._utils", "_rebuild_tensor_v2"),
        op.group(*pid) + op.BINPERSID + op.put(3),
        op.integer(0),
        op.long1(2) + op.long1(3) + op.TUPLE2,
        op.long1(3) + op.long1(1) + op.TUPLE2,
        b"I01\n",
        op.NONE,
    )
    pair = op.EMPTY_LIST + op.put(2) + op.MARK + op.old_text(key) + rebuilt + op.put(5) + op.APPENDS
    pairs = op.EMPTY_LIST + op.put(1) + pair + op.APPEND
    value = op.call(op.glob("collections", "OrderedDict"), pairs) + op.put(6)
    meta = op.EMPTY_DICT + op.old_text("_metadata") + op.call(op.glob("collections", "OrderedDict"), op.EMPTY_LIST) + op.SETITEM
    keys = op.pickled(op.EMPTY_LIST + op.old_text("140") + op.APPEND)
    return MAGIC + VERSION + system() + op.pickled(value + meta + op.BUILD) + keys + struct.pack("<q", 6) + FLOATS


cases.add("y_legacy_python2.pth", lambda path: path.write_bytes(python2("weight")), fixture=True)
cases.add("i_legacy_python2_latin1.pth", lambda path: path.write_bytes(python2("w\xe4ight")), fixture=True)


@cases.case("y_legacy_rebuild_tensor_of_0_3.pth", fixture=True)
def rebuild_tensor(path: Path) -> None:
    """Four arguments, before there were hooks."""
    rebuilt = op.call(op.glob("torch._utils", "_rebuild_tensor"), op.old_storage("7", 6), op.integer(1), op.ints(2), op.ints(2))
    path.write_bytes(stacked(op.pickled(op.table(("t", rebuilt))), {"7": (6, FLOATS)}))


@cases.case("y_legacy_view_metadata.pth", fixture=True)
def view_metadata(path: Path) -> None:
    """A storage that is a part of another one: (key, offset, elements)."""
    view = op.group(op.text("9"), op.integer(2), op.integer(3))
    part = op.tensor(op.old_storage("8", 6, view=view), op.ints(3), op.ints(1))
    whole = op.tensor(op.old_storage("8", 6), op.ints(2, 3), op.ints(3, 1))
    path.write_bytes(stacked(op.pickled(op.table(("part", part), ("whole", whole))), {"8": (6, FLOATS)}))


@cases.case("y_legacy_parameter_of_0_3.pth", fixture=True)
def old_parameter(path: Path) -> None:
    """A tensor class with BUILD, and a Parameter made from it by REDUCE and BUILD."""
    tensor = op.glob("torch", "FloatTensor") + op.EMPTY_TUPLE + op.NEWOBJ
    tensor += op.group(op.old_storage("7", 6), op.integer(0), op.ints(2, 3), op.ints(3, 1)) + op.BUILD
    parameter = op.call(op.glob("torch.nn.parameter", "Parameter"), op.tensor(op.old_storage("7", 6), op.ints(6), op.ints(1)))
    path.write_bytes(stacked(op.pickled(op.table(("tensor", tensor), ("parameter", parameter))), {"7": (6, FLOATS)}))


@cases.case("y_legacy_module_source.pth", fixture=True)
def module_source(path: Path) -> None:
    """A whole module of torch 0.3 names its class by a persistent id with the source text."""
    named_class = op.group(op.text("module"), op.glob("models", "Net"), op.text("models.py"), op.text("class Net: pass\n")) + op.BINPERSID
    weight = op.call(op.glob("torch.nn.parameter", "Parameter"), op.tensor(op.old_storage("7", 6), op.ints(2, 3), op.ints(3, 1)))
    parameters = op.ordered() + op.text("weight") + weight + op.SETITEM
    state = op.table(("training", op.TRUE), ("_parameters", parameters), ("_buffers", op.ordered()), ("_modules", op.ordered()))
    value = named_class + op.EMPTY_TUPLE + op.NEWOBJ + state + op.BUILD
    path.write_bytes(stacked(op.pickled(value), {"7": (6, FLOATS)}))


@cases.case("y_legacy_big_endian_host.pth", fixture=True)
def big_endian_host(path: Path) -> None:
    """Stacked pickles are little-endian whatever the host says."""
    value = op.pickled(op.table(("t", op.tensor(op.old_storage("7", 6), op.ints(6), op.ints(1)))))
    keys = op.pickled(op.EMPTY_LIST + op.text("7") + op.APPEND)
    path.write_bytes(MAGIC + VERSION + system(op.FALSE) + value + keys + struct.pack("<q", 6) + FLOATS)


class TarPickler(pickle.Pickler):
    """Tensors are persistent ids, as numbers."""

    ids: dict[int, int]

    def persistent_id(self, found: Any) -> Any:
        return self.ids.get(id(found)) if isinstance(found, torch.Tensor) else None


def tar(path: Path, told: Any, tensors: list[torch.Tensor]) -> None:
    """The container of torch before 0.1.10: members sys_info, pickle, storages, tensors."""
    count, numbers = io.BytesIO(), {id(tensor): number + 100 for number, tensor in enumerate(tensors)}
    pickle.dump(len(tensors), count, protocol=2)
    storages, written = count.getvalue(), count.getvalue()
    for number, tensor in enumerate(tensors):
        flat = tensor.as_strided((tensor.storage().size(),), (1,), 0)
        kind = {torch.float32: "FloatStorage", torch.int64: "LongStorage", torch.uint8: "ByteStorage"}[tensor.dtype]
        storages += op.pickled(op.integer(number) + op.text("cpu") + op.glob("torch", kind) + op.TUPLE3)
        storages += struct.pack("<q", flat.numel()) + flat.numpy().tobytes()
        tensor_class = op.glob("torch", kind.replace("Storage", "Tensor"))
        written += op.pickled(op.integer(number + 100) + op.integer(number) + tensor_class + op.TUPLE3)
        written += struct.pack(f"<iI{2 * tensor.dim()}qq", tensor.dim(), 0, *tensor.shape, *tensor.stride(), tensor.storage_offset())
    body = io.BytesIO()
    pickler = TarPickler(body, 2)
    pickler.ids = numbers
    pickler.dump(told)
    parts = {"sys_info": system()[:], "pickle": body.getvalue(), "storages": storages + op.pickled(op.EMPTY_LIST), "tensors": written}
    with tarfile.open(path, "w", format=tarfile.USTAR_FORMAT) as archive_file:
        for name, data in parts.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive_file.addfile(member, io.BytesIO(data))


def _tar_case(name: str, make: Callable[[], list[torch.Tensor]], tell: Callable[[list[torch.Tensor]], Any], **facts: Any) -> None:
    def write(path: Path) -> None:
        tensors = make()
        tar(path, tell(tensors), tensors)

    cases.add(f"y_tar_{name}.pth", write, **facts)


_tar_case(
    "state_dict",
    lambda: [torch.arange(6.0).view(2, 3), torch.tensor([7, 8]), torch.arange(10.0)[2:8].view(2, 3).t()],
    lambda found: collections.OrderedDict(weight=found[0], count=found[1], view=found[2]),
    fixture=True,
)
_tar_case("lone_tensor", lambda: [torch.arange(5, dtype=torch.uint8)], lambda found: found[0])
_tar_case("nested", lambda: [torch.ones(2), torch.zeros(0)], lambda found: {"a": [found[0], found[0]], "n": 5, "b": found[1]})

_protocols()
cases.add("y_zip_stored_by_python.pth", rewritten(changed(method=STORED, descriptor=False), aged, align=0, zip64_end=False), same_as=BASE, format="torch.zip")
