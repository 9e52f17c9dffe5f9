"""Runs a network that is written down layer by layer, with PyTorch's functions.

usage: python3 torch_network.py DIRECTORY
reads  DIRECTORY/layers.txt   a layer a line: kind, name, inputs joined by commas, numbers
       DIRECTORY/weights.bin  little-endian floats, in the order of the layers
       DIRECTORY/image.bin    and the image's height and width as the first two floats
writes DIRECTORY/scores.bin   the last layer's output
"""

import pathlib
import sys

import numpy as np
import torch
import torch.nn.functional as functional

place = pathlib.Path(sys.argv[1])
weights = np.fromfile(place / "weights.bin", "<f4")
image = np.fromfile(place / "image.bin", "<f4")
height, width = int(image[0]), int(image[1])
results = {"image": torch.from_numpy(image[2:].reshape(1, 3, height, width))}
taken = 0


def take(*shape):
    global taken
    count = int(np.prod(shape))
    taken += count
    return torch.from_numpy(weights[taken - count : taken].reshape(shape))


with torch.no_grad():
    for line in (place / "layers.txt").read_text().splitlines():
        kind, name, inputs, *numbers = line.split()
        read = [results[key] for key in inputs.split(",")]
        if kind == "Convolution":
            before, after, kernel, stride, pad, rate, bias = map(int, numbers)
            filters = take(after, before, kernel, kernel)
            offsets = take(after) if bias else None
            value = functional.conv2d(read[0], filters, offsets, stride, pad, rate)
        elif kind == "MaxPool":
            kernel, stride, pad = map(int, numbers)
            value = functional.max_pool2d(read[0], kernel, stride, pad, ceil_mode=True)
        elif kind == "BatchNorm":
            channels = read[0].shape[1]
            scale, shift, mean, variance = (take(channels) for _ in range(4))
            value = functional.batch_norm(
                read[0], mean, variance, scale, shift, False, 0.0, float(numbers[0])
            )
        elif kind == "Relu":
            value = torch.relu(read[0])
        elif kind == "Sum":
            value = sum(read)
        elif kind == "Dropout":
            value = functional.dropout(read[0], training=False)
        else:
            sys.exit("unknown kind of layer: " + kind)
        results[name] = value
if taken != len(weights):
    sys.exit(f"{len(weights) - taken} weights were left over")
value.numpy().astype("<f4").tofile(place / "scores.bin")
