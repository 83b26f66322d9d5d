"""Tiny encoders for tests: seventy tokens, vectors of 32, built by the graph builder of the training.

One kind is random, so that everything in it weighs something; the other knows a few words and nothing else,
so that what it says is known beforehand.
"""

import hashlib
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

from evenhand.detect._encoder_artefact import (
    EMOJI_FILE,
    GRAPH_FILE,
    TOKENIZER_FILE,
    TOKENIZER_PROPERTY,
    Artefact,
    ChoiceRecord,
    EncoderManifest,
    LabelRecord,
    Network,
    open_encoder,
    seal_encoder,
)

sys.path.insert(0, str(Path(__file__).parents[1] / "training" / "encoder"))

from graph import encoder_graph

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]

LABELS: Final = ("text.hateful", "text.threat", "text.abusive")
CHOICES: Final[Mapping[str, tuple[str, ...]]] = {
    "text.kind": ("none", "threat", "insult"),
    "text.target": ("none", "women"),
    "text.context": ("none", "quotation"),
}
OUTPUTS: Final = len(LABELS) + sum(map(len, CHOICES.values()))
THRESHOLD: Final = 0.5
WINDOW: Final = 16
STRIDE: Final = 8
HIDDEN: Final = 32
HEADS: Final = 4

MARKS: Final = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
_SPELT: Final = (
    "a an and at by face for go he here i in is it like me my no not of on one or pig she so the to we you "
    "beware calm day ghastly lovely morning people person quiet sea tram user vermin walk well what "
    "http @ , . ! ? ' : - / # 1 2 ##s ##ly ##ed ##ing"
)
WORDS: Final = tuple(_SPELT.split())
EMOJI: Final = {"\N{PIG FACE}": "pig face", "\N{TRAM}": "tram", "\N{FIRE}": "here"}

GHASTLY: Final = {"ghastly": (6.0, 0.0, 3.0), "beware": (0.0, 6.0, 3.0)}
"""What a knowing encoder knows: per word what it brings to each label."""


def a_tokenizer(words: tuple[str, ...] = WORDS) -> Tokenizer:
    """WordPiece in lower case, with a mark at either end."""
    vocabulary = {token: number for number, token in enumerate((*MARKS, *words))}
    tokenizer = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]"))  # noqa: S106 - a token of text
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    ends = [(mark, vocabulary[mark]) for mark in ("[CLS]", "[SEP]")]
    tokenizer.post_processor = processors.TemplateProcessing(single="[CLS] $A [SEP]", special_tokens=ends)
    return tokenizer


def random_weights(seed: int, *, layers: int = 2, outputs: int = OUTPUTS) -> dict[str, Floats]:
    """Weights of any encoder, named as the training names them."""
    chance = np.random.default_rng(seed)
    shapes = {
        "words.weight": (len(MARKS) + len(WORDS), HIDDEN),
        "places.weight": (WINDOW, HIDDEN),
        "norm.weight": (HIDDEN,),
        "norm.bias": (HIDDEN,),
    }
    parts = {"qkv": (3, 1), "out": (1, 1), "up": (2, 1), "down": (1, 2)}
    for number in range(layers):
        at = f"layers.{number}"
        for part, (outer, inner) in parts.items():
            shapes[f"{at}.{part}.weight"] = (outer * HIDDEN, inner * HIDDEN)
            shapes[f"{at}.{part}.bias"] = (outer * HIDDEN,)
        for norm in ("norm1", "norm2"):
            shapes[f"{at}.{norm}.weight"] = shapes[f"{at}.{norm}.bias"] = (HIDDEN,)
    weights = {
        f"encoder.{name}": chance.normal(0, 0.3, shape).astype(np.float32) + (".norm" in f".{name}")
        for name, shape in shapes.items()
    }
    weights["heads.linear.weight"] = chance.normal(0, 0.2, (outputs, HIDDEN)).astype(np.float32)
    weights["heads.linear.bias"] = chance.normal(0, 0.1, outputs).astype(np.float32)
    return {name: values.astype(np.float32) for name, values in weights.items()}


def knowing_weights(words: Mapping[str, tuple[float, float, float]]) -> dict[str, Floats]:
    """Weights of an encoder without layers: a text's logits are the mean of what its tokens bring.

    Every other token brings -0.2 to each label; one word, however long the window, raises its own over 0.
    """
    weights = random_weights(1, layers=0)
    vocabulary = (*MARKS, *WORDS)
    sides = np.repeat([1, -1], (HIDDEN - len(LABELS) - 1) // 2)
    chance = np.random.default_rng(2)
    table = np.zeros((len(vocabulary), HIDDEN), np.float32)
    table[:, len(LABELS) + 1 :] = [chance.permutation(sides) for _ in vocabulary]
    for word, brought in words.items():
        table[vocabulary.index(word)] = [*brought, *[0.0] * (HIDDEN - len(brought))]
    weights["encoder.words.weight"] = table
    weights["encoder.places.weight"] = np.zeros((WINDOW, HIDDEN), np.float32)
    weights["encoder.norm.weight"] = np.ones(HIDDEN, np.float32)
    weights["encoder.norm.bias"] = np.zeros(HIDDEN, np.float32)
    heads = np.zeros((OUTPUTS, HIDDEN), np.float32)
    heads[: len(LABELS), : len(LABELS)] = np.eye(len(LABELS))
    heads[4, 1] = heads[5, 0] = heads[7, 0] = 1  # kind threat, kind insult, target women
    weights["heads.linear.weight"] = heads
    weights["heads.linear.bias"] = np.array([-0.2] * 3 + [0.1, 0, 0, 0.1, 0, 0.1, 0], np.float32)
    return weights


def a_graph(weights: Mapping[str, Floats], tokenizer: bytes) -> bytes:
    """The graph of some weights, trained with this tokenizer."""
    layers = sum(name.endswith(".qkv.bias") for name in weights)
    graph = encoder_graph(weights, layers=layers, heads=HEADS)
    graph.metadata_props.add(key=TOKENIZER_PROPERTY, value=hashlib.sha256(tokenizer).hexdigest())
    return bytes(graph.SerializeToString())


def a_manifest() -> EncoderManifest:
    """As a training would write it: logits of -2 to 2 are probabilities of 0 to 1."""
    return EncoderManifest(
        name="text-encoder",
        version="1",
        folding_version="0123456789abcdef",
        languages=("en",),
        reference_share=0.3,
        labels=tuple(
            LabelRecord(
                signal=label,
                threshold=THRESHOLD,
                miss_cost=1.0,
                evidence=(-2.0, 0.0, 2.0),
                probability=(0.0, 0.5, 1.0),
                train_rows=(2, 3),
                dev_rows=(4, 5),
            )
            for label in LABELS
        ),
        choices=tuple(ChoiceRecord(signal=name, categories=each) for name, each in CHOICES.items()),
        vocabulary=len(MARKS) + len(WORDS),
        window=WINDOW,
        stride=STRIDE,
        seed=7,
    )


def the_files(weights: Mapping[str, Floats]) -> dict[str, bytes]:
    """Graph, tokenizer and emoji, which a manifest is to seal."""
    tokenizer = a_tokenizer().to_str().encode()
    emoji = "{" + ",".join(f'"{sign}":"{words}"' for sign, words in EMOJI.items()) + "}"
    return {
        GRAPH_FILE: a_graph(weights, tokenizer),
        TOKENIZER_FILE: tokenizer,
        EMOJI_FILE: emoji.encode(),
    }


def random_files(seed: int) -> dict[str, bytes]:
    """The sealed folder of an encoder of two layers in which everything weighs something."""
    return seal_encoder(a_manifest(), the_files(random_weights(seed)))


def knowing_files(words: Mapping[str, tuple[float, float, float]] = GHASTLY) -> dict[str, bytes]:
    """The sealed folder of an encoder that knows a few words."""
    return seal_encoder(a_manifest(), the_files(knowing_weights(words)))


class CountingNetwork(Network):
    """A network that counts how often it reads.

    Attributes:
        read: Calls so far.
    """

    def __init__(self, graph: bytes) -> None:
        super().__init__(graph)
        self.read = 0

    def logits(self, tokens: Ints) -> Floats:
        self.read += 1
        return super().logits(tokens)

    def parts(self, tokens: Ints) -> Floats:
        self.read += 1
        return super().parts(tokens)

    def pooled(self, tokens: Ints) -> Floats:
        self.read += 1
        return super().pooled(tokens)


def counting(files: Mapping[str, bytes]) -> tuple[Artefact, CountingNetwork]:
    """An artefact whose readings are counted."""
    opened = open_encoder(files)
    network = CountingNetwork(files[GRAPH_FILE])
    return (
        Artefact(manifest=opened.manifest, network=network, tokenizer=opened.tokenizer, emoji=opened.emoji),
        network,
    )
