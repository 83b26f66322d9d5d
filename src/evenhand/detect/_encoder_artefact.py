"""The encoder's artefact: a manifest, a graph, a tokenizer and a table of emoji; nothing that can run code.

    artefact = open_encoder(files)          # raises VerificationError where a byte is not as it was sealed
    artefact.manifest.labels[0].threshold

The manifest holds the SHA-256 of every file and is sealed itself. The graph names the tokenizer that it was
trained with, so that a graph and a tokenizer that do not belong together are refused even if somebody seals
them anew.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Final

import msgspec
import numpy as np
import numpy.typing as npt
import onnxruntime
from tokenizers import Tokenizer

from evenhand.errors import VerificationError

from ._artefact import HEADS
from ._occlusion import mask_of
from ._sealing import open_sealed, seal

__all__ = [
    "EMOJI_FILE",
    "GRAPH_FILE",
    "MANIFEST_FILE",
    "TOKENIZER_FILE",
    "Artefact",
    "ChoiceRecord",
    "EncoderManifest",
    "LabelRecord",
    "Network",
    "open_encoder",
    "seal_encoder",
]

FORMAT: Final = 1
MANIFEST_FILE: Final = "manifest.json"
GRAPH_FILE: Final = "encoder.onnx"
TOKENIZER_FILE: Final = "tokenizer.json"
EMOJI_FILE: Final = "emoji.json"
TOKENIZER_PROPERTY: Final = "tokenizer_sha256"
"""Of the graph's metadata: the tokenizer that it was trained with."""

_LANGUAGES: Final = ("en",)
_FILES: Final = (GRAPH_FILE, TOKENIZER_FILE, EMOJI_FILE)
_NOWHERE: Final = "/dev/null"  # no folder, and nobody can make it one
_AGAIN: Final = "install Evenhand again, or rebuild the model as training/encoder/README.md says"

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float32]


class LabelRecord(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What is published about one label.

    Attributes:
        signal: The column it fills: `text.hateful`.
        threshold: The probability from which it counts as a finding.
        miss_cost: How many false alarms one miss was taken to be worth when the threshold was chosen.
        evidence: Rising logits, the knots of the calibration.
        probability: The probability at each knot, never falling; between knots it is a straight line.
        train_rows: Rows that say something about this label: `(with it, without it)`.
        dev_rows: The same of the rows that the calibration and the threshold were chosen on.
    """

    signal: str
    threshold: Annotated[float, msgspec.Meta(gt=0, lt=1)]
    miss_cost: Annotated[float, msgspec.Meta(gt=0)]
    evidence: tuple[float, ...]
    probability: tuple[Annotated[float, msgspec.Meta(ge=0, le=1)], ...]
    train_rows: tuple[int, int]
    dev_rows: tuple[int, int]


class ChoiceRecord(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One head that chooses one of several.

    Attributes:
        signal: The column it fills: `text.target`.
        categories: What it chooses from, in the order of the graph's outputs.
    """

    signal: str
    categories: tuple[str, ...]


class EncoderManifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The artefact's own description, stored as JSON in exactly one spelling.

    Attributes:
        format: Of the folder.
        name: Of the model: `text-encoder`.
        version: Of the training recipe; the seal is added to it where a finding is recorded.
        folding_version: The folding that the training texts went through; see `folding_version`.
        languages: Primary language tags that it was trained on.
        reference_share: The share of texts with a label that the probabilities and thresholds suppose.
        labels: One record per yes-or-no head, in the order of the graph's first outputs.
        choices: One record per choosing head, in the order of the outputs that follow.
        vocabulary: How many tokens the tokenizer knows.
        window: Tokens that the graph reads at once, the first and last of them the marks of begin and end.
        stride: How many tokens further the next window of a longer text begins.
        seed: Of the training.
        files: File name -> SHA-256 in hex.
        seal: SHA-256 of this manifest with an empty seal, in hex.
    """

    format: int = FORMAT
    name: str
    version: str
    folding_version: str
    languages: tuple[str, ...]
    reference_share: Annotated[float, msgspec.Meta(gt=0, lt=1)]
    labels: tuple[LabelRecord, ...]
    choices: tuple[ChoiceRecord, ...]
    vocabulary: int
    window: Annotated[int, msgspec.Meta(ge=16, le=512)]
    stride: Annotated[int, msgspec.Meta(ge=8)]
    seed: int
    files: dict[str, str] = {}
    seal: str = ""


class Network:
    """A loaded graph. One text a call, never padded: a score is a function of text and graph alone.

    Attributes:
        width: Of the vector that the heads read.
    """

    def __init__(self, graph: bytes) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        # A graph may name files that hold its weights; no hash covers those, so none can be read.
        options.add_session_config_entry("session.model_external_initializers_file_folder_path", _NOWHERE)
        self._session = onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
        shapes = {output.name: output.shape for output in self._session.get_outputs()}
        self.width = int(shapes["pooled"][-1])

    @property
    def tokenizer_sha256(self) -> str:
        """The tokenizer that the graph was trained with; empty where it does not say."""
        metadata: Mapping[str, str] = self._session.get_modelmeta().custom_metadata_map
        return metadata.get(TOKENIZER_PROPERTY, "")

    def logits(self, tokens: Ints) -> Floats:
        """All heads' logits of one window, shape (outputs,); `tokens` has shape (L,)."""
        found: Floats = self._session.run(["logits"], {"tokens": tokens[None]})[0][0]
        return found

    def parts(self, tokens: Ints) -> Floats:
        """What each token brings to the logits, shape (L, outputs): their mean is what `logits` gives."""
        found: Floats = self._session.run(["parts"], {"tokens": tokens[None]})[0][0]
        return found

    def pooled(self, tokens: Ints) -> Floats:
        """The vector that the heads read, shape (hidden,)."""
        found: Floats = self._session.run(["pooled"], {"tokens": tokens[None]})[0][0]
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Artefact:
    """An artefact, opened and checked.

    Attributes:
        manifest: As stored.
        network: The graph, loaded.
        tokenizer: It neither pads nor cuts.
        emoji: Character -> what it shows.
    """

    manifest: EncoderManifest
    network: Network
    tokenizer: Tokenizer
    emoji: Mapping[str, str]


def seal_encoder(manifest: EncoderManifest, files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The whole folder, file name -> bytes, with the hashes filled in."""
    hashes = {name: hashlib.sha256(files[name]).hexdigest() for name in _FILES}
    sealed = seal(msgspec.structs.replace(manifest, files=hashes))
    return {MANIFEST_FILE: sealed, **{name: files[name] for name in _FILES}}


def open_encoder(files: Mapping[str, bytes]) -> Artefact:
    """Check an artefact byte for byte and load it.

    Raises:
        VerificationError: A file is missing, cut short or changed; the graph and the tokenizer do not belong
            together; it was made for another version.
    """
    missing = [name for name in (MANIFEST_FILE, *_FILES) if name not in files]
    if missing:
        raise VerificationError(
            f"model text-encoder lacks {' and '.join(missing)},"
            f" it has {', '.join(sorted(files)) or 'no files'}",
            mend=_AGAIN,
        )
    manifest = open_sealed(files[MANIFEST_FILE], EncoderManifest, mend=_AGAIN)
    if manifest.format != FORMAT:
        raise VerificationError(
            f"model {manifest.name} has format {manifest.format}, this Evenhand reads format {FORMAT}",
            mend="take the model that came with this version,"
            " or rebuild it as training/encoder/README.md says",
        )
    for name in _FILES:
        _check_hash(manifest, name, files[name])
    _check_outputs(manifest)
    return _loaded(manifest, files)


def _check_outputs(manifest: EncoderManifest) -> None:
    """Refuse names that would put one head's values into another's column, or give a category no name."""
    labels = tuple(label.signal for label in manifest.labels)
    if labels != HEADS:
        raise VerificationError(
            f"model {manifest.name} has the labels {', '.join(labels)}, expected {', '.join(HEADS)}",
            mend=_AGAIN,
        )
    heads = [choice.signal for choice in manifest.choices]
    for names in (heads, *(choice.categories for choice in manifest.choices)):
        if len(set(names)) != len(names) or not all(names):
            raise VerificationError(
                f"model {manifest.name} names {', '.join(names)}: each once, and none empty", mend=_AGAIN
            )
    if any(len(choice.categories) < 2 for choice in manifest.choices):
        raise VerificationError(f"model {manifest.name} lets a head choose from less than 2", mend=_AGAIN)
    if manifest.languages != _LANGUAGES:
        raise VerificationError(
            f"model {manifest.name} is one of {', '.join(manifest.languages) or 'no language'},"
            f" this Evenhand asks the encoder about {', '.join(_LANGUAGES)} alone",
            mend="take a model of English: texts of other languages stay unknown",
        )


def _check_hash(manifest: EncoderManifest, name: str, content: bytes) -> None:
    digest = hashlib.sha256(content).hexdigest()
    if digest != manifest.files.get(name):
        raise VerificationError(
            f"{name} of model {manifest.name} has {len(content)} bytes and SHA-256 {digest},"
            f" its manifest says {manifest.files.get(name, 'nothing')}",
            mend=_AGAIN,
        )


def _loaded(manifest: EncoderManifest, files: Mapping[str, bytes]) -> Artefact:
    """Everything as objects, if it fits together.

    Raises:
        VerificationError: It does not.
    """
    try:
        network = Network(files[GRAPH_FILE])
        tokenizer = Tokenizer.from_buffer(files[TOKENIZER_FILE])
        emoji = msgspec.json.decode(files[EMOJI_FILE], type=dict[str, str])
    except Exception as error:  # both libraries raise bare exceptions of their own
        raise VerificationError(f"model {manifest.name} cannot be loaded: {error}", mend=_AGAIN) from error
    meant, found = network.tokenizer_sha256, manifest.files[TOKENIZER_FILE]
    if meant != found or tokenizer.get_vocab_size() != manifest.vocabulary:
        raise VerificationError(
            f"the graph of model {manifest.name} was trained with the tokenizer {meant or 'of no name'}"
            f" of {manifest.vocabulary} tokens, {TOKENIZER_FILE} is {found} of {tokenizer.get_vocab_size()}",
            mend="take graph and tokenizer of one training, or rebuild the model",
        )
    strange = [sign for sign in emoji if len(sign) != 1]
    if strange:
        raise VerificationError(
            f"{EMOJI_FILE} of model {manifest.name} explains {strange[0]!r}, expected single characters",
            mend=_AGAIN,
        )
    tokenizer.no_padding()
    tokenizer.no_truncation()
    _check_reading(manifest, network, tokenizer)
    _check_calibration(manifest)
    return Artefact(manifest=manifest, network=network, tokenizer=tokenizer, emoji=emoji)


def _check_reading(manifest: EncoderManifest, network: Network, tokenizer: Tokenizer) -> None:
    """Refuse what would fail, or leave words out, at some post: a whole window is read once."""
    mask_of(tokenizer)
    marks = tokenizer.encode("").ids
    if len(marks) != 2 or manifest.stride > manifest.window - len(marks):
        raise VerificationError(
            f"model {manifest.name} puts {len(marks)} marks around a text, expected 2, and reads windows of"
            f" {manifest.window} tokens at every {manifest.stride}, expected at most {manifest.window - 2}",
            mend=_AGAIN,
        )
    wanted = len(manifest.labels) + sum(len(choice.categories) for choice in manifest.choices)
    tokens = np.resize(np.array(marks, np.int64), manifest.window)
    try:
        logits, parts = network.logits(tokens), network.parts(tokens)
    except Exception as error:  # the library raises bare exceptions of its own
        raise VerificationError(f"model {manifest.name} cannot read: {error}", mend=_AGAIN) from error
    if wanted != len(logits):
        raise VerificationError(
            f"the graph of model {manifest.name} has {len(logits)} outputs, its manifest names {wanted}",
            mend=_AGAIN,
        )
    if not (np.isfinite(logits).all() and np.isfinite(parts).all()):
        raise VerificationError(f"the graph of model {manifest.name} gives no finite numbers", mend=_AGAIN)


def _check_calibration(manifest: EncoderManifest) -> None:
    for label in manifest.labels:
        rises = all(np.diff(label.evidence) > 0) and all(np.diff(label.probability) >= 0)
        if not label.evidence or len(label.evidence) != len(label.probability) or not rises:
            raise VerificationError(
                f"the calibration of {label.signal} in model {manifest.name} does not rise", mend=_AGAIN
            )
