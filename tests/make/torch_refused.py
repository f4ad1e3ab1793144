# SPDX-License-Identifier: BSL-1.0
"""What is handed to a loader by mistake: each has to be refused by its own name."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import zlib
from collections.abc import Callable
from pathlib import Path

import torch
from cases import Cases, Lacking
from torch_zip import Entry, archive

cases = Cases()
LFS = b"version https://git-lfs.github.com/spec/v1\noid sha256:%s\nsize 46830571\n" % (b"4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393")
PAGE = b"<!DOCTYPE html>\n<html><head><title>Sign in</title></head><body>404: not found</body></html>\n"


def file() -> bytes:
    buffer = io.BytesIO()
    torch.save({"t": torch.ones(2)}, buffer)
    return buffer.getvalue()


def bytes_case(name: str, make: Callable[[], bytes], fixture: bool = True) -> None:
    cases.add(name, lambda path: path.write_bytes(make()), fixture=fixture, oracle=False)


def members(**records: bytes) -> bytes:
    return archive([Entry(name.replace("__", "/"), data) for name, data in records.items()])


bytes_case("n_format.lfs_pointer__pointer.pth", lambda: LFS)
bytes_case("n_format.html_page__page.pth", lambda: PAGE)
bytes_case("n_format.html_page__lower_case.pth", lambda: b"\n <html lang=en><body>login</body></html>")
bytes_case("n_format.gzip__wrapped.pth", lambda: gzip.compress(file(), mtime=0))
bytes_case("n_format.bzip2__wrapped.pth", lambda: bz2.compress(file()))
bytes_case("n_format.xz__wrapped.pth", lambda: lzma.compress(file()))
bytes_case("n_format.zstd__wrapped.pth", lambda: bytes.fromhex("28b52ffd2004210000") + b"abcd")
bytes_case("n_format.7z__wrapped.pth", lambda: bytes.fromhex("377abcaf271c0004") + bytes(24))
bytes_case("n_format.rar__wrapped.pth", lambda: b"Rar!\x1a\x07\x01\x00" + bytes(24))
bytes_case("n_format.unknown__zlib_stream.pth", lambda: zlib.compress(file()))
bytes_case("n_format.unknown__text.pth", lambda: b"these are not the weights that were sought\n")
bytes_case("n_format.unknown__zeros.pth", lambda: bytes(4096))
bytes_case("n_format.empty__nothing.pth", lambda: b"")
bytes_case("n_format.unknown__one_byte.pth", lambda: b"\x80")
bytes_case("n_torch.mobile_flatbuffer__head.ff", lambda: bytes.fromhex("1c000000") + b"PTMF" + bytes(56))
bytes_case("n_torch.prerelease__pytorch1.pth", lambda: b"PYTORCH1" + bytes(56))
bytes_case("n_torch.old_script__of_1_0.pt", lambda: members(**{"net__version": b"1\n", "net__model.json": b'{"protoVersion":"5"}', "net__tensors__0": bytes(8)}))
bytes_case("n_torch.exported_program__archive_format.pt2", lambda: members(**{"m__archive_format": b"pt2", "m__archive_version": b"0", "m__models__model.json": b"{}"}))
bytes_case("n_torch.exported_program__of_2_1.pt2", lambda: members(**{"version": b"5.1", "serialized_exported_program.json": b"{}", "serialized_state_dict.pt": file()}))
bytes_case("n_torch.package__handmade.pt", lambda: members(**{"p__.data__extern_modules": b"", "p__.data__version": b"6\n", "p__model__model.pkl": b"\x80\x03N."}))
bytes_case("n_zip.empty__no_entries.pth", lambda: archive([], zip64_end=False))
bytes_case("n_zip.unknown_layout__photos.zip", lambda: members(**{"a.txt": b"hello", "b__c.txt": b"hello"}))


@cases.case("n_torch.package__real.pt", fixture=True, oracle=False)
def package(path: Path) -> None:
    with torch.package.PackageExporter(str(path)) as exporter:
        exporter.extern("torch.**")
        exporter.save_pickle("model", "model.pkl", {"t": torch.ones(2)})


@cases.case("n_torch.exported_program__real.pt2", oracle=False)
def exported(path: Path) -> None:
    if not hasattr(torch, "export"):
        raise Lacking("torch.export")
    program = torch.export.export(torch.nn.Linear(2, 2), (torch.ones(1, 2),))
    torch.export.save(program, path)


@cases.case("n_torch.mobile_flatbuffer__real.ff", oracle=False)
def flatbuffer(path: Path) -> None:
    scripted = torch.jit.script(torch.nn.Linear(2, 2))
    try:
        scripted._save_for_lite_interpreter(str(path), _use_flatbuffer=True)
    except RuntimeError as error:
        raise Lacking(f"flatbuffers: {error}") from error
