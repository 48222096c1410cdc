"""The network while it learns: a BERT whose weights come from an ONNX file and go back there.

Start: bge-small-zh-v1.5 (BAAI, MIT licence). Only characters are kept of its vocabulary.
"""

import json
from pathlib import Path
from typing import Any, Final

import numpy as np
import onnx
import torch
from onnx import helper, numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic
from torch import nn

from anonymize.text.names_net import MARKS, SPECIAL

_SPECIAL: Final = ("[PAD]", "[UNK]", "[CLS]", "[SEP]")
_HEADS: Final = 8
_EPSILON: Final = 1e-12
_PLACES: Final = 256
_DROPPED: Final = 0.1
_MADE: Final = "onnx::MatMul_"
"""How an export calls weights that it has turned round."""


def weights(model: Any) -> dict[str, Any]:  # noqa: ANN401  an ONNX model
    """Return the weights by the names they had before the export, matrices as they multiply."""
    found = {one.name: numpy_helper.to_array(one) for one in model.graph.initializer}
    for name, matrix in _matrices(model).items():
        found[name] = found[matrix]
    return found


def _matrices(model: Any) -> dict[str, str]:  # noqa: ANN401  an ONNX model
    """Return the exported name of each layer's matrix."""
    return {
        node.name.strip("/").replace("/", ".").removesuffix(".MatMul") + ".weight": node.input[1]
        for node in model.graph.node
        if node.op_type == "MatMul" and node.input[1].startswith(_MADE)
    }


def characters(tokenizer: Path) -> tuple[str, list[int]]:
    """Return the characters that the network knows, and the rows of special tokens and of them."""
    vocabulary = json.loads(tokenizer.read_text("utf-8"))["model"]["vocab"]
    chars = [word for word in vocabulary if len(word) == 1]
    return "".join(chars), [vocabulary[word] for word in (*_SPECIAL, *chars)]


class _Layer(nn.Module):  # type: ignore[misc]  # torch is no requirement
    def __init__(self, found: dict[str, Any], prefix: str) -> None:
        super().__init__()
        self.parts = nn.ModuleDict()
        for name, short in _PARTS.items():
            weight, bias = found[f"{prefix}{name}.weight"], found[f"{prefix}{name}.bias"]
            norm = "LayerNorm" in name
            part = nn.LayerNorm(len(bias), _EPSILON) if norm else nn.Linear(*weight.shape)
            part.weight.data = torch.tensor(weight if norm else weight.T.copy())
            part.bias.data = torch.tensor(bias)
            self.parts[short] = part
        self.drop = nn.Dropout(_DROPPED)

    def forward(self, seen: Any, mask: Any) -> Any:  # noqa: ANN401  tensors
        part = self.parts
        batch, length, width = seen.shape
        query, key, value = (
            part[one](seen).view(batch, length, _HEADS, width // _HEADS).transpose(1, 2)
            for one in ("query", "key", "value")
        )
        mixed = nn.functional.scaled_dot_product_attention(query, key, value, attn_mask=mask)
        mixed = part["mixed"](mixed.transpose(1, 2).reshape(batch, length, width))
        seen = part["mixed_norm"](seen + self.drop(mixed))
        inner = nn.functional.gelu(part["inner"](seen))
        return part["outer_norm"](seen + self.drop(part["outer"](inner)))


_PARTS: Final = {
    "attention.self.query": "query",
    "attention.self.key": "key",
    "attention.self.value": "value",
    "attention.output.dense": "mixed",
    "attention.output.LayerNorm": "mixed_norm",
    "intermediate.dense": "inner",
    "output.dense": "outer",
    "output.LayerNorm": "outer_norm",
}


class Network(nn.Module):  # type: ignore[misc]  # torch is no requirement
    """Gives each character of a batch a score for each mark."""

    def __init__(self, model: Any, rows: list[int]) -> None:  # noqa: ANN401  an ONNX model
        super().__init__()
        found = weights(model)
        words = torch.tensor(found["embeddings.word_embeddings.weight"][rows])
        kind = found["embeddings.token_type_embeddings.weight"][0]
        places = found["embeddings.position_embeddings.weight"][:_PLACES] + kind
        self.words = nn.Embedding.from_pretrained(words, freeze=False)
        self.places = nn.Parameter(torch.tensor(places))
        self.norm = nn.LayerNorm(words.shape[1], _EPSILON)
        self.norm.weight.data = torch.tensor(found["embeddings.LayerNorm.weight"])
        self.norm.bias.data = torch.tensor(found["embeddings.LayerNorm.bias"])
        count = len({name.split(".")[2] for name in found if name.startswith("encoder.layer.")})
        self.layers = nn.ModuleList(
            _Layer(found, f"encoder.layer.{number}.") for number in range(count)
        )
        self.head = nn.Linear(words.shape[1], len(MARKS))
        self.drop = nn.Dropout(_DROPPED)

    def forward(self, ids: Any, mask: Any) -> Any:  # noqa: ANN401  tensors
        """Return the scores; `mask` is False where a text has ended."""
        seen = self.drop(self.norm(self.words(ids) + self.places[: ids.shape[1]]))
        for layer in self.layers:
            seen = layer(seen, mask[:, None, None, :])
        return self.head(self.drop(seen))


def save(network: Network, model: Any, target: Path) -> None:  # noqa: ANN401  an ONNX model
    """Write the model's graph with the network's weights and head, in whole numbers of 8 bits."""
    given = {
        "embeddings.word_embeddings.weight": network.words.weight,
        "embeddings.position_embeddings.weight": network.places,
        "embeddings.token_type_embeddings.weight": torch.zeros(2, network.places.shape[1]),
        "embeddings.LayerNorm.weight": network.norm.weight,
        "embeddings.LayerNorm.bias": network.norm.bias,
    }
    matrices = _matrices(model)
    for number, layer in enumerate(network.layers):
        for name, short in _PARTS.items():
            whole, part = f"encoder.layer.{number}.{name}", layer.parts[short]
            given[f"{whole}.bias"] = part.bias
            matrix = matrices.get(f"{whole}.weight")
            given[matrix or f"{whole}.weight"] = part.weight.T if matrix else part.weight
    for one in model.graph.initializer:
        array = given.pop(one.name).detach().numpy()
        one.CopyFrom(numpy_helper.from_array(np.ascontiguousarray(array), one.name))
    if given:
        raise ValueError(f"weights without a place: {sorted(given)}")
    _add_head(model.graph, network.head)
    exact = target.with_suffix(".exact")
    onnx.save(model, exact)
    # Seven bits: on processors without VNNI products of eight bits may overflow (onnxruntime docs).
    quantize_dynamic(
        exact, target, weight_type=QuantType.QInt8, per_channel=True, reduce_range=True,
        op_types_to_quantize=["MatMul", "Gather"],
    )  # fmt: skip
    exact.unlink()


def _add_head(graph: Any, head: Any) -> None:  # noqa: ANN401  ONNX and torch
    last = graph.output[0].name
    graph.initializer.extend([
        numpy_helper.from_array(head.weight.detach().numpy().T.copy(), "head.weight"),
        numpy_helper.from_array(head.bias.detach().numpy(), "head.bias"),
    ])  # fmt: skip
    graph.node.extend([
        helper.make_node("MatMul", [last, "head.weight"], ["head.product"]),
        helper.make_node("Add", ["head.product", "head.bias"], ["head.scores"]),
        helper.make_node("Softmax", ["head.scores"], ["marks"], axis=-1),
    ])  # fmt: skip
    del graph.output[:]
    shape = ["batch", "length", len(MARKS)]
    graph.output.append(helper.make_tensor_value_info("marks", onnx.TensorProto.FLOAT, shape))


assert len(_SPECIAL) == SPECIAL  # noqa: S101  two files, one numbering
