# SPDX-License-Identifier: BSL-1.0
"""Models of Keras and tf_keras from one kind of file into the other, judged by the framework that made them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import frameworks
from section import Tally
from tool import FINDING, FINE, Line, Outcome, last

Options = Sequence[str]
WHOLE, ARCHIVE = "_whole.h5", "_archive.keras"
BARE: Options = ("--drop", "config,optimizer,metadata")
NOT_MAPPED = {"spectral_normalization"}  # one variable at two places
# opened, run and trained; of the others the places of all tensors are compared
RUN = {"two_ends", "attention", "nested", "frozen", "bidirectional", "mixed_float16", "optimizer_adam", "optimizer_objects"}
ALONE = {"two_ends", "attention", "frozen", "optimizer_adam"}  # weights and structures alone


def framework_of(name: str) -> str:
    return "keras" if name.startswith("y_k3_") else "tf_keras"


def stem(file: Path) -> str:
    """`y_k3_lstm_whole.h5` is the model lstm."""
    name = file.name.removesuffix(WHOLE).removesuffix(ARCHIVE)
    return name.removeprefix("y_k3_").removeprefix("y_tfk_")


def weights_of(line: Line) -> list[tuple[str, str]]:
    """Names and contents of the weights; metrics and seeds are not among them."""
    passing = ("metrics/", "seed_generator/")
    return [(one["name"], one["sha256"]) for one in line["tensors"] if not any(part in one["name"] for part in passing)]


class Crossing:
    """A file, the file of the other kind that the framework wrote of the same model, and ours."""

    def __init__(self, source: Path, wanted: Path, made: Path, options: Options) -> None:
        self.source, self.wanted, self.made, self.options = source, wanted, made, options


def crossings(files: set[Path], folder: Path) -> Iterator[Crossing]:
    for source in sorted(files):
        for mine, other, kind in ((WHOLE, ARCHIVE, "keras.archive"), (ARCHIVE, WHOLE, "keras.h5")):
            if source.name.endswith(mine):
                wanted = source.with_name(source.name.removesuffix(mine) + other)
                if wanted in files:
                    yield Crossing(source, wanted, folder / f"{source.name}{wanted.suffix}", ("--to", kind))


def differing(crossing: Crossing, found: dict[Path, Line | Outcome]) -> Iterator[str]:
    wanted, made = found[crossing.wanted], found[crossing.made]
    for line in (wanted, made):
        if isinstance(line, Outcome) or "refused" in line:
            yield f"cannot be listed: {line}"
            return
    assert isinstance(wanted, dict) and isinstance(made, dict)
    a, b = weights_of(wanted), weights_of(made)
    if crossing.made.suffix == ".h5":  # names are free there, their order is not
        a, b = ([("", content) for _, content in side] for side in (a, b))
    if sorted(a) != sorted(b):
        yield f"other places: {sorted(set(b) - set(a))[:2]} for {sorted(set(a) - set(b))[:2]}"
    elif a != b and crossing.made.suffix == ".h5":
        yield "another order of weights"


def check_models(tally: Tally, lines: list[Line], folder: Path) -> None:
    """Both kinds of whole models, weights alone, and structures alone."""
    lade = tally.context.lade
    folder.mkdir(parents=True, exist_ok=True)
    files = {line["path"] for line in lines if line["file"].startswith(("y_k3_", "y_tfk_"))}
    across = list(crossings(files, folder))
    outcomes = lade.convert((one.source, one.made, one.options) for one in across)
    done = [one for one, outcome in zip(across, outcomes) if outcome.status == FINE]
    found = lade.inspect([*files, *(one.made for one in done)])
    tasks: list[tuple[str, Sequence[str | Path]]] = []
    for one, outcome in zip(across, outcomes):
        if stem(one.source) in NOT_MAPPED:
            refused = outcome.status != FINE and "keras.unknown_layout" in outcome.errors
            tally.check(f"across/{one.made.name}", [] if refused else ["should be refused with keras.unknown_layout"])
        elif outcome.status != FINE:
            tally.check(f"across/{one.made.name}", [f"should be saved: {last(outcome.errors)}"])
        else:
            tally.check(f"across/{one.made.name}", differing(one, found))
            if stem(one.source) in RUN:
                tasks.append((f"across_run/{one.made.name}", ("same", framework_of(one.source.name), one.wanted, one.made)))
    check_round_trips(tally, files, folder)
    check_code(tally, files)
    check_texts(tally, files, folder)
    check_layouts(tally, folder / "layouts")
    tasks += again(tally, files, folder)
    answers = frameworks.judged_by_keras([task for _, task in tasks])
    for (name, _), answer in zip(tasks, answers):
        tally.check(name, [answer] if answer else [])


def check_round_trips(tally: Tally, files: set[Path], folder: Path) -> None:
    """Through the other formats and back: the same tensors by name."""
    lade = tally.context.lade
    sources = [file for file in sorted(files) if stem(file) in ALONE and file.name.endswith((WHOLE, ARCHIVE))]
    there: list[tuple[Path, Path, Path]] = []
    for source in sources:
        back = ".legacy.h5" if source.name.endswith(WHOLE) else ".weights.h5"
        for suffix in (".safetensors", ".pth", ".npz"):
            via = folder / f"{source.name}{suffix}"
            there.append((source, via, folder / f"{via.name}{back}"))
    outcomes = lade.convert((source, via, BARE) for source, via, _ in there)
    kinds = {".legacy.h5": "keras.h5", ".weights.h5": "keras.weights_h5"}
    backs = lade.convert(
        (via, made, ("--to", kinds["".join(made.suffixes[-2:])], "--drop", "metadata,objects")) for _, via, made in there
    )
    found = lade.inspect([*sources, *(made for (_, _, made), outcome in zip(there, backs) if outcome.status == FINE)])
    for (source, _, made), first, second in zip(there, outcomes, backs):
        problems = [last(outcome.errors) for outcome in (first, second) if outcome.status != FINE]
        if not problems:
            a, b = found[source], found[made]
            assert isinstance(a, dict) and isinstance(b, dict)
            if sorted(weights_of(a)) != sorted(weights_of(b)):
                problems = [f"other tensors: {sorted(set(weights_of(a)) ^ set(weights_of(b)))[:2]}"]
        tally.check(f"round_trip/{made.name}", problems)


def check_texts(tally: Tally, files: set[Path], folder: Path) -> None:
    """What to_json gave, saved again, is the same text; through YAML it is the same structure."""
    lade = tally.context.lade
    sources = [file for file in sorted(files) if file.name.endswith("_json.json")]
    made = [(file, folder / f"again_{file.name}", folder / f"{file.name}.yaml", folder / f"yaml_{file.name}") for file in sources]
    outcomes = lade.convert(
        [(source, again, ("--to", "keras.json")) for source, again, _, _ in made]
        + [(source, text, ("--to", "keras.yaml")) for source, _, text, _ in made]
    )
    outcomes += lade.convert((text, back, ("--to", "keras.json")) for _, _, text, back in made)
    for number, (source, again, _, back) in enumerate(made):
        problems = [last(one.errors) for one in outcomes[number :: len(made)] if one.status != FINE]
        if not problems and again.read_bytes() != source.read_bytes():
            problems = ["JSON: another text"]
        if not problems and json.loads(back.read_text("utf-8")) != json.loads(source.read_text("utf-8")):
            problems = ["YAML: another structure"]
        tally.check(f"text/{source.name}", problems)


def check_code(tally: Tally, files: set[Path]) -> None:
    """Models that carry code are told apart from those that do not."""
    for file in sorted(files):
        if stem(file) in ("lambda", "nested") and file.name.endswith((WHOLE, ARCHIVE)):
            wanted = FINDING if stem(file) == "lambda" else FINE
            outcome = tally.context.lade.run("verify", file)
            tally.check(f"code/{file.name}", [] if outcome.status == wanted else [f"exit status {outcome.status}"])


def check_layouts(tally: Tally, folder: Path) -> None:
    """Networks of Keras whose weights PyTorch gets: both compute the same."""
    folder.mkdir(parents=True, exist_ok=True)
    names = frameworks.run_program("keras_networks.py", [folder], "tf").split()
    made = [(name, folder / f"{name}.pth", folder / f"{name}.npz") for name in names]
    options = ("--layout", "torch", "--drop", "config,metadata")
    outcomes = tally.context.lade.convert((folder / f"{name}.h5", pth, options) for name, pth, _ in made)
    answers = frameworks.same_networks([one for one, outcome in zip(made, outcomes) if outcome.status == FINE])
    told = iter(answers)
    for (name, _, _), outcome in zip(made, outcomes):
        problem = next(told) if outcome.status == FINE else f"should be saved: {last(outcome.errors)}"
        tally.check(f"layout/{name}", [problem] if problem else [])


def again(tally: Tally, files: set[Path], folder: Path) -> Iterator[tuple[str, Sequence[str | Path]]]:
    """The same kind of file, weights alone, the structure alone: what the framework has to do with each."""
    jobs: list[tuple[str, Path, Path, Options]] = []
    for source in sorted(files):
        whole = source.name.endswith(WHOLE)
        if source.name == "y_k3_bfloat16_archive.keras":  # Keras cannot load the .h5 that it saves itself
            jobs.append(("same", source, folder / "bfloat16.h5", ("--to", "keras.h5")))
        if stem(source) not in RUN or not source.name.endswith((WHOLE, ARCHIVE)):
            continue
        kind = "keras.h5" if whole else "keras.archive"
        jobs.append(("same", source, folder / f"again_{source.name}", ("--to", kind)))
        if whole and stem(source) in ALONE:
            jobs.append(("by_name", source, folder / f"{source.name}.legacy.h5", ("--to", "keras.h5_weights", *BARE)))
            jobs.append(("weights", source, folder / f"{source.name}.weights.h5", ("--to", "keras.weights_h5", *BARE)))
            text = ("--drop", "weights,optimizer")
            jobs.append(("config", source, folder / f"{source.name}.json", ("--to", "keras.json", *text)))
            if framework_of(source.name) == "tf_keras":
                jobs.append(("config", source, folder / f"{source.name}.yaml", ("--to", "keras.yaml", *text)))
    outcomes = tally.context.lade.convert((source, made, options) for _, source, made, options in jobs)
    for (task, source, made, _), outcome in zip(jobs, outcomes):
        name = f"{task}/{made.name}"
        if outcome.status != FINE:
            tally.check(name, [f"should be saved: {last(outcome.errors)}"])
        else:
            yield name, (task, framework_of(source.name), source, made)
