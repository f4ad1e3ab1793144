# SPDX-License-Identifier: BSL-1.0
"""Small networks that TensorFlow saves, to be frozen by us and run by TensorFlow.

    python tensorflow_networks.py make DIRECTORY      writes them, and `networks.json`: what to freeze, inputs, answers
    python tensorflow_networks.py judge DIRECTORY     runs `<name>.frozen.pb`; a JSON line each: null, or what is wrong
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import numpy as np
import tensorflow as tf

v1 = tf.compat.v1
RNG = np.random.default_rng(7)


def trained(build: Callable[[Any], Any], shape: list[int], resource: bool, path: Path) -> Any:
    """A session's network with the input `inputXX` and the output `ypred`, trained for three steps and saved."""
    with tf.Graph().as_default():
        v1.set_random_seed(3)
        with v1.variable_scope("net", use_resource=resource):
            x = v1.placeholder(tf.float32, [None, *shape], "inputXX")
            y = tf.identity(build(x), "ypred")
        with tf.name_scope("training"):
            loss = tf.reduce_mean(tf.square(y - 1.0))
            step = v1.train.get_or_create_global_step()
            train = v1.train.AdamOptimizer(0.01).minimize(loss, step)
        data = RNG.normal(size=(4, *shape)).astype(np.float32)
        with v1.Session() as session:
            session.run(v1.global_variables_initializer())
            for _ in range(3):
                session.run(train, {x: data})
            v1.train.Saver().save(session, str(path), global_step=step)
            return {"inputs": {x.name: data.tolist()}, "outputs": {y.name: session.run(y, {x: data}).tolist()}}


def variable(name: str, *shape: int) -> Any:
    return v1.get_variable(name, shape, initializer=v1.random_normal_initializer(stddev=0.3))


def lstm_step(x: Any, h: Any, c: Any, units: int) -> tuple[Any, Any]:
    with v1.variable_scope("lstm", reuse=v1.AUTO_REUSE):
        gates = tf.matmul(tf.concat([x, h], 1), variable("kernel", x.shape[1] + units, 4 * units)) + variable("bias", 4 * units)
    i, j, f, o = tf.split(gates, 4, 1)
    c = c * tf.sigmoid(f + 1.0) + tf.sigmoid(i) * tf.tanh(j)
    return tf.tanh(c) * tf.sigmoid(o), c


def lstm(x: Any) -> Any:
    h = c = tf.zeros([tf.shape(x)[0], 5])
    for step in tf.unstack(x, axis=1):
        h, c = lstm_step(step, h, c, 5)
    return tf.matmul(h, variable("out", 5, 2))


def loop(x: Any) -> Any:
    """The same with a loop; variables are read inside of it."""
    zero = tf.zeros([tf.shape(x)[0], 5])
    _, h, _ = v1.while_loop(lambda i, *_: i < 6, lambda i, h, c: (i + 1, *lstm_step(x[:, 0] * tf.cast(i, tf.float32), h, c, 5)), (0, zero, zero))
    return tf.matmul(h, variable("out", 5, 2))


def embedding(x: Any) -> Any:
    ids = tf.cast(tf.abs(x) * 3.0, tf.int32)
    return tf.reduce_sum(tf.nn.embedding_lookup(variable("table", 16, 4), ids), 1)


def dense(x: Any) -> Any:
    return tf.nn.relu(tf.matmul(x, variable("w", x.shape[1], 3)) + variable("b", 3))


def conditional(x: Any) -> Any:
    w = variable("w", x.shape[1], 3)
    return tf.cond(tf.reduce_sum(x) > 1e9, lambda: tf.matmul(x, w) * 2.0, lambda: tf.matmul(x, w) + 1.0)


SESSIONS = {"dense": (dense, [4]), "lstm": (lstm, [3, 4]), "loop": (loop, [1, 4]), "embedding": (embedding, [3]), "conditional": (conditional, [4])}


def saved_model(model: Any, shape: list[int], path: Path) -> Any:
    signature = tf.function(lambda x: {"y": model(x)}).get_concrete_function(tf.TensorSpec([None, *shape], tf.float32, "inputXX"))
    tf.saved_model.save(model, str(path), signatures=signature)
    data = RNG.normal(size=(4, *shape)).astype(np.float32)
    loaded = tf.saved_model.load(str(path)).signatures["serving_default"]
    feed = next(node.name for node in v1_graph(path).node if node.op == "Placeholder" and node.name.startswith("serving_default"))
    return {"inputs": {f"{feed}:0": data.tolist()}, "outputs": {loaded_output(path): loaded(tf.constant(data))["y"].numpy().tolist()}}


def v1_graph(path: Path) -> Any:
    return meta_graph(path).graph_def


def meta_graph(path: Path) -> Any:
    from tensorflow.core.protobuf import saved_model_pb2

    return saved_model_pb2.SavedModel.FromString((path / "saved_model.pb").read_bytes()).meta_graphs[0]


def loaded_output(path: Path) -> str:
    return meta_graph(path).signature_def["serving_default"].outputs["y"].name


class Looped(tf.Module):
    """Variables captured by the bodies of a loop and of a branch."""

    def __init__(self) -> None:
        self.w = tf.Variable(RNG.normal(size=(4, 4)).astype(np.float32) * 0.4, name="w")
        self.table = tf.Variable(RNG.normal(size=(8, 4)).astype(np.float32), name="table")

    @tf.function(input_signature=[tf.TensorSpec([None, 4])])
    def __call__(self, x: Any) -> Any:
        for _ in tf.range(3):
            x = tf.tanh(x @ self.w) + tf.gather(self.table, [1])
        return x @ self.w if tf.reduce_sum(x) < 1e9 else x


def keras_lstm(kind: str) -> Any:
    if kind == "tf_keras":
        import tf_keras as keras
    else:
        import keras
    return keras.Sequential([keras.layers.Input((3, 4)), keras.layers.LSTM(5), keras.layers.Dense(2)])


def make(directory: Path) -> None:
    directory.mkdir(parents=True, exist_ok=True)
    told = {}
    for name, (build, shape) in SESSIONS.items():
        for resource in (False, True):
            for control_v2 in (False, True):
                (v1.enable_control_flow_v2 if control_v2 else v1.disable_control_flow_v2)()
                title = f"{name}{'_resource' if resource else ''}{'_v2' if control_v2 else ''}"
                told[title] = trained(build, shape, resource, directory / title) | {"place": f"{title}-3", "freeze": ["net/ypred"]}
    v1.enable_control_flow_v2()
    models = {"saved_loop": (Looped(), [4]), "saved_keras": (keras_lstm("keras"), [3, 4]), "saved_tf_keras": (keras_lstm("tf_keras"), [3, 4])}
    for name, (model, shape) in models.items():
        told[name] = saved_model(model, shape, directory / name) | {"place": name, "freeze": []}
    (directory / "networks.json").write_text(json.dumps(told), encoding="utf-8")


def problem(path: Path, told: Any) -> str | None:
    graph_def = v1.GraphDef()
    graph_def.ParseFromString(path.read_bytes())
    with tf.Graph().as_default() as graph:
        tf.import_graph_def(graph_def, name="")
        if left := {op.type for op in graph.get_operations()} & {"VarHandleOp", "VariableV2", "ReadVariableOp", "AssignVariableOp", "ApplyAdam"}:
            return f"operations are left: {left}"
        with v1.Session() as session:
            feeds = {name: np.array(value, np.float32) for name, value in told["inputs"].items()}
            answers = session.run(list(told["outputs"]), feeds)
    for name, answer, wanted in zip(told["outputs"], answers, told["outputs"].values()):
        if not np.allclose(answer, wanted, 1e-5, 1e-6):
            return f"{name} differs by {np.abs(answer - np.array(wanted)).max()}"
    return None


def judge(directory: Path) -> None:
    told = json.loads((directory / "networks.json").read_text(encoding="utf-8"))
    for name, facts in told.items():
        try:
            wrong = problem(directory / f"{name}.frozen.pb", facts)
        except Exception as error:
            wrong = f"{type(error).__name__}: {str(error)[:400]}"
        print(json.dumps([name, wrong]), flush=True)


if __name__ == "__main__":
    {"make": make, "judge": judge}[sys.argv[1]](Path(sys.argv[2]))
