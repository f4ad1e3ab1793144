# SPDX-License-Identifier: BSL-1.0
"""Stands in for `lade`, to test the oracle itself: it answers what the frameworks say.

    tests/oracle/run.py --lade "build/venvs/torch/bin/python tests/oracle/stub_lade.py"

It refuses a file named `n_<error-id>__...` with that id. `STUB_WRONG=1` makes every answer a little wrong.
"""

from __future__ import annotations

import io
import json
import os
import re
import sys
import zipfile
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")
HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE / "reference"), str(HERE), str(HERE.parent / "make")]
WRONG = bool(os.environ.get("STUB_WRONG"))


def listed(file: str) -> dict:
    from reference import Refused, list_file

    name = Path(file).name
    if match := re.match(r"n_([a-z0-9_.]+?)__", name):
        return {"file": file, "refused": "corrupt", "error": match[1]}
    if "/hostile/" in file:
        return {"file": file, "format": "torch.pickle", "content": [], "tensors": [], "metadata": {}, "graph": {}}
    try:
        if name.endswith(".index.json"):
            from cases_safetensors import sharded

            shards = sorted(Path(file).parent.glob(f"{name.partition('.')[0]}-*.safetensors"))
            return sharded(Path(file), {shard: listed(str(shard)) for shard in shards})
        return json.loads(list_file(_twin(file)))
    except Refused as refusal:
        return {"file": file, "refused": refusal.kind, "error": "stub.refused"}


def _twin(file: str) -> str:
    """What no framework reads is answered from the file that says the same."""
    return re.sub(r"(y_zip_no_root|y_persistent_ids_unknown)(.*)\.\w+$", r"y_zip_base\2.pth", file)


def inspect(files: list[str]) -> int:
    for file in files:
        line = listed(file) | {"file": file}
        if WRONG and line.get("tensors"):
            line["tensors"][0]["sha256"] = "0" * 64
        print(json.dumps(line), flush=True)
    return 0


def convert(source: str, output: str, *options: str) -> int:
    """Through NumPy arrays, so that only common dtypes pass; torch's own saving where it can."""
    import numpy as np
    import safetensors.torch
    import torch
    import torch_files

    path, line = Path(source), listed(source)
    if "refused" in line:
        print("stub: refused", file=sys.stderr)
        return 3
    found = {}
    if line["format"].startswith("torch") and line["format"] != "torch.script":
        if output.endswith(".pth") and "--to" not in options and line["format"] == "torch.zip":
            Path(output).write_bytes(path.read_bytes())
            return 0
        value = torch_files.load(path) if line["format"] != "torch.pickle" else torch_files._load_pickle(io.BytesIO(path.read_bytes()))
        found = dict(_tensors(None, value))
    elif line["format"] == "torch.script":
        found = dict(torch.jit.load(source).state_dict())
    elif line["format"] == "safetensors":
        found = safetensors.torch.load(path.read_bytes())
    else:
        loaded = np.load(source, allow_pickle=False)
        arrays = {"array": loaded} if isinstance(loaded, np.ndarray) else dict(loaded)
        found = {name: torch.from_numpy(array.astype(array.dtype.newbyteorder("="))) for name, array in arrays.items()}
    if len(found) != len(line["tensors"]):
        print("stub: objects would be lost; --drop objects", file=sys.stderr)
        return 4
    if output.endswith(".npz"):
        with zipfile.ZipFile(output, "w") as archive:
            for name, tensor in found.items():
                with archive.open(f"{name}.npy", "w") as member:
                    np.lib.format.write_array(member, tensor.resolve_conj().resolve_neg().numpy(), allow_pickle=False)
    elif output.endswith(".safetensors"):
        safetensors.torch.save_file({name: tensor.resolve_conj().resolve_neg().clone().contiguous() for name, tensor in found.items()}, output)
    else:
        torch.save(found, output, _use_new_zipfile_serialization="--to" not in options)
    return 0


def _tensors(name, value):
    import numpy as np
    import torch
    from torch_files import children

    if isinstance(value, torch.Tensor):
        yield name or "tensor", value.detach()
    elif isinstance(value, np.ndarray):
        yield name or "tensor", torch.from_numpy(value.astype(value.dtype.newbyteorder("=")))
    else:
        for child, part in children(name, value):
            yield from _tensors(child, part)


def main() -> int:
    verb, *rest = sys.argv[1:]
    if verb == "inspect":
        return inspect([word for word in rest if not word.startswith("--")])
    try:
        return convert(*rest)
    except Exception as error:
        Path(rest[1]).unlink(missing_ok=True)
        print(f"stub: {type(error).__name__}: {error}", file=sys.stderr)
        return 4


if __name__ == "__main__":
    sys.exit(main())
