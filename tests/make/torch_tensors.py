# SPDX-License-Identifier: BSL-1.0
"""Single tensors in torch.save files: every dtype, stride pattern, layout and wrapper."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from cases import Cases, Lacking

cases = Cases()
Make = Callable[[], Any]

NUMBERS = "float16 bfloat16 float32 float64 uint8 int8 int16 int32 int64".split()
YOUNG = "uint16 uint32 uint64".split()
FLOAT8 = "float8_e4m3fn float8_e5m2 float8_e4m3fnuz float8_e5m2fnuz float8_e8m0fnu".split()
BITS = "bits8 bits16 bits1x8 bits2x4 bits4x2 float4_e2m1fn_x2".split()
SPECIAL = [0.0, -0.0, 1.0, -1.5, float("inf"), float("-inf"), float("nan"), 1e-40]


def dtype(name: str) -> torch.dtype:
    if not isinstance(found := getattr(torch, name, None), torch.dtype):
        raise Lacking(f"torch.{name}")
    return found


def patterned(count: int, of: torch.dtype) -> torch.Tensor:
    """Any bit pattern, whatever the type."""
    size = torch.empty(0, dtype=of).element_size()
    values = (torch.arange(count * size, dtype=torch.int64) * 37 + 11) % 251
    return values.to(torch.uint8).view(of)


def saved(make: Make, **options: Any) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        torch.save(make(), path, **options)

    return write


def state(name: str, make: Make, **facts: Any) -> None:
    """A dictionary of one tensor, `t`."""
    cases.add(f"y_{name}.pth", saved(lambda: {"t": make()}), **facts)


def young(name: str, make: Make, **facts: Any) -> None:
    """The same of a kind of tensor that torch could make before it could save it."""

    def write(path: Path) -> None:
        try:
            torch.save({"t": make()}, path)
        except (RuntimeError, KeyError) as error:
            raise Lacking(f"saving it: {error}") from error

    cases.add(f"y_{name}.pth", write, **facts)


def _dtypes() -> None:
    for name in NUMBERS:
        state(f"dtype_{name}", lambda name=name: torch.arange(6).to(dtype(name)).reshape(2, 3), identical=True)
    for name in YOUNG + FLOAT8 + BITS:
        fixture = name in ("uint16", "float8_e4m3fn", "float8_e8m0fnu", "bits8", "float4_e2m1fn_x2")
        state(f"dtype_{name}", lambda name=name: patterned(6, dtype(name)), identical=True, fixture=fixture)
    state("dtype_bool", lambda: torch.tensor([True, False, True]), identical=True, fixture=True)
    young("dtype_complex32", lambda: patterned(4, dtype("complex32")), identical=True, fixture=True)
    state("dtype_complex64", lambda: torch.tensor([1 + 2j, -3.5j]), identical=True)
    state("dtype_complex128", lambda: torch.tensor([[1 + 2j, -3.5j]], dtype=torch.complex128), identical=True)
    for name in ("float16", "bfloat16", "float32", "float64"):
        state(f"special_{name}", lambda name=name: torch.tensor(SPECIAL, dtype=dtype(name)), identical=True)


@cases.case("y_all_dtypes.pth", fixture=True, identical=True)
def all_dtypes(path: Path) -> None:
    names = [*NUMBERS, "bool", "complex64", "complex128"]
    torch.save({name: torch.arange(4).to(dtype(name)) for name in names}, path)


@cases.case("y_all_new_dtypes.pth", fixture=True, identical=True)
def all_new_dtypes(path: Path) -> None:
    torch.save({name: patterned(4, dtype(name)) for name in YOUNG + FLOAT8}, path)


@cases.case("y_views_of_new_dtypes.pth", fixture=True)
def views_of_new_dtypes(path: Path) -> None:
    """Offsets and strides are elements of the dtype, not bytes of the untyped storage."""
    base = patterned(24, dtype("uint32"))
    torch.save({"slice": base[5:9], "transposed": base[8:20].view(3, 4).t(), "stepped": base[::5]}, path)


def _strides() -> None:
    def base() -> torch.Tensor:
        return torch.arange(24, dtype=torch.float32)

    state("scalar", lambda: torch.tensor(3.5), identical=True, fixture=True)
    state("empty", lambda: torch.empty(0), identical=True, fixture=True)
    state("empty_inner", lambda: torch.empty(3, 0, 2), identical=True)
    state("rank_7", lambda: base().view(1, 2, 1, 3, 1, 4, 1), identical=True)
    state("transposed", lambda: base().view(4, 6).t(), identical=True, fixture=True)
    state("channels_last", lambda: base().view(1, 2, 3, 4).contiguous(memory_format=torch.channels_last), identical=True)
    state("permuted", lambda: base().view(2, 3, 4).permute(2, 0, 1), identical=True)
    state("slice_with_offset", lambda: base()[5:11], identical=True, fixture=True)
    state("every_third", lambda: base()[2::3], identical=True)
    state("expanded", lambda: torch.tensor([[1.0], [2.0]]).expand(2, 5), identical=True, fixture=True)
    state("expanded_scalar", lambda: torch.tensor(7.0).expand(3, 4, 5), identical=True)
    state("overlapping", lambda: base().as_strided((4, 5), (2, 1), 3), identical=True, fixture=True)
    state("odd_strides_of_one", lambda: base().as_strided((1, 4, 1), (99, 1, -0), 0), identical=True)
    state("diagonal", lambda: base()[:16].view(4, 4).diagonal(), identical=True)
    state("bool_strided", lambda: (torch.arange(12) % 3 == 0).view(3, 4).t(), identical=True)


@cases.case("y_shared_storage.pth", fixture=True, identical=True)
def shared_storage(path: Path) -> None:
    """Tied weights, and views of one storage in any order."""
    base = torch.arange(12, dtype=torch.float32)
    tied = torch.ones(2, 2)
    torch.save({"tail": base[8:], "whole": base, "even": base[::2], "a": tied, "b": tied, "c": tied.t()}, path)


@cases.case("y_conj_and_neg.pth", fixture=True)
def conj_and_neg(path: Path) -> None:
    """A real view and its complex base cannot be saved together, hence the clones."""
    value = torch.tensor([1 + 2j, 3 - 4j])
    negative = value.clone().conj().imag
    torch.save({"plain": value, "conj": value.conj(), "neg": negative, "real": value.clone().real}, path)


def _quantized() -> None:
    def values() -> torch.Tensor:
        return torch.linspace(-1, 1, 6).view(2, 3)

    def per_channel(axis: int, of: torch.dtype) -> torch.Tensor:
        size = values().shape[axis]
        return torch.quantize_per_channel(values(), torch.full((size,), 0.05), torch.zeros(size, dtype=torch.long), axis, of)

    for name in ("qint8", "quint8", "qint32"):
        state(f"{name}_per_tensor", lambda name=name: torch.quantize_per_tensor(values(), 0.02, 1, dtype(name)), fixture=name != "qint32")
        state(f"{name}_per_channel", lambda name=name: per_channel(1, dtype(name)), fixture=name == "qint8")
    state("qint8_transposed", lambda: torch.quantize_per_tensor(values(), 0.02, 1, torch.qint8).t())

    def rows(of: str) -> torch.Tensor:
        """The types below a byte exist with float zero points a row."""
        scales, zeros = torch.tensor([0.1, 0.2]), torch.tensor([0.5, 0.25])
        return torch.quantize_per_channel(torch.rand(2, 8), scales, zeros, 0, dtype(of))

    state("quint4x2", lambda: rows("quint4x2"), fixture=True)
    state("quint8_float_zero_points", lambda: rows("quint8"))


def _sparse() -> None:
    def matrix() -> torch.Tensor:
        return torch.tensor([[0.0, 1, 0, 2], [0, 0, 0, 0], [3, 0, 4, 0], [0, 5, 0, 6]])

    def converted(method: str, *arguments: Any) -> torch.Tensor:
        if not hasattr(torch.Tensor, method):
            raise Lacking(method)
        return getattr(matrix(), method)(*arguments)

    state("sparse_coo", lambda: matrix().to_sparse(), fixture=True)
    indices = [[0, 0, 1], [1, 1, 0]]
    state("sparse_coo_uncoalesced", lambda: torch.sparse_coo_tensor(indices, [1.0, 2, 3], (2, 2)), fixture=True)
    state("sparse_coo_hybrid", lambda: torch.sparse_coo_tensor([[0, 2]], [[1.0, 2], [3, 4]], (3, 2)))
    state("sparse_coo_empty", lambda: torch.sparse_coo_tensor(size=(2, 3)))
    state("sparse_csr", lambda: matrix().to_sparse_csr(), fixture=True)
    young("sparse_csc", lambda: converted("to_sparse_csc"), fixture=True)
    young("sparse_bsr", lambda: converted("to_sparse_bsr", (2, 2)), fixture=True)
    young("sparse_bsc", lambda: converted("to_sparse_bsc", (2, 2)), fixture=True)
    state("sparse_csr_int32_indices", lambda: torch.sparse_csr_tensor(
        torch.tensor([0, 1, 2], dtype=torch.int32), torch.tensor([1, 0], dtype=torch.int32), torch.tensor([1.5, 2.5]), (2, 2)))


@cases.case("y_nested_strided.pth", fixture=True)
def nested_strided(path: Path) -> None:
    if not hasattr(torch, "jagged"):
        raise Lacking("saving nested tensors")
    nested = torch.nested.nested_tensor([torch.ones(2, 3), torch.zeros(1, 3)])
    torch.save({"before": torch.ones(2), "nested": nested, "after": torch.zeros(2)}, path)


@cases.case("y_nested_jagged.pth", fixture=True)
def nested_jagged(path: Path) -> None:
    if not hasattr(torch, "jagged"):
        raise Lacking("torch.jagged")
    nested = torch.nested.nested_tensor([torch.ones(2, 3), torch.zeros(1, 3)], layout=torch.jagged)
    torch.save({"before": torch.ones(2), "nested": nested, "after": torch.zeros(2)}, path)


class Marked(torch.Tensor):
    """A subclass; its files name this module, which no reader may need."""


def _wrapped() -> None:
    state("meta", lambda: torch.empty(2, 3, device="meta"), fixture=True)
    state("parameter", lambda: torch.nn.Parameter(torch.ones(2, 3)), fixture=True, identical=True)
    state("frozen_parameter", lambda: torch.nn.Parameter(torch.ones(2), requires_grad=False))
    state("requires_grad", lambda: torch.ones(2, requires_grad=True), identical=True)
    state("subclass", lambda: torch.arange(4.0).as_subclass(Marked), fixture=True)
    state("half_parameter", lambda: torch.nn.Parameter(torch.ones(2, dtype=torch.bfloat16)))

    def with_attribute(value: torch.Tensor) -> torch.Tensor:
        value.note = {"lr": 0.1, "mask": torch.zeros(2)}  # type: ignore[attr-defined]
        return value

    state("tensor_with_attribute", lambda: with_attribute(torch.ones(2)), fixture=True)
    state("parameter_with_attribute", lambda: with_attribute(torch.nn.Parameter(torch.ones(2))), fixture=True)
    state("subclass_with_attribute", lambda: with_attribute(torch.ones(2).as_subclass(Marked)))
    state("buffer", lambda: _needed("torch.nn.Buffer")(torch.ones(3)))


def _needed(name: str) -> Any:
    found: Any = torch
    for part in name.split(".")[1:]:
        found = getattr(found, part, None)
        if found is None:
            raise Lacking(name)
    return found


@cases.case("y_lone_tensor.pth", fixture=True)
def lone_tensor(path: Path) -> None:
    torch.save(torch.arange(3), path)


@cases.case("y_lone_parameter.pth")
def lone_parameter(path: Path) -> None:
    torch.save(torch.nn.Parameter(torch.ones(2)), path)


@cases.case("y_bare_storage.pth", fixture=True)
def bare_storage(path: Path) -> None:
    """A storage that no tensor views is listed by nobody."""
    torch.save({"storage": torch.arange(4.0).storage(), "t": torch.ones(1)}, path)


@cases.case("i_bool_bytes_other_than_one.pth", fixture=True)
def bool_bytes(path: Path) -> None:
    torch.save({"t": torch.tensor([0, 1, 2, 255], dtype=torch.uint8).view(torch.bool)}, path)


_dtypes()
_strides()
_quantized()
_sparse()
_wrapped()
