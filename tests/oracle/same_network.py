# SPDX-License-Identifier: BSL-1.0
"""Networks of tests/make/keras_networks.py in PyTorch. Reads JSON lists [name, weights.pth, computed.npz], answers null
or what is wrong: the weights do not fit, or the outputs are not those of Keras."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable

import numpy as np
import torch
from torch import nn

CLOSE = 1e-5


class Named(nn.Module):
    """Modules by the names of layers, one after another."""

    def __init__(self, **modules: nn.Module) -> None:
        super().__init__()
        for name, module in modules.items():
            self.add_module(name, module)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        for module in self.children():
            x = module(x)
            x = x[0] if isinstance(x, tuple) else x
        return x


class Nested(Named):
    def __init__(self) -> None:
        super().__init__(inner=Named(first=nn.Linear(4, 5), norm=nn.BatchNorm1d(5, eps=1e-3)), last=nn.Linear(5, 2))


class Relu(nn.Linear):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return torch.relu(super().forward(x))


NETWORKS: dict[str, Callable[[], nn.Module]] = {
    "dense": lambda: Named(a=Relu(4, 5), b=nn.Linear(5, 3)),
    "conv1d": lambda: Named(a=nn.Conv1d(3, 4, 3)),
    "conv2d": lambda: Named(a=nn.Conv2d(3, 4, (2, 3), stride=2), n=nn.BatchNorm2d(4, eps=1e-3)),
    "conv3d": lambda: Named(a=nn.Conv3d(2, 3, (2, 3, 2))),
    "conv2d_transpose": lambda: Named(a=nn.ConvTranspose2d(3, 4, (2, 3))),
    "depthwise": lambda: Named(a=nn.Conv2d(3, 6, (2, 3), groups=3)),
    "separable": lambda: Named(a=nn.Sequential(nn.Conv2d(3, 6, (2, 3), groups=3, bias=False), nn.Conv2d(6, 4, 1))),
    "lstm": lambda: Named(a=nn.LSTM(3, 4, batch_first=True)),
    "gru": lambda: Named(a=nn.GRU(3, 4, batch_first=True)),
    "rnn": lambda: Named(a=nn.RNN(3, 4, batch_first=True)),
    "both_ways": lambda: Named(a=nn.GRU(3, 4, batch_first=True, bidirectional=True)),
    "embedding": lambda: Named(e=nn.Embedding(7, 3), n=nn.LayerNorm(3, eps=1e-3)),
    "nested": Nested,
}
CHANNELS_FIRST = ("conv", "depthwise", "separable")


def judged(name: str, weights: str, computed: str) -> str | None:
    kind = name.partition("_")[2]
    module = NETWORKS[kind]().eval()
    try:
        module.load_state_dict(torch.load(weights, weights_only=True))
    except Exception as error:
        return f"load_state_dict: {' '.join(str(error).split())[:200]}"
    data = np.load(computed)
    x = torch.from_numpy(data["x"])
    if kind == "embedding":
        x = x.long()
    maps = kind.startswith(CHANNELS_FIRST)
    with torch.no_grad():
        y = module(x.movedim(-1, 1)).movedim(1, -1) if maps else module(x)
    worst = float(np.max(np.abs(y.numpy() - data["y"])))
    return None if y.shape == data["y"].shape and worst <= CLOSE else f"outputs differ by {worst}"


if __name__ == "__main__":
    for line in sys.stdin:
        print(json.dumps(judged(*json.loads(line))), flush=True)
