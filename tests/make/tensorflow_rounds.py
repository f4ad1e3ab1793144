# SPDX-License-Identifier: BSL-1.0
"""Models that TensorFlow saves, for us to change, join and convert; and whether TensorFlow takes what we made of them.

    python tensorflow_rounds.py make DIRECTORY      writes them, and `rounds.json`: calls of `lade convert` and how to judge what they write
    python tensorflow_rounds.py judge DIRECTORY     a JSON line each: name, and null or what is wrong
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
RNG = np.random.default_rng(11)
Told = dict[str, Any]


def numbers(*shape: int) -> np.ndarray:
    return RNG.normal(size=shape).astype(np.float32)


# ---- a session with layers, as the savers of TensorFlow 1 know it


def layers(count: int) -> list[Any]:
    """Variables `layer1/kernel`, `layer1/bias` ... of a network, in the default graph; a sixth layer is called `extra`."""
    made = []
    for at in range(1, count + 1):
        with v1.variable_scope(f"layer{at}" if at < 6 else "extra"):
            made += [v1.get_variable("kernel", initializer=tf.constant(numbers(3, 3))), v1.get_variable("bias", initializer=tf.constant(numbers(3)))]
    return made


def session_checkpoint(path: Path, count: int, version: Any = v1.train.SaverDef.V2, sharded: bool = False) -> dict[str, Any]:
    """Saves a network; gives its values by name."""
    with tf.Graph().as_default(), v1.Session() as session:
        variables = layers(count) + [v1.train.get_or_create_global_step()]
        session.run(v1.global_variables_initializer())
        session.run(variables[-1].assign(1000))
        v1.train.Saver(write_version=version, sharded=sharded).save(session, str(path), write_meta_graph=False)
        return {one.op.name: session.run(one).tolist() for one in variables}


def judge_saver(folder: Path, told: Told) -> str | None:
    """`Saver.restore` of a network of `layers` layers; those in `values` must have these values."""
    path = str(folder / told["path"])
    if path.endswith("*"):  # the number of shards is in the name
        path = path[:-1] + next(folder.glob(told["path"])).name[-5:]
    with tf.Graph().as_default(), v1.Session() as session:
        every = layers(told["layers"]) + [v1.train.get_or_create_global_step()]
        restored = [one for one in every if one.op.name in told["values"]]
        version = v1.train.SaverDef.V1 if told["version"] == 1 else v1.train.SaverDef.V2
        session.run(v1.global_variables_initializer())
        v1.train.Saver(restored, write_version=version).restore(session, path)
        for one in restored:
            if not np.array_equal(session.run(one), np.array(told["values"][one.op.name], one.dtype.as_numpy_dtype)):
                return f"{one.op.name} has other values"
    listed = {name for name, _ in tf.train.list_variables(path)}
    return None if listed == set(told["values"]) else f"variables {sorted(listed)}"


# ---- objects of TensorFlow 2


class Net(tf.Module):
    def __init__(self, count: int) -> None:
        self.layers = [{"kernel": tf.Variable(numbers(3, 3)), "bias": tf.Variable(numbers(3))} for _ in range(count)]
        self.step = tf.Variable(1000, dtype=tf.int64)


def judge_objects(folder: Path, told: Told) -> str | None:
    net = Net(told["layers"])
    status = tf.train.Checkpoint(net=net).restore(str(folder / told["path"]))
    status.assert_existing_objects_matched() if told["matched"] else status.expect_partial()
    for at, (kernel, bias) in enumerate(told["values"]):
        if not np.array_equal(net.layers[at]["kernel"], np.array(kernel, np.float32)) or not np.array_equal(net.layers[at]["bias"], np.array(bias, np.float32)):
            return f"layer {at} has other values"
    return None if int(net.step) == 1000 else "the step is another"


def values_of(net: Net) -> list[Any]:
    return [[layer["kernel"].numpy().tolist(), layer["bias"].numpy().tolist()] for layer in net.layers]


# ---- SavedModels that get other weights


class Scorer(tf.Module):
    def __init__(self, words: Path) -> None:
        self.w, self.b = tf.Variable(numbers(4, 2)), tf.Variable(numbers(2))
        self.words = tf.saved_model.Asset(str(words))

    @tf.function(input_signature=[tf.TensorSpec([None, 4], tf.float32)])
    def __call__(self, x: Any) -> Any:
        length = tf.cast(tf.strings.length(tf.io.read_file(self.words.asset_path)), tf.float32)
        return x @ self.w + self.b + length


def keras_model(kind: str) -> Any:
    if kind == "tf_keras":
        import tf_keras as keras
    else:
        import keras
    return keras.Sequential([keras.layers.Input((3, 4)), keras.layers.LSTM(5), keras.layers.Dense(2)])


def saved_models(folder: Path) -> dict[str, Told]:
    """Each is saved, then gets other weights, which are saved as a checkpoint alone; the answers are those of the new weights."""
    (folder / "words.txt").write_text("seven words", encoding="utf-8")
    told: dict[str, Told] = {}
    for name, model, shape in (("scorer", Scorer(folder / "words.txt"), [4]), ("keras3", keras_model("keras"), [3, 4]), ("tf_keras", keras_model("tf_keras"), [3, 4])):
        data = numbers(4, *shape)
        call = tf.function(lambda x, model=model: {"y": model(x)}).get_concrete_function(tf.TensorSpec([None, *shape], tf.float32, "x"))
        tf.saved_model.save(model, str(folder / f"{name}_model"), signatures=call)
        before = call(tf.constant(data))["y"].numpy()
        for variable in model.variables:
            if variable.dtype == tf.float32:
                variable.assign(numbers(*variable.shape))
        if name == "scorer":  # its keys are those of the SavedModel
            tf.train.Checkpoint(model).write(str(folder / f"{name}_new-7"))
            new = f"{name}_new-7"
        else:  # Keras gives a SavedModel keys of its own
            tf.saved_model.save(model, str(folder / f"{name}_new"), signatures=call)
            new = f"{name}_new/variables/variables"
        after = call(tf.constant(data))["y"].numpy()
        assert not np.allclose(before, after)
        told[f"saved_model/{name}"] = {
            "calls": [[new, f"{name}_changed", "--like", f"{name}_model"]],
            "judge": "saved_model", "path": f"{name}_changed", "input": data.tolist(), "output": after.tolist(), "files": _files(folder / f"{name}_model"),
        }
        told[f"saved_model_copy/{name}"] = {
            "calls": [[f"{name}_model", f"{name}_copy"]],
            "judge": "saved_model", "path": f"{name}_copy", "input": data.tolist(), "output": before.tolist(), "files": _files(folder / f"{name}_model"),
        }
    return told


def _files(folder: Path) -> list[str]:
    """What must be in a copy: all but the variables, which may be cut otherwise, and the fingerprint of the old ones."""
    names = (str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())
    return sorted(name for name in names if not name.startswith("variables/") and name != "fingerprint.pb")


def session_model(folder: Path) -> dict[str, Told]:
    """A SavedModel of TensorFlow 1, and the variables of a later session."""
    with tf.Graph().as_default() as graph, v1.Session() as session:
        x = v1.placeholder(tf.float32, [None, 4], "x")
        w = v1.get_variable("w", initializer=tf.constant(numbers(4, 2)), use_resource=True)
        y = tf.matmul(x, w, name="y") + tf.constant(numbers(2), name="shift")
        session.run(v1.global_variables_initializer())
        builder = v1.saved_model.Builder(str(folder / "session_model"))
        signature = v1.saved_model.predict_signature_def({"x": x}, {"y": y})
        builder.add_meta_graph_and_variables(session, ["serve"], {"serving_default": signature})
        builder.save()
        session.run(w.assign(numbers(4, 2)))
        v1.train.Saver([w]).save(session, str(folder / "session_new-7"), write_meta_graph=False)
        data = numbers(4, 4)
        told = {"judge": "saved_model", "path": "session_changed", "input": data.tolist(), "output": session.run(y, {x: data}).tolist(), "files": ["saved_model.pb"]}
    return {"saved_model/session": told | {"calls": [["session_new-7", "session_changed", "--like", "session_model"]]}}


def judge_saved_model(folder: Path, told: Told) -> str | None:
    path = folder / told["path"]
    missing = [name for name in told["files"] if not (path / name).is_file()]
    if missing:
        return f"files are missing: {missing}"
    signature = tf.saved_model.load(str(path)).signatures["serving_default"]
    (name,) = signature.structured_input_signature[1]
    answer = signature(**{name: tf.constant(told["input"], tf.float32)})["y"].numpy()
    if not np.allclose(answer, np.array(told["output"]), 1e-5, 1e-6):
        return f"the answers differ by {np.abs(answer - np.array(told['output'])).max()}"
    return None


# ---- graphs as bytes and as text


def graphs() -> dict[str, Any]:
    """Graphs with attributes of every kind, constants of many types, functions, a loop."""
    made: dict[str, Any] = {}
    with tf.Graph().as_default() as graph:
        x = v1.placeholder(tf.float32, [None, 4], "x")
        tf.identity(tf.nn.relu(tf.matmul(x, tf.constant(numbers(4, 2))) + tf.constant([1e-30, float("inf")])), "y")
        for kind in (tf.float64, tf.float16, tf.bfloat16, tf.int8, tf.uint16, tf.int64, tf.bool, tf.complex64):
            tf.constant(np.array([[0, 1], [1, 3]]), dtype=tf.int32, name=f"of_{kind.name}")
            tf.cast(tf.constant([[0, 1], [1, 3]]), kind, f"to_{kind.name}")
        tf.constant([b"a\x00\xff'\"\n\\", "\u00e9\u4e2d".encode()], name="strings")
        tf.constant(np.array([1.5, -0.0, np.nan, 65504], np.float16), name="halves")
        made["plain"] = graph.as_graph_def()

    @tf.function
    def looped(x: Any, n: Any) -> Any:
        return tf.while_loop(lambda i, _: i < n, lambda i, v: (i + 1, v * 2.0), (0, x))[1]

    made["functions"] = looped.get_concrete_function(tf.TensorSpec([None], tf.float32), tf.TensorSpec([], tf.int32)).graph.as_graph_def()
    return made


def texts(folder: Path) -> dict[str, Told]:
    from google.protobuf import text_format

    told: dict[str, Told] = {}
    for name, graph in graphs().items():
        (folder / f"{name}.pb").write_bytes(graph.SerializeToString(deterministic=True))
        (folder / f"{name}_theirs.pbtxt").write_text(text_format.MessageToString(graph), encoding="utf-8")
        told[f"text/{name}"] = {
            "calls": [[f"{name}.pb", f"{name}.pbtxt"], [f"{name}.pbtxt", f"{name}_again.pb"], [f"{name}_theirs.pbtxt", f"{name}_parsed.pb"]],
            "judge": "text", "path": name,
        }
    return told


def judge_text(folder: Path, told: Told) -> str | None:
    name = told["path"]
    given = (folder / f"{name}.pb").read_bytes()
    if (folder / f"{name}.pbtxt").read_text(encoding="utf-8") != (folder / f"{name}_theirs.pbtxt").read_text(encoding="utf-8"):
        return "the text is not that of TensorFlow"
    wanted = v1.GraphDef.FromString(given)
    for path in (f"{name}_again.pb", f"{name}_parsed.pb"):
        if v1.GraphDef.FromString((folder / path).read_bytes()) != wanted and "nan" not in str(wanted):
            return f"{path} is another graph"
        if v1.GraphDef.FromString((folder / path).read_bytes()).SerializeToString(deterministic=True) != given:
            return f"{path} is another graph, byte by byte"
    return None


# ---- all together


def checkpoints(folder: Path) -> dict[str, Told]:
    five, six = session_checkpoint(folder / "five.ckpt-1000", 5), session_checkpoint(folder / "six.ckpt-1000", 6)
    old = session_checkpoint(folder / "old.ckpt", 5, v1.train.SaverDef.V1)
    saver = {"judge": "saver", "layers": 5, "version": 2, "values": five}
    joined = six | five
    told: dict[str, Told] = {
        "saver/v2": saver | {"calls": [["five.ckpt-1000", "a.ckpt-1000"]], "path": "a.ckpt-1000"},
        "saver/index_named": saver | {"calls": [["five.ckpt-1000.index", "b.ckpt"]], "path": "b.ckpt"},
        "saver/data_named": saver | {"calls": [["five.ckpt-1000.data-00000-of-00001", "c.ckpt.index"]], "path": "c.ckpt"},
        "saver/shards": saver | {"calls": [["five.ckpt-1000", "d.ckpt", "--shard-size", "40B"]], "path": "d.ckpt", "data_files": "d.ckpt.data-*-of-*"},
        "saver/v1": saver | {"calls": [["five.ckpt-1000", "e.ckpt", "--to", "tensorflow.checkpoint_v1"]], "path": "e.ckpt", "version": 1},
        "saver/v1_shards": saver | {"calls": [["five.ckpt-1000", "f.ckpt", "--to", "tensorflow.checkpoint_v1", "--shard-size", "40B"]], "path": "f.ckpt-?????-of-*", "version": 1},
        "saver/from_v1": saver | {"calls": [["old.ckpt", "g.ckpt"]], "path": "g.ckpt", "values": old},
        "saver/by_safetensors": saver | {"calls": [["five.ckpt-1000", "h.safetensors"], ["h.safetensors", "h.ckpt-1000"]], "path": "h.ckpt-1000"},
        "saver/by_npz": saver | {"calls": [["five.ckpt-1000", "i.npz"], ["i.npz", "i.ckpt", "--to", "tensorflow.checkpoint"]], "path": "i.ckpt"},
        "saver/by_pth": saver | {"calls": [["five.ckpt-1000", "j.pth"], ["j.pth", "j.ckpt-3"]], "path": "j.ckpt-3"},
        # a part of it: five layers into a network of six, and of six those that five have
        "partial/five_into_six": saver | {"calls": [["five.ckpt-1000", "k.ckpt", "--like", "six.ckpt-1000"]], "path": "k.ckpt", "layers": 6, "values": joined, "says": "11 tensors have new values, 2 keep theirs"},
        "partial/six_into_five": saver | {"calls": [["six.ckpt-1000", "l.ckpt", "--like", "five.ckpt-1000", "--only", "layer?/*"]], "path": "l.ckpt", "values": {name: six[name] for name in five}},
        "partial/restored_by_tensorflow": saver | {"calls": [["six.ckpt-1000", "m.ckpt", "--only", "*/kernel"]], "path": "m.ckpt", "layers": 6, "values": {name: six[name] for name in six if name.endswith("kernel")}},
        "partial/unexpected": {"calls": [["six.ckpt-1000", "n.ckpt", "--like", "five.ckpt-1000"]], "judge": "refused", "path": "n.ckpt.index", "says": "convert.not_in_like"},
    }
    objects5, objects6 = Net(5), Net(6)
    for name, net in (("objects5", objects5), ("objects6", objects6)):
        tf.train.Checkpoint(net=net).save(str(folder / name))
    judged = {"judge": "objects", "layers": 5, "values": values_of(objects5), "matched": True}
    mixed = values_of(objects5) + values_of(objects6)[5:]
    return told | {
        "objects/v2": judged | {"calls": [["objects5-1", "o.ckpt-1"]], "path": "o.ckpt-1"},
        "objects/shards": judged | {"calls": [["objects5-1", "p.ckpt", "--shard-size", "1kB"]], "path": "p.ckpt"},
        "objects/by_safetensors": judged | {"calls": [["objects5-1", "q.safetensors"], ["q.safetensors", "q.ckpt", "--like", "objects5-1"]], "path": "q.ckpt", "says": "left out: _CHECKPOINTABLE_OBJECT_GRAPH"},
        "objects/by_npz": judged | {"calls": [["objects5-1", "r.npz"], ["r.npz", "r.ckpt-1"]], "path": "r.ckpt-1"},
        "objects/by_pth": judged | {"calls": [["objects5-1", "s.pth"], ["s.pth", "s.ckpt", "--like", "objects5-1"]], "path": "s.ckpt"},
        "objects/five_into_six": judged | {"calls": [["objects5-1", "t.ckpt", "--like", "objects6-1"]], "path": "t.ckpt", "layers": 6, "values": mixed},
        "objects/five_restored_into_six": judged | {"calls": [["objects5-1", "u.ckpt"]], "path": "u.ckpt", "layers": 6, "matched": False},
    }


def judge_refused(folder: Path, told: Told) -> str | None:
    return f"{told['path']} was written" if (folder / told["path"]).exists() else None


JUDGES: dict[str, Callable[[Path, Told], str | None]] = {"saver": judge_saver, "objects": judge_objects, "saved_model": judge_saved_model, "refused": judge_refused, "text": judge_text}


def make(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    told = checkpoints(folder) | saved_models(folder) | session_model(folder) | texts(folder)
    (folder / "rounds.json").write_text(json.dumps(told), encoding="utf-8")


def problem(folder: Path, told: Told) -> str | None:
    if "data_files" in told and len(list(folder.glob(told["data_files"]))) < 4:
        return f"there are not several files {told['data_files']}"
    return JUDGES[told["judge"]](folder, told)


def judge(folder: Path) -> None:
    for name, told in json.loads((folder / "rounds.json").read_text(encoding="utf-8")).items():
        try:
            wrong = problem(folder, told)
        except Exception as error:
            wrong = f"{type(error).__name__}: {str(error)[:400]}"
        print(json.dumps([name, wrong]), flush=True)


if __name__ == "__main__":
    {"make": make, "judge": judge}[sys.argv[1]](Path(sys.argv[2]))
