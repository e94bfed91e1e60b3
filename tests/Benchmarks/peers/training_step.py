"""The PyTorch side of the training-step benchmark: the same mid-size LLaVA, one step for every line on standard input.

python3 training_step.py PHASE fp32|bf16 THREADS; answers each line with the processor seconds of the step.
"""
import math
import sys
import time

import torch
import torch.nn.functional as F
from torch import nn

ROWS, LENGTH, PADDING, START, PATCHES, VOCABULARY = 4, 256, 30, 35, 64, 32000


class Attention(nn.Module):
    def __init__(self, width, heads, bias):
        super().__init__()
        self.heads = heads
        self.q, self.k, self.v, self.out = (nn.Linear(width, width, bias) for _ in range(4))

    def forward(self, x, mask=None, turns=None):
        split = lambda layer: layer(x).unflatten(-1, (self.heads, -1)).transpose(1, 2)
        q, k, v = split(self.q), split(self.k), split(self.v)
        if turns is not None:
            cos, sin = turns
            swap = lambda t: torch.cat((-t[..., t.shape[-1] // 2:], t[..., :t.shape[-1] // 2]), -1)
            q, k = q * cos + swap(q) * sin, k * cos + swap(k) * sin
        scores = q @ k.transpose(-1, -2) / math.sqrt(q.shape[-1])
        if mask is not None:
            scores = scores + mask
        return self.out((scores.float().softmax(-1).to(v.dtype) @ v).transpose(1, 2).flatten(2))


class VisionBlock(nn.Module):
    def __init__(self, width, heads, inner):
        super().__init__()
        self.norm1, self.norm2, self.attention = nn.LayerNorm(width), nn.LayerNorm(width), Attention(width, heads, True)
        self.up, self.down = nn.Linear(width, inner), nn.Linear(inner, width)

    def forward(self, x):
        x = x + self.attention(self.norm1(x))
        y = self.up(self.norm2(x))
        return x + self.down(y * torch.sigmoid(1.702 * y))


class RootMeanSquare(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(width))

    def forward(self, x):
        wide = x.float()
        return self.weight * (wide * torch.rsqrt(wide.pow(2).mean(-1, keepdim=True) + 1e-5)).to(x.dtype)


class TextBlock(nn.Module):
    def __init__(self, width, heads, inner):
        super().__init__()
        self.norm1, self.norm2, self.attention = RootMeanSquare(width), RootMeanSquare(width), Attention(width, heads, False)
        self.gate, self.up, self.down = nn.Linear(width, inner, False), nn.Linear(width, inner, False), nn.Linear(inner, width, False)

    def forward(self, x, mask, turns):
        x = x + self.attention(self.norm1(x), mask, turns)
        y = self.norm2(x)
        return x + self.down(F.silu(self.gate(y)) * self.up(y))


class Llava(nn.Module):
    def __init__(self):
        super().__init__()
        self.patches, self.first, self.places = nn.Conv2d(3, 256, 14, 14, bias=False), nn.Parameter(torch.zeros(256)), nn.Embedding(PATCHES + 1, 256)
        self.before, self.vision = nn.LayerNorm(256), nn.ModuleList(VisionBlock(256, 4, 1024) for _ in range(6))
        self.projector = nn.Sequential(nn.Linear(256, 512), nn.GELU(), nn.Linear(512, 512))
        self.table, self.text = nn.Embedding(VOCABULARY, 512), nn.ModuleList(TextBlock(512, 8, 1376) for _ in range(8))
        self.norm, self.head = RootMeanSquare(512), nn.Linear(512, VOCABULARY, False)
        for parameter in self.parameters():
            if parameter.ndim > 1:
                nn.init.normal_(parameter, std=.02)

    def forward(self, images, ids, hidden):
        with torch.no_grad():
            x = self.patches(images).flatten(2).transpose(1, 2)
            x = self.before(torch.cat((self.first.expand(len(x), 1, -1).to(x.dtype), x), 1) + self.places.weight)
            for block in self.vision[:-1]:
                x = block(x)
        x, words = self.projector(x[:, 1:]), self.table(ids)
        x = torch.cat((words[:, :START].to(x.dtype), x, words[:, START + PATCHES:].to(x.dtype)), 1)
        mask = torch.full((LENGTH, LENGTH), float("-inf")).triu(1) + hidden[:, None, None, :] * torch.finfo(torch.float32).min
        angles = torch.arange(LENGTH)[:, None] * 10000.0 ** (-torch.arange(0, 64, 2) / 64)
        angles = torch.cat((angles, angles), -1)
        turns = angles.cos().to(x.dtype), angles.sin().to(x.dtype)
        for block in self.text:
            x = block(x, mask.to(x.dtype), turns)
        return self.head(self.norm(x))


@torch.no_grad()
def adamw(parameters, moments, step, rate=1e-4, beta1=.9, beta2=.999, epsilon=1e-8):
    scale = math.sqrt(1 - beta2 ** step) / (1 - beta1 ** step)
    for parameter in parameters:
        first, second = moments.setdefault(parameter, (torch.zeros_like(parameter), torch.zeros_like(parameter)))
        first.mul_(beta1).add_(parameter.grad, alpha=1 - beta1)
        second.mul_(beta2).addcmul_(parameter.grad, parameter.grad, value=1 - beta2)
        parameter.sub_((first / second.sqrt().add_(epsilon)).mul_(scale), alpha=rate)


def main(phase, precision, threads):
    torch.set_num_threads(threads)
    torch.manual_seed(0)
    model, moments = Llava(), {}
    frozen = ("patches", "first", "places", "before", "vision") + (("table", "text", "norm", "head") if phase == 1 else ())
    for name, parameter in model.named_parameters():
        parameter.requires_grad_(not name.startswith(frozen))
    trained = [parameter for parameter in model.parameters() if parameter.requires_grad]
    images, ids, labels = torch.randn(ROWS, 3, 112, 112), torch.randint(3, VOCABULARY, (ROWS, LENGTH)), torch.randint(3, VOCABULARY, (ROWS, LENGTH))
    supervised, hidden = torch.zeros(ROWS, LENGTH), torch.zeros(ROWS, LENGTH)
    supervised[:, START + PATCHES + 20:LENGTH - PADDING] = 1
    hidden[:, LENGTH - PADDING:] = 1
    for step, _ in enumerate(sys.stdin, 1):
        start = time.process_time()
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=precision == "bf16"):
            logits = model(images, ids, hidden)
        losses = F.cross_entropy(logits.float().flatten(0, 1), labels.flatten(), reduction="none")
        ((losses * supervised.flatten()).sum() / supervised.sum()).backward()
        torch.nn.utils.clip_grad_norm_(trained, 1.0)
        adamw(trained, moments, step)
        for parameter in trained:
            parameter.grad = None
        print(time.process_time() - start, flush=True)


main(int(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
