# SPDX-License-Identifier: BSL-1.0
"""Plain pickles: NumPy arrays and scalars, tensors that carry a whole file inside, all protocols."""

from __future__ import annotations

import collections
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch_pickle as op
from cases import Cases
from torch_containers import base
from torch_user import Options

cases = Cases()


def dumped(make: Callable[[], Any], protocol: int) -> Callable[[Path], None]:
    return lambda path: path.write_bytes(pickle.dumps(make(), protocol=protocol))


def arrays() -> dict[str, Any]:
    grid = np.arange(6, dtype=np.float32).reshape(2, 3)
    return {
        "float32": grid,
        "fortran": np.asfortranarray(grid),
        "big": grid.astype(">f8"),
        "int16": np.array([-1, 2], dtype=np.int16),
        "bool": np.array([True, False]),
        "half": np.array([1.5], dtype=np.float16),
        "complex": np.array([1 - 2j]),
        "empty": np.zeros((0, 3)),
        "scalar_array": np.array(5),
        "list": [np.float64(0.5), np.int32(3), np.bool_(True)],
    }


def mixed() -> dict[str, Any]:
    return {"tensors": base(), "arrays": {"a": np.ones(2)}, "numbers": [1, 2.5, None, True, "text", b"bytes"]}


def _protocols() -> None:
    for protocol in range(6):
        cases.add(f"y_numpy_protocol_{protocol}.pkl", dumped(arrays, protocol), fixture=protocol in (0, 2, 4, 5))
        cases.add(f"y_tensors_protocol_{protocol}.pkl", dumped(base, protocol), fixture=protocol in (0, 2, 4))
        cases.add(f"y_mixed_protocol_{protocol}.pkl", dumped(mixed, protocol))


cases.add("y_lone_array.pkl", dumped(lambda: np.arange(3), 4))
cases.add("y_many_numpy_dtypes.pkl", dumped(lambda: {name: np.arange(3).astype(name) for name in (
    "int8", "uint8", "uint16", "uint32", "uint64", "int64", "<f2", ">i4", ">u2", ">c16")}, 4), fixture=True)
cases.add("y_numpy_strings.pkl", dumped(lambda: {"U": np.array(["a", "\u00fc"]), "S": np.array([b"ab", b"c"]), "n": np.ones(1)}, 4), fixture=True)
cases.add("y_numpy_objects.pkl", dumped(lambda: {"o": np.array([1, "a", None], dtype=object), "n": np.ones(1)}, 4), fixture=True)
cases.add("y_numpy_structured.pkl", dumped(lambda: {"s": np.zeros(2, dtype=[("a", "i4"), ("b", "f8")]), "n": np.ones(1)}, 4))
cases.add("y_numpy_datetime.pkl", dumped(lambda: {"n": np.ones(1), "d": "2024"}, 4))
cases.add("y_user_object.pkl", dumped(lambda: Options(weight=np.ones(2), inner={"t": torch.ones(1)}), 4), fixture=True)
cases.add("y_no_tensor.pkl", dumped(lambda: {"a": [1, 2, 3]}, 4))
cases.add("y_defaultdict.pkl", dumped(lambda: collections.defaultdict(list, a=np.ones(1)), 2))
cases.add("y_module.pkl", dumped(lambda: torch.nn.Linear(2, 2), 2))
cases.add("y_big_array_in_frames.pkl", dumped(lambda: {"a": np.arange(30000, dtype=np.int32), "b": np.ones(1)}, 4))


@cases.case("y_numpy_of_python2.pkl", fixture=True)
def python2(path: Path) -> None:
    """The data is a `str` of Python 2; protocol 2, no proto-3 opcode."""
    dtype = op.call(op.glob("numpy", "dtype"), op.old_text("f4"), op.integer(0), op.integer(1))
    state = (op.integer(3), op.old_text("<"), op.NONE, op.NONE, op.NONE, op.integer(-1), op.integer(-1), op.integer(0))
    dtype += op.group(*state) + op.BUILD
    array = op.call(op.glob("numpy.core.multiarray", "_reconstruct"), op.glob("numpy", "ndarray"), op.ints(0), op.old_text("b"))
    values = np.array([1.5, -2.25], dtype="<f4").tobytes().decode("latin1")
    array += op.group(op.integer(1), op.ints(2), dtype, op.FALSE, op.old_text(values)) + op.BUILD
    path.write_bytes(op.pickled(op.EMPTY_DICT + op.old_text("a") + array + op.SETITEM))


@cases.case("y_old_opcodes.pkl", fixture=True)
def old_opcodes(path: Path) -> None:
    """INST, OBJ, DICT, LIST, DUP, POP, POP_MARK, PUT and GET lines, text numbers."""
    array = b"cnumpy.core.multiarray\nscalar\n" + op.POP
    unused = op.MARK + op.NONE + op.NONE + op.POP_MARK
    old = op.MARK + op.inst("torch_user", "Options") + op.EMPTY_DICT + op.BUILD
    new = op.MARK + op.glob("torch_user", "Options") + op.OBJ
    numbers = op.MARK + b"I1\nI01\nI00\nL5L\nL-70000000000L\nF1.5\nFinf\n" + op.LIST + b"p0\n"
    strings = op.MARK + b"S'a\\x41\\n'\n" + b'S"it\'s"\n' + b"Va\\u00fcb\n" + op.LIST
    twice = op.MARK + b"g0\n" + op.DUP + op.LIST
    pairs = (b"S'numbers'\n", numbers, b"S'strings'\n", strings, b"S'old'\n", old, b"S'new'\n", new, b"S'twice'\n", twice)
    path.write_bytes(array + unused + op.MARK + b"".join(pairs) + op.DICT + op.STOP)


@cases.case("y_new_opcodes.pkl", fixture=True)
def new_opcodes(path: Path) -> None:
    """Protocols 4 and 5: frames of odd sizes, 8-byte lengths, sets, NEWOBJ_EX, STACK_GLOBAL, BYTEARRAY8."""
    eight = len(b"12345678").to_bytes(8, "little")
    values = [
        b"\x8e" + eight + b"12345678",
        b"\x8d" + eight + b"abcdefgh" + op.MEMOIZE,
        b"\x96" + eight + b"12345678",
        op.EMPTY_SET + op.MARK + op.integer(1) + op.integer(2) + op.ADDITEMS,
        op.MARK + op.integer(3) + op.FROZENSET,
        b"\x8c\x0atorch_user\x8c\x07Options" + op.STACK_GLOBAL + op.EMPTY_TUPLE + op.EMPTY_DICT + op.NEWOBJ_EX,
        b"\x8b" + (9).to_bytes(4, "little") + (1 << 64).to_bytes(9, "little"),
        op.get(0),
    ]
    head = op.EMPTY_LIST + op.MARK + values[0]
    rest = b"".join(values[1:]) + op.APPENDS + op.STOP
    path.write_bytes(op.proto(5) + op.frame(len(head)) + head + op.frame(len(rest)) + rest)


@cases.case("y_persistent_ids_unknown.pkl", oracle=False)
def persistent_ids(path: Path) -> None:
    """No framework: an id that names nothing is an inert value."""
    path.write_bytes(op.pickled(op.table(("a", op.group(op.text("elsewhere"), op.integer(3)) + op.BINPERSID), ("b", op.integer(1)))))


_protocols()
