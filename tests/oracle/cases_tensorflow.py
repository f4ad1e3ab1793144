# SPDX-License-Identifier: BSL-1.0
"""TensorFlow: checkpoints of both versions, graphs, meta graphs, SavedModels; and checkpoints that we write."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import frameworks
from comparing import Family, run_family, tensors_only
from section import Context, Section, Tally
from tool import FINE, Line, Outcome, last
from venvs import python_of

FAMILY = "tensorflow"
OTHERS = (("numpy", "numpy_cases.py"), ("safetensors", "safetensors_cases.py"))
NOTES = ("_CHECKPOINTABLE_OBJECT_GRAPH", "/.ATTRIBUTES/OBJECT_CONFIG_JSON")
LACKS = {"safetensors": {"string", "complex128", "qint8", "quint8", "qint16", "quint16", "qint32"}}
LACKS["numpy.npz"] = LACKS["safetensors"] - {"complex128"} | {"bfloat16", "float8_e5m2", "float8_e4m3fn"}
LACKS["torch.zip"] = {"string", "qint8", "quint8", "qint16", "quint16", "qint32", "int4", "uint4", "int2", "uint2", "float8_e4m3b11fnuz"}
LACKS["tensorflow.checkpoint"] = {"complex32", "float8_e8m0fnu", "float4_e2m1fn", "float6_e2m3fn", "float6_e3m2fn", "compound", "opaque", "object"}


@dataclass(frozen=True)
class Job:
    source: Path
    listing: Line
    target: str
    output: Path

    @property
    def name(self) -> str:
        return f"save/{self.target}/{self.source.parent.name}/{self.source.name}"

    @property
    def kept(self) -> list[Line]:
        """What the target must have: TensorFlow's own notes go where they can be held."""
        if self.target in ("tensorflow.checkpoint", "numpy.npz"): return self.listing["tensors"]
        return [tensor for tensor in self.listing["tensors"] if tensor["dtype"] != "string" or not tensor["name"].endswith(NOTES)]

    def may_refuse(self) -> bool:
        tensors = self.kept
        names = [tensor["name"] for tensor in tensors]
        lacks = any(tensor["dtype"] in LACKS[self.target] for tensor in tensors)
        return lacks or len(set(names)) < len(names) or "" in names


def family() -> Family:
    return Family(FAMILY, "tensorflow_cases.py", python_of("tf"), kind="tf")


def _jobs(context: Context) -> Iterator[Job]:
    made = family()
    sources = [(made, "tensorflow.checkpoint", ".index"), (made, "safetensors", ".safetensors"), (made, "numpy.npz", ".npz"), (made, "torch.zip", ".pth")]
    sources += [(Family(name, program, python_of("torch")), "tensorflow.checkpoint", ".index") for name, program in OTHERS]
    for of, target, suffix in sources:
        cases = [line["path"] for line in of.generate(context) if line["file"].startswith("y_") and line["oracle"]]
        cases = [path for path in cases if path.suffix in (".index", ".ckpt", ".npy", ".npz", ".safetensors")]
        folder = context.work / "saved" / target / of.name
        folder.mkdir(parents=True, exist_ok=True)
        for path, listing in frameworks.listings(cases, of.kind, context.jobs).items():
            if "refused" not in listing:
                yield Job(path, listing, target, folder / f"{path.name}{suffix}")


def _problems(job: Job, outcome: Outcome, told: Line | None, opened: str | None) -> Iterator[str]:
    if outcome.status != FINE:
        if (crash := outcome.crash()) is not None:
            yield crash
        elif job.output.exists():
            yield "fails, but leaves a file"
        elif not job.may_refuse():
            yield f"should be saved: {last(outcome.errors)}"
        return
    if opened:
        yield opened
    if told is None or "refused" in told:
        yield f"the framework does not read it: {told}"
    else:
        expected = job.listing | {"format": job.target, "tensors": job.kept}
        if job.target == "tensorflow.checkpoint":  # lists by name
            expected["tensors"] = sorted(expected["tensors"], key=lambda tensor: tensor["name"].encode())
        yield from tensors_only(expected, told, ordered=job.target != "safetensors")


def _save(tally: Tally) -> None:
    context = tally.context
    jobs = list(_jobs(context))
    outcomes = context.lade.convert((job.source, job.output, ("--to", job.target)) for job in jobs)
    done = [job for job, outcome in zip(jobs, outcomes) if outcome.status == FINE]
    listings: dict[Path, Line] = {}
    for kind in ("tf", "torch"):
        files = [job.output for job in done if (job.target == "tensorflow.checkpoint") == (kind == "tf")]
        listings |= frameworks.listings(files, kind, context.jobs)
    asked = [job.output for job in done if job.target == "tensorflow.checkpoint"]
    opened = dict(zip(asked, frameworks.accepted([("tf_checkpoint", path) for path in asked], "tf")))
    for job, outcome in zip(jobs, outcomes):
        told = listings.get(job.output)
        tally.check(job.name, _problems(job, outcome, told, opened.get(job.output)))


def _freeze(tally: Tally) -> None:
    """What we freeze computes in TensorFlow what the network computed before it was saved."""
    folder = tally.context.work / "networks"
    frameworks.run_program("tensorflow_networks.py", ["make", folder], "tf")
    facts = json.loads((folder / "networks.json").read_text(encoding="utf-8"))
    for name, told in facts.items():
        outputs = ["--outputs", ",".join(told["freeze"])] if told["freeze"] else []
        outcome = tally.context.lade.run("freeze", folder / told["place"], *outputs, "-o", folder / f"{name}.frozen.pb")
        if outcome.status != FINE:
            tally.check(f"freeze/{name}", [outcome.crash() or last(outcome.errors)])
    for line in frameworks.run_program("tensorflow_networks.py", ["judge", folder], "tf").splitlines():
        name, wrong = json.loads(line)
        if (folder / f"{name}.frozen.pb").exists():
            tally.check(f"freeze/{name}", [wrong] if wrong else [])


def _rounds(tally: Tally) -> None:
    """Checkpoints and SavedModels that we convert, join and change: TensorFlow restores them, and finds the right numbers."""
    folder = tally.context.work / "rounds"
    frameworks.run_program("tensorflow_rounds.py", ["make", folder], "tf")
    facts = json.loads((folder / "rounds.json").read_text(encoding="utf-8"))
    failed: dict[str, list[str]] = {}
    for name, told in facts.items():
        texts = ""
        for source, output, *options in told["calls"]:
            paths = [str(folder / word) if (before == "--like") else word for before, word in zip(["", *options], options)]
            outcome = tally.context.lade.run("convert", folder / source, folder / output, *paths)
            texts += outcome.errors
            if outcome.status != FINE and (told["judge"] != "refused" or outcome.crash() is not None):
                failed[name] = [outcome.crash() or last(outcome.errors)]
        if told.get("says", "") not in texts:
            failed.setdefault(name, []).append(f"does not say {told['says']!r}, but {texts!r}")
    for line in frameworks.run_program("tensorflow_rounds.py", ["judge", folder], "tf").splitlines():
        name, wrong = json.loads(line)
        tally.check(f"rounds/{name}", failed.get(name) or ([wrong] if wrong else []))


def run(tally: Tally) -> None:
    run_family(tally, family())
    _save(tally)
    _freeze(tally)
    _rounds(tally)


SECTION = Section("tensorflow", "TensorFlow's files against TensorFlow", run)
