# SPDX-License-Identifier: BSL-1.0
"""What `lade convert` writes: the framework opens it, and it holds the same tensors as its input.

Every readable case goes into every target format. Where a target cannot hold what a file has (a dtype, a
name twice, a tensor without bytes), the program must refuse with a status of its own and leave no file.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import frameworks
from cases_safetensors import INDEX, sharded
from cases_safetensors import family as safetensors_family
from cases_torch import families as torch_families
from comparing import Family, has_order, tensors_only
from records import same_records
from section import Context, Section, Tally
from tool import FINE, Line, Outcome, last
from venvs import python_of

INDEX_SUFFIX = f".safetensors{INDEX}"
INTEGERS = {f"{sign}int{bits}" for sign in ("", "u") for bits in (8, 16, 32, 64)}
COMMON = INTEGERS | {"bool", "float16", "float32", "float64", "complex64"}
FLOAT8 = {"float8_e4m3fn", "float8_e5m2", "float8_e4m3fnuz", "float8_e5m2fnuz", "float8_e8m0fnu"}


@dataclass(frozen=True)
class Target:
    """A format to save into: what it can hold, who judges, whether the order of tensors stays."""

    name: str
    suffix: str
    dtypes: frozenset[str]
    judge: str
    options: tuple[str, ...] = ()
    ordered: bool = True

    def lacks(self, listing: Line) -> str | None:
        """Why this target cannot hold what the listing says; None if it can."""
        tensors = listing["tensors"]
        for tensor in tensors:
            if tensor["dtype"] not in self.dtypes:
                return f"{tensor['name']} is {tensor['dtype']}"
            if tensor["sha256"] is None:
                return f"{tensor['name']} has no bytes"
        names = [tensor["name"] for tensor in tensors]
        return "a name occurs twice" if len(set(names)) < len(names) else None


TORCH = COMMON | FLOAT8 | {"bfloat16", "complex128", "complex32"}
ZIP = Target("torch.zip", ".pth", frozenset(TORCH), "torch")
LEGACY = Target("torch.legacy", ".legacy.pth", frozenset(COMMON | {"bfloat16", "complex128"}), "torch", ("--to", "torch.legacy"))
SAFETENSORS = Target("safetensors", ".safetensors", frozenset(COMMON | FLOAT8 | {"bfloat16"}), "safetensors", ordered=False)
NPZ = Target("numpy.npz", ".npz", frozenset(COMMON | {"complex128"}), "npz")


@dataclass(frozen=True)
class Job:
    """One conversion and what is known about its input."""

    case: Line
    listing: Line
    target: Target
    family: str
    output: Path

    @property
    def name(self) -> str:
        return f"{self.target.name}/{self.family}/{self.case['file']}"

    def may_refuse(self) -> bool:
        """Whether losing something (layout, objects, dtype, a name) is a good reason not to save."""
        if self.target.lacks(self.listing) is not None:
            return True
        return self.target is not ZIP and not _plain(self.case["file"])


def _plain(name: str) -> bool:
    """Files that hold named dense tensors and nothing else that any target would lose."""
    kinds = ("y_state_", "y_zip_", "y_legacy_protocol", "y_plain_", "y_all_", "y_dtype_", "y_tar_state", "y_transposed", "y_expanded")
    named = name.startswith(kinds) and "extra_state" not in name
    return named or name.endswith((".npz", ".npy", ".safetensors", INDEX))


def _sources(context: Context) -> Iterator[tuple[Family, list[Line]]]:
    python = python_of("torch")
    for family in (*torch_families(context), Family("numpy", "numpy_cases.py", python), safetensors_family()):
        lines = family.generate(context)
        usable = [line for line in lines if line["file"].startswith("y_") and line["oracle"] and not line["file"].endswith(INDEX)]
        yield family, usable


def _jobs(context: Context) -> Iterator[Job]:
    for family, lines in _sources(context):
        listings = frameworks.listings([line["path"] for line in lines], jobs=context.jobs)
        for case in lines:
            listing = listings[case["path"]]
            if "refused" in listing:
                continue
            for target in (ZIP, SAFETENSORS, NPZ, LEGACY):
                if target is LEGACY and not case["file"].startswith(("y_state_", "y_all_", "y_shared_", "y_checkpoint_", "y_zip_base")):
                    continue
                directory = context.work / "saved" / target.name / family.name
                directory.mkdir(parents=True, exist_ok=True)
                # torch names the root of an archive like the file: the same name, the same bytes
                stem = Path(case["file"]).stem if target is ZIP else case["file"]
                yield Job(case, listing, target, family.name, directory / f"{stem}{target.suffix}")


def _dropping(outcome: Outcome) -> Sequence[str] | None:
    """The program says what would be lost; the second try says aloud that it may be."""
    if outcome.status in (FINE,) or outcome.crash() is not None:
        return None
    lost = [part for part in ("graph", "config", "optimizer", "objects", "metadata") if part in outcome.errors]
    return ("--drop", ",".join(lost)) if lost and "drop" in outcome.errors else None


def _converted(context: Context, jobs: Sequence[Job]) -> list[Outcome]:
    outcomes = context.lade.convert((job.case["path"], job.output, job.target.options) for job in jobs)
    again = [(number, options) for number, outcome in enumerate(outcomes) if (options := _dropping(outcome)) is not None]
    second = context.lade.convert((jobs[number].case["path"], jobs[number].output, (*jobs[number].target.options, *options)) for number, options in again)
    for (number, _), outcome in zip(again, second):
        outcomes[number] = outcome
    return outcomes


def _refused(job: Job, outcome: Outcome) -> list[str]:
    """Judges a conversion that wrote nothing."""
    if (crash := outcome.crash()) is not None:
        return [crash]
    if job.output.exists():
        return ["fails, but leaves a file"]
    if not outcome.errors.strip():
        return ["fails without a word"]
    return [] if job.may_refuse() else [f"should be saved: {last(outcome.errors)}"]


def _must_open(job: Job, source_opens: bool) -> bool:
    """An input that strict loading refuses (objects of other classes) is refused after saving, too."""
    if job.target is not ZIP and job.target is not LEGACY:
        return True
    given = job.listing["format"]
    if given == "torch.pickle":
        return job.case["file"].startswith("y_tensors_")
    return source_opens or given not in ("torch.zip", "torch.legacy")


def run(tally: Tally) -> None:
    context = tally.context
    jobs = list(_jobs(context))
    outcomes = _converted(context, jobs)
    done = [job for job, outcome in zip(jobs, outcomes) if outcome.status == FINE and job.output.exists()]
    listings = frameworks.listings([job.output for job in done], jobs=context.jobs)
    opened = dict(zip((job.output for job in done), frameworks.accepted([(job.target.judge, job.output) for job in done])))
    mapped = [job for job in done if job.target is ZIP and opened[job.output] is None]
    unmapped = dict(zip((job.output for job in mapped), frameworks.accepted([("torch_mapped", job.output) for job in mapped])))
    sources = sorted({job.case["path"] for job in done if job.target is ZIP})
    source_opens = dict(zip(sources, frameworks.accepted([("torch", path) for path in sources])))
    for job, outcome in zip(jobs, outcomes):
        if outcome.status != FINE:
            tally.check(job.name, _refused(job, outcome))
        elif not job.output.exists():
            tally.check(job.name, ["says it is done, but there is no file"])
        else:
            problems = _saved(job, listings[job.output])
            if _must_open(job, source_opens.get(job.case["path"], "") is None):
                problems += [text for text in (opened[job.output], unmapped.get(job.output)) if text]
            tally.check(job.name, problems)
    _identical(tally, [job for job in done if job.target is ZIP and job.family == "torch"])
    _sharded(tally, [job for job in done if job.target is SAFETENSORS and _has_parts(job)][::2])
    _modules(tally, [job for job in done if job.target is ZIP])


def _saved(job: Job, listing: Line) -> list[str]:
    if job.target is NPZ and not job.listing["tensors"]:  # an archive without members tells nothing
        return []
    if job.target.lacks(job.listing) == "a name occurs twice" and job.target in (SAFETENSORS, NPZ):
        return ["a name occurs twice, which this format cannot say, but it was saved"]
    wrong = [] if listing.get("format", job.target.name) == job.target.name else [f"format {listing['format']}"]
    expected = job.listing | {"format": job.target.name, "tensors": [_as_saved(tensor, job.target) for tensor in job.listing["tensors"]]}
    ordered = job.target.ordered and job.listing["format"] != "torch.script" and has_order(job.listing)
    return wrong + tensors_only(expected, listing, ordered=ordered)


def _as_saved(tensor: Line, target: Target) -> Line:
    """torch counts pairs of 4-bit numbers, safetensors the numbers."""
    if target is not SAFETENSORS or tensor["dtype"] != "float4_e2m1fn_x2":
        return tensor
    *outer, last_axis = tensor["shape"]
    return tensor | {"dtype": "float4_e2m1fn", "shape": [*outer, 2 * last_axis]}


def _identical(tally: Tally, jobs: Sequence[Job]) -> None:
    for job in jobs:
        if job.case["identical"]:
            tally.check(f"identical/{job.case['file']}", same_records(job.case["path"], job.output))


def _has_parts(job: Job) -> bool:
    """Whether a set of several files comes out when each may hold eight bytes."""
    sizes = [tensor["nbytes"] for tensor in job.listing["tensors"] if tensor["nbytes"] > 0]
    return _plain(job.case["file"]) and len(sizes) > 1 and sum(sizes) > 8


def _sharded(tally: Tally, jobs: Sequence[Job]) -> None:
    """Sets of files: the package opens each, and together they hold what the input holds."""
    indices = [job.output.parent / "sharded" / Path(job.output.name).with_suffix(INDEX_SUFFIX) for job in jobs]
    for index in indices:
        index.parent.mkdir(exist_ok=True)
    wanted = [(job.case["path"], index.with_name(index.name.removesuffix(INDEX)), ("--shard-size", "8")) for job, index in zip(jobs, indices)]
    for job, index, outcome in zip(jobs, indices, tally.context.lade.convert(wanted)):
        name = f"sharded/{job.family}/{job.case['file']}"
        if outcome.status != FINE or not index.exists():
            tally.check(name, [f"no set was saved: {last(outcome.errors)}"])
            continue
        parts = frameworks.listings(sorted(index.parent.glob(f"{index.name.removesuffix(INDEX_SUFFIX)}-*.safetensors")))
        refused = [f"{file.name}: {line['error']}" for file, line in parts.items() if "refused" in line]
        tally.check(name, refused or tensors_only(job.listing, sharded(index, parts), ordered=False))


def _modules(tally: Tally, jobs: Sequence[Job]) -> None:
    pairs = [job for job in jobs if job.case["module"] and job.family == "torch"]
    for job, problem in zip(pairs, frameworks.same_modules([(job.case["path"], job.output) for job in pairs])):
        tally.check(f"module/{job.case['file']}", [problem] if problem else [])
    if tally.context.absolute is not None:
        _changed(tally, pairs)


def _changed(tally: Tally, jobs: Sequence[Job]) -> None:
    """Whole modules whose weights a program changed between load and save."""
    tasks = []
    for job in jobs:
        output = job.output.with_suffix(".absolute.pth")
        done = subprocess.run([tally.context.absolute, job.case["path"], output], capture_output=True, text=True, check=False)
        if done.returncode != 0:
            tally.check(f"changed/{job.case['file']}", [last(done.stderr)])
            continue
        tasks.append((job.case["path"], output, "absolute"))
    for task, problem in zip(tasks, frameworks.same_modules(tasks)):
        tally.check(f"changed/{Path(task[0]).name}", [problem] if problem else [])


SECTION = Section("save", "conversions, judged by the frameworks", run)
