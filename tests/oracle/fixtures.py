# SPDX-License-Identifier: BSL-1.0
"""Makes tests/data/{torch,numpy,safetensors} anew: the small cases of tests/make and what they hold.

    python3 tests/oracle/fixtures.py [torch] [numpy] [safetensors]

`expected.jsonl` beside the files is what the frameworks read in each `y_` file, one line a file; a file that
only we read has the tensors of the case it stands for, or no line. Storage keys of stacked pickles are
addresses, so that these files change each time: commit only what was meant to change.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path

import frameworks
from cases_safetensors import INDEX, sharded
from section import HERE
from tool import Line
from venvs import older_torch, python_of

DATA = HERE.parent / "data"
OLDER = "y_zip_base.pth,y_state_small.pth,y_checkpoint_SGD.pth,y_module_linear.pt,y_sparse_csr.pth,y_qint8_per_channel.pth," \
        "y_legacy_protocol_2.pth,y_script_scripted.pt,y_script_mobile.ptl,y_tensors_protocol_2.pkl,y_parameter.pth"  # fmt: skip
PROGRAMS = {"torch": ("torch_cases.py", "torch_hostile.py"), "numpy": ("numpy_cases.py",), "safetensors": ("safetensors_cases.py",)}


def make(family: str) -> int:
    """Returns the number of files."""
    folder = DATA / family
    folder.mkdir(parents=True, exist_ok=True)
    for stale in folder.glob("[yni]_*"):
        stale.unlink()
    lines: list[Line] = []
    for program in PROGRAMS[family]:
        lines += frameworks.generate(program, folder, python_of("torch"), fixtures=True)
    if family == "torch" and (older := older_torch()) is not None:
        lines += frameworks.generate("torch_cases.py", folder, older, "1_13", OLDER.lower())
    (folder / "manifest.jsonl").unlink()
    (folder / "expected.jsonl").write_text("".join(f"{text}\n" for text in _expected(folder, lines)), encoding="utf-8")
    return len(lines)


def _expected(folder: Path, lines: Sequence[Line]) -> list[str]:
    readable = [line for line in lines if line["file"].startswith("y_")]
    asked = [line["path"] for line in readable if line["oracle"] and not line["file"].endswith(INDEX)]
    asked += sorted(folder.glob("y_*-0000?-of-*.safetensors"))
    found = {path.name: line for path, line in frameworks.listings(asked).items()}
    for line in readable:
        if line["file"].endswith(INDEX):
            found[line["file"]] = sharded(line["path"], {folder / name: told for name, told in found.items()})
    for line in readable:
        if not line["oracle"] and line["same_as"] in found:
            twin = found[line["same_as"]]
            found[line["file"]] = twin | {"format": line["format"] or twin["format"]}
    if refused := [name for name, line in found.items() if "refused" in line]:
        raise SystemExit(f"the framework does not read {', '.join(refused)}")
    return [json.dumps(found[name] | {"file": name}, ensure_ascii=False, separators=(",", ":")) for name in sorted(found)]


if __name__ == "__main__":
    for name in sys.argv[1:] or PROGRAMS:
        print(f"{name}: {make(name)} files")
