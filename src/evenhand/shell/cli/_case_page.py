"""One case on a terminal: the item first, then why it is here, then what was decided."""

from rich.console import Console
from rich.panel import Panel
from rich.text import Text

from evenhand.app.cases import CaseFile
from evenhand.vocabulary import Action, Recommendation

from ._output import line, moment, number, shown, table

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
    console.print("\n[bold]Why it is here[/]")
    for said in file.recommendations:
        console.print(_reason(said))
    if file.findings:
        rows = [
            (one.detector, one.version[:12], one.signal, number(one.score), number(one.threshold))
            for one in file.findings
        ]
        console.print(table(["detector", "version", "signal", "#score", "#from"], rows))
    if file.earlier:
        console.print("about an earlier revision:")
    for said in file.earlier:
        console.print(_reason(said))
    for report in file.reports:
        console.print(
            line(f"reported by {report.reporter_class} under {report.clause or 'no clause'}: ").append(
                shown(report.text, 200)
            )
        )
    _end(console, file)


def _marked(file: CaseFile) -> Text:
    """The text as posted, what detectors matched underlined. Control characters are blanked, offsets hold."""
    if file.item.text is None:
        return Text("(erased)")
    text = Text("".join(letter if letter.isprintable() else " " for letter in file.item.text))
    for finding in file.findings:
        for span in finding.spans:
            text.stylize("underline", span.start, span.end)
    return text


def _reason(said: Recommendation) -> Text:
    reason = line(f"{said.clause}  rule {said.rule} of {said.policy.policy} {said.policy.version}")
    for term in said.terms:
        value = _value(term.value)
        mark = {True: "+", False: "-", None: "?"}[term.holds]
        reason.append("\n    ").append(line(f"{mark} {term.text}  (is {value})"))
    return reason


def _value(value: float | bool | str | None) -> str:
    if value is None:
        return "unknown"
    return number(value) if isinstance(value, float) else str(value)


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
