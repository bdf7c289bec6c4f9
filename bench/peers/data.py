"""IDX files of images and labels, plain or gzip-compressed, as numpy arrays; and the line of JSON with a peer's times."""
import gzip
import json
import os
import time

import numpy


def idx(folder, name, offset):
    path = os.path.join(folder, name)
    if os.path.exists(path):
        with open(path, "rb") as file:
            content = file.read()
    else:
        with gzip.open(path + ".gz") as file:
            content = file.read()
    return numpy.frombuffer(content, dtype=numpy.uint8, offset=offset)


def part(folder, name):
    """Images [n x pixels] in [0, 1] and labels [n] of "train" or "t10k"."""
    labels = idx(folder, name + "-labels-idx1-ubyte", 8)
    images = idx(folder, name + "-images-idx3-ubyte", 16).reshape(len(labels), -1)
    return images.astype(numpy.float32) / images.max(), labels.astype(numpy.int64)


class Phases:
    """Measures the seconds of successive phases."""

    def __init__(self):
        self.seconds = {}
        self.last = time.perf_counter()

    def end(self, name):
        now = time.perf_counter()
        self.seconds[name] = now - self.last
        self.last = now

    def tell(self, accuracy, version):
        print(json.dumps({**self.seconds, "accuracy": accuracy, "version": version}))
