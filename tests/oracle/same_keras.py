# SPDX-License-Identifier: BSL-1.0
"""What Keras and tf_keras make of files that were saved again. Reads JSON lists [task, framework, file, file, ...],
answers null or what is wrong.

    same      a whole model and the same one saved again: equal predictions, and after one more step of training
              equal weights and optimizer state
    weights   a whole model, and its weights alone: load_weights into a copy without weights makes the same model
    by_name   the same with by_name=True
    config    a whole model, and the text of its structure (.json, .yaml): a model of the same structure
"""

from __future__ import annotations

import json
import os
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["CUDA_VISIBLE_DEVICES"] = ""

import keras
import numpy as np
import tf_keras
import yaml

FRAMEWORKS: dict[str, Any] = {"keras": keras, "tf_keras": tf_keras}
CLOSE = 1e-6
Model = Any


class Foreign(Exception):
    """The framework does not open the file that it saved itself."""


def opened(k: Any, file: str, **how: Any) -> Model:
    return k.models.load_model(file, safe_mode=False, **how)


def original(k: Any, file: str, **how: Any) -> Model:
    try:
        return opened(k, file, **how)
    except Exception as error:
        raise Foreign(str(error)) from error


def inputs_of(model: Model) -> list[np.ndarray]:
    """Small whole numbers, so that embeddings can take them too."""
    made = []
    for number, given in enumerate(model.inputs):
        shape = [2, *(size or 3 for size in given.shape[1:])]
        values = (np.arange(np.prod(shape)) * 7 + number) % 5
        made.append(values.reshape(shape).astype("float32"))
    return made


def outputs(model: Model) -> list[np.ndarray]:
    found = model.predict_on_batch(inputs_of(model) if len(model.inputs) > 1 else inputs_of(model)[0])
    return [np.asarray(one, "float64") for one in (found if isinstance(found, (list, tuple)) else [found])]


def differ(a: list[np.ndarray], b: list[np.ndarray]) -> str | None:
    if [one.shape for one in a] != [one.shape for one in b]:
        return f"shapes {[one.shape for one in a]} and {[one.shape for one in b]}"
    for number, (one, other) in enumerate(zip(a, b)):
        if not np.allclose(one, other, rtol=CLOSE, atol=CLOSE, equal_nan=True):
            return f"number {number} differs by {np.max(np.abs(one - other))}"
    return None


def state(model: Model) -> list[np.ndarray]:
    optimizer = model.optimizer
    variables = optimizer.variables() if callable(optimizer.variables) else optimizer.variables
    return [np.asarray(one, "float64") for one in (*model.get_weights(), *variables)]


def trained(model: Model) -> list[np.ndarray]:
    given = inputs_of(model)
    wanted = [np.zeros_like(one) for one in outputs(model)]
    model.train_on_batch(given if len(given) > 1 else given[0], wanted if len(wanted) > 1 else wanted[0])
    return state(model)


def computed(model: Model) -> list[np.ndarray]:
    try:
        return outputs(model)
    except Exception as error:
        raise Foreign(str(error)) from error


def same(k: Any, first: str, second: str) -> str | None:
    a = original(k, first)
    wanted = computed(a)
    b = opened(k, second)
    if problem := differ(wanted, outputs(b)):
        return f"predictions: {problem}"
    if getattr(a, "optimizer", None) is None:
        return None
    if getattr(b, "optimizer", None) is None:
        return "is not compiled"
    if problem := differ(state(a), state(b)):
        return f"weights and optimizer: {problem}"
    try:
        after = trained(a)
    except Exception:  # Keras 3 cannot go on training what it loaded from its own .h5 file
        return None
    if problem := differ(after, trained(b)):
        return f"after a step of training: {problem}"
    return None


def emptied(k: Any, file: str) -> tuple[list[np.ndarray], Model]:
    model = original(k, file, compile=False)
    before = [np.asarray(one, "float64") for one in model.get_weights()]
    model.set_weights([np.zeros_like(one) for one in model.get_weights()])
    return before, model


def after_loading(k: Any, whole: str, weights: str, **how: Any) -> str | None:
    before, model = emptied(k, whole)
    model.load_weights(weights, **how)
    return differ(before, [np.asarray(one, "float64") for one in model.get_weights()])


def config(k: Any, whole: str, text: str) -> str | None:
    wanted = original(k, whole)
    told = Path(text).read_text(encoding="utf-8")
    if text.endswith(".yaml"):
        told = json.dumps(yaml.safe_load(told))
    made = k.models.model_from_json(told)
    return None if made.get_config() == wanted.get_config() else "another structure"


TASKS: dict[str, Callable[..., str | None]] = {
    "same": same,
    "weights": after_loading,
    "by_name": lambda k, whole, weights: after_loading(k, whole, weights, by_name=True),
    "config": config,
}


def judged(task: str, framework: str, *files: str) -> str | None:
    k = FRAMEWORKS[framework]
    k.backend.clear_session()
    try:
        problem = TASKS[task](k, *files)
    except Foreign:
        return None
    except Exception as error:
        if os.environ.get("LADE_ORACLE_TRACE"):
            traceback.print_exc()
        text = str(error).strip().splitlines()
        return f"{framework}, {task}: {type(error).__name__}: {text[0][:200] if text else ''}"
    return f"{framework}, {task}: {problem}" if problem else None


if __name__ == "__main__":
    for line in sys.stdin:
        print(json.dumps(judged(*json.loads(line))), flush=True)
