"""One case on a terminal: the item first, then why it is here, then what was decided."""

from rich.console import Console
from rich.panel import Panel
from rich.text import Text

from evenhand.app.cases import CaseFile
from evenhand.store.reasons import NearestCase
from evenhand.vocabulary import Action, Reading, Recommendation

from ._output import line, moment, number, shown, table

_VERSION = 12  # characters of a version: enough to tell two apart
_NEAR_TEXT = 70  # characters of the text of another case
_MILDEST = [action.value for action in Action].index


def case_page(console: Console, file: CaseFile) -> None:
    """Print a case."""
    status, item = file.status, file.item
    head = line(f"{status.id}  {status.state}  queue {status.queue}, priority {status.priority}")
    head.stylize("bold", 0, len(status.id))
    console.print(head)
    if status.claimed_by:
        console.print(line(f"claimed by {status.claimed_by} until {moment(status.claimed_until)} UTC"))
    console.print(Panel(_marked(file), title=line(str(item.subject)), title_align="left", expand=False))
    console.print(
        line(f"posted {moment(item.created_at)} UTC by {item.author or 'unknown'}, reach {item.reach or '-'}")
    )
    if file.edited_later:
        console.print("It was edited later; the later revision is no longer kept.")
    if status.previous:
        console.print(f"An earlier case about it was decided: evenhand cases show {status.previous}")
    _why(console, file)
    if file.nearest:
        _nearest(console, file)
    _end(console, file)


def _why(console: Console, file: CaseFile) -> None:
    """The rules that spoke, what detectors found and all that they said, and who reported it."""
    console.print("\n[bold]Why it is here[/]")
    for said in file.recommendations:
        console.print(reason(said))
    if file.findings:
        rows = [
            (one.detector, one.version[:_VERSION], one.signal, number(one.score), number(one.threshold))
            for one in file.findings
        ]
        console.print(table(["detector", "version", "signal", "#score", "#from"], rows))
    for reading in file.readings:
        console.print(_reading(reading))
    if file.earlier:
        console.print("about an earlier revision:")
    for said in file.earlier:
        console.print(reason(said))
    for report in file.reports:
        console.print(
            line(f"reported by {report.reporter_class} under {report.clause or 'no clause'}: ").append(
                shown(report.text, 200)
            )
        )


def _marked(file: CaseFile) -> Text:
    """The text as posted, what detectors matched underlined. Control characters are blanked, offsets hold."""
    if file.item.text is None:
        return Text("(erased)")
    text = Text("".join(letter if letter.isprintable() else " " for letter in file.item.text))
    for finding in file.findings:
        for span in finding.spans:
            text.stylize("underline", span.start, span.end)
    return text


def reason(said: Recommendation) -> Text:
    """A rule with its conditions and what each met."""
    told = line(f"{said.clause}  rule {said.rule} of {said.policy.policy} {said.policy.version}")
    for term in said.terms:
        value = _value(term.value)
        mark = {True: "+", False: "-", None: "?"}[term.holds]
        told.append("\n    ").append(line(f"{mark} {term.text}  (is {value})"))
    return told


def _value(value: float | bool | str | None) -> str:
    if value is None:
        return "unknown"
    return number(value) if isinstance(value, float) else str(value)


def _reading(reading: Reading) -> Text:
    """All that one detector said, on one line; what is 0 is summed up."""
    told = {name.partition(".")[2]: value for name, value in reading.values.items()}
    said = [f"{name} {_value(value)}" for name, value in told.items() if value is None or value != 0]
    rest = ["all else 0"] if said and len(said) < len(told) else ["all 0"] if not said else []
    return line(f"{reading.detector} {reading.version[:_VERSION]}: {', '.join([*said, *rest])}")


def _nearest(console: Console, file: CaseFile) -> None:
    """The nearest decided cases, and whether they and this one were decided alike."""
    verdicts = [one.clause for one in file.nearest]
    verdicts += [file.decision.verdict.clause] if file.decision else []
    alike = "decided alike" if len(set(verdicts)) == 1 else "not decided alike"
    console.print(f"\n[bold]Nearest decided cases[/]{f': {alike}' if len(verdicts) > 1 else ''}")
    rows = [_near(one) for one in file.nearest]
    console.print(table(["case", "#similarity", "decided", "under", "text"], rows))


def _near(one: NearestCase) -> tuple[str | Text, ...]:
    return (
        one.case_id,
        f"{one.similarity:.2f}",
        moment(one.decided_at),
        one.clause or "no violation",
        shown(one.text, _NEAR_TEXT),
    )


def _foremost(file: CaseFile) -> tuple[str, str]:
    """The clause of the foremost rule, and what a decision under it may order, the mildest first."""
    for said in file.recommendations:
        for version in file.versions:
            if version.policy.ref == said.policy:
                return said.clause, "|".join(sorted(version.policy.clause(said.clause).actions, key=_MILDEST))
    return "CLAUSE", "ACTION"


def _end(console: Console, file: CaseFile) -> None:
    if file.decision is None:
        clause, actions = _foremost(file)
        console.print("\n[bold]To decide[/]")
        command = f"evenhand cases decide {file.status.id} --as STAFF"
        if file.item.text is not None:  # nothing can be ordered about what was erased
            console.print(line(f"{command} --clause {clause} --action {actions} --reason WHY"))
        console.print(f"{command} --no-violation --reason WHY", markup=False)
        return
    verdict = file.decision.verdict
    console.print("\n[bold]Decided[/]")
    what = f"{verdict.action} under {verdict.clause}" if verdict.clause else "no violation"
    console.print(line(f"{what}, by {file.decision.by} on {moment(file.decision.at)} UTC"))
    console.print(Text("because: ").append(shown(verdict.reason)))
    if file.notice:
        console.print(f"evenhand notices show {file.notice.id}")
