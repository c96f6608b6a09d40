"""The networks of the benchmark in PyTorch, trained as a loop of one's own would: a process that the command `networks` drives.

The argument is the number of threads, which is set once: the thread of backward passes keeps the number that it started with. Requests are lines on standard input, replies lines on standard output:
    load NAME FILE            the start of a network and its batch, a safetensors file; replies with what is used
    step NAME COUNT           so many training steps; replies with the seconds that they took and the last one's loss
"""

import json
import struct
import sys
import time

import torch
import torch.nn.functional as F
from torch import nn

TYPES = {"F32": (torch.float32, 4), "I64": (torch.int64, 8)}


def read(path):
    with open(path, "rb") as file:
        header = json.loads(file.read(struct.unpack("<Q", file.read(8))[0]))
        data = bytearray(file.read())
    tensors = {}
    for name, entry in header.items():
        if name == "__metadata__":
            continue
        kind, size = TYPES[entry["dtype"]]
        begin, end = entry["data_offsets"]
        flat = torch.frombuffer(data, dtype=kind, offset=begin, count=(end - begin) // size) if end > begin else torch.empty(0, dtype=kind)
        tensors[name] = flat.reshape(entry["shape"]).clone()
    return tensors


class Recurrent(nn.Module):
    def __init__(self, vocabulary, size):
        super().__init__()
        self.emb, self.rnn, self.fc = nn.Embedding(vocabulary, size), nn.LSTM(size, size, batch_first=True), nn.Linear(size, vocabulary)

    def forward(self, x):
        return self.fc(self.rnn(self.emb(x))[0])


class Transformer(nn.Module):
    def __init__(self, vocabulary, context, size, heads, layers):
        super().__init__()
        self.tok_emb, self.pos_emb = nn.Embedding(vocabulary, size), nn.Embedding(context, size)
        block = dict(dim_feedforward=4 * size, dropout=0.0, activation="gelu", batch_first=True, norm_first=True)
        self.blocks = nn.ModuleList(nn.TransformerEncoderLayer(size, heads, **block) for _ in range(layers))
        self.ln_f, self.head = nn.LayerNorm(size), nn.Linear(size, vocabulary, bias=False)
        self.register_buffer("mask", torch.full((context, context), float("-inf")).triu(1), persistent=False)

    def forward(self, x):
        x = self.tok_emb(x) + self.pos_emb.weight[: x.shape[1]]
        for block in self.blocks:
            x = block(x, self.mask)
        return self.head(self.ln_f(x))


def named(*modules):
    model = nn.Sequential()
    for name, module in modules:
        model.add_module(name, module)
    return model


def create(name):
    if name == "mlp":
        return named(("fc1", nn.Linear(784, 512)), ("relu1", nn.ReLU()), ("fc2", nn.Linear(512, 512)), ("relu2", nn.ReLU()), ("fc3", nn.Linear(512, 10)))
    if name == "cnn":
        convolution = lambda i, inputs, outputs: [
            (f"conv{i}", nn.Conv2d(inputs, outputs, 3, padding=1)), (f"bn{i}", nn.BatchNorm2d(outputs)), (f"relu{i}", nn.ReLU()), (f"pool{i}", nn.MaxPool2d(2))]
        return named(*convolution(1, 1, 16), *convolution(2, 16, 32), ("flatten", nn.Flatten()), ("fc", nn.Linear(32 * 7 * 7, 10)))
    return Recurrent(65, 128) if name == "lstm" else Transformer(65, 128, 128, 4, 4)


class Run:
    def __init__(self, name, path):
        tensors = read(path)
        self.input, self.labels = tensors.pop("input"), tensors.pop("labels")
        self.model = create(name)
        self.model.load_state_dict(tensors)
        if name == "cnn":
            # The faster layout of images on processors.
            self.model, self.input = self.model.to(memory_format=torch.channels_last), self.input.contiguous(memory_format=torch.channels_last)
        self.optimizer = torch.optim.AdamW(self.model.parameters(), lr=1e-3, weight_decay=0.01)

    def step(self):
        self.optimizer.zero_grad(set_to_none=True)
        logits = self.model(self.input)
        loss = F.cross_entropy(logits.reshape(-1, logits.shape[-1]), self.labels)
        loss.backward()
        self.optimizer.step()
        return loss


def main():
    torch.set_num_threads(int(sys.argv[1]))
    runs = {}
    for line in sys.stdin:
        verb, name, *rest = line.split(maxsplit=2)
        if verb == "load":
            runs[name] = Run(name, rest[0].strip())
            reply = f"PyTorch {torch.__version__}, oneDNN {'on' if torch.backends.mkldnn.is_available() else 'off'}"
        else:
            start = time.perf_counter()
            for _ in range(int(rest[0])):
                loss = runs[name].step()
            reply = f"{time.perf_counter() - start:.9f} {loss.item():.9g}"
        print(reply, flush=True)


main()
