# SPDX-License-Identifier: BSL-1.0
"""HDF5 and Keras files against h5py, Keras 3 and tf_keras: what is read, and what they load of what is saved."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import frameworks
from comparing import Family, check_cases, tensors_only
from keras_models import check_models
from section import Section, Tally
from tool import FINE, Line, last
from venvs import python_of

LOSSY = ("--drop", "config,optimizer,metadata")


def family() -> Family:
    return Family("keras", "keras_cases.py", python_of("tf"), kind="tf")


def targets(line: Line, listing: Line) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Where a file is saved to: the kind of `accepts.py` that judges, the suffix, options."""
    name = line["file"]
    if listing["format"] == "keras.h5":
        yield "h5py", ".h5", ("--to", "keras.h5")
        if "config" in listing["content"] and "y_k3_" in name:
            yield "keras", ".keras3.h5", ("--to", "keras.h5")
        if "config" in listing["content"] and "y_tfk_" in name:
            yield "tf_keras", ".tf_keras.h5", ("--to", "keras.h5")
    elif listing["format"] in ("hdf5", "keras.archive"):
        yield "h5py", ".hdf5", ("--to", "hdf5", *(LOSSY if listing["format"] == "keras.archive" else ()))


def storable(listing: Line) -> bool:
    kinds = {"compound", "reference", "opaque", "vlen", "time", "longdouble", "float128"}
    return listing["tensors"] != [] and not any(
        tensor["dtype"] in kinds or tensor["sha256"] is None for tensor in listing["tensors"]
    )


def run(tally: Tally) -> None:
    context = tally.context
    lines = family().generate(context)
    asked = [line["path"] for line in lines if line["oracle"]]
    reference = frameworks.listings(asked, "tf", context.jobs)
    found = context.lade.inspect([line["path"] for line in lines])
    check_cases(tally, family(), lines, reference, found)

    saved = context.work / "saved" / "keras"
    saved.mkdir(parents=True, exist_ok=True)
    jobs: list[tuple[str, Line, Path, Path, tuple[str, ...]]] = []
    for line in lines:
        listing = reference.get(line["path"])
        if listing is None or "refused" in listing or not line["file"].startswith("y_") or not storable(listing):
            continue
        for kind, suffix, options in targets(line, listing):
            jobs.append((kind, listing, line["path"], saved / f"{line['file']}{suffix}", options))
    outcomes = context.lade.convert((source, output, options) for _, _, source, output, options in jobs)
    done = [job for job, outcome in zip(jobs, outcomes) if outcome.status == FINE]
    listings = frameworks.listings([output for _, _, _, output, _ in done], "tf", context.jobs)
    verdicts = frameworks.accepted([(kind, output) for kind, _, _, output, _ in done], "tf")
    opened = {output: verdict for (_, _, _, output, _), verdict in zip(done, verdicts)}
    # Keras does not open all that it saves: losses and metrics by name, layers that hold code
    refused = [job for job in done if opened[job[3]] is not None]
    sources = frameworks.accepted([(kind, source) for kind, _, source, _, _ in refused], "tf")
    opened |= {job[3]: None for job, verdict in zip(refused, sources) if verdict is not None}
    for (_, listing, _, output, _), outcome in zip(jobs, outcomes):
        if outcome.status != FINE:
            problems = [f"should be saved: {last(outcome.errors)}"]
        else:
            problems = tensors_only(listing, listings[output] | {"format": listing["format"]}, ordered=False)
            problems += [verdict for verdict in (opened[output],) if verdict]
        tally.check(f"saved/{output.name}", problems)
    check_models(tally, lines, context.work / "models" / "keras")


SECTION = Section("keras", "HDF5 and Keras files against h5py, Keras 3 and tf_keras", run)
