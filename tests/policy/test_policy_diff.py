"""What changed between two versions of a policy, one kind of change after the other, as people read it."""

import pytest
from policy_samples import REGISTRY, a_document, a_rule

from evenhand.errors import BadInput
from evenhand.policy import Version, compare, describe_diff, parse_policy

MORE, FEWER = "looks at more posts", "looks at fewer posts"
CLAUSE = """## T2 Threats

Do not threaten people.

```clause
severity = 5
actions = ["remove"]
```
"""
RULE = f"```rule T2.first\n{a_rule('text.threat >= 0.8')}\n```\n"
BANK = "bank: slurs\nmeaning: Made for a test.\nlanguage: en\n\napes\nsand rats\n"
DOCUMENT = a_document(a_rule("text.hateful >= 0.93"), tail=f"{CLAUSE}\n{RULE}")


def a_version(document: str = DOCUMENT, **banks: str) -> Version:
    files = {
        "policy.md": document.encode(),
        **{f"terms/{name}.txt": bank.encode() for name, bank in banks.items()},
    }
    return Version(parse_policy(files, registry=REGISTRY, where="policies/conduct"), files)


def told(old: Version, new: Version) -> list[str]:
    """What is said below the first line, without empty lines."""
    return [line for line in describe_diff(compare(old, new)).splitlines()[1:] if line]


def edited(*pairs: tuple[str, str], document: str = DOCUMENT) -> Version:
    """The document with some words for others, each of which stands there."""
    for old, new in pairs:
        assert old in document
        document = document.replace(old, new, 1)
    return a_version(document)


def of_condition(old: str, new: str, on_unknown: str = "") -> list[str]:
    """What is said of a rule whose `when` was one thing and is another."""
    versions = [a_version(a_document(a_rule(condition, on_unknown=on_unknown))) for condition in (old, new)]
    return told(*versions)


def of_exception(old: str, new: str) -> list[str]:
    """The same of `unless`; an empty one is none."""
    versions = [a_version(a_document(a_rule("item.is_reply", unless=condition))) for condition in (old, new)]
    return told(*versions)


# --- the document and its clauses


def test_a_version_differs_from_itself_in_nothing() -> None:
    assert describe_diff(compare(a_version(), a_version())) == "nothing changed\n"


def test_the_first_line_names_both_versions() -> None:
    diff = compare(a_version(), edited(('version = "1.0"', 'version = "1.1"')))

    assert describe_diff(diff).splitlines()[0] == "conduct 1.0 becomes 1.1"
    assert not diff.unversioned


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('version = "1.0"', 'version = "1.1"', "  version: 1.0 becomes 1.1"),
        ('language = "en"', 'language = "de"', "  language: en becomes de"),
        ("# Conduct", "# Good conduct", "  title: Conduct becomes Good conduct"),
    ],
)
def test_what_a_policy_says_of_itself(old: str, new: str, said: str) -> None:
    assert told(a_version(), edited((old, new))) == ["the policy", said]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("T2 Threats", "T2 Danger", "  title: Threats becomes Danger"),
        ("severity = 5", "severity = 4", "  severity: 5 becomes 4"),
        ('["remove"]', '["limit", "remove"]', "  actions: remove becomes limit, remove"),
        ('["remove"]', '["remove"]\nlabels = ["threat"]', "  labels: none becomes threat"),
    ],
)
def test_fields_of_a_clause(old: str, new: str, said: str) -> None:
    assert told(a_version(), edited((old, new))) == ["clause T2", said]


def test_a_clause_that_is_added_and_one_that_is_taken_out() -> None:
    without = a_version(DOCUMENT[: DOCUMENT.index("## T2")])
    summary = "Threats; severity 5; a decision may order remove"
    rule = "when text.threat >= 0.8"

    assert told(without, a_version()) == [
        *("clause T2", f"  added: {summary}", "rule T2.first", f"  added: {rule}")
    ]
    assert told(a_version(), without) == [
        *("clause T2", f"  taken out: {summary}", "rule T2.first", f"  taken out: {rule}")
    ]


def test_a_clause_with_the_same_words_is_renumbered_and_its_rules_with_it() -> None:
    assert told(a_version(), a_version(DOCUMENT.replace("T2", "T3"))) == [
        *("clause T3", "  was T2, with the same words", "rule T3.first", "  was called T2.first")
    ]


def test_what_changed_of_a_rule_is_told_though_its_clause_was_renumbered() -> None:
    assert told(a_version(), a_version(DOCUMENT.replace("T2", "T3").replace("0.8", "0.9")))[2:] == [
        f"rule T3.first: {FEWER}",
        "  was called T2.first",
        "  when: text.threat >= 0.8 becomes >= 0.9",
    ]


def test_a_clause_in_between_renumbers_those_behind_it_and_changes_none() -> None:
    """It is not that every clause from there on is told to be about something else."""
    new = CLAUSE.replace("Threats", "Praise").replace("threaten", "praise those who threaten")
    document = DOCUMENT.replace("T2", "T3").replace("## T3", f"{new}\n## T3")

    said = told(a_version(), a_version(document))

    assert said[:4] == [
        *("clause T3", "  was T2, with the same words", "clause T2"),
        "  added: Praise; severity 5; a decision may order remove",
    ]
    assert said[4:] == ["rule T3.first", "  was called T2.first"]


def test_a_clause_with_other_words_under_another_id_is_another_clause() -> None:
    said = told(a_version(), edited(("T2 Threats", "T3 Danger"), ("T2.first", "T3.first")))

    assert said[0] == "clause T2"
    assert said[1].startswith("  taken out: Threats;")
    assert said[3].startswith("  added: Danger;")


def test_clauses_in_another_order() -> None:
    start, second = DOCUMENT.index("## T1"), DOCUMENT.index("## T2")
    document = DOCUMENT[:start] + DOCUMENT[second:] + "\n" + DOCUMENT[start:second]

    assert told(a_version(), a_version(document)) == ["the policy", "  the same clauses in another order"]


# --- prose


def test_of_the_prose_only_the_sentences_that_changed_are_told() -> None:
    old = edited(("Do not attack people.", "Do not attack people. Argue as you like."))
    new = edited(("Do not attack people.", "Do not attack\nanybody. Argue as you like. Be kind!"))

    assert told(old, new) == [
        *("clause T1", "  taken out: Do not attack people."),
        *("  put in: Do not attack anybody.", "  put in: Be kind!"),
    ]


def test_sentences_outside_clauses_are_of_the_policy() -> None:
    new = edited(("## T1", "## What this is for\n\nPeople should be safe here.\n\n## T1"))

    assert told(a_version(), new) == [
        *("the policy", "  put in: What this is for", "  put in: People should be safe here.")
    ]


def test_items_of_a_list_are_sentences() -> None:
    listed = "Not about:\n\n* age\n* caste"

    assert told(
        edited(("Do not attack people.", listed)), edited(("Do not attack people.", f"{listed}\n* sex"))
    ) == [
        *("clause T1", "  put in: sex"),
    ]


def test_sentences_in_another_order() -> None:
    old = edited(("Do not attack people.", "One. Two."))

    assert told(old, edited(("Do not attack people.", "Two. One."))) == [
        *("clause T1", "  the same sentences in another order")
    ]


@pytest.mark.parametrize("written", ["Do not\nattack people.", "Do  not attack people.\n"])
def test_other_line_breaks_are_no_other_words(written: str) -> None:
    """The content hash differs, so something is said, but not that anything changed for anybody."""
    assert told(a_version(), edited(("Do not attack people.", written))) == [
        "nothing that people or rules read: spaces, line breaks or comments alone"
    ]


# --- rules


def test_a_rule_that_is_added() -> None:
    new = edited(
        (RULE, f"{RULE}\n```rule T2.more\n{a_rule('item.is_reply', unless='author.verified')}\n```\n")
    )

    assert told(a_version(), new) == ["rule T2.more", "  added: when item.is_reply unless author.verified"]
    assert told(new, a_version())[1].startswith("  taken out: when item.is_reply")


def test_a_rule_that_moved_to_another_clause() -> None:
    new = DOCUMENT.replace(RULE, "").replace("## T2", RULE.replace("T2", "T1") + "\n## T2")

    assert told(a_version(), a_version(new)) == [
        *("rule T1.first", "  moved: from what was clause T2 to what is clause T1", "  was called T2.first")
    ]


def test_a_rule_that_is_called_otherwise() -> None:
    assert told(a_version(), edited(("T2.first", "T2.other"))) == ["rule T2.other", "  was called T2.first"]


def test_a_rule_that_moved_and_changed_is_told_by_its_name() -> None:
    """`T2.1.first` may stand in clause T2 as well as in clause T2.1."""
    below = CLAUSE.replace("## T2 Threats", "### T2.1 Wishes")
    rule = RULE.replace("T2.first", "T2.1.first")
    old = a_version(DOCUMENT.replace(RULE, f"{rule}\n{below}"))
    new = a_version(DOCUMENT.replace(RULE, f"{below}\n{rule.replace('0.8', '0.7')}"))

    assert told(old, new) == [
        f"rule T2.1.first: {MORE}",
        "  moved: from what was clause T2 to what is clause T2.1",
        "  when: text.threat >= 0.8 becomes >= 0.7",
    ]


def test_of_two_rules_that_do_the_same_the_one_in_the_same_clause_is_meant() -> None:
    other = RULE.replace("T2.first", "T1.copy")
    new = DOCUMENT.replace("T2.first", "T2.other").replace("## T2", f"{other}\n## T2")

    assert told(a_version(), a_version(new)) == [
        *("rule T2.other", "  was called T2.first", "rule T1.copy", "  added: when text.threat >= 0.8")
    ]


def test_rules_in_another_order() -> None:
    other = RULE.replace("first", "second").replace("0.8", "0.7")
    old = a_version(DOCUMENT.replace(RULE, f"{RULE}\n{other}"))

    assert told(old, a_version(DOCUMENT.replace(RULE, f"{other}\n{RULE}"))) == [
        *("the policy", "  the same rules in another order")
    ]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"hate"', '"insults"', "  queue: hate becomes insults"),
        ("priority 3", "priority 1", "  priority: 3 becomes 1"),
    ],
)
def test_where_a_rule_sends_a_post(old: str, new: str, said: str) -> None:
    """Which is not how many posts it looks at."""
    assert told(a_version(), edited((old, new))) == ["rule T1.r0", said]


@pytest.mark.parametrize(
    ("old", "new", "verdict"),
    [
        ("ignore", "review", f": {MORE}"),
        ("review", "ignore", f": {FEWER}"),
        ("ignore", "fail", ""),  # a run that is refused brings nothing
        ("fail", "review", ""),
    ],
)
def test_what_becomes_of_the_unknown(old: str, new: str, verdict: str) -> None:
    versions = [a_version(a_document(a_rule("item.is_reply", on_unknown=word))) for word in (old, new)]

    assert told(*versions) == [f"rule T1.r0{verdict}", f"  on unknown: {old} becomes {new}"]


# --- conditions


@pytest.mark.parametrize(
    ("old", "new", "becomes", "verdict"),
    [
        ("text.hateful >= 0.93", "text.hateful >= 0.9", ">= 0.9", f": {MORE}"),
        ("text.hateful >= 0.9", "text.hateful >= 0.93", ">= 0.93", f": {FEWER}"),
        ("text.hateful > 0.9", "text.hateful >= 0.9", ">= 0.9", f": {MORE}"),
        ("text.hateful < 0.2", "text.hateful < 0.3", "< 0.3", f": {MORE}"),
        ("text.hateful <= 0.2", "text.hateful < 0.2", "< 0.2", f": {FEWER}"),
        ("author.age >= -1", "author.age >= -2", ">= -2", f": {MORE}"),
        ("0.5 <= text.hateful", "0.4 <= text.hateful", "0.4 <= text.hateful", f": {MORE}"),
        ("0.5 <= text.hateful", "text.hateful >= 0.5", "text.hateful >= 0.5", ""),
        ("terms.slurs == 1", "terms.slurs == 2", "== 2", ""),
        (
            "terms.slurs / item.reach >= 0.5",
            "terms.slurs / item.reach >= 0.4",
            ">= 0.4",
            f": {MORE}",
        ),
    ],
)
def test_a_threshold(old: str, new: str, becomes: str, verdict: str) -> None:
    assert of_condition(old, new) == [f"rule T1.r0{verdict}", f"  when: {old} becomes {becomes}"]


def test_a_threshold_below_a_not_works_the_other_way() -> None:
    assert of_condition("not text.hateful >= 0.9", "not text.hateful >= 0.8") == [
        *(f"rule T1.r0: {FEWER}", "  when: text.hateful >= 0.9 becomes >= 0.8")
    ]


def test_a_threshold_deep_in_a_condition_is_told_alone() -> None:
    condition = 'item.is_reply and (text.hateful >= {} or item.kind == "ad")'

    assert of_condition(condition.format(0.9), condition.format(0.8)) == [
        *(f"rule T1.r0: {MORE}", "  when: text.hateful >= 0.9 becomes >= 0.8")
    ]


@pytest.mark.parametrize(
    ("old", "new", "verdict", "said"),
    [
        ("{a}", "{a} and {b}", FEWER, "and {b} is added beside {a}"),
        ("{a} and {b}", "{a}", MORE, "and {b} is taken out beside {a}"),
        ("{a}", "{a} or {b}", MORE, "or {b} is added beside {a}"),
        ("{a} or {b} or {c}", "{a} or {c}", FEWER, "or {b} is taken out beside {a} or {c}"),
        ("{c} and ({a} or {b})", "{c} and {b}", FEWER, "or {a} is taken out beside {b}"),
        ("{a} and {b}", "{b} and {c}", "", "and {a} is taken out beside {b}"),
        (
            "{c} and {a}",
            "{a} and ({b} or {c}) and {c}",
            FEWER,
            "and ({b} or {c}) is added beside {c} and {a}",
        ),
        ("not ({a} and {b})", "not ({a} and {b} and {c})", MORE, "and {c} is added beside {a} and {b}"),
    ],
)
def test_terms_that_come_and_go(old: str, new: str, verdict: str, said: str) -> None:
    names = {"a": "item.is_reply", "b": "author.verified", "c": "text.hateful >= 0.9"}

    found = of_condition(old.format(**names), new.format(**names))

    assert found[0] == f"rule T1.r0: {verdict}" if verdict else "rule T1.r0"
    assert found[1] == f"  when: {said.format(**names)}"


@pytest.mark.parametrize(
    ("old", "new", "verdict", "said"),
    [
        ('contains "ape"', 'contains any ("ape", "rat")', MORE, '"rat" added to text.folded contains'),
        ('contains any ("ape", "rat")', 'contains "rat"', FEWER, '"ape" taken out of text.folded contains'),
    ],
)
def test_strings_of_a_list(old: str, new: str, verdict: str, said: str) -> None:
    assert of_condition(f"text.folded {old}", f"text.folded {new}") == [
        *(f"rule T1.r0: {verdict}", f"  when: {said}")
    ]


def test_categories_of_a_list() -> None:
    assert of_condition('item.kind in ("ad", "post")', 'item.kind in ("post", "reply")') == [
        "rule T1.r0",
        '  when: "ad" taken out of item.kind in',
        '  when: "reply" added to item.kind in',
    ]


def test_terms_in_another_order() -> None:
    assert of_condition("item.is_reply or author.verified", "author.verified or item.is_reply") == [
        *("rule T1.r0", "  when: the same terms in another order")
    ]


def test_a_condition_with_nothing_in_common_is_told_before_and_after() -> None:
    old, new = "item.is_reply and text.hateful >= 0.5", 'text.folded matches "go +back"'

    assert of_condition(old, new) == ["rule T1.r0", f"  when: {old}", f"  when: becomes {new}"]


@pytest.mark.parametrize(
    ("old", "new", "verdict", "said"),
    [
        ("", "author.verified", FEWER, "author.verified is added"),
        ("author.verified", "", MORE, "author.verified is taken out"),
        (
            "author.verified",
            "author.verified or item.reach >= 9",
            FEWER,
            "or item.reach >= 9 is added beside author.verified",
        ),
        ("item.reach >= 9", "item.reach >= 8", FEWER, "item.reach >= 9 becomes >= 8"),
    ],
)
def test_an_exception_works_the_other_way(old: str, new: str, verdict: str, said: str) -> None:
    assert of_exception(old, new) == [f"rule T1.r0: {verdict}", f"  unless: {said}"]


def test_where_changes_pull_both_ways_each_is_told_and_the_rule_is_not() -> None:
    condition = "text.hateful >= {} and text.threat >= {}"

    assert of_condition(condition.format(0.9, 0.5), condition.format(0.8, 0.6)) == [
        "rule T1.r0",
        "  when: text.hateful >= 0.9 becomes >= 0.8: more posts by itself",
        "  when: text.threat >= 0.5 becomes >= 0.6: fewer posts by itself",
    ]


def test_nothing_is_certain_where_the_run_may_be_refused() -> None:
    assert of_condition("text.hateful >= 0.9", "text.hateful >= 0.8", on_unknown="fail")[0] == "rule T1.r0"


# --- counters and examples

COUNTED = a_document(
    a_rule("counters.burst >= 5"),
    tail="```counter burst\ncount where text.threat >= 0.5 by author within 1 h\n```",
)


def test_a_counter_that_counts_otherwise() -> None:
    counts = "count where text.threat >= 0.5 by author within"

    assert told(a_version(COUNTED), a_version(COUNTED.replace("1 h", "2 h"))) == [
        "counter burst",
        f"  counts: {counts} 1 h becomes {counts} 2 h",
    ]


def test_a_counter_that_is_added() -> None:
    new = DOCUMENT.replace("## T2", "```counter burst\ncount by author within 1 h\n```\n\n## T2")

    assert told(a_version(), a_version(new)) == ["counter burst", "  added: count by author within 1 h"]
    assert told(a_version(new), a_version()) == ["counter burst", "  taken out: count by author within 1 h"]


def test_nothing_is_certain_of_a_rule_that_reads_a_counter_that_counts_otherwise() -> None:
    """A lower threshold over a shorter window may be either."""
    lower = COUNTED.replace(">= 5", ">= 4")

    assert told(a_version(COUNTED), a_version(lower))[0] == f"rule T1.r0: {MORE}"
    assert "rule T1.r0" in told(a_version(COUNTED), a_version(lower.replace("1 h", "1 min")))


def test_nothing_is_certain_where_a_counter_reads_a_bank_with_other_terms() -> None:
    old = COUNTED.replace("text.threat >= 0.5", "terms.slurs >= 1")
    versions = a_version(old, slurs=BANK), a_version(old.replace(">= 5", ">= 4"), slurs=f"{BANK}vermin\n")

    assert told(*versions)[0] == "rule T1.r0"


def test_examples_that_come_and_go() -> None:
    old, new = (
        DOCUMENT.replace("```rule T2", f"```examples\ncatch: {text}\nleave: Hello.\n```\n\n```rule T2")
        for text in ("I will find you.", "You will regret it.")
    )

    assert told(a_version(old), a_version(new)) == [
        "clause T2",
        "  example taken out: catch: I will find you.",
        "  example put in: catch: You will regret it.",
    ]


def test_a_clause_that_is_left_to_people() -> None:
    without = DOCUMENT.replace(RULE, "")
    alone = without.replace('["remove"]', '["remove"]\nhuman_only = true')

    assert told(a_version(without), a_version(alone)) == ["clause T2", "  for people alone: no becomes yes"]


# --- banks and other files


def test_terms_of_a_bank_and_the_rules_that_read_it() -> None:
    document = a_document(a_rule("terms.slurs >= 1"))
    new = BANK.replace("apes\n", "vermin* | needs: them, africa*\n")

    assert told(a_version(document, slurs=BANK), a_version(document, slurs=new)) == [
        *("bank slurs", "  taken out: apes", "  added: vermin* | needs: them, africa*", "  read by T1.r0")
    ]


def test_nothing_is_certain_of_a_rule_that_reads_a_bank_with_other_terms() -> None:
    """A lower threshold over fewer terms may be either."""
    old, new = (a_document(a_rule(f"terms.slurs >= {least}")) for least in (2, 1))
    shorter = BANK.replace("apes\n", "")

    assert told(a_version(old, slurs=BANK), a_version(new, slurs=BANK))[0] == f"rule T1.r0: {MORE}"
    assert told(a_version(old, slurs=BANK), a_version(new, slurs=shorter))[0] == "rule T1.r0"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("Made for a test.", "Words.", "  meaning: Made for a test. becomes Words."),
        ("language: en", "language: en only", "  language: en becomes en only"),
    ],
)
def test_what_a_bank_says_of_itself(old: str, new: str, said: str) -> None:
    assert told(a_version(slurs=BANK), a_version(slurs=BANK.replace(old, new))) == ["bank slurs", said]


def test_a_bank_that_is_added() -> None:
    assert told(a_version(), a_version(slurs=BANK)) == ["bank slurs", "  added: Made for a test. 2 terms"]
    assert told(a_version(slurs=BANK), a_version())[1] == "  taken out: Made for a test. 2 terms"


def test_a_comment_in_a_bank_changes_nothing_that_counts() -> None:
    assert told(a_version(slurs=BANK), a_version(slurs=f"{BANK}# why\n"))[0].startswith("nothing that people")


def test_other_files_are_named() -> None:
    """They count into the content hash, so a reader is told why it differs."""
    files = [{**a_version().files, "notes.md": content} for content in (b"one", b"two")]
    old, new = (Version(parse_policy(each, registry=REGISTRY, where="here"), each) for each in files)

    assert told(a_version(), old) == ["file notes.md", "  added: 3 bytes, sha256 7692c3ad3540bb80"]
    assert told(old, a_version())[1].startswith("  taken out: 3 bytes")
    assert told(old, new)[1].startswith("  content: 3 bytes, sha256 7692c3ad3540bb80 becomes 3 bytes")


# --- what cannot be compared, and what should not be


def test_two_policies_are_no_two_versions() -> None:
    other = a_version(a_document(a_rule("item.is_reply"), policy="manners"))

    with pytest.raises(BadInput, match="conduct and manners are two policies") as refused:
        compare(a_version(), other)

    assert "conduct@1.0" in refused.value.mend


@pytest.mark.parametrize("content", [b"\xff", b"bank: slurs\n"])
def test_a_malformed_bank_is_refused_with_its_file(content: bytes) -> None:
    files = {**a_version().files, "terms/slurs.txt": content}

    with pytest.raises(BadInput, match=r"terms/slurs\.txt"):
        compare(a_version(), Version(a_version().policy, files))


def test_other_words_under_the_same_version_are_noticed() -> None:
    assert compare(a_version(), edited(("attack", "insult"))).unversioned
    assert not compare(a_version(), a_version()).unversioned
