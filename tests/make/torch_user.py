# SPDX-License-Identifier: BSL-1.0
"""Classes of a user, as found in whole-module files; importable so that torch can load them back."""

from __future__ import annotations

from collections import namedtuple
from typing import Any

import torch
from torch import nn

Pair = namedtuple("Pair", "left right")


class Block(nn.Module):
    """Persistent and other buffers, plain attributes, a parameter list and a missing bias."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.linear = nn.Linear(width, width, bias=False)
        self.norm = nn.BatchNorm1d(width)
        self.scale = nn.Parameter(torch.full((width,), 0.5))
        self.register_buffer("steps", torch.tensor(7))
        self.register_buffer("cache", torch.zeros(2), persistent=False)
        self.register_buffer("absent", None)
        self.settings = {"width": width, "names": ["a", "b"], "rate": 0.25}

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x + self.scale * torch.relu(self.norm(self.linear(x)))


class Network(nn.Module):
    """Nested containers, one block used twice, a tensor that is no parameter."""

    def __init__(self) -> None:
        super().__init__()
        self.first = nn.Sequential(nn.Linear(4, 6), nn.ReLU())
        shared = Block(6)
        self.blocks = nn.ModuleList([Block(6), shared])
        self.again = shared
        self.heads = nn.ModuleDict({"one": nn.Linear(6, 2), "two": nn.Linear(6, 3)})
        self.weights = nn.ParameterList([nn.Parameter(torch.ones(2)), nn.Parameter(torch.zeros(3))])
        self.constant = torch.arange(3.0)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.first(x)
        for block in (*self.blocks, self.again):
            x = block(x)
        return torch.cat([head(x) * weight for head, weight in zip(self.heads.values(), self.weights)], dim=-1)


class Counting(nn.Module):
    """Extra state beside the weights."""

    def __init__(self, extra: Any) -> None:
        super().__init__()
        self.linear = nn.Linear(2, 2)
        self.extra = extra

    def get_extra_state(self) -> Any:
        return self.extra

    def set_extra_state(self, state: Any) -> None:
        self.extra = state

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.linear(x)


class Options:
    """Any object of a user."""

    def __init__(self, **values: Any) -> None:
        self.__dict__.update(values)


class Slotted:
    """State in slots: the pickle holds a pair of a dictionary (or None) and the slots."""

    __slots__ = ("weight", "label")

    def __init__(self) -> None:
        self.weight, self.label = torch.ones(2), "slotted"


class Listing(list):
    """A list with attributes."""
