"""Reads a network from a model file, and computes it as a textbook does: z = x W + b, y = f(z), layer by layer."""
import json
import math
import struct

FUNCTIONS = {
    "relu": lambda z: max(0.0, z),
    "sigmoid": lambda z: 1 / (1 + math.exp(-z)),
}


def read(path):
    """Returns the layers: a dictionary with f, w [in][out] and b [out] for each."""
    data = path.read_bytes()
    size = struct.unpack("<Q", data[:8])[0]
    header = json.loads(data[8:8 + size])

    def tensor(name):
        start, end = header[name]["data_offsets"]
        return struct.unpack(f"<{(end - start) // 8}d", data[8 + size + start:8 + size + end])

    layers = []
    for number, layer in enumerate(json.loads(header["__metadata__"]["network"])["layers"]):
        w, b = tensor(f"layers.{number}.weight"), tensor(f"layers.{number}.bias")
        layers.append({"f": FUNCTIONS[layer["activation"]["name"]], "b": b,
                       "w": [w[row:row + len(b)] for row in range(0, len(w), len(b))]})
    return layers


def forward(layers, x):
    """Returns the outputs of each layer for one input."""
    outputs = []
    for layer in layers:
        z = [sum(value * row[unit] for value, row in zip(x, layer["w"])) + bias for unit, bias in enumerate(layer["b"])]
        x = [layer["f"](value) for value in z]
        outputs.append(x)
    return outputs
