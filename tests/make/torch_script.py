# SPDX-License-Identifier: BSL-1.0
"""TorchScript archives: scripted and traced modules, with attributes, constants, extra files, mobile."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, Dict, List, Tuple  # annotations are evaluated: the script compiler reads them

import torch
from cases import Cases
from torch import nn
from torch_modules import small
from torch_zip import DEFLATED, STORED, archive, entries, named

cases = Cases()


class Scripted(nn.Module):
    """Attributes of every kind that a scripted module may have."""

    table: Dict[str, torch.Tensor]
    sizes: List[int]
    pair: Tuple[int, float]

    def __init__(self) -> None:
        super().__init__()
        self.inner = nn.Linear(3, 2)
        self.own = nn.Parameter(torch.ones(2))
        self.register_buffer("running", torch.tensor([1, 2]))
        self.register_buffer("hidden", torch.zeros(1), persistent=False)
        self.table = {"a": torch.arange(2.0)}
        self.sizes = [1, 2, 3]
        self.pair = (1, 0.5)
        self.text = "text"
        self.free = torch.full((2,), 3.0)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.inner(x) * self.own + self.free + torch.tensor([0.5, 0.25])


class Quantized(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("q", torch.quantize_per_tensor(torch.linspace(-1, 1, 4), 0.02, 1, torch.qint8))

    def forward(self) -> torch.Tensor:
        return self.q.dequantize()


class Shared(nn.Module):
    """One storage behind a parameter and a buffer."""

    def __init__(self) -> None:
        super().__init__()
        base = torch.arange(6.0)
        self.weight = nn.Parameter(base.view(2, 3))
        self.register_buffer("tail", base[4:])

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x @ self.weight


class Many(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        for name in ("float16", "bfloat16", "float64", "uint8", "int8", "int16", "int32", "int64", "bool", "complex64"):
            self.register_buffer(f"as_{name}", torch.arange(3).to(getattr(torch, name)))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x


def constants(x: torch.Tensor) -> torch.Tensor:
    return x * torch.tensor([1.0, 2.0, 3.0]) + torch.ones(3)


def saved(make: Callable[[], Any], **options: Any) -> Callable[[Path], None]:
    return lambda path: torch.jit.save(make(), str(path), **options)


def traced() -> Any:
    return torch.jit.trace(small().eval(), torch.ones(1, 3))


def frozen() -> Any:
    return torch.jit.freeze(torch.jit.script(small().eval()))


def module(name: str, make: Callable[[], Any], **facts: Any) -> None:
    cases.add(f"y_script_{name}.pt", saved(make), **facts)


module("scripted", lambda: torch.jit.script(Scripted()), fixture=True)
module("sequential", lambda: torch.jit.script(small()), fixture=True)
module("traced", traced, fixture=True)
module("traced_function", lambda: torch.jit.trace(constants, torch.ones(3)))
module("frozen", frozen)
module("quantized", lambda: torch.jit.script(Quantized()))
module("shared", lambda: torch.jit.script(Shared()))
module("dtypes", lambda: torch.jit.script(Many()), fixture=True)
module("lstm", lambda: torch.jit.script(nn.LSTM(3, 2)))
module("no_parameters", lambda: torch.jit.script(nn.ReLU()))
EXTRA = {"metadata.json": '{"classes": ["a"]}', "empty.txt": ""}
cases.add("y_script_extra_files.pt", saved(lambda: torch.jit.script(nn.Linear(2, 2)), _extra_files=EXTRA), fixture=True)


@cases.case("y_script_mobile.ptl", fixture=True)
def mobile(path: Path) -> None:
    torch.jit.script(nn.Linear(2, 2))._save_for_lite_interpreter(str(path))


@cases.case("y_script_all_stored.pt")
def all_stored(path: Path) -> None:
    saved(traced)(path)
    path.write_bytes(archive([replace(item, method=STORED) for item in entries(path)]))


@cases.case("y_script_all_deflated_other_root.pt")
def all_deflated(path: Path) -> None:
    saved(traced)(path)
    path.write_bytes(archive([replace(item, method=DEFLATED) for item in named("elsewhere", entries(path))]))
