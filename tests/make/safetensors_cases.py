# SPDX-License-Identifier: BSL-1.0
"""safetensors files: all dtypes, metadata, sharded sets, and breaches of every rule. Usage: see cases.py.

The rules are those of the format's README and of `TensorInfo` validation in its Rust crate: the header is
at most 100,000,000 bytes, starts with `{`, may end in spaces, has no duplicate keys; the tensors' offsets
cover the data from 0 to its end without overlap or hole; sizes equal shape times dtype.
"""

from __future__ import annotations

import functools
import json
import struct
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import safetensors.numpy
from cases import Cases, Lacking, main

cases = Cases()
BITS = {"BOOL": 8, "U8": 8, "I8": 8, "F8_E4M3": 8, "F8_E5M2": 8, "F8_E8M0": 8, "F8_E4M3FNUZ": 8, "F8_E5M2FNUZ": 8,
        "I16": 16, "U16": 16, "F16": 16, "BF16": 16, "I32": 32, "U32": 32, "F32": 32, "I64": 64, "U64": 64,
        "F64": 64, "C64": 64, "F4": 4, "F6_E2M3": 6, "F6_E3M2": 6}  # fmt: skip


def entry(dtype: str, shape: list[int], begin: int, end: int) -> dict[str, Any]:
    return {"dtype": dtype, "shape": shape, "data_offsets": [begin, end]}


def built(header: dict[str, Any] | bytes, data: bytes, pad: int = 0, length: int | None = None) -> bytes:
    told = header if isinstance(header, bytes) else json.dumps(header, separators=(",", ":"), ensure_ascii=False).encode()
    told += b" " * pad
    return struct.pack("<Q", len(told) if length is None else length) + told + data


def packed(tensors: dict[str, tuple[str, list[int]]], metadata: dict[str, str] | None = None) -> bytes:
    header: dict[str, Any] = {"__metadata__": metadata} if metadata is not None else {}
    data = b""
    for name, (dtype, shape) in tensors.items():
        size = int(np.prod(shape)) * BITS[dtype] // 8
        header[name] = entry(dtype, shape, len(data), len(data) + size)
        data += bytes((number * 37 + 11) % (2 if dtype == "BOOL" else 251) for number in range(size))
    text = json.dumps(header, separators=(",", ":"))
    return built(header, data, pad=-len(text) % 8)


def bytes_case(name: str, make: Callable[[], bytes], fixture: bool = True, **facts: Any) -> None:
    cases.add(name, lambda path: path.write_bytes(make()), fixture=fixture, **facts)


FOUR = entry("F32", [2, 2], 0, 16)
DATA = struct.pack("<4f", 1, 2, 3, 4)

for dtype, width in BITS.items():
    keep = dtype in ("F4", "F6_E2M3", "BF16", "C64")
    bytes_case(f"y_dtype_{dtype.lower()}.safetensors", lambda dtype=dtype: packed({"t": (dtype, [2, 4])}), fixture=keep)
bytes_case("y_all_dtypes.safetensors", lambda: packed({dtype.lower(): (dtype, [8]) for dtype in sorted(BITS, key=lambda of: -BITS[of])}))
bytes_case("y_metadata.safetensors", lambda: packed({"t": ("F32", [2])}, {"format": "pt", "author": "\u00fc \U0001f600 \"quoted\" \\ \n"}))
bytes_case("y_metadata_empty.safetensors", lambda: packed({"t": ("F32", [2])}, {}))
bytes_case("y_metadata_only.safetensors", lambda: packed({}, {"format": "pt"}))
bytes_case("y_no_tensors.safetensors", lambda: built({}, b""))
bytes_case("y_scalar.safetensors", lambda: packed({"s": ("F64", [])}))
bytes_case("y_empty_tensors.safetensors", lambda: packed({"a": ("F32", [0]), "b": ("I64", [2, 0, 3]), "c": ("F16", [2]), "d": ("U8", [0])}))
bytes_case("y_rank_8.safetensors", lambda: packed({"t": ("U8", [1, 2, 1, 2, 1, 2, 1, 1])}))
bytes_case("y_names.safetensors", lambda: packed({"": ("U8", [1]), "a.b": ("U8", [1]), "a/b": ("U8", [1]), "\u00fc\u4e16\U0001f600": ("U8", [1]), "q\"\\\n\t": ("U8", [1])}))
bytes_case("y_unaligned_header.safetensors", lambda: built({"t": FOUR}, DATA, pad=1))
bytes_case("y_header_order_is_not_data_order.safetensors", lambda: built({"b": entry("F32", [2], 8, 16), "a": entry("F32", [2], 0, 8)}, DATA))
bytes_case("y_spaces_in_header.safetensors", lambda: built(json.dumps({"t": FOUR}, indent=2).encode(), DATA))
bytes_case("y_escapes_in_header.safetensors", lambda: built(b'{"\\u0074\\ud83d\\ude00\\/":{"dtype":"F32","shape":[2,2],"data_offsets":[0,16]}}', DATA))
bytes_case("y_unaligned_tensor.safetensors", lambda: built({"a": entry("U8", [1], 0, 1), "t": entry("F32", [2, 2], 1, 17)}, b"\7" + DATA))


@cases.case("y_many_tensors.safetensors")
def many(path: Path) -> None:
    path.write_bytes(packed({f"model.layers.{number}.weight": ("F16", [2, 2]) for number in range(2000)}))


@cases.case("y_by_the_package.safetensors", fixture=True)
def by_package(path: Path) -> None:
    tensors = {"weight": np.arange(6, dtype=np.float32).reshape(2, 3), "bias": np.zeros(3, dtype=np.float16), "n": np.array(5)}
    safetensors.numpy.save_file(tensors, path, metadata={"format": "np"})


@cases.case("y_by_torch.safetensors", fixture=True)
def by_torch(path: Path) -> None:
    try:
        import safetensors.torch
        import torch
    except ImportError as error:
        raise Lacking(f"torch: {error}") from error
    safetensors.torch.save_file({"w": torch.arange(6, dtype=torch.bfloat16).view(2, 3), "b": torch.zeros(3)}, path)


def shards(path: Path, broken: str = "") -> None:
    """Two files beside an index, as Hugging Face writes them."""
    stem = f"i_{broken}" if broken else path.name.removesuffix(".safetensors.index.json")
    names = [f"{stem}-{number:05}-of-00002.safetensors" for number in (1, 2)]
    path.with_name(names[0]).write_bytes(packed({"a.weight": ("F32", [2, 3]), "a.bias": ("F32", [2])}, {"format": "pt"}))
    if broken != "missing_file":
        path.with_name(names[1]).write_bytes(packed({"b.weight": ("BF16", [3])}, {"format": "pt"}))
    where = {"a.bias": names[0], "a.weight": names[0], "b.weight": names[1]}
    where |= {"c.weight": names[1]} if broken == "missing_tensor" else {}
    where |= {"b.weight": "../" + names[1]} if broken == "path_outside" else {}
    path.write_text(json.dumps({"metadata": {"total_size": 38}, "weight_map": where}, indent=2) + "\n", encoding="utf-8")


cases.add("y_sharded.safetensors.index.json", shards, fixture=True)
BROKEN = {"missing_file": "io.not_found", "missing_tensor": "shards.missing_tensor", "path_outside": "io.outside_folder"}
for broken, error in BROKEN.items():
    write = functools.partial(shards, broken=broken)
    cases.add(f"n_{error}__{broken}.safetensors.index.json", write, fixture=True, oracle=False)

LIMIT = 100_000_000
REFUSED: dict[str, Callable[[], bytes]] = {
    "format.unknown__seven_bytes": lambda: b"\2\0\0\0\0\0\0",
    "safetensors.truncated__header": lambda: built({"t": FOUR}, b"")[:30],
    "safetensors.truncated__data": lambda: built({"t": FOUR}, DATA[:-1]),
    "safetensors.header_too_large__length": lambda: built({"t": FOUR}, DATA, length=LIMIT + 1),
    "safetensors.header_too_large__all_ones": lambda: built({"t": FOUR}, DATA, length=(1 << 64) - 1),
    "safetensors.no_object__starts_with_space": lambda: built(b' {"t":' + json.dumps(FOUR).encode() + b"}", DATA),
    "safetensors.no_object__array": lambda: built(b"[]", b""),
    "json.bad_utf8__not_utf8": lambda: built(b'{"\xff":' + json.dumps(FOUR).encode() + b"}", DATA),
    "json.bad_syntax__trailing_comma": lambda: built(b'{"t":' + json.dumps(FOUR).encode() + b",}", DATA),
    "json.rest__two_documents": lambda: built(b"{}{}", b""),
    "safetensors.bad_entry__nested": lambda: built(b'{"t":' + b"[" * 2000 + b"]" * 2000 + b"}", b""),
    "safetensors.bad_entry__missing_field": lambda: built({"t": {"dtype": "F32", "shape": [4]}}, DATA),
    "safetensors.bad_offsets__three_offsets": lambda: built({"t": FOUR | {"data_offsets": [0, 8, 16]}}, DATA),
    "safetensors.bad_shape__negative_shape": lambda: built({"t": FOUR | {"shape": [-2, -2]}}, DATA),
    "safetensors.bad_shape__real_shape": lambda: built({"t": FOUR | {"shape": [2.0, 2.0]}}, DATA),
    "safetensors.bad_metadata__metadata_number": lambda: built({"__metadata__": {"a": 1}, "t": FOUR}, DATA),
    "safetensors.unknown_dtype__f128": lambda: built({"t": FOUR | {"dtype": "F128"}}, DATA),
    "safetensors.duplicate_key__tensor": lambda: built(b'{"t":' + json.dumps(FOUR).encode() + b',"t":' + json.dumps(FOUR).encode() + b"}", DATA),
    "safetensors.overlap__overlap": lambda: built({"a": FOUR, "b": entry("F32", [2, 2], 8, 24)}, DATA + DATA[:8]),
    "safetensors.overlap__same_bytes": lambda: built({"a": FOUR, "b": FOUR}, DATA),
    "safetensors.hole__hole": lambda: built({"a": entry("F32", [1], 0, 4), "b": entry("F32", [2], 8, 16)}, DATA),
    "safetensors.hole__hole_first": lambda: built({"a": entry("F32", [3], 4, 16)}, DATA),
    "safetensors.bad_offsets__backwards": lambda: built({"a": entry("F32", [2, 2], 16, 0)}, DATA),
    "safetensors.truncated__beyond": lambda: built({"a": entry("F32", [1 << 40], 0, 1 << 42)}, DATA),
    "safetensors.bad_size__shape": lambda: built({"a": entry("F32", [2, 3], 0, 16)}, DATA),
    "safetensors.shape_overflow__product": lambda: built({"a": entry("F32", [1 << 32, 1 << 32, 4], 0, 16)}, DATA),
    "safetensors.bad_size__offsets_near_end": lambda: built({"a": entry("U8", [16], (1 << 64) - 16, (1 << 64) - 1)}, DATA),
    "safetensors.sub_byte__half_a_byte": lambda: built({"a": entry("F4", [3], 0, 1)}, b"\0"),
}  # fmt: skip
for name, make in REFUSED.items():
    # the package itself keeps the last of two equal keys, though its README forbids them
    bytes_case(f"n_{name}.safetensors", make, oracle="duplicate" not in name)
bytes_case("i_trailing_bytes.safetensors", lambda: built({"t": FOUR}, DATA + b"more"))
bytes_case("i_metadata_twice.safetensors", lambda: built(b'{"__metadata__":{"a":"1"},"__metadata__":{"a":"2"}}', b""))
bytes_case("i_metadata_null.safetensors", lambda: built(b'{"__metadata__":null,"t":' + json.dumps(FOUR).encode() + b"}", DATA))
bytes_case("i_unknown_field.safetensors", lambda: built({"t": FOUR | {"more": 1}}, DATA))
bytes_case("i_null_byte_after_header.safetensors", lambda: built(json.dumps({"t": FOUR}).encode() + b"\0\0", DATA))


if __name__ == "__main__":
    sys.exit(main(cases))
