"""Signals and small policies for the tests of this folder."""

from evenhand.policy import Policy, parse_policy
from evenhand.vocabulary import Signal, SignalRegistry, SignalType

PROBABILITIES = ("text.hateful", "text.threat")
COUNTS = ("item.reach", "terms.slurs")
NUMBERS = ("author.age",)
FLAGS = ("item.is_reply", "author.verified")
CATEGORIES = ("item.kind", "item.language")
TEXTS = ("text.folded", "text.original", "author.bio")

REGISTRY = SignalRegistry(
    Signal(name=name, type=kind, meaning="Made for a test.")
    for kind, names in (
        (SignalType.PROBABILITY, PROBABILITIES),
        (SignalType.COUNT, COUNTS),
        (SignalType.NUMBER, NUMBERS),
        (SignalType.FLAG, FLAGS),
        (SignalType.CATEGORY, CATEGORIES),
        (SignalType.TEXT, TEXTS),
    )
    for name in names
)


def a_document(*rules: str, policy: str = "conduct", tail: str = "") -> str:
    """A policy of one clause, T1, with rules T1.r0, T1.r1, ... of the bodies given."""
    blocks = "\n\n".join(f"```rule T1.r{number}\n{rule}\n```" for number, rule in enumerate(rules))
    return f"""# Conduct

```settings
policy = "{policy}"
version = "1.0"
language = "en"
```

## T1 Attack

Do not attack people.

```clause
severity = 3
actions = ["label", "remove"]
```

{blocks}

{tail}
"""


def a_rule(
    condition: str, *, unless: str = "", on_unknown: str = "", queue: str = "hate", priority: int = 3
) -> str:
    """The body of a rule."""
    parts = [f"when {condition}"]
    parts += [f"unless {unless}"] if unless else []
    parts += [f"on unknown {on_unknown}"] if on_unknown else []
    return "\n".join([*parts, f'then review in "{queue}" priority {priority}'])


def parsed(document: str) -> Policy:
    """The policy of a document."""
    return parse_policy({"policy.md": document.encode()}, registry=REGISTRY, where="policies/conduct")
