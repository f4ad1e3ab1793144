# SPDX-License-Identifier: BSL-1.0
"""Are two whole-module files the same module? Reads JSON lists [file, file], answers null or the difference.

With a third word, "absolute", the numbers of the first one are made absolute before they are compared.

Loads without `weights_only`: only for files that tests/make has written and what was made from them.
"""

from __future__ import annotations

import json
import sys
from typing import Any

import torch
from torch import nn


def outputs(module: nn.Module) -> list[torch.Tensor]:
    """What the module computes from a fixed input of the width that its first layer asks for."""
    first = next(module.parameters())
    widths = (child.in_features for child in module.modules() if hasattr(child, "in_features"))
    torch.manual_seed(1)
    with torch.no_grad():
        if isinstance(module, (nn.EmbeddingBag, nn.Embedding)) or isinstance(next(module.children(), None), nn.Embedding):
            result = module(torch.tensor([[0, 1], [2, 0]]))
        elif isinstance(module, nn.MultiheadAttention):
            x = torch.rand(1, 3, module.embed_dim)
            result = module(x, x, x)
        elif first.dim() == 4:
            result = module(torch.rand(2, first.shape[1], 8, 8, dtype=first.dtype))
        else:
            result = module(torch.rand(3, next(widths, first.shape[-1]), dtype=first.dtype))
    return list(_flat(result))


def _flat(value: Any) -> Any:
    if isinstance(value, torch.Tensor):
        yield value
    elif isinstance(value, (list, tuple)):
        for part in value:
            yield from _flat(part)


def attributes(module: nn.Module) -> dict[str, str]:
    """Plain attributes of every submodule, in words."""
    plain = (int, float, str, bool, tuple, list, dict, type(None))
    return {
        f"{name}.{key}": repr(value)
        for name, child in module.named_modules()
        for key, value in vars(child).items()
        if isinstance(value, plain) and not key.startswith(("_parameters", "_buffers", "_modules", "_flat_weights"))
        and "0x" not in repr(value) and "tensor" not in repr(value)
    }  # fmt: skip


def difference(a: nn.Module, b: nn.Module) -> str | None:
    if type(a) is not type(b):
        return f"class {type(a).__name__} | {type(b).__name__}"
    names = [name for name, _ in a.named_modules()], [name for name, _ in b.named_modules()]
    if names[0] != names[1]:
        return f"submodules {names[0]} | {names[1]}"
    if attributes(a) != attributes(b):
        return f"attributes {sorted(attributes(a).items() ^ attributes(b).items())[:4]}"
    states = a.state_dict(), b.state_dict()
    if list(states[0]) != list(states[1]):
        return f"state_dict() has {list(states[0])} | {list(states[1])}"
    for name, value in states[0].items():
        if isinstance(value, torch.Tensor) and not torch.equal(value, states[1][name]):
            return f"{name} differs"
    shared = [[(x.data_ptr() == y.data_ptr()) for x in m.state_dict().values() for y in m.state_dict().values()
               if isinstance(x, torch.Tensor) and isinstance(y, torch.Tensor)] for m in (a, b)]  # fmt: skip
    if shared[0] != shared[1]:
        return "other tensors share their storage"
    for x, y in zip(outputs(a), outputs(b), strict=True):
        if not torch.equal(x, y):
            return "computes something else"
    return None


def make_absolute(module: nn.Module) -> None:
    with torch.no_grad():
        for value in module.state_dict().values():
            if isinstance(value, torch.Tensor) and value.dtype in (torch.float32, torch.float64):
                value.abs_()


def judged(first: str, second: str, change: str = "") -> str | None:
    try:
        modules = [torch.load(file, weights_only=False).eval() for file in (first, second)]
        if change == "absolute":
            make_absolute(modules[0])
        return difference(*modules)
    except Exception as error:
        return f"{type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}"


if __name__ == "__main__":
    for line in sys.stdin:
        print(json.dumps(judged(*json.loads(line))), flush=True)
