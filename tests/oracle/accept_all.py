# SPDX-License-Identifier: BSL-1.0
"""accepts.py for many files in one process. Reads JSON lists [kind, file], answers null or the refusal."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent / "reference"))
from accepts import KINDS  # noqa: E402

DEFAULTS = argparse.Namespace(config=None, by_name=False, skip_mismatch=False, no_compile=False)


def torch_mapped(file: Path, _: argparse.Namespace) -> None:
    import torch

    torch.load(file, map_location="cpu", weights_only=True, mmap=True)


def judged(kind: str, file: Path) -> str | None:
    try:
        (torch_mapped if kind == "torch_mapped" else KINDS[kind])(file, DEFAULTS)
    except Exception as error:
        return f"{kind} refuses it: {type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}"
    return None


if __name__ == "__main__":
    for line in sys.stdin:
        kind, name = json.loads(line)
        print(json.dumps(judged(kind, Path(name))), flush=True)
