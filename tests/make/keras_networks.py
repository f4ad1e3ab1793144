# SPDX-License-Identifier: BSL-1.0
"""Small networks of tf_keras and Keras 3, with what they compute: `<name>.h5` and `<name>.npz` (x, y).

    python keras_networks.py DIRECTORY

same_network.py of the oracle builds each again in PyTorch, by its name.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["CUDA_VISIBLE_DEVICES"] = ""

import keras
import numpy as np
import tf_keras


def one(shape: tuple[int, ...], *make: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda k: k.Sequential([k.layers.Input(shape), *(each(k.layers) for each in make)])


def nested(k: Any) -> Any:
    inner = k.Sequential([k.layers.Input((4,)), k.layers.Dense(5, name="first"), k.layers.BatchNormalization(name="norm")], name="inner")
    inner.layers[0].trainable = False
    given = k.layers.Input((4,))
    return k.Model(given, k.layers.Dense(2, name="last")(inner(given)))


NETWORKS: dict[str, Callable[[Any], Any]] = {
    "dense": one((4,), lambda l: l.Dense(5, activation="relu", name="a"), lambda l: l.Dense(3, name="b")),
    "conv1d": one((9, 3), lambda l: l.Conv1D(4, 3, name="a")),
    "conv2d": one((7, 8, 3), lambda l: l.Conv2D(4, (2, 3), strides=2, name="a"), lambda l: l.BatchNormalization(name="n")),
    "conv3d": one((4, 5, 6, 2), lambda l: l.Conv3D(3, (2, 3, 2), name="a")),
    "conv2d_transpose": one((4, 5, 3), lambda l: l.Conv2DTranspose(4, (2, 3), name="a")),
    "depthwise": one((6, 7, 3), lambda l: l.DepthwiseConv2D((2, 3), depth_multiplier=2, name="a")),
    "separable": one((6, 7, 3), lambda l: l.SeparableConv2D(4, (2, 3), depth_multiplier=2, name="a")),
    "lstm": one((5, 3), lambda l: l.LSTM(4, return_sequences=True, name="a")),
    "gru": one((5, 3), lambda l: l.GRU(4, return_sequences=True, name="a")),
    "rnn": one((5, 3), lambda l: l.SimpleRNN(4, return_sequences=True, name="a")),
    "both_ways": one((5, 3), lambda l: l.Bidirectional(l.GRU(4, return_sequences=True), name="a")),
    "embedding": one((5,), lambda l: l.Embedding(7, 3, name="e"), lambda l: l.LayerNormalization(name="n")),
    "nested": nested,
}


def write(k: Any, tag: str, folder: Path) -> None:
    generator = np.random.default_rng(7)
    for name, make in NETWORKS.items():
        k.backend.clear_session()
        model = make(k)
        values = [generator.uniform(0.1, 1.0, weight.shape).astype("float32") - 0.3 * (weight.ndim > 1) for weight in model.get_weights()]
        model.set_weights(values)
        shape = (2, *model.inputs[0].shape[1:])
        x = generator.integers(0, 7, shape).astype("float32") if name == "embedding" else generator.normal(size=shape).astype("float32")
        model.save(str(folder / f"{tag}{name}.h5"))
        np.savez(folder / f"{tag}{name}.npz", x=x, y=np.asarray(model.predict_on_batch(x)))
        print(f"{tag}{name}", flush=True)


if __name__ == "__main__":
    for framework, prefix in ((keras, "k3_"), (tf_keras, "tfk_")):
        write(framework, prefix, Path(sys.argv[1]))
