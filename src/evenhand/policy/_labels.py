"""What a decision says of a text, to whoever learns from decisions: labels that a clause speaks about.

labels_said(clause)                     # {"hateful": True}: decided under a clause with labels = ["hateful"]
labels_said(None, nothing_broken_of)    # {"hateful": False, "threat": False}: decided that nothing is broken
"""

from collections.abc import Mapping, Sequence
from typing import Final

from ._policy import Clause, Policy

LABELS: Final = ("hateful", "threat", "abusive")
"""The labels that the text detectors learn, in the order of their columns."""


def labels_said(clause: Clause | None, considered: Sequence[Policy] = ()) -> Mapping[str, bool]:
    """The labels that a decision speaks about, and what it says; a label it is silent on is left out.

    A decision under a clause says that the text has every label of that clause, and nothing else: whoever
    decides under the gravest clause has not looked whether others are broken too.

    A decision that nothing is broken speaks for every clause considered. It denies a label that is a clause's
    only one. Of a clause with several labels it denies that the text has all of them at once, which says
    nothing about any one of them: a rude post that is no abuse of a protected person may still be abusive.

    Args:
        clause: The clause that is broken; None where nothing is.
        considered: The policy versions by which the item was judged; only read where nothing is broken.
    """
    if clause is not None:
        return dict.fromkeys(clause.labels, True)
    alone = {one.labels[0] for policy in considered for one in policy.clauses if len(one.labels) == 1}
    return {label: False for label in LABELS if label in alone}
