# SPDX-License-Identifier: BSL-1.0
"""Real files of other projects, whose listings by the frameworks were made beforehand.

`$LADE_CORPUS` (else `../shared/corpus` beside the repository) holds `expected.jsonl` and `refused.txt`. Only the
folders whose formats are built are looked at.
"""

from __future__ import annotations

import json

from comparing import compared, errors
from section import Section, Tally
from tool import Outcome, last

FOLDERS = ("torch", "safetensors", "numpy", "tensorflow", "hdf5", "keras")

# what h5py refuses and is whole all the same: numbers that NumPy has no type for, an attribute of a type that is newer
# than libhdf5, a file whose writer did not close it
READ_HERE = {
    "hdf5/hdf5suite/hdf5_official/t128bit_float.h5",
    "hdf5/hdf5suite/hdf5_official/tattr2.h5",
    "hdf5/hdf5suite/hdf5_official/h5diff_dset1.h5",
    "hdf5/hdf5suite/hdf5_official/h5diff_dset2.h5",
    "hdf5/jhdf/test_byteshuffle_compressed_datasets_latest.hdf5",
    "hdf5/pytables/float.h5",
}


def run(tally: Tally) -> None:
    corpus = tally.context.corpus
    if corpus is None:
        tally.skip("", "no corpus (set LADE_CORPUS)")
        return
    lines = [json.loads(line) for line in (corpus / "expected.jsonl").read_text(encoding="utf-8").splitlines()]
    expected = {line["file"]: line for line in lines if line["file"].partition("/")[0] in FOLDERS}
    rows = [line.split("\t") for line in (corpus / "refused.txt").read_text(encoding="utf-8").splitlines()]
    refused = {file: kind for file, kind, *_ in rows if file.partition("/")[0] in FOLDERS}
    found = tally.context.lade.inspect([corpus / file for file in (*expected, *refused)])
    for file, line in expected.items():
        tally.check(file, compared(line, found[corpus / file]))
    for file, kind in refused.items():
        actual = found[corpus / file]
        if isinstance(actual, Outcome):
            tally.check(file, [actual.crash() or f"no line; {last(actual.errors)}"])
        else:
            problem = f"the framework refuses it as {kind}, here {len(actual.get('tensors', []))} tensors are listed"
            tally.check(file, [] if "refused" in actual or errors(actual) or file in READ_HERE else [problem])


SECTION = Section("corpus", "real files against their expected listings", run)
