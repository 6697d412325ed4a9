"""The sentence model as a graph: MiniLM, six layers in which every piece of a sentence looks at all others.

Its large tables are kept in 8 bits with a scale for each column, and what they are multiplied with is brought to 8 bits
as it comes. Of the 8 bits 7 are used: processors without the newest instructions add two products in 16, and would
cut off larger ones. Vectors come out 0.994 alike on average, which costs 0.3 of 100 answers.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ivr.understanding.vectors.graph_file import CONTRIBUTED, GraphFile
from ivr.understanding.vectors.weights import Numbers, Weights

GIVEN = "rows"
"""The name of what goes in: each piece's vector with that of its place."""
LAYERS = 6
WIDTH = 384
_HEADS = 12
_SMALLEST = 1e-12
_TOP = 63
"""The largest number of 7 bits and a sign."""

Product = Callable[[GraphFile, str, Numbers, str], str]
"""Adds the product of a named table with another of (in, out), and gives its name."""


def minilm(weights: Weights, product: Product) -> bytes:
    """The graph with ``weights``; it gives the rows after each layer."""
    graph = GraphFile()
    first = "embeddings.LayerNorm"
    scale, shift = (graph.constant(f"{first}.{part}", weights[f"{first}.{part}"]) for part in ("weight", "bias"))
    rows = graph.add("LayerNormalization", (GIVEN, scale, shift), ("read",), epsilon=_SMALLEST)
    made = []
    for at in range(LAYERS):
        rows = _layer(graph, weights, f"encoder.layer.{at}.", rows, product)
        made.append(rows)
    return graph.written(GIVEN, made, WIDTH)


def in_eight_bits(graph: GraphFile, rows: str, table: Numbers, made: str) -> str:
    """The product as calls use it."""
    scales = (np.maximum(np.abs(table).max(axis=0), _SMALLEST) / _TOP).astype(np.float32)
    whole = np.rint(table / scales).astype(np.int8)
    given = [
        rows,
        graph.constant(f"{made}.table", whole),
        graph.constant(f"{made}.scales", scales),
        graph.constant(f"{made}.zeros", np.zeros(scales.shape, np.int8)),
    ]
    return graph.add("DynamicQuantizeMatMul", given, (made,), domain=CONTRIBUTED)


def in_full(graph: GraphFile, rows: str, table: Numbers, made: str) -> str:
    """The product in floating point, to compare with."""
    return graph.add("MatMul", (rows, graph.constant(f"{made}.table", table)), (made,))


def _layer(graph: GraphFile, weights: Weights, name: str, rows: str, product: Product) -> str:
    mixed = _attention(graph, weights, name, rows, product)
    rows = _normed(graph, weights, f"{name}attention.output", (mixed, rows), product)
    bias = graph.constant(f"{name}intermediate.bias", weights[f"{name}intermediate.dense.bias"])
    wide = product(graph, rows, weights[f"{name}intermediate.dense.weight"].T, f"{name}intermediate")
    bent = graph.add("BiasGelu", (wide, bias), (f"{name}bent",), domain=CONTRIBUTED)
    return _normed(graph, weights, f"{name}output", (bent, rows), product)


def _attention(graph: GraphFile, weights: Weights, name: str, rows: str, product: Product) -> str:
    """What each piece asks, offers and holds comes from one product instead of three."""
    parts = [f"{name}attention.self.{part}" for part in ("query", "key", "value")]
    table = np.concatenate([weights[f"{part}.weight"] for part in parts]).T
    bias = graph.constant(f"{name}looks.bias", np.concatenate([weights[f"{part}.bias"] for part in parts]))
    every = product(graph, rows, table, f"{name}looks")
    biased = graph.add("Add", (every, bias), (f"{name}looks.biased",))
    sizes = graph.constant(f"{name}sizes", np.full(len(parts), WIDTH, np.int64))
    graph.add("Split", (biased, sizes), parts, axis=2)
    return graph.add("MultiHeadAttention", parts, (f"{name}mixed",), domain=CONTRIBUTED, num_heads=_HEADS)


def _normed(graph: GraphFile, weights: Weights, name: str, given: tuple[str, str], product: Product) -> str:
    """A product on top of the rows before it, brought to one size."""
    rows, before = given
    made = product(graph, rows, weights[f"{name}.dense.weight"].T, f"{name}.dense")
    parts = (f"{name}.LayerNorm.weight", f"{name}.LayerNorm.bias", f"{name}.dense.bias")
    constants = [graph.constant(part, weights[part]) for part in parts]
    return graph.add(
        "SkipLayerNormalization",
        (made, before, *constants),
        (f"{name}.rows",),
        domain=CONTRIBUTED,
        epsilon=_SMALLEST,
    )
