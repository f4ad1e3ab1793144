# SPDX-License-Identifier: BSL-1.0
"""Files that attack a reader of PyTorch files. Usage: see cases.py; needs no torch.

Never give them to `pickle`, `torch.load` or any loader that executes. The dangerous globals are harmless
all the same: what they would run is `true`.
"""

from __future__ import annotations

import io
import struct
import sys
import tarfile
import zlib
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import torch_pickle as op
from cases import Cases, main
from torch_zip import DEFLATED, Entry, archive, torch_archive

cases = Cases()
FLOATS = struct.pack("<4f", 1, 2, 3, 4)
MAX64 = (1 << 63) - 1


def add(name: str, make: Callable[[], bytes], fixture: bool = True) -> None:
    cases.add(name, lambda path: path.write_bytes(make()), fixture=fixture, oracle=False)


def large(name: str, make: Callable[[], bytes]) -> None:
    """Too large to be kept; made anew for each run of the oracle."""
    add(name, make, fixture=False)


def verdict(name: str) -> str:
    """Refused with the error that the name begins with, unless the name says otherwise."""
    return name if name.startswith("i_") else f"n_{name}"


def plain(name: str, value: bytes, version: int = 2) -> None:
    """A lone pickle."""
    add(f"{name}.pkl", lambda: op.pickled(value, version))


def zipped(name: str, value: bytes, storages: dict[str, bytes] | None = None, **layout: Any) -> None:
    """A pickle in an archive with one storage of four floats, `0`."""
    add(f"{name}.pth", lambda: torch_archive(op.pickled(value), {"0": FLOATS} if storages is None else storages, **layout))


def tensor(size: bytes, stride: bytes, offset: bytes = op.integer(0), source: bytes = op.storage("0", 4)) -> bytes:
    return op.table(("t", op.tensor(source, size, stride, offset)))


GOOD = tensor(op.ints(4), op.ints(1))


# --- pickles: memory, time, depth -------------------------------------------------------------------


def laughs(levels: int, item: bytes) -> bytes:
    """Each level holds the one before ten times: 10^levels leaves in a few hundred bytes."""
    value = item + op.put(0)
    for level in range(levels):
        value += op.EMPTY_LIST + op.MARK + op.get(level) * 10 + op.APPENDS + op.put(level + 1)
    return op.EMPTY_LIST + op.MARK + value + op.APPENDS


def doubled(levels: int) -> bytes:
    """The same by DUP: 2^levels leaves, two bytes a level."""
    return op.integer(1) + (op.DUP + op.TUPLE2) * levels


plain("i_billion_laughs_lists", laughs(20, op.text("lol")))
plain("i_billion_laughs_dup", doubled(2000))
plain("i_billion_laughs_strings", laughs(12, op.text("l" * 1000)))
zipped("i_billion_laughs_tensors", laughs(9, op.tensor(op.storage("0", 4), op.ints(4), op.ints(1))))
plain("i_deep_tuples", op.NONE + op.TUPLE1 * 60000)
plain("i_deep_lists", op.EMPTY_LIST * 15000 + op.APPEND * 14999)
plain("i_deep_dicts", (op.EMPTY_DICT + op.NONE) * 8000 + op.NONE + op.SETITEM * 8000)
plain("i_deep_marks", op.MARK * 20000 + op.TUPLE * 20000)
plain("i_deep_objects", (op.glob("a", "B") + op.EMPTY_TUPLE + op.NEWOBJ) * 2000 + op.BUILD * 1999)
plain("i_list_in_itself", op.EMPTY_LIST + op.put(0) + op.get(0) + op.APPEND)
plain("i_dict_in_its_own_state", op.glob("a", "B") + op.EMPTY_TUPLE + op.NEWOBJ + op.put(0) + op.EMPTY_DICT + op.text("me") + op.get(0) + op.SETITEM + op.BUILD)
plain("i_huge_memo_index", op.NONE + op.put(0xFFFFFFFF) + op.get(0xFFFFFFFF))
plain("i_many_memo_puts", op.NONE + b"".join(op.put(number * 65537 % (1 << 32)) for number in range(4000)))
plain("i_long_number", b"L" + b"9" * 20000 + b"L\n")
plain("i_long1_of_255_bytes", b"\x8a\xff" + b"\x7f" * 255)
plain("i_name_of_20000_bytes", op.glob("m" * 10000, "n" * 10000))
plain("i_same_key_many_times", op.EMPTY_DICT + op.MARK + (op.text("k") + op.NONE) * 3000 + op.SETITEMS)
plain("i_number_lines_with_junk", op.MARK + b"I 1 \nF1e999\nI0x10\nFnan\n" + op.LIST)

# --- pickles: lengths and structure ------------------------------------------------------------------

TRUNCATED = {
    "format.unknown__empty": b"",
    "bytes.truncated__long1": b"\x8a\x10\x00",
    "bytes.truncated__long4": b"\x8b\xff\xff\xff\x7f\x00",
    "bytes.truncated__binunicode": b"X\xff\xff\xff\xff" + b"abc",
    "bytes.truncated__binunicode8": b"\x8d" + b"\xff" * 7 + b"\x7f",
    "bytes.truncated__binbytes8": b"\x8e" + b"\xff" * 8,
    "bytes.truncated__bytearray8": b"\x96" + b"\0" * 7 + b"\x80",
    "bytes.truncated__binstring": b"T\xff\xff\xff\x7f",
    "pickle.bad_frame__frame": b"\x95" + b"\xff" * 7 + b"\x7f" + b"N",
    "bytes.truncated__global_line": b"cos\nsystem",
    "bytes.truncated__int_line": b"I12",
    "bytes.truncated__argument": b"J\x01\x02",
}
for slug, body in TRUNCATED.items():
    add(f"n_{slug}.pkl", lambda body=body: op.proto(4) + body)
for slug, body in {"none": op.NONE, "after_dict": op.EMPTY_DICT + op.put(0)}.items():
    add(f"n_pickle.no_stop__{slug}.pkl", lambda body=body: op.proto(2) + body)

MALFORMED = {
    "format.unknown__255": b"\xff",
    "format.unknown__space": b" ",
    "pickle.protocol__6": op.proto(6) + op.NONE,
    "pickle.protocol__255": op.proto(255) + op.NONE,
    "pickle.stack_underflow__stop": b"",
    "pickle.stack_underflow__tuple3": op.NONE + op.NONE + op.TUPLE3,
    "pickle.stack_underflow__append": op.NONE + op.APPEND,
    "pickle.stack_underflow__setitem": op.EMPTY_DICT + op.NONE + op.SETITEM,
    "pickle.stack_underflow__reduce": op.EMPTY_TUPLE + op.REDUCE,
    "pickle.stack_underflow__build": op.NONE + op.BUILD,
    "pickle.stack_underflow__memoize": op.MEMOIZE,
    "pickle.stack_underflow__put": op.put(0),
    "pickle.stack_underflow__pop": op.POP + op.NONE,
    "pickle.stack_underflow__dup": op.DUP,
    "pickle.stack_underflow__persid": op.BINPERSID,
    "pickle.no_mark__tuple": op.NONE + op.TUPLE,
    "pickle.no_mark__appends": op.EMPTY_LIST + op.NONE + op.APPENDS,
    "pickle.no_mark__pop_mark": op.NONE + op.POP_MARK,
    "pickle.no_mark__below": op.MARK + op.NONE + op.TUPLE + op.NONE + op.LIST,
    "pickle.odd_items__setitems": op.EMPTY_DICT + op.MARK + op.NONE + op.SETITEMS,
    "pickle.odd_items__dict": op.MARK + op.NONE + op.DICT,
    "pickle.wrong_target__append_to_tuple": op.EMPTY_TUPLE + op.NONE + op.APPEND,
    "pickle.wrong_target__append_to_int": op.integer(1) + op.NONE + op.APPEND,
    "pickle.wrong_target__setitem_on_list": op.EMPTY_LIST + op.integer(0) + op.NONE + op.SETITEM,
    "pickle.wrong_target__setitem_on_none": op.NONE + op.integer(0) + op.NONE + op.SETITEM,
    "i_wrong_type_additems_to_list": op.EMPTY_LIST + op.MARK + op.NONE + op.ADDITEMS,
    "pickle.bad_global__stack_global": op.integer(1) + op.integer(2) + op.STACK_GLOBAL,
    "pickle.wrong_target__reduce_arguments": op.glob("a", "b") + op.NONE + op.REDUCE,
    "pickle.wrong_target__build_on_int": op.integer(1) + op.EMPTY_DICT + op.BUILD,
    "pickle.undefined_memo__get": op.get(7),
    "pickle.undefined_memo__long": op.get(0xFFFFFFFF),
    "pickle.bad_number__line": b"g99999999999999999999\n",
    "pickle.bad_length__long4_negative": b"\x8b\xff\xff\xff\xff",
    "pickle.bad_length__binstring_negative": b"T\xff\xff\xff\xff",
    "pickle.bad_number__int": b"Iabc\n",
    "pickle.bad_number__float": b"F1.2.3\n",
    "pickle.bad_number__long": b"L12x\n",
    "pickle.bad_literal__unquoted": b"Sabc\n",
    "pickle.bad_literal__half_quoted": b"S'abc\n",
    "pickle.bad_literal__escape": b"S'\\x4'\n",
    "pickle.bad_text__binunicode": op.text(b"\xc3\x28"),
    "pickle.bad_text__overlong": op.text(b"\xc0\x80"),
    "pickle.bad_text__cut": op.text(b"\xe4\xb8"),
    "i_extension_ext1": b"\x82\x01",
    "i_extension_ext4": b"\x84\x01\0\0\0",
    "i_out_of_band_next_buffer": op.NEXT_BUFFER,
    "i_out_of_band_readonly": op.NONE + op.READONLY_BUFFER,
}
for slug, body in MALFORMED.items():
    plain(verdict(slug), body, 4)
plain("i_surrogate_in_text", op.text(b"\xed\xa0\xbd"))
plain("i_frame_shorter_than_opcode", op.frame(2) + op.text("abc"), 4)
plain("i_frame_of_zero", op.frame(0) + op.frame(1) + op.NONE, 4)
plain("i_proto_twice", op.proto(2) + op.NONE)
add("i_two_pickles.pkl", lambda: op.pickled(op.integer(1)) + op.pickled(op.integer(2)))
plain("i_key_not_hashable", op.EMPTY_DICT + op.EMPTY_LIST + op.NONE + op.SETITEM)
plain("i_keys_nan", op.EMPTY_DICT + op.MARK + (op.real(float("nan")) + op.NONE) * 2 + op.SETITEMS)
plain("i_mark_left_on_the_stack", op.MARK + op.NONE)
plain("i_values_left_on_the_stack", op.NONE * 100 + op.integer(1))
plain("i_name_with_nul", op.glob("a\0b", "c"))
plain("i_ordered_from_triples", op.ordered(op.EMPTY_LIST + op.group(op.NONE, op.NONE, op.NONE) + op.APPEND))
plain("i_ordered_from_number", op.ordered(op.integer(5)))

# --- globals that would run something: listed as dangerous, never called -----------------------------

DANGEROUS = {
    "os_system": op.call(op.glob("os", "system"), op.text("true")),
    "posix_system": op.call(op.glob("posix", "system"), op.text("true")),
    "nt_system": op.call(op.glob("nt", "system"), op.text("true")),
    "subprocess_popen": op.call(op.glob("subprocess", "Popen"), op.text("true")),
    "builtins_eval": op.call(op.glob("builtins", "eval"), op.text("1+1")),
    "builtins_exec": op.call(op.glob("builtins", "exec"), op.text("pass")),
    "builtins_getattr": op.call(op.glob("builtins", "getattr"), op.glob("os", "system"), op.text("__call__")),
    "python2_eval": op.call(op.glob("__builtin__", "eval"), op.text("1+1")),
    "runpy": op.call(op.glob("runpy", "_run_code"), op.text("pass"), op.EMPTY_DICT),
    "pip_main": op.call(op.glob("pip", "main"), op.EMPTY_LIST),
    "webbrowser": op.call(op.glob("webbrowser", "open"), op.text("about:blank")),
    "inst": op.MARK + op.text("true") + op.inst("os", "system"),
    "obj": op.MARK + op.glob("os", "system") + op.text("true") + op.OBJ,
    "newobj": op.glob("subprocess", "Popen") + op.group(op.text("true")) + op.NEWOBJ,
    "stack_global": b"\x8c\x02os\x8c\x06system" + op.STACK_GLOBAL + op.group(op.text("true")) + op.REDUCE,
    "dotted_name": b"\x8c\x05torch\x8c\x09os.system" + op.STACK_GLOBAL + op.group(op.text("true")) + op.REDUCE,
    "torch_hub_load": op.call(op.glob("torch.hub", "load"), op.text("a/b"), op.text("c")),
    "bdb": op.call(op.glob("bdb", "Bdb.run"), op.text("pass")),
    "operator_attrgetter": op.call(op.glob("operator", "attrgetter"), op.text("system")),
    "popped_before_stop": op.call(op.glob("os", "system"), op.text("true")) + op.POP + op.NONE,
}
for slug, body in DANGEROUS.items():
    plain(f"y_dangerous_{slug}", body, 4)
zipped("y_dangerous_beside_a_tensor", op.table(("t", op.tensor(op.storage("0", 4), op.ints(4), op.ints(1))), ("x", DANGEROUS["os_system"])))
zipped("y_dangerous_hooks", op.table(("t", op.call(op.glob("torch._utils", "_rebuild_tensor_v2"), op.storage("0", 4), op.integer(0), op.ints(4), op.ints(1), op.FALSE, DANGEROUS["os_system"]))))
add("i_dangerous_second_pickle.pkl", lambda: op.pickled(op.integer(1)) + op.pickled(DANGEROUS["os_system"], 4))

# --- tensors ------------------------------------------------------------------------------------------

ONE = op.ints(1)
TENSORS: dict[str, bytes] = {
    "torch.bad_tensor__negative": tensor(op.ints(-4), ONE),
    "torch.bad_tensor__real": tensor(op.group(op.real(4.0)), ONE),
    "torch.bad_tensor__text": tensor(op.group(op.text("4")), ONE),
    "torch.bad_tensor__not_a_tuple": tensor(op.integer(4), ONE),
    "torch.bad_tensor__rank_mismatch": tensor(op.ints(2, 2), ONE),
    "limit.exceeded__rank_5000": tensor(op.ints(*[1] * 5000), op.ints(*[1] * 5000)),
    "torch.bad_tensor__product_overflow": tensor(op.ints(1 << 32, 1 << 32, 4), op.ints(0, 0, 0)),
    "torch.bad_tensor__beyond_64_bits": tensor(op.group(op.long1(1 << 80)), ONE),
    "torch.bad_tensor__negative": tensor(op.ints(4), op.ints(-1)),
    "torch.out_of_storage__overflow": tensor(op.ints(4), op.ints(MAX64)),
    "torch.bad_tensor__negative": tensor(op.ints(1), ONE, op.integer(-1)),
    "torch.out_of_storage__size": tensor(op.ints(5), ONE),
    "torch.out_of_storage__stride": tensor(op.ints(2, 2), op.ints(3, 1)),
    "torch.out_of_storage__offset": tensor(op.ints(4), ONE, op.integer(1)),
    "torch.out_of_storage__huge_offset": tensor(op.ints(1), ONE, op.integer(MAX64)),
    "torch.bad_storage__numel_negative": tensor(op.ints(4), ONE, source=op.storage("0", -4)),
    "torch.storage_size__record_shorter": tensor(op.ints(5), ONE, source=op.storage("0", 5)),
    "torch.storage_size__record_longer": tensor(op.ints(3), ONE, source=op.storage("0", 3)),
    "torch.storage_size__other_type": tensor(op.ints(4), ONE, source=op.storage("0", 4, "DoubleStorage")),
    "torch.bad_storage__overflow": tensor(op.ints(4), ONE, source=op.storage("0", (1 << 62) + 4)),
    "torch.missing_storage__key": tensor(op.ints(4), ONE, source=op.storage("1", 4)),
    "torch.missing_storage__traversal": tensor(op.ints(4), ONE, source=op.storage("../data.pkl", 4)),
    "torch.missing_storage__nul": tensor(op.ints(4), ONE, source=op.storage("0\0", 4)),
    "torch.bad_storage__unknown_class": tensor(op.ints(4), ONE, source=op.storage("0", 4, "OddStorage")),
    "torch.bad_storage__four_parts": op.table(("t", op.tensor(op.group(op.text("storage"), op.glob("torch", "FloatStorage"), op.text("0"), op.text("cpu")) + op.BINPERSID, op.ints(4), ONE))),
    "i_bad_persistent_id_seven_parts": op.table(("t", op.tensor(op.group(op.text("storage"), op.glob("torch", "FloatStorage"), op.text("0"), op.text("cpu"), op.integer(4), op.NONE, op.NONE) + op.BINPERSID, op.ints(4), ONE))),
    "torch.bad_storage__class_is_text": op.table(("t", op.tensor(op.group(op.text("storage"), op.text("FloatStorage"), op.text("0"), op.text("cpu"), op.integer(4)) + op.BINPERSID, op.ints(4), ONE))),
    "torch.bad_tensor__too_few": op.table(("t", op.call(op.glob("torch._utils", "_rebuild_tensor_v2"), op.storage("0", 4), op.integer(0)))),
    "torch.bad_tensor__none": op.table(("t", op.glob("torch._utils", "_rebuild_tensor_v2") + op.EMPTY_TUPLE + op.REDUCE)),
    "torch.bad_tensor__storage_is_text": tensor(op.ints(4), ONE, source=op.text("0")),
    "torch.bad_tensor__v3_without_dtype": op.table(("t", op.call(op.glob("torch._utils", "_rebuild_tensor_v3"), op.storage("0", 16, "UntypedStorage", module="torch.storage"), op.integer(0), op.ints(4), ONE, op.FALSE, op.ordered()))),
    "torch.bad_tensor__not_one": op.table(("t", op.call(op.glob("torch._utils", "_rebuild_tensor_v3"), op.storage("0", 16, "UntypedStorage", module="torch.storage"), op.integer(0), op.ints(4), ONE, op.FALSE, op.ordered(), op.glob("torch", "relu")))),
    "i_bad_arguments_parameter_of_text": op.table(("t", op.call(op.glob("torch._utils", "_rebuild_parameter"), op.text("data"), op.TRUE, op.ordered()))),
}  # fmt: skip
for slug, body in TENSORS.items():
    zipped(verdict(slug), body)

zipped("i_expanded_to_1e15", tensor(op.ints(100000, 100000, 100000), op.ints(0, 0, 0)))
zipped("i_expanded_row_to_1e12", tensor(op.ints(1 << 38, 4), op.ints(0, 1)))
zipped("i_zero_size_beside_huge", tensor(op.ints(0, MAX64), op.ints(MAX64, 1)))
zipped("i_one_storage_two_counts", op.table(("a", op.tensor(op.storage("0", 4), op.ints(4), ONE)), ("b", op.tensor(op.storage("0", 2, "DoubleStorage"), op.ints(2), ONE))))
zipped("i_conj_on_real", op.table(("t", op.call(op.glob("torch._utils", "_rebuild_tensor_v2"), op.storage("0", 4), op.integer(0), op.ints(4), ONE, op.FALSE, op.ordered(), op.table(("conj", op.TRUE))))))
zipped("i_one_tensor_9000_names", op.EMPTY_LIST + op.MARK + op.tensor(op.storage("0", 4), op.ints(4), ONE) + op.put(0) + op.get(0) * 9000 + op.APPENDS)
nested = op.group(op.text("storage"), op.glob("torch", "FloatStorage"), op.storage("0", 4), op.text("cpu"), op.integer(4)) + op.BINPERSID
zipped("i_persistent_id_in_persistent_id", op.table(("t", op.tensor(nested, op.ints(4), ONE))))


def quantized(scheme: bytes) -> bytes:
    parts = (op.storage("0", 16, "QInt8Storage"), op.integer(0), op.ints(4, 4), op.ints(4, 1), scheme, op.FALSE, op.ordered())
    return op.table(("t", op.call(op.glob("torch._utils", "_rebuild_qtensor"), *parts)))


scales = op.tensor(op.storage("0", 4), op.ints(4), ONE)
channel = op.glob("torch", "per_channel_affine")
zipped("i_quantized_axis_out_of_range", quantized(op.group(channel, scales, scales, op.integer(9))))
zipped("i_quantized_scales_too_short", quantized(op.group(channel, op.tensor(op.storage("0", 4), op.ints(2), ONE), scales, op.integer(0))))
zipped("i_quantized_scale_nan", quantized(op.group(op.glob("torch", "per_tensor_affine"), op.real(float("nan")), op.integer(0))))
zipped("i_quantized_no_scheme", quantized(op.NONE))


def sparse(indices: bytes, values: bytes, size: bytes, layout: str = "torch.sparse_coo") -> bytes:
    named_layout = op.call(op.glob("torch.serialization", "_get_layout"), op.text(layout))
    return op.table(("t", op.call(op.glob("torch._utils", "_rebuild_sparse_tensor"), named_layout, op.group(indices, values, size))))


def longs(key: str, *size: int) -> bytes:
    strides = [1] * len(size)
    for axis in range(len(size) - 2, -1, -1):
        strides[axis] = strides[axis + 1] * size[axis + 1]
    count = 1
    for part in size:
        count *= part
    return op.tensor(op.storage(key, count, "LongStorage"), op.ints(*size), op.ints(*strides))


INDICES = struct.pack("<4q", 0, 99, -1, 1 << 40)
LONGS = {"0": FLOATS, "1": INDICES}
values = op.tensor(op.storage("0", 4), op.ints(4), ONE)
zipped("i_sparse_indices_out_of_range", sparse(longs("1", 1, 4), values, op.ints(10)), LONGS)
zipped("i_sparse_counts_differ", sparse(longs("1", 2, 2), values, op.ints(10, 10)), LONGS)
zipped("i_sparse_rank_0_indices", sparse(op.tensor(op.storage("0", 4), op.EMPTY_TUPLE, op.EMPTY_TUPLE), values, op.ints(10)), LONGS)
zipped("i_sparse_unknown_layout", sparse(longs("1", 1, 4), values, op.ints(10), "torch.sparse_odd"), LONGS)

# --- zip archives -------------------------------------------------------------------------------------


def items(value: bytes = GOOD) -> list[Entry]:
    return [Entry("archive/data.pkl", op.pickled(value)), Entry("archive/data/0", FLOATS), Entry("archive/version", b"3\n")]


def changed(index: int, **fields: Any) -> list[Entry]:
    found = items()
    found[index] = replace(found[index], **fields)
    return found


def archived(name: str, make: Callable[[], list[Entry]], **layout: Any) -> None:
    add(f"{name}.pth", lambda: archive(make(), **layout))


def bomb(size: int) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(bytes(size)) + packer.flush()


def zeros(size: int) -> list[Entry]:
    """A storage of zeros that grows a thousandfold."""
    body, crc = bomb(size), zlib.crc32(bytes(size))
    found = items(tensor(op.ints(size // 4), ONE, source=op.storage("0", size // 4)))
    found[1] = Entry("archive/data/0", b"", DEFLATED, crc=crc, stored_size=len(body), size=size, body=body)
    return found


archived("n_zip.bad_crc__storage", lambda: changed(1, crc=0x12345678))
archived("n_zip.bad_crc__pickle", lambda: changed(0, crc=0x12345678))
archived("n_zip.method__99", lambda: changed(1, method=99))
archived("n_zip.method__lzma", lambda: changed(1, method=14))
archived("n_zip.encrypted__bit_0", lambda: changed(1, flags=0x1))
archived("i_encrypted_central_directory", lambda: changed(1, flags=0x2000))
archived("n_zip.several_disks__end_record", items, disk=1)
archived("n_zip.size_mismatch__stored_with_two_sizes", lambda: changed(1, size=17))
archived("n_zip.bad_entry__offset_beyond", lambda: changed(1, offset=1 << 31))
archived("n_zip.overlap__offset_not_a_header", lambda: changed(1, offset=1))
archived("n_zip.bad_entry__size_beyond", lambda: changed(1, stored_size=1 << 30, size=1 << 30, descriptor=False))
archived("n_zip.header_mismatch__local", lambda: changed(1, local_name=b"archive/data/1"))
archived("n_zip.overlap__same_bytes", lambda: [replace(entry, offset=0) for entry in items()])
archived("n_zip.duplicate_name__pickle", lambda: [*items(), Entry("archive/data.pkl", op.pickled(op.NONE))])
archived("n_zip.duplicate_name__storage", lambda: [*items(), Entry("archive/data/0", FLOATS[::-1])])
archived("n_zip.bad_directory__offset_beyond", items, directory_offset=1 << 40)
archived("n_bytes.bad_magic__offset_short", items, directory_offset=64)
archived("n_zip.bad_directory__size_beyond", items, directory_size=1 << 30)
archived("n_zip.bad_directory__more_entries", items, count=4)
archived("i_bad_directory_fewer_entries", items, count=2)
archived("n_zip.bad_directory__count_2_63", items, count=1 << 63)
archived("n_inflate.truncated__storage", lambda: changed(1, method=DEFLATED, body=bomb(16)[:-2]))
archived("n_inflate.reserved_block__storage", lambda: changed(1, method=DEFLATED, body=b"\x07\xff\xff\xff"))
archived("n_inflate.short_output__inflates_longer", lambda: changed(1, method=DEFLATED, body=bomb(1000), size=16))
archived("n_zip.bad_plain_size__inflates_shorter", lambda: changed(1, method=DEFLATED, body=bomb(8), size=16))
archived("i_bomb_1000_to_1", lambda: zeros(32 << 20))
archived("i_bomb_in_pickle", lambda: changed(0, method=DEFLATED, body=bomb(32 << 20), size=32 << 20, crc=0))
archived("i_bomb_says_4_gib", lambda: changed(1, method=DEFLATED, body=bomb(64), size=(1 << 32) - 2))
archived("i_case_variants", lambda: [*items(), Entry("archive/DATA.PKL", op.pickled(op.NONE))])
archived("i_two_depths", lambda: [*items(), Entry("archive/archive/data.pkl", op.pickled(op.NONE))])
archived("i_outside_root", lambda: [*items(), Entry("other/data/0", FLOATS)])
archived("i_backslashes", lambda: [replace(entry, name=entry.name.replace("/", "\\")) for entry in items()])
archived("i_absolute_name", lambda: [*items(), Entry("/etc/passwd", b"x")])
archived("i_dot_dot_name", lambda: [*items(), Entry("archive/../../x", b"x")])
archived("i_empty_name", lambda: [*items(), Entry("", b"x")])
archived("i_name_with_nul", lambda: [*items(), Entry("archive/a\0b", b"x")])
archived("i_many_empty_entries", lambda: [*items(), *(Entry(f"archive/e{number}", b"", extra=b"") for number in range(300))], align=0)
archived("i_flags_differ", lambda: changed(1, flags=0x800))
archived("i_method_differs_locally", lambda: changed(1, local_method=DEFLATED))
archived("i_repeated_zip64_extra", lambda: changed(1, zip64=True, extra=struct.pack("<HHQ", 1, 8, 1 << 60)))
archived("i_extra_longer_than_it_is", lambda: changed(1, extra=struct.pack("<HH", 0x5455, 60000)), align=0)
archived("n_zip.unknown_layout__pickle", lambda: items()[1:])
archived("i_no_version", lambda: items()[:2])
archived("i_version_11", lambda: changed(2, data=b"11\n"))
archived("i_version_is_text", lambda: changed(2, data=b"three"))
archived("i_byteorder_odd", lambda: [*items(), Entry("archive/byteorder", b"middle")])
add("n_zip.no_end_record__cut.pth", lambda: archive(items())[:-30])
add("n_zip.no_end_record__first_bytes.pth", lambda: archive(items())[:200])
add("i_end_record_in_comment.pth", lambda: archive(items(), comment=struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, 0, 0, 0, 0, 0)))
add("i_comment_length_lies.pth", lambda: archive(items())[:-2] + b"\xff\xff")
add("i_zip64_locator_anywhere.pth", lambda: locator(1 << 62))
add("i_zip64_locator_at_itself.pth", lambda: locator(0))


def locator(offset: int) -> bytes:
    """The 64-bit end record is looked for at `offset`."""
    data = bytearray(archive(items()))
    at = len(data) - 22 - 20 + 8
    data[at : at + 8] = struct.pack("<Q", offset)
    return bytes(data)


# --- stacked pickles and tar ---------------------------------------------------------------------------

MAGIC = op.pickled(op.long1(0x1950A86A20F9469CFC6C)) + op.pickled(op.integer(1001))
SYSTEM = op.pickled(op.table(("protocol_version", op.integer(1001)), ("little_endian", op.TRUE), ("type_sizes", op.EMPTY_DICT)))
VALUE = op.pickled(tensor(op.ints(4), ONE, source=op.old_storage("7", 4)))
KEYS = op.pickled(op.EMPTY_LIST + op.text("7") + op.APPEND)


def legacy(name: str, body: bytes, head: bytes = MAGIC + SYSTEM) -> None:
    add(f"{name}.pth", lambda: head + body)


def counted(count: int, data: bytes = FLOATS) -> bytes:
    return struct.pack("<q", count) + data


def view(key: str, of: str, offset: int, size: int) -> bytes:
    return op.pickled(tensor(op.ints(4), ONE, source=op.old_storage(of, 4, view=op.group(op.text(key), op.integer(offset), op.integer(size)))))


legacy("n_torch.storage_size__legacy_negative", VALUE + KEYS + counted(-4))
legacy("n_torch.storage_size__legacy_huge", VALUE + KEYS + counted(1 << 61))
legacy("n_torch.storage_size__legacy_differs", VALUE + KEYS + counted(3))
legacy("n_bytes.truncated__legacy_storage", VALUE + KEYS + counted(4, FLOATS[:-1]))
legacy("n_bytes.truncated__legacy_count", VALUE + KEYS + b"\4\0\0")
legacy("n_torch.legacy_keys__unknown", VALUE + op.pickled(op.EMPTY_LIST + op.text("8") + op.APPEND) + counted(4))
legacy("n_torch.missing_storage__legacy_key", VALUE + op.pickled(op.EMPTY_LIST))
legacy("i_bad_keys_twice", VALUE + op.pickled(op.EMPTY_LIST + op.MARK + op.text("7") * 2 + op.APPENDS) + counted(4) * 2)
legacy("i_bad_keys_numbers", VALUE + op.pickled(op.EMPTY_LIST + op.integer(7) + op.APPEND) + counted(4))
legacy("n_torch.bad_legacy__not_a_list", VALUE + op.pickled(op.NONE) + counted(4))
legacy("n_torch.legacy_protocol__1002", VALUE + KEYS + counted(4), op.pickled(op.long1(0x1950A86A20F9469CFC6C)) + op.pickled(op.integer(1002)) + SYSTEM)
legacy("n_torch.bad_storage__beyond_root", view("8", "7", 2, 3) + KEYS + counted(4))
legacy("n_torch.bad_storage__negative", view("8", "7", -1, 4) + KEYS + counted(4))
legacy("i_system_not_a_dict", VALUE + KEYS + counted(4), MAGIC + op.pickled(op.NONE))
legacy("i_view_of_itself", view("7", "7", 0, 4) + KEYS + counted(4))
legacy("i_legacy_only_head", b"")


def inside_itself(levels: int) -> bytes:
    """Files in files, as `_load_from_bytes` nests them."""
    value = op.integer(1)
    for _ in range(levels):
        whole = MAGIC + SYSTEM + op.pickled(value) + op.pickled(op.EMPTY_LIST)
        value = op.call(op.glob("torch.storage", "_load_from_bytes"), op.binary(whole))
    return value


plain("i_file_in_file_3", inside_itself(3), 3)
plain("i_file_in_file_200", inside_itself(200), 3)
plain("i_load_from_text", op.call(op.glob("torch.storage", "_load_from_bytes"), op.text("x")))
plain("i_load_from_garbage", op.call(op.glob("torch.storage", "_load_from_bytes"), op.binary(b"garbage")), 3)


def tarred(**members: bytes) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.USTAR_FORMAT) as file:
        for name, data in members.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            file.addfile(member, io.BytesIO(data))
    return buffer.getvalue()[: 512 * (2 + sum(1 + -(-len(data) // 512) for data in members.values()))]


STORAGES = op.pickled(op.integer(1)) + op.pickled(op.integer(0) + op.text("cpu") + op.glob("torch", "FloatStorage") + op.TUPLE3) + counted(4) + op.pickled(op.EMPTY_LIST)


def tensors(rank: int, *numbers: int) -> bytes:
    told = op.pickled(op.integer(9) + op.integer(0) + op.glob("torch", "FloatTensor") + op.TUPLE3)
    return op.pickled(op.integer(1)) + told + struct.pack(f"<iI{len(numbers)}q", rank, 0, *numbers)


REFERENCE = op.pickled(op.integer(9) + op.BINPERSID)


def tar(name: str, make: Callable[[], bytes]) -> None:
    add(f"{name}.pth", make)


def damaged() -> bytes:
    data = bytearray(tarred(sys_info=SYSTEM, pickle=REFERENCE, storages=STORAGES, tensors=tensors(1, 4, 1, 0)))
    data[148:156] = b"0000000\0"
    return bytes(data)


def size_says(octal: bytes) -> bytes:
    data = bytearray(tarred(sys_info=SYSTEM, pickle=REFERENCE, storages=STORAGES, tensors=tensors(1, 4, 1, 0)))
    data[124:136] = octal
    data[148:156] = b" " * 8
    data[148:156] = b"%06o\0 " % sum(data[:512])
    return bytes(data)


tar("y_tar_small", lambda: tarred(sys_info=SYSTEM, pickle=REFERENCE, storages=STORAGES, tensors=tensors(1, 4, 1, 0)))
tar("n_torch.bad_tar__tar_tensors", lambda: tarred(sys_info=SYSTEM, pickle=REFERENCE, storages=STORAGES))
tar("n_limit.exceeded__tar_rank_2_31", lambda: tarred(sys_info=SYSTEM, pickle=REFERENCE, storages=STORAGES, tensors=tensors((1 << 31) - 1, 4, 1, 0)))
tar("n_limit.exceeded__tar_rank_negative", lambda: tarred(sys_info=SYSTEM, pickle=REFERENCE, storages=STORAGES, tensors=tensors(-1, 4, 1, 0)))
tar("n_torch.out_of_storage__tar", lambda: tarred(sys_info=SYSTEM, pickle=REFERENCE, storages=STORAGES, tensors=tensors(1, 5, 1, 0)))
tar("n_tar.bad_header__first", damaged)
tar("n_tar.bad_size__beyond", lambda: size_says(b"77777777777\0"))
tar("i_tar_base_256_size", lambda: size_says(b"\x80" + b"\0" * 7 + b"\x7f\xff\xff\xff"))
tar("i_tar_dot_dot_name", lambda: tarred(**{"../pickle": REFERENCE, "sys_info": SYSTEM, "pickle": REFERENCE, "storages": STORAGES, "tensors": tensors(1, 4, 1, 0)}))
tar("i_tar_only_pickle", lambda: tarred(pickle=REFERENCE))

# --- the same, larger ------------------------------------------------------------------------------------

MILLION = 1_000_000
large("i_million_deep_tuples.pkl", lambda: op.pickled(op.NONE + op.TUPLE1 * MILLION))
large("i_million_deep_lists.pkl", lambda: op.pickled(op.EMPTY_LIST * MILLION + op.APPEND * (MILLION - 1)))
large("i_million_deep_marks.pkl", lambda: op.pickled(op.MARK * MILLION + op.TUPLE * MILLION))
large("i_million_numbers.pkl", lambda: op.pickled(op.EMPTY_LIST + op.MARK + op.integer(7) * MILLION + op.APPENDS))
large("i_million_memo_puts.pkl", lambda: op.pickled(op.NONE + b"".join(op.put(number) for number in range(MILLION))))
large("i_million_digits.pkl", lambda: op.pickled(b"L" + b"9" * MILLION + b"L\n"))
large("i_megabyte_of_name.pkl", lambda: op.pickled(op.glob("m" * MILLION, "n")))
large("i_bomb_512_mb.pth", lambda: archive(zeros(512 << 20)))
large("i_60000_entries.pth", lambda: archive([*items(), *(Entry(f"archive/e{number}", b"") for number in range(60000))], align=0))
large("i_60000_entries_of_one_name.pth", lambda: archive([*items(), *(Entry("archive/e", b"") for _ in range(60000))], align=0))


if __name__ == "__main__":
    sys.exit(main(cases))
