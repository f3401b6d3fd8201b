"""A Keras training that TensorBoard draws. Run it: `python examples/python/tensorboard_callback.py`

The callback logs every epoch into an experiment and keeps a folder for TensorBoard. Needs
scikit-learn, Keras and one of its backends (TensorFlow, JAX or PyTorch).
"""

from __future__ import annotations

import os
from importlib.util import find_spec

from sklearn.datasets import load_digits

from specweave import Experiment, TensorBoardCallback, load_experiment

if "KERAS_BACKEND" not in os.environ:  # the first that is installed
    for package, backend in (("tensorflow", "tensorflow"), ("jax", "jax"), ("torch", "torch")):
        if find_spec(package):
            os.environ["KERAS_BACKEND"] = backend
            break


def main() -> Experiment:
    import keras

    X, y = load_digits(return_X_y=True)
    model = keras.Sequential(
        [keras.layers.Dense(32, "relu"), keras.layers.Dense(10, activation="softmax")]
    )
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    callback = TensorBoardCallback(name="digits-net")  # log_dir: a folder of your own
    model.fit(X / 16, y, epochs=5, validation_split=0.2, verbose=0, callbacks=[callback])
    return load_experiment("digits-net")


if __name__ == "__main__":
    exp = main()
    for point in exp.history("loss"):
        print(f"epoch {point.step}: loss {point.value:.3f}")
    print(f"look at it: tensorboard --logdir {exp.path.parent.parent / 'tensorboard'}")
