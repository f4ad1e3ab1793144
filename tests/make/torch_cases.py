# SPDX-License-Identifier: BSL-1.0
"""All files that torch can write, and some that only older versions wrote. Usage: see cases.py."""

from __future__ import annotations

import sys
import warnings

import torch
import torch_containers
import torch_modules
import torch_plain
import torch_refused
import torch_script
import torch_tensors
from cases import Cases, main

cases = Cases()
for module in (torch_tensors, torch_modules, torch_containers, torch_plain, torch_script, torch_refused):
    cases.include(module.cases)


def before_each() -> None:
    torch.manual_seed(20240229)


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    sys.exit(main(cases, before_each))
