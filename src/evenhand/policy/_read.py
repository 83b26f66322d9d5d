"""From the files of a policy's folder to a policy, or to a list of everything that is wrong with it."""

import hashlib
import re
from collections.abc import Mapping

from evenhand.errors import RuleError
from evenhand.vocabulary import ClauseId, PolicyId, PolicyRef, SignalRegistry

from ._check import check_counter, check_rule
from ._counters import Counter, signal_of
from ._document import Block, Document, Section, called, read_document
from ._examples import read_examples
from ._fields import Fields
from ._labels import LABELS
from ._parser import parse_counter, parse_rule
from ._policy import Clause, Policy, Rule
from ._source import Faults, Place, Source
from ._syntax import RuleBody

DOCUMENT = "policy.md"
ACTIONS = ("label", "limit", "age_gate", "remove")
MAX_DOCUMENT = 1 << 20
MAX_RULES = 2_000
MAX_COUNTERS = 50
_RULE_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]*(?:\.[A-Za-z0-9_-]+)*")
_COUNTER = re.compile(r"[a-z][a-z0-9_]*")
_QUEUE = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
_MAX_NAME = 64
_POLICY = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
_VERSION = re.compile(r"[0-9]{1,6}(?:\.[0-9]{1,6}){0,2}")
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
_AUTOMATION = re.compile("review-only")


def parse_policy(files: Mapping[str, bytes], *, registry: SignalRegistry, where: str) -> Policy:
    """Read a policy and check it against the signals of this installation.

    Args:
        files: Every file of its folder, by its path inside the folder; `policy.md` is the document, and all
            of them count into the content hash.
        registry: The signals that its rules may read.
        where: What faults call the folder.

    Raises:
        RuleError: The policy is malformed; the message shows every fault with its line and its mend.
    """
    source = _source(files, f"{where.rstrip('/')}/{DOCUMENT}")
    faults = Faults(source)
    document = read_document(source, faults)
    policy, version, language = _settings(source, document, faults)
    clauses = tuple(_clause(source, section, faults) for section in document.sections)
    counters, registry = _counters(document, registry, faults)
    rules = _rules(document, registry, faults)
    examples = read_examples(document.sections, registry, faults)
    faults.raise_if_any()
    return Policy(
        ref=PolicyRef(policy=policy, version=version, content_hash=content_hash(files)),
        title=document.title,
        language=language,
        clauses=clauses,
        rules=rules,
        document=source.text,
        examples=examples,
        counters=counters,
    )


def content_hash(files: Mapping[str, bytes]) -> str:
    """SHA-256, in hex, over all files in the order of their names in UTF-8.

    Of each file: the length of its name, its name, the length of its content, its content; lengths as eight
    bytes, most significant first.
    """
    digest = hashlib.sha256()
    for name, content in sorted((name.encode(), content) for name, content in files.items()):
        for part in (name, content):
            digest.update(len(part).to_bytes(8, "big"))
            digest.update(part)
    return digest.hexdigest()


def _source(files: Mapping[str, bytes], path: str) -> Source:
    content = files.get(DOCUMENT)
    if content is None:
        found = ", ".join(sorted(files)[:5]) or "no file at all"
        raise RuleError(
            f"error: the policy has no {DOCUMENT}; its folder holds {found}\n --> {path}:1:1",
            mend=f"write the policy in {DOCUMENT}",
        )
    if len(content) > MAX_DOCUMENT:
        raise RuleError(
            f"error: the document has {len(content)} bytes, more than {MAX_DOCUMENT}\n --> {path}:1:1",
            mend="split it into several policies",
        )
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = content[: error.start].decode("utf-8-sig")
        faults = Faults(Source.of(path, before + "\N{REPLACEMENT CHARACTER}"))
        end = len(faults.source.text) - 1
        byte = content[error.start]
        faults.add(Place(end, end), f"the byte 0x{byte:02x} is not UTF-8", "save the document as UTF-8")
        faults.raise_if_any()
        raise
    source = Source.of(path, text)
    if "\0" in text:
        faults, at = Faults(source), source.text.index("\0")
        faults.add(Place(at, at + 1), "the document holds a NUL character", "take it out")
        faults.raise_if_any()
    return source


def _settings(source: Source, document: Document, faults: Faults) -> tuple[PolicyId, str, str]:
    blocks = [block for block in document.outside if block.kind == "settings"]
    for section in document.sections:
        for block in section.blocks:
            if block.kind == "settings":
                mend = "move it under the title: it speaks for the whole policy"
                faults.add(block.fence, f"settings stand in clause {section.id}", mend)
    for block in blocks[1:]:
        faults.add(block.fence, "a second settings block", "join the two: a policy has one")
    if not blocks:
        faults.add(
            source.line_place(0), "the policy has no settings block", "add ```settings under the title"
        )
        return PolicyId(""), "", ""
    fields = Fields.read("the policy", blocks[0], faults)
    fields.only(("policy", "version", "language"))
    return (
        PolicyId(fields.string("policy", _POLICY, 'write an id such as policy = "hateful-conduct"')),
        fields.string("version", _VERSION, 'write digits and points, such as version = "1.0"'),
        fields.string("language", _LANGUAGE, 'write a language tag, such as language = "en"'),
    )


def _clause(source: Source, section: Section, faults: Faults) -> Clause:
    blocks = [block for block in section.blocks if block.kind == "clause"]
    severity, actions, automation, labels = 1, tuple[str, ...](), "", tuple[str, ...]()
    human_only = False
    for block in blocks[1:]:
        faults.add(block.fence, f"a second clause block in clause {section.id}", "join the two")
    if blocks:
        fields = Fields.read(f"clause {section.id}", blocks[0], faults)
        fields.only(("severity", "actions", "automation", "labels", "human_only"))
        severity = fields.integer("severity", 1, 5, "write severity = 1 (least) to 5 (gravest)")
        actions = fields.choices("actions", ACTIONS)
        automation = fields.string(
            "automation", _AUTOMATION, 'write automation = "review-only"', default="review-only"
        )
        labels = fields.choices("labels", LABELS, needed=False)
        human_only = _human_only(fields, section)
    else:
        mend = "add a ```clause block with severity and actions, or take the id out of the heading"
        faults.add(section.heading.place, f"clause {section.id} sets no severity and no actions", mend)
    text = _text(source, section.heading.lines[0], section.end)
    return Clause(
        id=ClauseId(section.id),
        title=section.title,
        prose=_prose(source, section),
        severity=severity,
        actions=actions,
        automation=automation,
        text_hash=hashlib.sha256(text.strip().encode()).hexdigest(),
        labels=labels,
        human_only=human_only,
    )


def _human_only(fields: Fields, section: Section) -> bool:
    """Whether a clause says that it has no rule; it is a fault if it has one all the same."""
    said = fields.flag("human_only", "write human_only = true, or leave the key out")
    if said and any(block.kind == "rule" for block in section.blocks):
        fields.fault("human_only", "says human_only and has a rule", "take one of the two out")
    return said


def _prose(source: Source, section: Section) -> str:
    parts, at = [], section.heading.lines[1]
    for block in section.blocks:
        parts.append(_text(source, at, block.lines[0]).strip())
        at = block.lines[1]
    parts.append(_text(source, at, section.end).strip())
    return "\n\n".join(part for part in parts if part)


def _text(source: Source, first: int, end: int) -> str:
    place = source.lines_between(first, end)
    return source.text[place.start : place.end]


def _counters(
    document: Document, registry: SignalRegistry, faults: Faults
) -> tuple[tuple[Counter, ...], SignalRegistry]:
    """The counters, and the signals with theirs; one at fault has its own too, so faults do not cascade."""
    blocks = [*document.outside, *(block for section in document.sections for block in section.blocks)]
    blocks = [block for block in blocks if block.kind == "counter"]
    if len(blocks) > MAX_COUNTERS:
        faults.add(blocks[MAX_COUNTERS].fence, f"more than {MAX_COUNTERS} counters", "split the policy")
    found: dict[str, Counter | None] = {}
    for block in blocks:
        if not _COUNTER.fullmatch(block.name) or len(block.name) > _MAX_NAME:
            said = block.name if block.name.isprintable() and block.name else "this"
            mend = "write ```counter pile_on: lower-case letters, digits and _"
            faults.add(block.fence, f"{said} is no name for a counter", mend)
        elif block.name in found:
            mend = "give each counter its own name"
            faults.add(block.fence, f"a second counter is called {block.name}", mend)
        else:
            found[block.name] = parse_counter(block.name, faults.source.text, block.place, faults)
    whole = registry.joined(signal_of(name, counter) for name, counter in found.items())
    counters = tuple(counter for counter in found.values() if counter is not None)
    for counter in counters:
        check_counter(counter, whole, faults)
    return counters, whole


def _rules(document: Document, registry: SignalRegistry, faults: Faults) -> tuple[Rule, ...]:
    for block in document.outside:
        if block.kind not in {"settings", "counter"}:
            mend = "move it under the heading of a clause, such as ## H2 Direct attack"
            faults.add(block.fence, f"{called(block.kind)} stands outside a clause", mend)
    found = [
        (block, section) for section in document.sections for block in section.blocks if block.kind == "rule"
    ]
    if len(found) > MAX_RULES:
        faults.add(found[MAX_RULES][0].fence, f"more than {MAX_RULES} rules", "split the policy")
        return ()
    names: set[str] = set()
    for block, section in found:
        _name(block, section, names, faults)
    rules = (_rule(block, section, registry, faults) for block, section in found)
    return tuple(rule for rule in rules if rule is not None)


def _name(block: Block, section: Section, taken: set[str], faults: Faults) -> None:
    name = block.name
    if not _RULE_NAME.fullmatch(name) or len(name) > _MAX_NAME:
        mend = f"write ```rule {section.id}.name: letters, digits, _ and -"
        found = f"{name} is no name for a rule" if name.isprintable() and name else "a rule has no name"
        faults.add(block.fence, found, mend)
    elif not name.startswith(f"{section.id}."):
        mend = f"call it {section.id}.{name.rpartition('.')[2]}"
        faults.add(block.fence, f"rule `{name}` stands in clause {section.id}", mend)
    if name in taken:
        faults.add(block.fence, f"a second rule is called {name}", "give each rule its own name")
    taken.add(name)


def _rule(block: Block, section: Section, registry: SignalRegistry, faults: Faults) -> Rule | None:
    body = parse_rule(faults.source.text, block.place, faults)
    if body is None:
        return None
    check_rule(block.name, body, registry, faults)
    _route(block.name, body, faults)
    return Rule(
        name=block.name,
        clause=ClauseId(section.id),
        when=body.when,
        unless=body.unless,
        on_unknown=body.on_unknown,
        queue=body.queue.value,
        priority=int(body.priority.value),
    )


def _route(rule: str, body: RuleBody, faults: Faults) -> None:
    queue, priority = body.queue, body.priority
    if not _QUEUE.fullmatch(queue.value) or len(queue.value) > _MAX_NAME:
        mend = 'write lower-case letters, digits and hyphens, such as "hate"'
        faults.add(queue.place, f"rule `{rule}` sends to a queue of no proper name", mend)
    if priority.value not in {1, 2, 3, 4, 5}:
        mend = "write 1 (first) to 5 (last)"
        faults.add(priority.place, f"rule `{rule}` has priority {priority.value:g}", mend)
