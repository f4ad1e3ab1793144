# SPDX-License-Identifier: BSL-1.0
"""Models and weights of Keras 3 and tf_keras: every layer with weights, every way of saving. Usage: see cases.py.

    k3_  written by Keras 3      tfk_  by tf_keras, which writes what Keras 2 wrote
    old_  the layout of older writers, made by rewriting attributes and datasets with h5py

The weights count from 0 in small steps, so that two tensors of one shape differ.
"""

from __future__ import annotations

import json
import os
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["CUDA_VISIBLE_DEVICES"] = ""

import h5py
import keras
import numpy as np
import tf_keras
import yaml
from cases import Cases, main

cases = Cases()
FRAMEWORKS = {"k3": keras, "tfk": tf_keras}
Framework = Any
Model = Any
Make = Callable[[Framework], Model]


def filled(model: Model) -> Model:
    """The same model with weights that are all different, and exact in every float type."""
    start = 0
    values = []
    for weight in model.get_weights():
        if weight.dtype.kind in "fV" and weight.size:
            count = np.arange(start, start + weight.size) % 97
            values.append((count.reshape(weight.shape) / 8).astype(weight.dtype))
            start += weight.size
        else:
            values.append(weight)
    model.set_weights(values)
    return model


# ---- layers


def layers(k: Framework) -> dict[str, tuple[Callable[[], Any], tuple[int | None, ...]]]:
    """Name -> (what makes the layer, the shape of one sample)."""
    made = k.layers
    found: dict[str, tuple[Callable[[], Any], tuple[int | None, ...]]] = {
        "dense": (lambda: made.Dense(3), (4,)),
        "dense_no_bias": (lambda: made.Dense(3, use_bias=False), (4,)),
        "embedding": (lambda: made.Embedding(7, 3), (5,)),
        "conv1d": (lambda: made.Conv1D(3, 2), (6, 2)),
        "conv2d": (lambda: made.Conv2D(3, 2), (6, 6, 2)),
        "conv3d": (lambda: made.Conv3D(3, 2), (4, 4, 4, 2)),
        "conv1d_transpose": (lambda: made.Conv1DTranspose(3, 2), (6, 2)),
        "conv2d_transpose": (lambda: made.Conv2DTranspose(3, 2), (6, 6, 2)),
        "conv3d_transpose": (lambda: made.Conv3DTranspose(3, 2), (4, 4, 4, 2)),
        "separable_conv1d": (lambda: made.SeparableConv1D(3, 2), (6, 2)),
        "separable_conv2d": (lambda: made.SeparableConv2D(3, 2), (6, 6, 2)),
        "depthwise_conv1d": (lambda: made.DepthwiseConv1D(2), (6, 2)),
        "depthwise_conv2d": (lambda: made.DepthwiseConv2D(2), (6, 6, 2)),
        "lstm": (lambda: made.LSTM(3), (5, 2)),
        "gru": (lambda: made.GRU(3), (5, 2)),
        "gru_reset_before": (lambda: made.GRU(3, reset_after=False), (5, 2)),
        "simple_rnn": (lambda: made.SimpleRNN(3), (5, 2)),
        "stacked_rnn": (lambda: made.RNN([made.LSTMCell(3), made.GRUCell(2)]), (5, 2)),
        "conv_lstm1d": (lambda: made.ConvLSTM1D(2, 2), (3, 6, 2)),
        "conv_lstm2d": (lambda: made.ConvLSTM2D(2, 2), (3, 6, 6, 2)),
        "bidirectional": (lambda: made.Bidirectional(made.LSTM(3)), (5, 2)),
        "time_distributed": (lambda: made.TimeDistributed(made.Dense(3)), (5, 2)),
        "batch_normalization": (lambda: made.BatchNormalization(), (4,)),
        "batch_normalization_plain": (lambda: made.BatchNormalization(center=False, scale=False), (4,)),
        "layer_normalization": (lambda: made.LayerNormalization(), (4,)),
        "group_normalization": (lambda: made.GroupNormalization(groups=2), (4, 4)),
        "prelu": (lambda: made.PReLU(), (4,)),
        "einsum_dense": (lambda: made.EinsumDense("abc,cd->abd", output_shape=(None, 3), bias_axes="d"), (5, 2)),
        "normalization": (lambda: made.Normalization(mean=[1.0, 2.0], variance=[3.0, 4.0]), (2,)),
        "dropout": (lambda: made.Dropout(0.5), (4,)),
    }
    if k is tf_keras:
        found["locally_connected1d"] = (lambda: made.LocallyConnected1D(3, 2), (6, 2))
        found["locally_connected2d"] = (lambda: made.LocallyConnected2D(3, 2), (4, 4, 2))
    else:
        found["spectral_normalization"] = (lambda: made.SpectralNormalization(made.Dense(3)), (4,))  # tf_keras fails
    return found


def one_layer(name: str) -> Make:
    def make(k: Framework) -> Model:
        layer, shape = layers(k)[name]
        given = k.layers.Input(shape, name="given")
        made = layer()
        return k.Model(given, made(given), name="model")

    return make


# ---- models


def sequential(k: Framework) -> Model:
    return k.Sequential([k.layers.Input((4,)), k.layers.Dense(5, activation="relu", name="first"), k.layers.Dense(2, name="second")], name="plain")


def attention(k: Framework) -> Model:
    given = k.layers.Input((5, 8), name="given")
    heads = k.layers.MultiHeadAttention(2, 4, name="heads")(given, given)
    weighed = k.layers.AdditiveAttention(name="weighed")([heads, given])
    return k.Model(given, k.layers.Attention(use_scale=True, name="scaled")([weighed, given]), name="attention")


def two_ends(k: Framework) -> Model:
    a, b = k.layers.Input((4,), name="a"), k.layers.Input((3,), name="b")
    both = k.layers.Concatenate(name="both")([k.layers.Dense(2, name="left")(a), k.layers.Dense(2, name="right")(b)])
    return k.Model([a, b], [k.layers.Dense(1, name="one")(both), k.layers.Dense(2, name="two")(both)], name="ends")


def shared(k: Framework) -> Model:
    a, b = k.layers.Input((4,), name="a"), k.layers.Input((4,), name="b")
    same = k.layers.Dense(3, name="same")
    return k.Model([a, b], k.layers.Add(name="sum")([same(a), same(b)]), name="shared")


def inner_model(k: Framework) -> Model:
    return k.Sequential([k.layers.Input((4,)), k.layers.Dense(3, name="in_one"), k.layers.BatchNormalization(name="in_norm"), k.layers.Dense(3, name="in_two")], name="inner")


def nested(k: Framework) -> Model:
    given = k.layers.Input((4,), name="given")
    return k.Model(given, k.layers.Dense(2, name="last")(inner_model(k)(given)), name="outer")


def frozen(k: Framework) -> Model:
    """The order of weights follows the `trainable` flags."""
    inner = inner_model(k)
    inner.layers[0].trainable = False
    given = k.layers.Input((4,), name="given")
    model = k.Model(given, k.layers.Dense(2, name="last")(inner(given)), name="outer")
    model.layers[-1].trainable = False
    return model


def slashes(k: Framework) -> Model:
    """Names with a scope, as converted networks have them; Keras 3 allows none."""
    return tf_keras.Sequential([tf_keras.layers.Dense(3, name="block/one", input_shape=(4,)), tf_keras.layers.Dense(2, name="block/two")], name="scopes")


def unicode_names(k: Framework) -> Model:
    return k.Sequential([k.layers.Input((4,)), k.layers.Dense(3, name="d\u00e9but"), k.layers.Dense(2, name="\u5c42")], name="caf\u00e9")


def many_layers(k: Framework) -> Model:
    """Names beyond 64 KB, so that both lists are cut."""
    width = 123
    made = [k.layers.Input((1,))] + [k.layers.Dense(1, use_bias=False, name=f"{number:0{width}d}") for number in range(700)]
    return k.Sequential(made, name="many")


def with_lambda(k: Framework) -> Model:
    return k.Sequential([k.layers.Input((4,)), k.layers.Lambda(lambda x: x * 2, output_shape=(4,), name="twice"), k.layers.Dense(2, name="last")], name="code")


def deep_names(k: Framework) -> Model:
    return k.Sequential([k.layers.Input((4,)), *(k.layers.Dense(4, name=f"d{number}") for number in range(12))], name="numbers")


def policy(name: str) -> Make:
    def make(k: Framework) -> Model:
        kinds = k.layers
        return k.Sequential([kinds.Input((4,)), kinds.Dense(3, name="d", dtype=name), kinds.BatchNormalization(name="n", dtype=name)], name="typed")

    return make


MODELS: dict[str, Make] = {
    "sequential": sequential,
    "two_ends": two_ends,
    "shared": shared,
    "attention": attention,
    "nested": nested,
    "frozen": frozen,
    "unicode": unicode_names,
    "lambda": with_lambda,
    "twelve": deep_names,
    "float16": policy("float16"),
    "float64": policy("float64"),
    "mixed_float16": policy("mixed_float16"),
}
OPTIMIZERS = ["SGD", "Adam", "AdamW", "RMSprop", "Adagrad", "Adadelta", "Adamax", "Nadam", "Ftrl", "Lion"]


def trained(k: Framework, optimizer: str) -> Model:
    model = filled(sequential(k))
    options = {"momentum": 0.9} if optimizer == "SGD" else {}
    kind = getattr(k.optimizers, optimizer)
    model.compile(kind(learning_rate=0.125, **options), loss="mse", metrics=["mae"])
    model.fit(np.ones((4, 4), "float32"), np.ones((4, 2), "float32"), verbose=0)
    return model


def trained_with_objects(k: Framework) -> Model:
    """Keras 3 does not open an .h5 file of its own whose loss is a name."""
    model = filled(sequential(k))
    model.compile(k.optimizers.Adam(learning_rate=0.125), loss=k.losses.MeanSquaredError(), metrics=[k.metrics.MeanAbsoluteError()])
    model.fit(np.ones((4, 4), "float32"), np.ones((4, 2), "float32"), verbose=0)
    return model


# ---- ways of saving


def save_h5(model: Model, path: Path) -> None:
    model.save(str(path))


def save_weights(model: Model, path: Path) -> None:
    """The legacy layout, which Keras 3 writes no more by itself."""
    if isinstance(model, tf_keras.Model):
        model.save_weights(str(path), save_format="h5")
        return
    from keras.src.legacy.saving import legacy_h5_format

    with h5py.File(path, "w") as file:
        legacy_h5_format.save_weights_to_hdf5_group(file, model)


def save_new_weights(model: Model, path: Path) -> None:
    model.save_weights(str(path))


def save_archive(model: Model, path: Path) -> None:
    model.save(str(path))


def save_json(model: Model, path: Path) -> None:
    path.write_text(model.to_json(), encoding="utf-8")


WAYS: dict[str, tuple[str, Callable[[Model, Path], None]]] = {
    "whole": (".h5", save_h5),
    "weights": (".h5", save_weights),
    "new": (".weights.h5", save_new_weights),
    "archive": (".keras", save_archive),
    "json": (".json", save_json),
}


def add(name: str, k: str, make: Make, way: str, **facts: object) -> None:
    suffix, save = WAYS[way]

    def write(path: Path) -> None:
        FRAMEWORKS[k].utils.clear_session() if k == "k3" else tf_keras.backend.clear_session()
        save(make(FRAMEWORKS[k]), path)

    cases.add(f"y_{k}_{name}_{way}{suffix}", write, **facts)


for framework in FRAMEWORKS:
    for layer in layers(FRAMEWORKS[framework]):
        for how in ("whole", "archive"):
            add(layer, framework, lambda k, layer=layer: filled(one_layer(layer)(k)), how)
    for model_name, model in MODELS.items():
        if model_name == "unicode" and framework == "tfk":
            continue  # TensorFlow's scopes are ASCII
        for how in WAYS:
            small = model_name in ("sequential", "nested", "frozen", "unicode", "lambda") and how != "weights"
            add(model_name, framework, lambda k, model=model: filled(model(k)), how, fixture=small)
    for kind in OPTIMIZERS:
        if hasattr(FRAMEWORKS[framework].optimizers, kind):
            for how in ("whole", "archive"):
                add(f"optimizer_{kind.lower()}", framework, lambda k, kind=kind: trained(k, kind), how, fixture=kind == "Adam")
    for how in ("whole", "archive"):
        add("optimizer_objects", framework, trained_with_objects, how)
    add("many", framework, lambda k: filled(many_layers(k)), "weights")
add("scopes", "tfk", lambda k: filled(slashes(k)), "whole", fixture=True)
add("bfloat16", "k3", lambda k: filled(policy("bfloat16")(k)), "archive", fixture=True)
add("bfloat16", "k3", lambda k: filled(policy("bfloat16")(k)), "whole", oracle=False)  # Keras itself cannot load it


@cases.case("y_k3_sharded.weights.json", oracle=False, same_as="y_k3_twelve_new.weights.h5", format="keras.weights_json")
def sharded(path: Path) -> None:
    filled(deep_names(keras)).save_weights(str(path), max_shard_size=0.0000005)


# ---- older layouts


def old_model(path: Path) -> None:
    save_h5(filled(sequential(tf_keras)), path)


def rewrite_names(path: Path, change: Callable[[list[bytes]], Any]) -> None:
    with h5py.File(path, "a") as file:
        root = file["model_weights"] if "model_weights" in file else file
        for group, name in [(root, "layer_names"), *((root[layer], "weight_names") for layer in list(root))]:
            if name in group.attrs:
                texts = [text.encode() if isinstance(text, str) else bytes(text) for text in group.attrs[name]]
                del group.attrs[name]
                group.attrs.create(name, **change(texts))


def old(name: str, change: Callable[[Path], None], **facts: object) -> None:
    def write(path: Path) -> None:
        old_model(path)
        change(path)

    cases.add(f"y_old_{name}.h5", write, **facts)


def fixed(texts: list[bytes]) -> dict[str, Any]:
    return {"data": np.array(texts, dtype=f"S{max(map(len, texts))}" if texts else "S1")}


def null_terminated(texts: list[bytes]) -> dict[str, Any]:
    kind = h5py.h5t.C_S1.copy()
    kind.set_size(max(map(len, texts), default=1) + 1)
    return {"data": np.array(texts, dtype=f"S{kind.get_size()}"), "dtype": h5py.Datatype(kind)} if texts else {"data": np.zeros(0)}


def utf8(texts: list[bytes]) -> dict[str, Any]:
    return {"data": [text.decode() for text in texts], "dtype": h5py.string_dtype("utf-8"), "shape": (len(texts),)}


old("fixed_names", lambda path: rewrite_names(path, fixed), fixture=True)
old("null_terminated_names", lambda path: rewrite_names(path, null_terminated))
old("utf8_names", lambda path: rewrite_names(path, utf8))


def without_versions(path: Path) -> None:
    """Keras 1 says in no group which version wrote it."""
    with h5py.File(path, "a") as file:
        del file.attrs["backend"], file["model_weights"].attrs["backend"], file["model_weights"].attrs["keras_version"]


old("no_version", without_versions, fixture=True)


def fixed_config(path: Path) -> None:
    with h5py.File(path, "a") as file:
        text = file.attrs["model_config"].encode()
        del file.attrs["model_config"]
        file.attrs.create("model_config", np.bytes_(text))


old("fixed_config", fixed_config)


def datasets_of(file: h5py.File) -> list[str]:
    names: list[str] = []
    file.visititems(lambda name, item: names.append(name) if isinstance(item, h5py.Dataset) else None)
    return names


def rewritten(change: Callable[[np.ndarray], tuple[np.ndarray, dict[str, Any]]]) -> Callable[[Path], None]:
    def apply(path: Path) -> None:
        with h5py.File(path, "a") as file:
            for name in datasets_of(file):
                data, how = change(file[name][()])
                del file[name]
                file.create_dataset(name, data=data, **how)

    return apply


old("chunked", rewritten(lambda data: (data, {"chunks": tuple(max(1, size // 2) for size in data.shape)})))
old("compressed", rewritten(lambda data: (data, {"compression": "gzip", "shuffle": True})))
old("big_endian", rewritten(lambda data: (data.astype(">f4"), {})))
old("doubles", rewritten(lambda data: (data.astype("f8"), {})))


def chunked_names(path: Path) -> None:
    with h5py.File(path, "a") as file:
        group = file["model_weights"]
        names = list(group.attrs["layer_names"])
        del group.attrs["layer_names"]
        for number, name in enumerate(names):
            group.attrs.create(f"layer_names{number}", np.array([name.encode() if isinstance(name, str) else name], "S"))


old("names_in_parts", chunked_names, fixture=True)


def copied(path: Path, **how: Any) -> None:
    """The same file with other structures of HDF5."""
    other = path.with_suffix(".copy")
    with h5py.File(path) as given, h5py.File(other, "w", **how) as made:
        for name, value in given.attrs.items():
            made.attrs[name] = value
        for name in given:
            given.copy(name, made)
    other.replace(path)


for bound in ("v108", "v110", "latest"):
    old(f"libver_{bound}", lambda path, bound=bound: copied(path, libver=(bound, bound)))
old("user_block", lambda path: copied(path, userblock_size=512), fixture=True)
old("creation_order", lambda path: copied(path, track_order=True))


@cases.case("y_old_named_archive.keras")
def hdf5_named_archive(path: Path) -> None:
    """Keras up to 2.12 gave HDF5 this suffix too."""
    old_model(path.with_suffix(".h5"))
    path.with_suffix(".h5").replace(path)


@cases.case("y_old_keras1_weights.h5", fixture=True)
def keras1_weights(path: Path) -> None:
    """No versions, no slashes, kernels called W."""
    with h5py.File(path, "w") as file:
        file.attrs["layer_names"] = np.array([b"dense_1", b"activation_1", b"lstm_1"], "S")
        content: dict[str, list[tuple[str, tuple[int, ...]]]] = {
            "dense_1": [("W", (4, 3)), ("b", (3,))],
            "activation_1": [],
            "lstm_1": [(f"{part}_{gate}", {"W": (3, 2), "U": (2, 2), "b": (2,)}[part]) for gate in "icfo" for part in "WUb"],
        }
        for layer, weights in content.items():
            group = file.create_group(layer)
            names = [f"{layer}_{name}" for name, _ in weights]
            group.attrs["weight_names"] = np.array(names, "S") if names else np.zeros(0)
            for number, (name, (_, shape)) in enumerate(zip(names, weights)):
                group[name] = np.arange(np.prod(shape), dtype="f4").reshape(shape) + number


@cases.case("y_old_keras0_weights.h5", fixture=True)
def keras0_weights(path: Path) -> None:
    """Keras 0.x: weights have positions, no names."""
    with h5py.File(path, "w") as file:
        file.attrs["nb_layers"] = 12
        for number in range(12):
            group = file.create_group(f"layer_{number}")
            group.attrs["nb_params"] = 2 if number % 2 == 0 else 0
            for position in range(group.attrs["nb_params"]):
                group[f"param_{position}"] = np.full((2, 3) if position == 0 else (3,), number, "f4")


@cases.case("y_keras1_list.json", fixture=True)
def keras1_json(path: Path) -> None:
    """Up to 2.2.2 the config of a Sequential model was a list."""
    config = json.loads(sequential(tf_keras).to_json())
    config["config"] = config["config"]["layers"]
    path.write_text(json.dumps(config), encoding="utf-8")


def python_tuples(value: Any, key: str = "") -> Any:
    if isinstance(value, dict):
        return {name: python_tuples(item, name) for name, item in value.items()}
    if isinstance(value, list):
        made = [python_tuples(item) for item in value]
        return tuple(made) if key.endswith(("shape", "strides", "kernel_size")) else made
    return value


for flow in (None, False):

    @cases.case(f"y_old_{'flow' if flow is None else 'block'}.yaml", fixture=True, oracle=False)
    def old_yaml(path: Path, flow: bool | None = flow) -> None:
        """What `to_yaml` gave before and after PyYAML 5.1."""
        config = python_tuples(json.loads(nested(tf_keras).to_json()))
        path.write_text(yaml.dump(config, default_flow_style=flow), encoding="utf-8")


# ---- refused


@cases.case("n_keras.missing_weight__listed_only.h5", fixture=True)
def missing_weight(path: Path) -> None:
    old_model(path)
    with h5py.File(path, "a") as file:
        del file["model_weights/first/first/kernel:0"]


@cases.case("n_keras.npz_weights__pickled.keras", fixture=True, oracle=False)
def pickled_weights(path: Path) -> None:
    save_archive(filled(sequential(keras)), path)
    with zipfile.ZipFile(path) as given:
        texts = {name: given.read(name) for name in ("metadata.json", "config.json")}
    with zipfile.ZipFile(path, "w") as made:
        for name, text in texts.items():
            made.writestr(name, text)
        with made.open("model.weights.npz", "w") as inner:
            np.savez(inner, layers=np.array({"dense": 1}, dtype=object))


@cases.case("n_json.open_string__config.h5", fixture=True)
def broken_config(path: Path) -> None:
    old_model(path)
    with h5py.File(path, "a") as file:
        file.attrs["model_config"] = file.attrs["model_config"][:-20]


@cases.case("n_yaml.python_object__lambda.yaml", fixture=True, oracle=False)
def yaml_object(path: Path) -> None:
    path.write_text("class_name: Sequential\nconfig: !!python/object/apply:os.system ['true']\n", encoding="utf-8")


@cases.case("n_limit.exceeded__laughs.yaml", fixture=True, oracle=False)
def yaml_laughs(path: Path) -> None:
    lines = ["class_name: Sequential", "a0: &a0 [lol, lol, lol]"]
    lines += [f"a{number}: &a{number} [{', '.join([f'*a{number - 1}'] * 9)}]" for number in range(1, 30)]
    path.write_text("\n".join([*lines, "config: *a29", ""]), encoding="utf-8")


@cases.case("n_limit.exceeded__one_layer_many_times.h5", fixture=True, oracle=False)
def many_names(path: Path) -> None:
    """300 million names of one dataset."""
    with h5py.File(path, "w", libver="latest") as file:
        file["layer/w"] = np.zeros(1, "f4")
        file["layer"].attrs["weight_names"] = np.array([b"w"] * 30000, "S")
        file.attrs["layer_names"] = np.array([b"layer"] * 10000, "S")


def outside(name: str) -> Iterator[tuple[str, Callable[[Path], None]]]:
    def write(path: Path) -> None:
        old_model(path)
        with h5py.File(path, "a") as file:
            group = file["model_weights"]
            del group.attrs["layer_names"]
            group.attrs["layer_names"] = np.array([b"first", name.encode()], "S")

    yield f"i_layer_{name.replace('/', '_').replace('.', 'dot')}.h5", write


for path_text in ("..", "../optimizer_weights", "/model_weights/first", "first/first", "./second", "nowhere"):
    for case_name, writer in outside(path_text):
        cases.add(case_name, writer, oracle=False)


if __name__ == "__main__":
    sys.exit(main(cases))
