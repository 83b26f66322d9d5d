"""Write what was measured, and the manifest, into the model card, between its markers.

    evenhand evaluate DIR/*.csv.gz --detector text-encoder --split test --json > test.json
    python benchmarks/goals.py --data DIR --peer peer-alt-profanity-check peer-better-profanity
    python benchmarks/cascade.py --data DIR --background FILE --peer
    python benchmarks/robustness.py --data DIR
    .venv/bin/python training/encoder/card.py --test test.json --log FIRST/log.jsonl NEXT/log.jsonl

No figure is typed by hand: a card that disagrees with the commands was not written by this script.
"""

import argparse
import json
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import msgspec

from evenhand.detect._encoder_artefact import EncoderManifest
from evenhand.detect.cascade import CascadeManifest

ROOT: Final = Path(__file__).parents[2]
MODELS: Final = ROOT / "models"
RESULTS: Final = ROOT / "benchmarks" / "results"
WATTS_PER_CORE: Final = 4.5
"""Of a server processor of 270 W with 60 threads: an estimate, there is no meter on the machine."""

Found = Mapping[str, Any]


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table."""
    return "\n".join(f"| {' | '.join(line)} |" for line in [head, ["---"] * len(head), *rows])


def said(figure: Sequence[float] | None) -> str:
    """A figure with its interval, or a dash."""
    return "-" if figure is None else f"{figure[0]:.3f} ({figure[1]:.3f}-{figure[2]:.3f})"


def thresholds(manifest: EncoderManifest) -> str:
    """What the manifest publishes."""
    rows = (
        (
            *(label.signal, f"{label.threshold:.2f}", f"{label.miss_cost:g}"),
            *(f"{having:,} / {without:,}" for having, without in (label.train_rows, label.dev_rows)),
        )
        for label in manifest.labels
    )
    head = ("signal", "threshold", "false alarms one miss is worth", "trained on, with / without", "tuned on")
    return table(head, rows)


GOALS: Final = (
    ("HateCheck (development half), macro-F1", 0.92, "suite_macro_f1"),
    ("the same, accuracy on what must be left alone", 0.90, "suite_left_alone_accuracy"),
    ("the same, worst functionality", 0.70, "suite_worst_functionality/1"),
    ("dynahate test, macro-F1", 0.80, "dynahate_test/f1_macro"),
    ("dynahate test, AUC", 0.89, "dynahate_test/auc"),
    ("emoji-based hate (hatemoji_build test), accuracy", 0.84, "hatemoji_build_test/accuracy"),
    ("real comments (measuring_hate_speech test), macro-F1", 0.82, "measuring_hate_speech_test/f1_macro"),
    ("own domain, AUC hateful", 0.95, "domain_hateful/auc"),
    ("own domain, AUC threat", 0.95, "domain_threat/auc"),
    ("own domain, AUC abusive", 0.93, "domain_abusive/auc"),
    ("own domain, recall of violations at 8 % false alarms", 0.85, "domain_recall_at_8_percent"),
)


def goals(found: Found) -> str:
    """The goals one by one, the peers beside."""
    mine, peers = found["measured"], found["peers"]
    rows = []
    for name, aim, path in GOALS:
        measured, *beside = (_at(each, path) for each in (mine, *peers))
        met = "yes" if measured[0] >= aim else "**no**"
        rows.append((name, f"≥ {aim:.2f}", said(measured), met, *(f"{each[0]:.3f}" for each in beside)))
    gap = mine["identity_gap"]
    low, high = gap["interval"]
    points = f"{gap['gap_points']:.1f} ({low:.1f}-{high:.1f}; {gap['most'][0]} - {gap['fewest'][0]})"
    met = "yes" if gap["gap_points"] <= 5 else "**no**"
    rows.append(
        ("gap of false positives between identity terms, points", "≤ 5", points, met, *["-"] * len(peers))
    )
    return table(("measure", "goal", "measured", "met", *(peer["detector"][0] for peer in peers)), rows)


def _at(found: Found, path: str) -> Any:
    value: Any = found
    for step in path.split("/"):
        value = value[int(step)] if isinstance(value, list) and step.isdigit() else value[step]
    return value


def functionalities(found: Found) -> str:
    """The development suite, by functionality."""
    rows = ((name, said(figure)) for name, figure in found["measured"]["suite_functionalities"].items())
    return table(("functionality", "accuracy"), rows)


def situations(found: Found) -> str:
    """Our own domain, by situation."""
    mine = found["measured"]
    rows = (
        (name, str(count), f"{share:.2f}") for name, (count, share) in mine["domain_judged_rightly"].items()
    )
    at = mine["domain_at_thresholds"]
    first = f"At the published thresholds: recall {at['recall']:.3f}, false alarms {at['false_alarms']:.3f}."
    return first + "\n\n" + table(("situation", "posts", "judged rightly"), rows)


def by_source(printed: Found) -> str:
    """All labels: all rows, then each source of the test splits."""
    rows = []
    for group in printed["quality"]["groups"]:
        if group["column"] in {"all", "source"}:
            figures = (group[name] for name in ("f1_macro", "auc", "recall", "false_positive_rate"))
            shown = (said(figure and [figure["value"], figure["low"], figure["high"]]) for figure in figures)
            counts = (f"{group['rows']:,}", f"{group['positives']:,}", str(group["unknown"]))
            rows.append((group["label"], group["group"], *counts, *shown))
    head = ("label", "source", "rows", "with it", "unknown", "macro-F1", "AUC", "recall", "false alarms")
    return table(head, rows)


def cascade(found: Found, manifest: CascadeManifest) -> str:
    """Speed, and what the first stage loses."""
    clock, cpu, recall = found["by_the_clock"], found["per_cpu_second"], found["recall"]
    bounds = ", ".join(f"`{one.signal}` {one.pass_below:g}" for one in manifest.bounds)
    first = (
        f"Published bounds: a post passes unread below {bounds}. On the stream with 3 % violations the"
        f" encoder alone finds {100 * recall['encoder']:.1f} % of them, the cascade"
        f" {100 * recall['cascade']:.1f} %: {recall['lost_points']:.2f} points are lost"
        f" ({' to '.join(f'{each:.2f}' for each in recall['lost_points_interval'])})."
    )
    speed = (
        (
            name,
            *(f"{each:,}" for each in (cpu[name], clock[f"{name}_one_core"], clock[f"{name}_two_cores"])),
            " / ".join(str(found["latency_one_post"][name][each]) for each in ("p50_ms", "p99_ms")),
        )
        for name in ("encoder", "cascade")
    )
    width = (
        (
            f"{each['times_published']:g}",
            f"{100 * each['forwarded']:.1f} %",
            f"{each['posts_per_cpu_second']:,}",
            f"{each['recall_lost_points']:.2f}",
        )
        for each in found["curve"]
    )
    lost = (
        (source, f"{each['encoder']:.3f}", f"{each['lost_points']:.2f}")
        for source, each in found["recall_by_source"].items()
    )
    early = (
        (f"{each['flag_from']:g}", *(f"{100 * share:.1f} %" for share in list(each.values())[1:]))
        for each in found["flagging_early"]
    )
    clocks = ("one core, by the clock", "two cores")
    tables = (
        table(("", "posts per CPU second", *clocks, "one post, p50 / p99 ms"), speed),
        table(("times the bounds", "forwarded", "posts per CPU second", "recall lost, points"), width),
        table(("test split", "recall, encoder", "lost by the cascade, points"), lost),
        "The other direction: posts of the three test splits that a bound from above would flag unread.",
        table(("flag from", "of the hateful", "of the innocent", "of them innocent to the encoder"), early),
    )
    return "\n\n".join([first, *tables])


def robustness(found: Found) -> str:
    """Points that recall and false alarms move by, per kind of change."""

    def moved(side: str, name: str) -> str:
        each = found[side][name]
        return f"{each['change_points']:+.1f} ({each['low']:+.1f} to {each['high']:+.1f})"

    rows = ((name, moved("recall", name), moved("false_alarms", name)) for name in found["recall"])
    return table(("change", "recall, points", "false alarms, points"), rows)


def cost(stages: Sequence[Found]) -> str:
    """What training took, from the last line of each stage's log."""
    examples = sum(stage["examples"] for stage in stages)
    hours = sum(stage["cpu_seconds"] for stage in stages) / 3600
    return (
        f"{examples:,} examples; {hours:.1f} hours of one core"
        f" (about {hours * WATTS_PER_CORE:.0f} Wh, estimated at {WATTS_PER_CORE} W a core)."
    )


def replaced(card: str, name: str, content: str) -> str:
    """The card with new content between the markers of one name.

    Raises:
        ValueError: The card has no such markers.
    """
    found, count = re.subn(
        rf"(<!-- {name} -->\n).*?(<!-- end -->)",
        lambda marks: f"{marks[1]}{content}\n{marks[2]}",
        card,
        flags=re.DOTALL,
    )
    if count != 1:
        raise ValueError(f"the card has {count} places marked {name}, expected one")
    return found


def main() -> int:
    """Fill the card."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--test", type=Path, required=True)
    parser.add_argument("--log", type=Path, required=True, nargs="+", help="of every stage, the first first")
    options = parser.parse_args()
    manifest = msgspec.json.decode(
        (MODELS / "text-encoder" / "manifest.json").read_bytes(), type=EncoderManifest
    )
    bounds = msgspec.json.decode(
        (MODELS / "text-cascade" / "manifest.json").read_bytes(), type=CascadeManifest
    )
    test = json.loads(options.test.read_bytes())
    found = {
        name: json.loads((RESULTS / f"{name}.json").read_bytes())
        for name in ("goals", "cascade", "robustness")
    }
    version = f"{manifest.version}+{manifest.seal[:12]}"
    measured = {test["version"], found["goals"]["measured"]["detector"][1], bounds.encoder}
    measured |= {found[name]["detector"].split("/")[0] for name in ("cascade", "robustness")}
    if measured != {version}:
        print(f"{sorted(measured)} were measured, the artefact here is {version}", file=sys.stderr)
        return 2
    stages = [json.loads(log.read_text(encoding="utf-8").splitlines()[-1]) for log in options.log]
    parts = {
        "version": f"Version `{version}`.",
        "goals": goals(found["goals"]),
        "thresholds": thresholds(manifest),
        "test": by_source(test),
        "suite": functionalities(found["goals"]),
        "domain": situations(found["goals"]),
        "cascade": cascade(found["cascade"], bounds),
        "robustness": robustness(found["robustness"]),
        "cost": cost(stages),
    }
    path = MODELS / "text-encoder" / "CARD.md"
    card = path.read_text(encoding="utf-8")
    for name, content in parts.items():
        card = replaced(card, name, content)
    path.write_text(card, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
