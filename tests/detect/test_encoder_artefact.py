"""The encoder's artefact: it opens only as it was sealed, whole, and with files that belong together."""

import hashlib
import json
import socket
from pathlib import Path

import msgspec
import numpy as np
import onnx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import Tokenizer

from build import a_batch
from encoder_samples import (
    GHASTLY,
    LABELS,
    WORDS,
    a_manifest,
    a_tokenizer,
    knowing_weights,
    random_weights,
    the_files,
)
from evenhand.detect._encoder_artefact import (
    EMOJI_FILE,
    GRAPH_FILE,
    MANIFEST_FILE,
    TOKENIZER_FILE,
    TOKENIZER_PROPERTY,
    ChoiceRecord,
    EncoderManifest,
    LabelRecord,
    open_encoder,
    seal_encoder,
)
from evenhand.detect.encoder import EncoderDetector
from evenhand.errors import VerificationError

FILES = the_files(knowing_weights(GHASTLY))
SEALED = seal_encoder(a_manifest(), FILES)
AGAIN = "install Evenhand again, or rebuild the model as training/encoder/README.md says"


def refused(files: dict[str, bytes], match: str) -> str:
    """The mend of the refusal, whose text has to match."""
    with pytest.raises(VerificationError, match=match) as refusal:
        open_encoder(files)
    assert refusal.value.mend
    return refusal.value.mend


def test_what_was_sealed_is_what_is_opened() -> None:
    """The manifest comes back as it was written, with the hash of every file and its own seal."""
    opened = open_encoder(SEALED).manifest

    assert opened.files == {name: hashlib.sha256(content).hexdigest() for name, content in FILES.items()}
    assert msgspec.structs.replace(opened, files={}, seal="") == a_manifest()
    assert seal_encoder(opened, FILES) == SEALED


def test_a_file_beside_the_model_is_no_part_of_it() -> None:
    """A card or a licence may lie in the folder."""
    assert open_encoder(SEALED | {"CARD.md": b"# Card"}).manifest == open_encoder(SEALED).manifest


@pytest.mark.parametrize("name", sorted(SEALED))
def test_a_missing_file_is_named(name: str) -> None:
    """What is missing is said, with what is there, before anything is read."""
    rest = {other: content for other, content in SEALED.items() if other != name}

    assert refused(rest, f"model text-encoder lacks {name}, it has") == AGAIN


def test_an_empty_folder_is_refused() -> None:
    assert refused({}, "lacks .* it has no files") == AGAIN


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(sorted(FILES)), st.integers(0, 1 << 30), st.integers(1, 255))
def test_one_changed_byte_of_a_file_is_refused(name: str, at: int, flip: int) -> None:
    """Anywhere in graph, tokenizer and emoji, any change of one byte is found."""
    damaged = bytearray(SEALED[name])
    damaged[at % len(damaged)] ^= flip

    assert refused(SEALED | {name: bytes(damaged)}, f"{name} of model text-encoder has .* SHA-256") == AGAIN


@pytest.mark.parametrize("name", sorted(FILES))
@pytest.mark.parametrize("share", [0.0, 0.5, 0.99])
def test_a_file_cut_short_is_refused(name: str, share: float) -> None:
    """The refusal says how many bytes there are, so that a broken download is recognised."""
    size = int(len(SEALED[name]) * share)

    assert refused(SEALED | {name: SEALED[name][:size]}, f"has {size} bytes and SHA-256") == AGAIN


@pytest.mark.parametrize("size", [0, 1, 100, len(SEALED[MANIFEST_FILE]) - 1])
def test_a_manifest_cut_short_is_refused(size: int) -> None:
    assert refused(SEALED | {MANIFEST_FILE: SEALED[MANIFEST_FILE][:size]}, "manifest") == AGAIN


def test_a_changed_manifest_is_refused() -> None:
    """A threshold cannot rot unnoticed, nor be turned by hand."""
    moved = SEALED[MANIFEST_FILE].replace(b'"threshold": 0.5', b'"threshold": 0.6', 1)

    assert moved != SEALED[MANIFEST_FILE]
    assert refused(SEALED | {MANIFEST_FILE: moved}, "is not as it was sealed") == AGAIN


def test_another_format_is_refused() -> None:
    files = seal_encoder(msgspec.structs.replace(a_manifest(), format=2), FILES)

    assert "take the model that came with this version" in refused(files, "has format 2, this .* format 1")


def test_a_file_that_no_manifest_names_is_refused() -> None:
    """A manifest that says nothing of a file does not vouch for it."""
    sealed = json.loads(SEALED[MANIFEST_FILE])
    few = msgspec.convert(sealed, EncoderManifest)
    hashes = {name: digest for name, digest in few.files.items() if name != EMOJI_FILE}

    mend = refused(SEALED | {MANIFEST_FILE: resealed(few, hashes)}, "its manifest says nothing")

    assert mend == AGAIN


def resealed(manifest: EncoderManifest, hashes: dict[str, str]) -> bytes:
    """A manifest that names other hashes, sealed as if it were meant."""
    unsealed = msgspec.structs.replace(manifest, files=hashes, seal="")
    spelt = msgspec.json.format(msgspec.json.encode(unsealed), indent=2) + b"\n"
    whole = msgspec.structs.replace(unsealed, seal=hashlib.sha256(spelt).hexdigest())
    return msgspec.json.format(msgspec.json.encode(whole), indent=2) + b"\n"


@pytest.mark.parametrize(
    "tokenizer",
    [a_tokenizer(tuple(reversed(WORDS))), a_tokenizer(WORDS[:-3]), a_tokenizer((*WORDS, "more"))],
    ids=["of the same size", "smaller", "greater"],
)
def test_the_tokenizer_of_another_model_is_refused(tokenizer: Tokenizer) -> None:
    """Even where somebody sealed it anew: other tokens would make nonsense of every text."""
    files = seal_encoder(a_manifest(), FILES | {TOKENIZER_FILE: tokenizer.to_str().encode()})

    assert "of one training" in refused(files, "was trained with the tokenizer [0-9a-f]{64} of 68 tokens")


def test_a_graph_that_names_no_tokenizer_is_refused() -> None:
    graph = onnx.load_from_string(FILES[GRAPH_FILE])
    del graph.metadata_props[:]
    files = seal_encoder(a_manifest(), FILES | {GRAPH_FILE: graph.SerializeToString()})

    assert "of one training" in refused(files, "was trained with the tokenizer of no name")


def with_tokenizer(spelt: bytes) -> dict[str, bytes]:
    """A sealed model whose graph claims to have been trained with this tokenizer."""
    graph = onnx.load_from_string(FILES[GRAPH_FILE])
    del graph.metadata_props[:]
    graph.metadata_props.add(key=TOKENIZER_PROPERTY, value=hashlib.sha256(spelt).hexdigest())
    return seal_encoder(a_manifest(), FILES | {TOKENIZER_FILE: spelt, GRAPH_FILE: graph.SerializeToString()})


def test_a_tokenizer_without_marks_is_refused() -> None:
    """Windows keep the first and last token of a text; without marks those would be its own words."""
    bare = json.loads(FILES[TOKENIZER_FILE]) | {"post_processor": None}

    assert refused(with_tokenizer(json.dumps(bare).encode()), "puts 0 marks around a text") == AGAIN


def test_a_tokenizer_that_can_hide_no_word_is_refused() -> None:
    """At the start, and not when the first post is surfaced and its reasons are asked for."""
    maskless = FILES[TOKENIZER_FILE].replace(b"[MASK]", b"[NONE]")

    assert "trained with" in refused(with_tokenizer(maskless), r"has no \[MASK\] and no <mask>")


def test_a_tokenizer_that_pads_and_cuts_is_told_not_to() -> None:
    """Whatever the file says: a score has no room for padding, and every word is read."""
    padding = a_tokenizer()
    padding.enable_padding(length=64)
    padding.enable_truncation(max_length=8)

    tokenizer = open_encoder(with_tokenizer(padding.to_str().encode())).tokenizer

    assert len(tokenizer.encode("the sea " * 20)) == 42


@pytest.mark.parametrize("name", sorted(FILES))
def test_what_the_libraries_cannot_read_is_refused(name: str) -> None:
    """Nothing of theirs leaks out, even where the seal is right."""
    files = seal_encoder(a_manifest(), FILES | {name: b"\x00 this is none"})

    assert refused(files, "model text-encoder cannot be loaded") == AGAIN


@pytest.mark.parametrize("outputs", [9, 11])
def test_a_graph_with_other_outputs_is_refused(outputs: int) -> None:
    """One output too many or too few would move every label into its neighbour's column."""
    files = seal_encoder(a_manifest(), the_files(random_weights(1, outputs=outputs)))

    assert refused(files, f"has {outputs} outputs, its manifest names 10") == AGAIN


def test_a_graph_too_short_for_its_windows_is_refused() -> None:
    """Found when it is opened, and not at the first long post."""
    files = seal_encoder(msgspec.structs.replace(a_manifest(), window=32), FILES)

    assert refused(files, "model text-encoder cannot read") == AGAIN


def test_windows_with_gaps_between_them_are_refused() -> None:
    """Where the next window begins behind the end of the last, words would go unread."""
    gap = seal_encoder(msgspec.structs.replace(a_manifest(), stride=15), FILES)
    edge = seal_encoder(msgspec.structs.replace(a_manifest(), stride=14), FILES)

    assert refused(gap, "windows of 16 tokens at every 15, expected at most 14") == AGAIN
    assert open_encoder(edge).manifest.stride == 14


@pytest.mark.parametrize(
    ("number", "told"),
    [(0, "cannot read: .*logits"), (1, "cannot read: .*parts"), (2, "cannot be loaded: .*pooled")],
)
def test_an_output_that_is_not_there_is_refused(number: int, told: str) -> None:
    """At the start, and not when a post is surfaced and its reasons are asked for."""
    graph = onnx.load_from_string(FILES[GRAPH_FILE])
    del graph.graph.output[number]
    files = seal_encoder(a_manifest(), FILES | {GRAPH_FILE: graph.SerializeToString()})

    assert refused(files, f"model text-encoder {told}") == AGAIN


@pytest.mark.parametrize(
    ("evidence", "probability"),
    [
        ((0.0, 1.0), (0.9, 0.1)),
        ((1.0, 0.0), (0.1, 0.9)),
        ((0.0, 0.0), (0.1, 0.9)),
        ((0.0, 1.0), (0.5,)),
        ((), ()),
    ],
    ids=["falls", "runs backwards", "stands still", "lacks one", "is empty"],
)
def test_a_calibration_that_does_not_rise_is_refused(
    evidence: tuple[float, ...], probability: tuple[float, ...]
) -> None:
    """More evidence never means less probability, even in an artefact that is sealed."""
    label = msgspec.structs.replace(a_manifest().labels[1], evidence=evidence, probability=probability)
    labels = (a_manifest().labels[0], label, a_manifest().labels[2])
    files = seal_encoder(msgspec.structs.replace(a_manifest(), labels=labels), FILES)

    assert refused(files, r"calibration of text\.threat in model text-encoder does not rise") == AGAIN


@pytest.mark.parametrize(
    ("field", "value"),
    [("threshold", 0.0), ("threshold", 1.0), ("miss_cost", 0.0), ("probability", (0.0, 1.5))],
)
def test_a_label_out_of_range_is_refused(field: str, value: object) -> None:
    label = msgspec.structs.replace(a_manifest().labels[0], **{field: value})
    files = seal_encoder(msgspec.structs.replace(a_manifest(), labels=(label,)), FILES)

    assert refused(files, "manifest cannot be read: Expected") == AGAIN


def test_labels_in_another_order_are_refused() -> None:
    """The graph's first output is hate: under another name a threat would be called hate."""
    hateful, threat, abusive = a_manifest().labels
    for labels in ((threat, hateful, abusive), (hateful, hateful, abusive), (hateful, threat)):
        files = seal_encoder(msgspec.structs.replace(a_manifest(), labels=labels), FILES)

        assert refused(files, r"has the labels text\..*, expected text\.hateful, text\.threat") == AGAIN


@pytest.mark.parametrize(
    ("categories", "told"),
    [(("none", "none"), "each once"), (("none", ""), "none empty"), (("none",), "less than 2"), ((), "less")],
)
def test_categories_that_cannot_be_told_apart_are_refused(categories: tuple[str, ...], told: str) -> None:
    first, *others = a_manifest().choices
    choices = (msgspec.structs.replace(first, categories=categories), *others)
    files = seal_encoder(msgspec.structs.replace(a_manifest(), choices=choices), FILES)

    assert refused(files, told) == AGAIN


def test_a_model_of_another_language_is_refused() -> None:
    """It would be asked about English alone."""
    files = seal_encoder(msgspec.structs.replace(a_manifest(), languages=("de",)), FILES)

    assert "take a model of English" in refused(files, "is one of de")


def test_an_explained_sign_of_several_characters_is_refused() -> None:
    """They are looked for one by one."""
    files = seal_encoder(a_manifest(), FILES | {EMOJI_FILE: '{"🇩🇪": "flag"}'.encode()})

    assert refused(files, "emoji.json of model text-encoder explains .*, expected single") == AGAIN


def test_loading_and_reading_touch_no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything comes from the files: no address is looked up and no socket opened."""

    def opened(*_: object, **__: object) -> None:
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket, "socket", opened)
    monkeypatch.setattr(socket, "create_connection", opened)
    monkeypatch.setattr(socket, "getaddrinfo", opened)

    detector = EncoderDetector(open_encoder(SEALED))
    batch = a_batch(["a ghastly person", "see https://example.org/ghastly"])

    assert detector.examine(batch)["text.hateful"].at(0) is not None
    assert detector.spans(batch)[0]
    assert detector.vectors(batch).any()


def test_the_manifest_describes_its_network() -> None:
    """Labels first, then the choices, in the order of the outputs; the width is that of a place."""
    artefact = open_encoder(SEALED)
    tokens = np.array(artefact.tokenizer.encode("a ghastly person").ids)

    assert [label.signal for label in artefact.manifest.labels] == list(LABELS)
    assert all(isinstance(label, LabelRecord) for label in artefact.manifest.labels)
    assert all(isinstance(choice, ChoiceRecord) for choice in artefact.manifest.choices)
    assert artefact.network.logits(tokens)[: len(LABELS)].argmax() == LABELS.index("text.hateful")
    assert artefact.network.pooled(tokens).shape == (artefact.network.width,)


def test_the_logits_are_the_mean_of_what_the_tokens_bring() -> None:
    """So what each token brings is known from one reading."""
    network = open_encoder(seal_encoder(a_manifest(), the_files(random_weights(5)))).network
    tokens = np.arange(2, 14)

    assert network.parts(tokens).shape == (12, 10)
    assert np.allclose(network.parts(tokens).mean(axis=0), network.logits(tokens), atol=1e-5)


def test_a_graph_that_names_other_files_reads_none_of_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No hash covers such a file: whoever exchanged it would move scores under an unchanged version."""
    graph = onnx.load_model_from_string(FILES[GRAPH_FILE])
    onnx.save_model(
        graph,
        str(tmp_path / "graph.onnx"),
        save_as_external_data=True,
        location="weights.bin",
        size_threshold=0,
    )
    monkeypatch.chdir(tmp_path)
    named = FILES | {GRAPH_FILE: (tmp_path / "graph.onnx").read_bytes()}

    refused(seal_encoder(a_manifest(), named), "cannot be loaded")


def test_a_graph_that_gives_no_finite_numbers_is_refused() -> None:
    """A score that is no number reaches no threshold: every post would pass."""
    weights = knowing_weights(GHASTLY)
    weights["heads.linear.bias"] = np.full_like(weights["heads.linear.bias"], np.nan)

    refused(seal_encoder(a_manifest(), the_files(weights)), "no finite numbers")
