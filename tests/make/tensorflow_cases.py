# SPDX-License-Identifier: BSL-1.0
"""TensorFlow checkpoints, graphs, meta graphs and SavedModels, good and hostile. Usage: see cases.py.

A V2 checkpoint is its `.index`; the data files lie beside it. The hostile ones are put together here, table by table,
with right checksums where a checksum is not what is wrong.
"""

from __future__ import annotations

import os
import struct
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import numpy as np
import tensorflow as tf
from cases import Cases, Lacking, main
from tensorflow.core.framework import tensor_pb2, types_pb2
from tensorflow.core.protobuf import meta_graph_pb2, saved_model_pb2, tensor_bundle_pb2
from tensorflow.core.util import saved_tensor_slice_pb2

cases = Cases()
raw = tf.raw_ops
DTYPES = ["float32", "float64", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "bool", "complex64",
          "complex128", "float16", "bfloat16", "qint8", "quint8", "qint16", "quint16", "qint32", "float8_e5m2",
          "float8_e4m3fn"]  # fmt: skip
V1_LACKS = {"bfloat16", "uint32", "uint64", "float8_e5m2", "float8_e4m3fn", "qint16", "quint16"}
SHAPES = {"scalar": (), "empty": (0, 2), "vector": (3,), "cube": (2, 3, 4)}


def values(dtype: str, shape: Sequence[int]) -> tf.Tensor:
    of = tf.as_dtype(dtype)
    whole = np.arange(int(np.prod(shape))).reshape(shape) % 5
    if dtype == "bool":
        return tf.constant(whole % 2 == 0)
    if dtype.startswith(("qint", "quint")):
        return tf.bitcast(tf.constant(whole.astype(f"{'u' if 'u' in dtype else ''}int{of.size * 8}")), of)
    return tf.cast(tf.constant(whole.astype("float32")), of)


def prefix_of(path: Path) -> str:
    return str(path).removesuffix(".index")


def save_v2(path: Path, tensors: dict[str, Any], slices: Sequence[str] | None = None, names: Sequence[str] | None = None) -> None:
    raw.SaveV2(prefix=prefix_of(path), tensor_names=list(names or tensors), shape_and_slices=list(slices or [""] * len(tensors)),
               tensors=list(tensors.values()))


def v2(name: str, make: Callable[[], dict[str, Any]], **facts: Any) -> None:
    cases.add(f"y_{name}.index", lambda path: save_v2(path, make()), **facts)


# ---- V2 checkpoints

for dtype in DTYPES:
    for shape, of in SHAPES.items():
        v2(f"v2_{dtype}_{shape}", lambda dtype=dtype, of=of: {"x": values(dtype, of), "y/z": values(dtype, of)},
           fixture=dtype in ("bfloat16", "bool") and shape == "cube")
v2("v2_strings", lambda: {"a": tf.constant(b"one"), "b": tf.constant([[b"", b"x" * 300], [b"\0\xff", b"y"]]), "c": tf.constant([], tf.string)},
   fixture=True)
v2("v2_names", lambda: {name: tf.constant(1.0) for name in ("\u00fc/\U0001f600", "a", "a/b", "A", "a b", "~", "\x01", "x" * 500)}, fixture=True)
v2("v2_none", lambda: {"only": tf.zeros([0])}, fixture=True)
v2("v2_many", lambda: {f"layer_{number % 97}/block_{number // 97}/some/long/name/number_{number}": tf.constant(float(number)) for number in range(9000)})


@cases.case("y_v2_sliced.index", fixture=True)
def _sliced(path: Path) -> None:
    whole = tf.reshape(tf.range(48.0), (4, 6, 2))
    parts = {"4 6 2 0,2:-:-": whole[:2], "4 6 2 2,2:0,5:-": whole[2:, :5], "4 6 2 2,2:5,1:-": whole[2:, 5:]}
    save_v2(path, {**parts, "": tf.constant([1, 2])}, [*parts, ""], ["part"] * 3 + ["plain"])


@cases.case("y_v2_two_shards.index", fixture=True)
def _two_shards(path: Path) -> None:
    prefixes = [f"{prefix_of(path)}_part{number}" for number in range(2)]
    raw.SaveV2(prefix=prefixes[0], tensor_names=["a", "c"], shape_and_slices=["", "3 2 0,1:-"], tensors=[tf.constant(1.0), tf.constant([[1, 2]])])
    raw.SaveV2(prefix=prefixes[1], tensor_names=["b", "c"], shape_and_slices=["", "3 2 1,2:-"],
               tensors=[tf.constant("xyz"), tf.constant([[3, 4], [5, 6]])])
    raw.MergeV2Checkpoints(checkpoint_prefixes=prefixes, destination_prefix=prefix_of(path))


@cases.case("y_v2_objects.index", fixture=True)
def _objects(path: Path) -> None:
    tf.train.Checkpoint(step=tf.Variable(3, dtype=tf.int64), layer=tf.Module(), w=tf.Variable([[1.0, 2.0]])).write(prefix_of(path))


def keras(path: Path, make: Callable[[Any], Any]) -> None:
    try:
        import tf_keras
    except ImportError as why:
        raise Lacking("tf_keras") from why
    tf_keras.utils.set_random_seed(1)
    model = make(tf_keras)
    model.compile("adam", "mse")
    shape = [2, *model.input_shape[1:]]
    model.fit(tf.zeros(shape), tf.zeros([2, *model.output_shape[1:]]), verbose=0)
    model.save_weights(prefix_of(path))


cases.add("y_v2_keras_dense.index", lambda path: keras(path, lambda k: k.Sequential([k.layers.Dense(3, input_shape=(4,)), k.layers.Dense(1)])))
cases.add("y_v2_keras_lstm.index", lambda path: keras(path, lambda k: k.Sequential([k.layers.LSTM(3, input_shape=(5, 4)), k.layers.Dense(1)])))
cases.add("y_v2_keras_conv.index", lambda path: keras(path, lambda k: k.Sequential(
    [k.layers.Conv2D(2, 3, input_shape=(8, 8, 1)), k.layers.BatchNormalization(), k.layers.Flatten(), k.layers.Dense(1)])))

# ---- V1 checkpoints


def save_v1(path: Path, tensors: dict[str, Any]) -> None:
    raw.Save(filename=str(path), tensor_names=list(tensors), data=list(tensors.values()))


for dtype in DTYPES:
    if dtype not in V1_LACKS:
        cases.add(f"y_v1_{dtype}.ckpt", lambda path, dtype=dtype: save_v1(path, {shape: values(dtype, of) for shape, of in SHAPES.items()}),
                  fixture=dtype == "float16")
cases.add("y_v1_strings.ckpt", lambda path: save_v1(path, {"a": tf.constant(b"one"), "b": tf.constant([[b"", b"x" * 300]])}), fixture=True)
cases.add("y_v1_large.ckpt", lambda path: save_v1(path, {f"v{number}": tf.range(float(number * 30_000)) for number in range(8)}))


@cases.case("y_v1_sliced.ckpt", fixture=True)
def _v1_sliced(path: Path) -> None:
    whole = tf.reshape(tf.range(48.0), (4, 6, 2))
    raw.SaveSlices(filename=str(path), tensor_names=["part"] * 3 + ["plain"],
                   shapes_and_slices=["4 6 2 0,2:-:-", "4 6 2 2,2:0,5:-", "4 6 2 2,2:5,1:-", "2 -"],
                   data=[whole[:2], whole[2:, :5], whole[2:, 5:], tf.constant([1, 2])])


# ---- graphs


def constants(path: Path, protos: dict[str, tensor_pb2.TensorProto]) -> None:
    graph = tf.compat.v1.GraphDef()
    for name, proto in protos.items():
        node = graph.node.add(name=name, op="Const")
        node.attr["value"].tensor.CopyFrom(proto)
        node.attr["dtype"].type = proto.dtype
    path.write_bytes(graph.SerializeToString(deterministic=True))


def proto(dtype: int, dims: Iterable[int], **lists: Any) -> tensor_pb2.TensorProto:
    made = tensor_pb2.TensorProto(dtype=dtype, **lists)
    made.tensor_shape.SetInParent()
    for size in dims:
        made.tensor_shape.dim.add(size=size)
    return made


for dtype in DTYPES:
    if not dtype.startswith(("qint", "quint")):
        cases.add(f"y_graph_const_{dtype}.pb", lambda path, dtype=dtype: constants(
            path, {shape: tf.make_tensor_proto(values(dtype, of).numpy(), tf.as_dtype(dtype), of) for shape, of in SHAPES.items()}))
LISTS = {"float": (types_pb2.DT_FLOAT, "float_val", [1, 2]), "double": (types_pb2.DT_DOUBLE, "double_val", [1, 2, 3]),
         "int32": (types_pb2.DT_INT32, "int_val", [7]), "int8": (types_pb2.DT_INT8, "int_val", [-3, 4]),
         "uint8": (types_pb2.DT_UINT8, "int_val", [255]), "uint16": (types_pb2.DT_UINT16, "int_val", [65535]),
         "int64": (types_pb2.DT_INT64, "int64_val", [-1, 5]), "uint32": (types_pb2.DT_UINT32, "uint32_val", [2**32 - 1]),
         "uint64": (types_pb2.DT_UINT64, "uint64_val", [2**64 - 1, 1]), "bool": (types_pb2.DT_BOOL, "bool_val", [True, False]),
         "half": (types_pb2.DT_HALF, "half_val", [0x3C00, 0x4000]), "bfloat16": (types_pb2.DT_BFLOAT16, "half_val", [0x3F80]),
         "complex64": (types_pb2.DT_COMPLEX64, "scomplex_val", [1, 2, 3, 4]), "complex128": (types_pb2.DT_COMPLEX128, "dcomplex_val", [1, 2]),
         "string": (types_pb2.DT_STRING, "string_val", [b"a", b"bc"])}  # fmt: skip
for name, (number, field, listed) in LISTS.items():
    cases.add(f"y_graph_repeated_{name}.pb", lambda path, number=number, field=field, listed=listed: constants(
        path, {"five": proto(number, [5], **{field: listed}), "six": proto(number, [2, 3], **{field: listed}),
               "none": proto(number, [0], **{field: listed})}), fixture=name in ("double", "complex64", "string"))


def graph_of(build: Callable[[], Any]) -> tf.compat.v1.GraphDef:
    with tf.Graph().as_default() as graph:
        build()
    return graph.as_graph_def()


def dense() -> None:
    v1 = tf.compat.v1
    given = v1.placeholder(tf.float32, [None, 4], "inputXX")
    with v1.variable_scope("layer"):
        weight = v1.get_variable("w", [4, 2], use_resource=False)
    tf.nn.softmax(tf.matmul(given, weight), name="ypred")


def loop() -> None:
    tf.compat.v1.disable_control_flow_v2()
    tf.while_loop(lambda i: i < 10, lambda i: i + 1, [tf.constant(0)], name="loop")
    tf.compat.v1.enable_control_flow_v2()


def function() -> None:
    @tf.function
    def twice(x: tf.Tensor) -> tf.Tensor:
        return x * tf.constant([2.0, 3.0])

    twice(tf.compat.v1.placeholder(tf.float32, [2], "x"))


for name, build in {"dense": dense, "loop": loop, "function": function}.items():
    cases.add(f"y_graph_{name}.pb", lambda path, build=build: path.write_bytes(graph_of(build).SerializeToString(deterministic=True)), fixture=True)
    cases.add(f"y_saved_{name}.pb", lambda path, build=build: path.write_bytes(
        saved_model_pb2.SavedModel(saved_model_schema_version=1, meta_graphs=[meta_graph_pb2.MetaGraphDef(graph_def=graph_of(build))]).SerializeToString(deterministic=True)))


@cases.case("y_meta_dense.meta")
def _meta(path: Path) -> None:
    v1 = tf.compat.v1
    with tf.Graph().as_default():
        dense()
        v1.add_to_collection("train_op", v1.get_default_graph().get_tensor_by_name("ypred:0"))
        v1.train.Saver().export_meta_graph(str(path))


# ---- hostile: tables put together by hand

MAGIC = 0xDB4775248B80FB57
CRC = [0] * 256
for number in range(256):
    value = number
    for _ in range(8):
        value = (value >> 1) ^ (0x82F63B78 if value & 1 else 0)
    CRC[number] = value


def masked_crc(data: bytes) -> int:
    crc = 0xFFFFFFFF
    for byte in data:
        crc = CRC[(crc ^ byte) & 255] ^ (crc >> 8)
    crc ^= 0xFFFFFFFF
    return (((crc >> 15) | (crc << 17)) + 0xA282EAD8) & 0xFFFFFFFF


def varint(value: int) -> bytes:
    out = b""
    while value >= 0x80:
        out += bytes([value & 0x7F | 0x80])
        value >>= 7
    return out + bytes([value])


def item(key: bytes, value: bytes, shared: int = 0) -> bytes:
    return varint(shared) + varint(len(key)) + varint(len(value)) + key + value


def block(entries: bytes, restarts: Sequence[int] = (0,)) -> bytes:
    return entries + b"".join(struct.pack("<I", at) for at in restarts) + struct.pack("<I", len(restarts))


class Table:
    """Blocks one after another, each with its trailer."""

    def __init__(self) -> None:
        self.data = b""

    def put(self, data: bytes, kind: int = 0, crc: int | None = None) -> bytes:
        handle = varint(len(self.data)) + varint(len(data))
        whole = data + bytes([kind])
        self.data += whole + struct.pack("<I", masked_crc(whole) if crc is None else crc)
        return handle

    def end(self, index: bytes, metaindex: bytes = b"\0\0") -> bytes:
        return self.data + (metaindex + index).ljust(40, b"\0") + struct.pack("<Q", MAGIC)


def table(entries: Sequence[tuple[bytes, bytes]], **how: Any) -> bytes:
    made = Table()
    at = made.put(block(b"".join(item(key, value) for key, value in entries)), **how)
    return made.end(made.put(block(item(b"\xff", at))))


HEADER = tensor_bundle_pb2.BundleHeaderProto(num_shards=1)
HEADER.version.producer = 1


def entry(dtype: int = types_pb2.DT_INT8, dims: Iterable[int] = (2,), **members: Any) -> tensor_bundle_pb2.BundleEntryProto:
    made = tensor_bundle_pb2.BundleEntryProto(dtype=dtype, **members)
    made.shape.SetInParent()
    for size in dims:
        made.shape.dim.add(size=size)
    return made


def bundle(path: Path, entries: dict[bytes, Any], data: bytes = b"", header: Any = HEADER) -> None:
    listed = [(b"", header.SerializeToString()), *((key, value.SerializeToString()) for key, value in sorted(entries.items()))]
    path.write_bytes(table(listed))
    Path(f"{prefix_of(path)}.data-00000-of-00001").write_bytes(data)


def refused(error: str, slug: str, write: Callable[[Path], Any], suffix: str = "index", **facts: Any) -> None:
    cases.add(f"n_{error}__{slug}.{suffix}", write, fixture=True, **facts)


GOOD = {b"x": entry(size=2, crc32c=masked_crc(b"ok"))}
cases.add("y_v2_handmade.index", lambda path: bundle(path, GOOD, b"ok"), fixture=True)
refused("sstable.no_footer", "cut", lambda path: path.write_bytes(table([(b"", b"\x08\x01")])[:-1]))
refused("sstable.no_footer", "empty", lambda path: path.write_bytes(b""))
refused("sstable.bad_handle", "overflow", lambda path: path.write_bytes(Table().end(varint(2**64 - 1) + varint(2**64 - 1))))
refused("sstable.bad_handle", "size_overflow", lambda path: path.write_bytes(Table().end(b"\0" + varint(2**64 - 4))))
refused("sstable.bad_crc", "block", lambda path: path.write_bytes(table([(b"", b"\x08\x01")], crc=0)))
refused("sstable.bad_type", "zstd", lambda path: path.write_bytes(table([(b"", b"\x08\x01")], kind=2)))
refused("sstable.bomb", "snappy", lambda path: path.write_bytes((lambda made: made.end(made.put(block(item(b"\xff", made.put(b"\xff\xff\xff\xff\x0fabc", 1))))))(Table())))
refused("sstable.bad_restarts", "huge", lambda path: path.write_bytes((lambda made: made.end(made.put(b"\xff\xff\xff\xff")))(Table())))
refused("sstable.bad_entry", "shared", lambda path: path.write_bytes((lambda made: made.end(made.put(block(item(b"\xff", made.put(block(item(b"", b"\x08\x01") + item(b"a", b"", shared=9))))))))(Table())), oracle=False)  # TensorFlow lists nothing
refused("sstable.unsorted", "keys", lambda path: path.write_bytes(table([(b"", b"\x08\x01"), (b"b", b"\x08\x01\x12\x00"), (b"a", b"\x08\x01\x12\x00")])))
refused("tensorflow.no_header", "first_key", lambda path: path.write_bytes(table([(b"a", b"\x08\x01")])), oracle=False)  # TensorFlow lists nothing
refused("tensorflow.bad_version", "min_consumer", lambda path: bundle(path, GOOD, b"ok", tensor_bundle_pb2.BundleHeaderProto(num_shards=1, version={"min_consumer": 9})))
refused("tensorflow.bad_bundle", "shard", lambda path: bundle(path, {b"x": entry(shard_id=7, size=2)}))
refused("tensorflow.bad_bundle", "negative_offset", lambda path: bundle(path, {b"x": entry(offset=-1, size=2)}))
refused("tensorflow.bad_shape", "negative", lambda path: bundle(path, {b"x": entry(dims=[-1])}))
refused("tensorflow.bad_shape", "overflow", lambda path: bundle(path, {b"x": entry(dims=[2**40, 2**40])}))
refused("tensorflow.no_such_slice", "missing", lambda path: bundle(path, {b"x": entry(slices=[{"extent": [{"length": 1}]}])}))


@cases.case("n_tensorflow.not_v1__no_meta.ckpt", fixture=True)
def _no_meta(path: Path) -> None:
    path.write_bytes(table([(b"", saved_tensor_slice_pb2.SavedTensorSlices().SerializeToString()), (b"\0x\0\1\0", b"")]))




if __name__ == "__main__":
    sys.exit(main(cases))
