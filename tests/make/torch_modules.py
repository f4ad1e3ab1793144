# SPDX-License-Identifier: BSL-1.0
"""State dicts, whole modules, checkpoints and other objects around tensors."""

from __future__ import annotations

import argparse
import collections
import datetime
import decimal
import enum
import fractions
import functools
import pathlib
import uuid
from pathlib import Path
from typing import Any

import numpy as np
import torch
from cases import Cases
from torch import nn
from torch_tensors import saved
from torch_user import Counting, Listing, Network, Options, Pair, Slotted

cases = Cases()


def small() -> nn.Sequential:
    return nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 2))


def convolutional() -> nn.Sequential:
    return nn.Sequential(
        collections.OrderedDict(
            conv=nn.Conv2d(1, 2, 3), norm=nn.BatchNorm2d(2), act=nn.ReLU(), pool=nn.AdaptiveAvgPool2d(1), flat=nn.Flatten(), out=nn.Linear(2, 2)
        )
    )


STATE_DICTS = {
    "small": small,
    "convolutional": convolutional,
    "network": Network,
    "embedding": lambda: nn.Embedding(5, 3, padding_idx=0),
    "lstm": lambda: nn.LSTM(3, 2, num_layers=2, bidirectional=True),
    "attention": lambda: nn.MultiheadAttention(4, 2),
    "transformer": lambda: nn.TransformerEncoderLayer(4, 2, dim_feedforward=8),
    "data_parallel": lambda: nn.DataParallel(small()),
    "extra_state_dict": lambda: Counting({"seen": 3, "mean": torch.ones(2)}),
    "extra_state_tensor": lambda: Counting(torch.arange(2)),
    "extra_state_text": lambda: Counting("text"),
    "half": lambda: small().half(),
    "no_parameters": lambda: nn.ReLU(),
}
KEPT_STATES = ("small", "convolutional", "network", "extra_state_dict", "no_parameters")
MODULES = {
    "linear": lambda: nn.Linear(3, 2),
    "sequential": small,
    "convolutional": convolutional,
    "nested_sequential": lambda: nn.Sequential(nn.Sequential(nn.Linear(2, 3), nn.Tanh()), nn.Sequential(nn.Linear(3, 1))),
    "data_parallel": lambda: nn.DataParallel(small()),
    "user": Network,
    "lstm": lambda: nn.LSTM(3, 2),
    "attention": lambda: nn.MultiheadAttention(4, 2, batch_first=True),
    "embedding_bag": lambda: nn.EmbeddingBag(4, 3),
    "module_list": lambda: nn.ModuleList([nn.Linear(2, 2), nn.Linear(2, 2)]),
    "shared_layers": lambda: (lambda layer: nn.Sequential(layer, nn.ReLU(), layer))(nn.Linear(3, 3)),
    "tied_weights": lambda: _tied(),
    "lazy": lambda: nn.Sequential(nn.LazyLinear(3), nn.Linear(3, 2)),
    "weight_norm": lambda: nn.utils.weight_norm(nn.Linear(3, 2)),
    "spectral_norm": lambda: nn.utils.spectral_norm(nn.Linear(3, 2)),
    "quantized_linear": lambda: torch.ao.quantization.quantize_dynamic(small(), {nn.Linear}, dtype=torch.qint8),
    "extra_state": lambda: Counting({"seen": 3}),
    "double": lambda: small().double(),
}
KEPT_MODULES = ("linear", "user", "data_parallel", "shared_layers", "tied_weights")


def _tied() -> nn.Module:
    model = nn.Sequential(nn.Embedding(3, 4), nn.Linear(4, 3, bias=False))
    model[1].weight = model[0].weight
    return model


def _modules() -> None:
    for name, make in STATE_DICTS.items():
        write = saved(lambda make=make: make().state_dict())
        cases.add(f"y_state_{name}.pth", write, identical=True, fixture=name in KEPT_STATES)
    for name, make in MODULES.items():
        computes = name not in ("lazy", "module_list", "quantized_linear")
        write = saved(lambda make=make: make().eval())
        cases.add(f"y_module_{name}.pt", write, module=computes, fixture=name in KEPT_MODULES)
    for name in ("linear", "user"):
        write = saved(MODULES[name], _use_new_zipfile_serialization=False)
        cases.add(f"y_module_{name}_legacy.pt", write, fixture=name == "linear")


OPTIMIZERS: dict[str, dict[str, Any]] = {
    "SGD": {"lr": 0.1, "momentum": 0.9}, "Adam": {"lr": 1e-3}, "AdamW": {"lr": 1e-3, "amsgrad": True},
    "RMSprop": {"lr": 0.01, "momentum": 0.1, "centered": True}, "Adagrad": {"lr": 0.01}, "Adadelta": {},
    "Adamax": {}, "ASGD": {}, "NAdam": {}, "RAdam": {}, "Rprop": {}, "LBFGS": {"max_iter": 2},
}  # fmt: skip


def trained(optimizer: str) -> tuple[nn.Module, torch.optim.Optimizer]:
    """One step, so that there is state."""
    model = small()
    method = getattr(torch.optim, optimizer)(model.parameters(), **OPTIMIZERS[optimizer])
    inputs = torch.linspace(0, 1, 6).view(2, 3)

    def closure() -> torch.Tensor:
        method.zero_grad()
        loss = model(inputs).square().mean()
        loss.backward()
        return loss

    method.step(closure)
    return model, method


def checkpoint(optimizer: str) -> dict[str, Any]:
    model, method = trained(optimizer)
    return {"epoch": 5, "model_state_dict": model.state_dict(), "optimizer_state_dict": method.state_dict(), "loss": 0.125}


def _optimizers() -> None:
    for name in OPTIMIZERS:
        write = saved(lambda name=name: checkpoint(name))
        cases.add(f"y_checkpoint_{name.lower()}.pth", write, fixture=name in ("SGD", "Adam"))


@cases.case("y_checkpoint_lightning.ckpt", fixture=True)
def lightning(path: Path) -> None:
    model, method = trained("Adam")
    weights = {f"net.{key}": value for key, value in model.state_dict().items()}
    torch.save(
        {
            "epoch": 3,
            "global_step": 1200,
            "pytorch-lightning_version": "2.4.0",
            "state_dict": collections.OrderedDict(weights),
            "loops": {"fit_loop": {"state_dict": {}, "epoch_progress": {"total": {"ready": 4, "completed": 3}}}},
            "callbacks": {"ModelCheckpoint{'monitor': None}": {"best_model_score": torch.tensor(0.5), "best_model_path": ""}},
            "optimizer_states": [method.state_dict()],
            "lr_schedulers": [],
            "hparams_name": "kwargs",
            "hyper_parameters": {"lr": 1e-3, "layers": [4, 2], "name": "net"},
        },
        path,
    )


@cases.case("y_checkpoint_with_module_and_args.pt", fixture=True)
def with_module(path: Path) -> None:
    """As YOLO writes: whole modules, an option object, NumPy scalars, dates and paths."""
    model = small().half()
    options = argparse.Namespace(lr=0.1, weights=pathlib.PurePosixPath("a/b.pt"), sizes=[640, 480], rate=None)
    told = {"epoch": -1, "best_fitness": np.float64(0.5), "model": model, "ema": None, "opt": options}
    torch.save(told | {"date": datetime.datetime(2024, 1, 2, 3, 4, 5), "updates": np.int64(7)}, path)


@cases.case("y_keys_of_all_kinds.pth", fixture=True)
def odd_keys(path: Path) -> None:
    values = [torch.full((1,), float(number)) for number in range(12)]
    keys: list[Any] = ["text", "", "with.dot", "a/b", 7, -3, 1.5, (1, "a"), None, True, b"bytes", "\u00e9\u4e16\U0001f600"]
    torch.save(dict(zip(keys, values)), path)


@cases.case("y_same_name_twice.pth", fixture=True)
def same_name_twice(path: Path) -> None:
    """`0` and "0", and `a.b` by two ways."""
    ones, zeros = torch.ones(1), torch.zeros(1)
    torch.save({0: ones, "0": zeros, "a": {"b": ones}, "a.b": zeros}, path)


@cases.case("y_integer_keys.pth")
def integer_keys(path: Path) -> None:
    torch.save({number: torch.full((2,), float(number)) for number in (0, 5, 300, 70000, 1 << 40)}, path)


@cases.case("y_nested_containers.pth", fixture=True)
def nested(path: Path) -> None:
    one = torch.ones(1)
    torch.save({"list": [one, [one + 1, {"x": one + 2}], ()], "tuple": (one, one + 3), "none": None, "deep": [[[[[one]]]]]}, path)


@cases.case("y_list_of_tensors.pth")
def list_of_tensors(path: Path) -> None:
    torch.save([torch.full((2,), float(number)) for number in range(12)], path)


@cases.case("y_containers_of_the_library.pth", fixture=True)
def library_containers(path: Path) -> None:
    one = torch.ones(1)
    torch.save(
        {
            "ordered": collections.OrderedDict(b=one, a=one + 1),
            "default": collections.defaultdict(list, {"k": one + 2}),
            "defaultlambda": collections.defaultdict(int, {"k": one + 3}),
            "counter": collections.Counter("aab"),
            "deque": collections.deque([1, 2]),
            "pair": Pair(one + 4, {"x": one + 5}),
            "size": torch.Size([1, 2]),
            "listing": Listing([one + 6]),
        },
        path,
    )


class Mode(enum.Enum):
    FAST = 1


@cases.case("y_values_of_all_kinds.pth", fixture=True)
def values(path: Path) -> None:
    torch.save(
        {
            "t": torch.ones(1),
            "ints": [0, 1, -1, 255, 256, 65535, 65536, 2**31 - 1, -(2**31), 2**31, 2**63 - 1, 2**64, -(2**70)],
            "floats": [0.0, -0.0, 1.5, float("inf"), float("nan"), 5e-324],
            "bools": [True, False, None],
            "texts": ["", "a", "\u00fc", "\ud83d", "x" * 300],
            "bytes": [b"", b"\0\xff", b"x" * 300],
            "complex": 1 - 2j,
            "sets": [set(), {1, 2}, frozenset({3})],
            "bytearray": bytearray(b"abc"),
            "range": range(1, 9, 2),
            "slice": slice(1, None, 2),
            "dtype": torch.float32,
            "device": torch.device("cuda", 0),
            "layout": str(torch.strided),
            "decimal": decimal.Decimal("1.25"),
            "fraction": fractions.Fraction(1, 3),
            "uuid": uuid.UUID(int=5),
            "enum": Mode.FAST,
            "partial": functools.partial(int, base=2),
            "function": torch.nn.functional.relu,
            "class": nn.Linear,
            "date": datetime.date(2024, 5, 6),
        },
        path,
    )


@cases.case("y_objects_of_a_user.pth", fixture=True)
def objects(path: Path) -> None:
    one = torch.ones(1)
    torch.save({"options": Options(lr=0.1, weight=one, inner=Options(deep=one + 1)), "slotted": Slotted(), "last": one + 2}, path)


@cases.case("y_cycle.pth", fixture=True)
def cycle(path: Path) -> None:
    """A dictionary that holds itself, a list that holds itself, an object that knows its parent."""
    inside: dict[str, Any] = {"t": torch.ones(1)}
    inside["self"] = inside
    own: list[Any] = [torch.zeros(1)]
    own.append(own)
    parent = Options(weight=torch.full((1,), 2.0))
    parent.child = Options(parent=parent, weight=torch.full((1,), 3.0))
    torch.save({"dict": inside, "list": own, "parent": parent}, path)


@cases.case("y_numpy_inside.pth", fixture=True)
def numpy_inside(path: Path) -> None:
    array = np.arange(6, dtype=np.float64).reshape(2, 3)
    torch.save(
        {"array": array, "fortran": np.asfortranarray(array), "big": array.astype(">f4"), "scalar": np.float32(1.5), "t": torch.ones(1)}, path
    )


@cases.case("y_a_thousand_and_one_tensors.pth", identical=True)
def many(path: Path) -> None:
    """Beyond one batch of SETITEMS, and beyond the memo's short indices."""
    torch.save(collections.OrderedDict((f"layer.{n}.weight", torch.full((2,), float(n))) for n in range(1001)), path)


@cases.case("y_plain_dict_of_tensors.pth", identical=True, fixture=True)
def plain_dict(path: Path) -> None:
    torch.save({"weight": torch.arange(6.0).view(2, 3), "bias": torch.zeros(3)}, path)


@cases.case("y_one_entry.pth", identical=True)
def one_entry(path: Path) -> None:
    """SETITEM instead of SETITEMS."""
    torch.save(collections.OrderedDict(weight=torch.ones(2)), path)


@cases.case("y_no_entry.pth", fixture=True)
def no_entry(path: Path) -> None:
    torch.save({}, path)


_modules()
_optimizers()
