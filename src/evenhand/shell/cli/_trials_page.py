"""What a policy does with its examples, on a terminal: what does not hold and why, then what is not shown."""

from collections.abc import Iterator

from rich.console import Console
from rich.text import Text

from evenhand.app.testing import PolicyTested
from evenhand.policy import Trial, written_example
from evenhand.vocabulary import Recommendation

from ._case_page import reason
from ._output import line, shown

_TEXT = 200  # characters of an example


def trials_page(console: Console, done: PolicyTested) -> None:
    """Print the examples that fail, the warnings, and the totals."""
    for trial in done.failed:
        head = line(f"{done.document}:{trial.example.line}: ")
        head.append(shown(written_example(trial.example), _TEXT)).stylize("bold")
        console.print(head)
        for told in _why(trial):
            console.print(Text("\n").join(Text("  ") + part for part in told.split("\n")))
    for gap in done.gaps:
        console.print(line(f"warning: {gap.found}; {gap.mend}"))
    console.print(line(totals(done)))


def totals(done: PolicyTested) -> str:
    """How many examples there are, and how many fail."""
    ref, count, failed = done.policy.ref, len(done.trials), len(done.failed)
    held = f"{count} examples, {count - failed} hold, {failed} fail"
    return f"{ref.policy} {ref.version}: {held}; {len(done.gaps)} warnings"


def trials_record(done: PolicyTested) -> dict[str, object]:
    """The same as JSON."""
    return {
        "policy": done.policy.ref,
        "document": done.document,
        "examples": len(done.trials),
        "failed": [_record(trial) for trial in done.failed],
        "warnings": done.gaps,
    }


def _record(trial: Trial) -> dict[str, object]:
    example = trial.example
    return {
        "line": example.line,
        "clause": example.clause,
        "expected": "catch" if example.catch else "leave",
        "text": example.text,
        "signals": dict(example.signals),
        "spoke": trial.spoke,
        "stopped": trial.stopped,
        "missed": trial.missed,
        "silenced": trial.silenced,
    }


def _why(trial: Trial) -> Iterator[Text]:
    """What was expected, and why it was not so."""
    clause = trial.example.clause
    if trial.stopped:
        yield line("expected a rule that can be decided: these stop a scan with `on unknown fail`")
        yield from map(reason, trial.stopped)
    if not trial.example.catch:
        if trial.spoke:
            yield line("expected no rule to bring it to review; these do")
        yield from map(reason, trial.spoke)
    elif trial.missed:
        yield line(f"expected a rule of {clause} to bring it to review; none does")
        yield from (_missed(said, trial) for said in trial.missed)
        yield from _others(trial.spoke)
    elif not any(said.clause == clause for said in trial.spoke):
        yield line(f"expected a rule of {clause} to bring it to review; {clause} has no rule")
        yield from _others(trial.spoke)


def _missed(said: Recommendation, trial: Trial) -> Text:
    told = reason(said)
    return told.append("\n    its unless silences it") if said.rule in trial.silenced else told


def _others(spoke: tuple[Recommendation, ...]) -> Iterator[Text]:
    if spoke:
        yield line(f"rules of other clauses do: {', '.join(said.rule for said in spoke)}")
