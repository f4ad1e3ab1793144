"""Makes tests/data/hdf5: small HDF5 files, and expected.txt with what h5py reads from them.

    python tests/make/hdf5_fixtures.py      needs h5py >= 3.14 (3.16 for what HDF5 2.0 adds) and numpy; the files are committed

y_ files must be read; n_<error id>__ files must be refused with that id, either as a whole or, where the id names an object's
trouble, for at least one object. A line of expected.txt: file, dataset, dtype, shape, SHA-256 of the dense little-endian bytes
(of strings: 8-byte length and bytes, one after another), separated by '|'.
"""

import hashlib
import pathlib
import struct
import warnings

import h5py
import numpy as np
from h5py import h5d, h5f, h5p, h5s, h5t, h5z
from hdf5_cases import native_complex

warnings.simplefilter("ignore")
HERE = pathlib.Path(__file__).resolve().parent.parent / "data" / "hdf5"
RNG = np.random.default_rng(11)
UNHASHED = {h5t.COMPOUND: "compound", h5t.REFERENCE: "reference", h5t.OPAQUE: "opaque", h5t.VLEN: "vlen", h5t.TIME: "time"}


def values(shape, dtype):
    kind = np.dtype(dtype).kind
    if kind in "fc":
        return (RNG.standard_normal(shape) * 10).astype(dtype)
    return RNG.integers(0, 2 if kind == "b" else 100, shape).astype(dtype)


def name_of(stored):
    kind = stored.get_class()
    if kind == h5t.STRING:
        return "string"
    if kind == h5t.ARRAY:
        return name_of(stored.get_super())
    try:
        dtype = stored.dtype
    except (TypeError, KeyError):
        return UNHASHED.get(kind, "opaque")
    return UNHASHED[kind] if kind in UNHASHED and dtype.kind != "c" else dtype.name


def line(file, path, data):
    dtype = name_of(data.id.get_type())
    shape = data.shape
    digest = hashlib.sha256()
    if shape is None:
        shape = (0,)
    elif dtype == "string":
        for item in np.asarray(data[()], dtype=object).ravel():
            item = item.encode() if isinstance(item, str) else bytes(item or b"")
            digest.update(len(item).to_bytes(8, "little") + item)
    elif dtype in UNHASHED.values():
        digest = None
    else:
        array = np.asarray(data[()])
        shape = array.shape
        if array.dtype.byteorder == ">":
            array = array.astype(array.dtype.newbyteorder("<"))
        digest.update(array.tobytes())
    return "|".join((file, path, dtype, ",".join(map(str, shape)), digest.hexdigest() if digest else "-"))


def lines(file, group, path="", seen=None):
    seen = set() if seen is None else seen
    address = h5py.h5o.get_info(group.id).addr
    if address in seen:
        return
    seen.add(address)
    for name in sorted(group, key=str.encode):
        if group.id.links.get_info(name.encode()).type != h5py.h5l.TYPE_HARD:
            continue
        child, below = group[name], f"{path}/{name}" if path else name
        if isinstance(child, h5py.Dataset):
            yield line(file, below, child)
        elif isinstance(child, h5py.Group):
            yield from lines(file, child, below, seen)


def make(name, fill, **options):
    with h5py.File(HERE / f"y_{name}.h5", "w", **options) as file:
        fill(file)


def types(file):
    for dtype in ["i1", "i2", "i8", "u1", "u4", "f2", "f4", "f8", "c8", "?", ">i4", ">f8", ">c16"]:
        file[dtype.replace(">", "be_")] = values((3, 2), dtype)
    file["scalar"] = np.float32(1.5)
    file["none"] = values((0, 3), "f4")
    file["null"] = h5py.Empty("f4")


def texts(file):
    file["fixed"] = np.array([b"a", b"", b"abcd"], "S6")
    file.create_dataset("vlen", data=["hello", "", "w\u00f6rld"], dtype=h5py.string_dtype())
    file.create_dataset("chunked", data=["s%d" % i for i in range(40)], dtype=h5py.string_dtype(), chunks=(7,))
    file["one"] = "text"
    file.attrs["fixed"] = np.bytes_("fixed")
    file.attrs["vlen"] = "vlen \u00fc"
    file.attrs["list"] = ["a", "bb", ""]
    file.attrs["int"] = np.int32(-7)
    file.attrs["real"] = 1.5
    file.attrs["ints"] = np.array([1, 2], ">i4")
    file.attrs["yes"] = True
    file.attrs["empty"] = np.array([], "f8")


def custom(file):
    def put(name, stored, data, memory, filters=None):
        how = h5p.create(h5p.DATASET_CREATE)
        if filters:
            how.set_chunk((4,))
            how.set_filter(filters, 0, ())
        made = h5d.create(file.id, name.encode(), stored, h5s.create_simple((len(data),)), how)
        made.write(h5s.ALL, h5s.ALL, data, mtype=memory)

    ints, reals = np.array([-3, 5, 60000, -65536, 7], "i4"), np.array([1.5, -2, 0, np.inf, 1e-3, 3, 1e-8], "f4")
    for order, letter in ((h5t.STD_I32LE, "le"), (h5t.STD_I32BE, "be")):
        stored = order.copy()
        stored.set_precision(17)
        stored.set_offset(5)
        put("int17_" + letter, stored, ints, h5t.NATIVE_INT32)
        put("nbit17_" + letter, stored, ints, h5t.NATIVE_INT32, h5z.FILTER_NBIT)
    stored = h5t.IEEE_F32LE.copy()
    stored.set_fields(26, 20, 6, 7, 13)
    stored.set_ebias(31)
    stored.set_offset(7)
    stored.set_precision(20)
    stored.set_size(4)
    put("float20", stored, reals, h5t.NATIVE_FLOAT)
    stored = h5t.IEEE_F32BE.copy()
    stored.set_fields(23, 15, 8, 0, 15)
    stored.set_precision(24)
    stored.set_size(3)
    put("float24", stored, reals, h5t.NATIVE_FLOAT)
    file["long"] = values((3,), "longdouble")
    file["compound"] = np.zeros(3, [("a", "i4"), ("b", "S5"), ("c", "(2,)f4")])
    file["enum"] = np.array([1, 2, 1], h5py.enum_dtype({"A": 1, "B": 2}, "i2"))
    file.create_dataset("array", (3,), np.dtype("(2,2)i2"))[...] = values((3, 2, 2), "i2")
    file.create_dataset("vlen", (2,), h5py.vlen_dtype("i4"))[:] = [np.arange(3, dtype="i4")] * 2
    file.create_dataset("reference", data=file["compound"].ref, dtype=h5py.ref_dtype)
    file["opaque"] = np.array([b"ab", b"cd"]).astype("V2")
    file["named"] = np.dtype("f8")
    file.create_dataset("committed", data=values((3,), "f8"), dtype=file["named"])


def chunks(file):
    data, big = values((7, 9), "i4"), values((7, 9), ">f4")
    file.create_dataset("fixed", data=data, chunks=(4, 5))
    file.create_dataset("fixed_filtered", data=big, chunks=(4, 5), compression="gzip", shuffle=True)
    file.create_dataset("one", data=data, chunks=(3, 4), maxshape=(None, 9))
    file.create_dataset("two", data=data, chunks=(3, 4), maxshape=(None, None), compression="lzf", fletcher32=True)
    file.create_dataset("later", data=big, chunks=(3, 4), maxshape=(20, 30))


def more_chunks(file):
    data, big = values((7, 9), "i4"), values((7, 9), ">f4")
    file.create_dataset("one", data=big, chunks=(3, 4), maxshape=(None, 9), compression="gzip", shuffle=True)
    file.create_dataset("two", data=data, chunks=(3, 4), maxshape=(None, None))
    file.create_dataset("single", data=data, chunks=(7, 9), compression="gzip")
    file.create_dataset("larger", data=data[:, 0], chunks=(16,), maxshape=(None,))
    file.create_dataset("never", (5, 6), "f4", fillvalue=2.5)
    parts = file.create_dataset("parts", (9,), np.dtype("(3,2)>i2"), chunks=(2,))
    parts[3] = np.arange(6).reshape(3, 2)


def odd_chunks(file):
    data = values((7, 9), "i4")
    part = file.create_dataset("part", (50, 60), "i4", chunks=(7, 8), maxshape=(None, None), fillvalue=42)
    part[3:9, 10:30] = values((6, 20), "i4")
    grown = file.create_dataset("grown", (4, 5), "i2", chunks=(2, 3), maxshape=(None, 5))
    grown[...] = values((4, 5), "i2")
    grown.resize((31, 5))
    grown[30] = 5
    grown.resize((31, 4))
    how = h5p.create(h5p.DATASET_CREATE)
    how.set_layout(h5d.COMPACT)
    h5d.create(file.id, b"compact", h5t.STD_I32BE, h5s.create_simple((7, 9)), how).write(h5s.ALL, h5s.ALL, data)
    how = h5p.create(h5p.DATASET_CREATE)
    how.set_chunk((3, 4))
    how.set_alloc_time(h5d.ALLOC_TIME_EARLY)
    h5d.create(file.id, b"early", h5t.STD_I32LE, h5s.create_simple((7, 9), (8, 10)), how).write(h5s.ALL, h5s.ALL, data)
    mask = file.create_dataset("mask", (8,), "i4", chunks=(4,), compression="gzip", shuffle=True)
    mask.id.write_direct_chunk((0,), np.arange(4, dtype="<i4").tobytes(), filter_mask=3)
    mask[4:] = 9


def scales(file):
    whole = RNG.integers(-50, 50, (10, 12))
    for dtype in ["i1", ">i8"]:
        file.create_dataset("whole_" + dtype.replace(">", "be_"), data=whole.astype(dtype), chunks=(4, 5), scaleoffset=0)
    for dtype in ["f4", ">f8"]:
        file.create_dataset("real_" + dtype.replace(">", "be_"), data=values((10, 12), dtype), chunks=(4, 5), scaleoffset=3)
    filled = np.where(np.arange(20) % 3 == 0, -9, np.arange(20)).astype("i4")
    file.create_dataset("filled", data=filled, chunks=(5,), scaleoffset=0, fillvalue=-9)
    file.create_dataset("same", data=np.full(20, 7, "i4"), chunks=(5,), scaleoffset=0)


def szip(file):
    smooth = (60 + 50 * np.sin(np.arange(300) / 40) + RNG.integers(0, 3, 300)).reshape(20, 15)
    for dtype, coding, block in (("u1", "ec", 16), (">i2", "nn", 8), ("i4", "nn", 4), ("f8", "nn", 8)):
        file.create_dataset(dtype.replace(">", "be_"), data=smooth.astype(dtype), chunks=(20, 15), compression="szip",
                            compression_opts=(coding, block))
    sparse = np.where(RNG.random(1000) < 0.01, 9, 0).astype("i1")
    file.create_dataset("sparse", data=sparse, chunks=(1000,), compression="szip", compression_opts=("nn", 4))


def pages(file):
    file.create_dataset("fixed", data=np.arange(1100, dtype="i1"), chunks=(1,))


def groups(file):
    for count in (0, 1, 9, 30):
        group = file.create_group(f"g{count}")
        for i in range(count):
            group[f"name{i}"] = h5py.SoftLink("/g1/name0") if i > 2 else np.int8(i)
    file["g9/soft"] = h5py.SoftLink("/g1/name0")
    file["g9/relative"] = h5py.SoftLink("name1")
    file["g9/loop"] = h5py.SoftLink("/g9/loop")
    file["g9/dangling"] = h5py.SoftLink("/nowhere")
    file["g9/external"] = h5py.ExternalLink("other.h5", "/x")
    file["g9/up"] = file["/"]
    file["g9/again"] = file["g1/name0"]


def attributes(file):
    many = file.create_dataset("many", data=np.int8(1))
    for i in range(40):
        many.attrs[f"a{i}"] = i


def tracked(file):
    group = file.create_group("ordered", track_order=True)
    for i in range(12):
        group[f"z{12 - i}"] = np.int8(i)


def sizes(name, offsets, lengths):
    made = h5p.create(h5p.FILE_CREATE)
    made.set_sizes(offsets, lengths)
    file = h5py.File(h5f.create(str(HERE / f"y_{name}.h5").encode(), h5f.ACC_TRUNC, made))
    file["x"] = values((20,), "f4")
    file.create_dataset("text", data=["ab", "cdef"], dtype=h5py.string_dtype())
    file.create_dataset("chunked", data=np.arange(50), chunks=(7,))
    file.close()


def broken(error, name, source, change):
    """A y_ file with bytes changed."""
    data = bytearray((HERE / f"y_{source}.h5").read_bytes())
    changed = change(data)
    (HERE / f"n_{error}__{name}.h5").write_bytes(data if changed is None else changed)


def replace(before, after, count=1):
    def change(data):
        assert before in data
        return bytes(data).replace(before, after, count)

    return change


def poke(offset, value):
    def change(data):
        data[offset] = value

    return change


def main():
    newer = [] if hasattr(h5t, "COMPLEX_IEEE_F32LE") else [HERE / "y_native_complex.h5"]  # HDF5 2.0 alone makes and reads it
    known = [text for text in (HERE / "expected.txt").read_text(encoding="utf-8").splitlines() if text.startswith("y_native_complex.h5|")]
    for old in HERE.glob("*.h5"):
        if old not in newer:
            old.unlink()
    for lib in ("earliest", "latest"):
        bounds = ("earliest", "v108") if lib == "earliest" else "latest"
        for fill in (types, texts, custom, chunks, more_chunks, odd_chunks, scales, groups, attributes, tracked):
            make(f"{fill.__name__}_{lib}", fill, libver=bounds)
    make("pages_latest", pages, libver="latest")
    make("szip", szip)
    make("userblock", lambda file: file.create_dataset("x", data=np.arange(5)), userblock_size=512)
    for offsets, lengths in ((4, 4), (2, 2), (8, 4), (4, 8)):
        sizes(f"sizes_{offsets}_{lengths}", offsets, lengths)
    if not newer:
        native_complex(HERE / "y_native_complex.h5")
    expected = []
    for path in sorted(HERE.glob("y_*.h5")):
        if path in newer:
            expected += known
            continue
        with h5py.File(path) as file:
            expected += lines(path.name, file)
    (HERE / "expected.txt").write_text("\n".join(expected) + "\n", encoding="utf-8")

    broken("hdf5.cut_short", "userblock", "userblock", lambda data: data[:-8])
    broken("hdf5.no_superblock", "signature", "types_earliest", poke(1, 0))
    broken("hdf5.unsupported_version", "superblock", "types_earliest", poke(8, 9))
    broken("hdf5.bad_superblock", "offset_size", "types_earliest", poke(13, 3))
    broken("hdf5.bad_checksum", "superblock", "types_latest", poke(20, 1))
    broken("hdf5.bad_checksum", "header", "attributes_latest", lambda data: poke(bytes(data).rindex(b"OHDR") + 8, 7)(data))
    broken("hdf5.bad_signature", "snod", "groups_earliest", replace(b"SNOD", b"SNOX", 99))
    broken("hdf5.bad_signature", "tree", "groups_earliest", replace(b"TREE", b"TREX", 99))
    broken("hdf5.bad_signature", "heap", "groups_earliest", replace(b"HEAP", b"HEAX", 99))
    broken("hdf5.bad_signature", "global_heap", "texts_earliest", replace(b"GCOL", b"GCOX", 99))
    broken("hdf5.bad_btree", "type", "groups_earliest", replace(b"TREE\0", b"TREE\1", 99))
    broken("hdf5.unsupported_filter", "bzip2", "chunks_earliest",
           replace(struct.pack("<HHHH", 1, 8, 1, 1) + b"deflate\0", struct.pack("<HHHH", 307, 8, 1, 1) + b"deflate\0", 99))
    with h5py.File(HERE / "n_hdf5.virtual_dataset__one.h5", "w", libver="latest") as file:
        layout = h5py.VirtualLayout((4,), "i4")
        layout[:] = h5py.VirtualSource("other.h5", "x", (4,))
        file.create_virtual_dataset("x", layout)
    with h5py.File(HERE / "n_hdf5.external_data__one.h5", "w") as file:
        file.create_dataset("x", (4,), "i4", external=[("other.bin", 0, 16)])
    with h5py.File(HERE / "n_limit.exceeded__huge_fill.h5", "w") as file:
        file.create_dataset("x", (1 << 20, 1 << 20), "f4")


if __name__ == "__main__":
    main()
