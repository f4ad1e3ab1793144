# SPDX-License-Identifier: BSL-1.0
"""Weights in the layouts of Keras 1 and of cuDNN, and what tf_keras makes of them. Writes into DIRECTORY:

    y_old_layouts_keras1.h5     weights for a model as Keras 1 wrote them, without a version
    y_old_layouts_cudnn.h5      weights for it whose recurrent layers are those of cuDNN
    y_old_layouts_from_*.h5     the model after tf_keras has loaded each of them

    python keras_old_layouts.py DIRECTORY
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["CUDA_VISIBLE_DEVICES"] = ""

import h5py
import numpy as np
import tf_keras
from tf_keras import layers as kinds

Weights = list[np.ndarray]
UNITS = 3
GENERATOR = np.random.default_rng(5)


def numbers(*shape: int) -> np.ndarray:
    """Small, exact in float32, and different from each other."""
    return (GENERATOR.integers(-64, 64, shape) / 16).astype("float32")


def model() -> tf_keras.Model:
    series, maps = kinds.Input((5, 2), name="series"), kinds.Input((4, 4, 2), name="maps")
    ends = [
        kinds.Conv1D(3, 2, name="conv1d")(series),
        kinds.Conv2DTranspose(3, 2, name="turned")(maps),
        kinds.LSTM(UNITS, name="lstm")(series),
        kinds.GRU(UNITS, reset_after=False, name="gru")(series),
        kinds.GRU(UNITS, name="gru_after")(series),
        kinds.Bidirectional(kinds.LSTM(UNITS), name="both")(series),
        kinds.Dense(3, name="dense")(maps),
    ]
    return tf_keras.Model([series, maps], ends, name="old")


def gates(count: int, inputs: int) -> Weights:
    return [part for _ in range(count) for part in (numbers(inputs, UNITS), numbers(UNITS, UNITS), numbers(UNITS))]


def keras1() -> dict[str, Weights]:
    return {
        "conv1d": [numbers(2, 1, 2, 3), numbers(3)],
        "turned": [numbers(2, 2, 2, 3), numbers(3)],
        "lstm": gates(4, 2),
        "gru": gates(3, 2),
        "dense": [numbers(2, 3), numbers(3)],
    }


def cudnn() -> dict[str, Weights]:
    def one(count: int) -> Weights:
        return [numbers(2, count * UNITS), numbers(UNITS, count * UNITS), numbers(2 * count * UNITS)]

    return {"lstm": one(4), "gru_after": one(3), "both": one(4) + one(4), "dense": [numbers(2, 3), numbers(3)]}


def write(path: Path, weights: dict[str, Weights], version: str | None) -> None:
    with h5py.File(path, "w") as file:
        file.attrs["layer_names"] = np.array([name.encode() for name in weights])
        if version:
            file.attrs["keras_version"] = version
        for name, values in weights.items():
            group = file.create_group(name)
            names = [f"{name}_{number}" for number in range(len(values))]
            group.attrs["weight_names"] = np.array([one.encode() for one in names])
            for one, value in zip(names, values):
                group.create_dataset(one, data=value)


def plain(value: object) -> object:
    """Fixed strings: those of variable length take 4 KB for each attribute."""
    return np.array(value, "S") if isinstance(value, (str, np.ndarray)) and np.asarray(value).dtype.kind in "OUS" else value


def small(path: Path, layers: dict[str, Weights] | None = None) -> None:
    """The same content, or that of some layers, in the compact structures of newer HDF5."""
    other = path.with_suffix(".copy")
    with h5py.File(path) as given, h5py.File(other, "w", libver="latest") as made:

        def keep(name: str, item: h5py.Group | h5py.Dataset) -> None:
            if layers is not None and name.partition("/")[0] not in layers:
                return
            new = made.create_dataset(name, data=item[()]) if isinstance(item, h5py.Dataset) else made.require_group(name)
            new.attrs.update({key: plain(value) for key, value in item.attrs.items()})

        made.attrs.update({key: plain(value) for key, value in given.attrs.items()})
        if layers is not None:
            made.attrs["layer_names"] = np.array([name for name in given.attrs["layer_names"] if name in layers], "S")
        given.visititems(keep)
    other.replace(path)


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    made = model()
    own = [numbers(*weight.shape) for weight in made.get_weights()]
    made.set_weights(own)
    for kind, weights, version in (("keras1", keras1(), None), ("cudnn", cudnn(), "2.15.0")):
        write(folder / f"y_old_layouts_{kind}.h5", weights, version)
        made.set_weights(own)
        made.load_weights(str(folder / f"y_old_layouts_{kind}.h5"), by_name=True)
        result = folder / f"y_old_layouts_from_{kind}.h5"
        if kind == "keras1":
            made.save(str(result), include_optimizer=False)
        else:
            made.save_weights(str(result), save_format="h5")
        small(result, None if kind == "keras1" else weights)
        small(folder / f"y_old_layouts_{kind}.h5")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
