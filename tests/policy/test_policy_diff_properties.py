"""What must hold of the comparison of any two policies."""

from dataclasses import asdict

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from policy_oracle import Item, speaks
from policy_samples import REGISTRY
from policy_strategies import conditions, item_lists

from evenhand.policy import Change, OnUnknown, Reach, Rule, Version, compare, describe_diff, parse_policy
from evenhand.policy._changes import Added, Removed, Renamed
from evenhand.policy._diff_conditions import steps, together
from evenhand.policy._syntax import And, Compare, Expression, Not, Number, Or, RuleBody, Text
from evenhand.policy._written import written_body

whole = settings(deadline=None, max_examples=50, suppress_health_check=list(HealthCheck))
thorough = settings(whole, max_examples=100)

CLAUSES = ("T1", "T2", "T3")
PROSE = ("Do not attack people.", "Do not threaten people. Nor say that somebody should.", "Be\nkind.", "")
BANKS = ("apes\n", "apes\nsand rats\n", "sand rats\nvermin*\n")

bodies = st.builds(
    RuleBody,
    conditions,
    st.none() | conditions,
    st.sampled_from(OnUnknown),
    st.sampled_from(("hate", "spam")).map(Text),
    st.integers(1, 5).map(lambda number: Number(float(number))),
)


@st.composite
def clauses(draw: st.DrawFn, name: str, shared: list[RuleBody]) -> str:
    """A clause with up to two rules; bodies are drawn from a few, so that versions have some in common."""
    actions = draw(st.sampled_from(('["remove"]', '["label", "remove"]')))
    rules = [
        f"```rule {name}.{rule}\n{written_body(draw(st.sampled_from(shared)))}\n```\n"
        for rule in draw(st.lists(st.sampled_from(("a", "b", "c")), max_size=2, unique=True))
    ]
    title = draw(st.sampled_from(("Attack", "Threats")))
    settings_block = f"```clause\nseverity = {draw(st.integers(1, 5))}\nactions = {actions}\n```\n"
    return "\n".join([f"## {name} {title}\n", draw(st.sampled_from(PROSE)), "", settings_block, *rules])


@st.composite
def versions(draw: st.DrawFn, shared: list[RuleBody]) -> Version:
    """A policy of up to three clauses, with or without a term bank."""
    names = draw(st.lists(st.sampled_from(CLAUSES), min_size=1, max_size=3, unique=True))
    version = draw(st.sampled_from(("1.0", "1.1")))
    head = f'# Conduct\n\n```settings\npolicy = "conduct"\nversion = "{version}"\nlanguage = "en"\n```\n'
    text = "\n".join(
        [head, draw(st.sampled_from(PROSE)), "", *(draw(clauses(name, shared)) for name in names)]
    )
    files = {"policy.md": text.encode()}
    if draw(st.booleans()):
        bank = draw(st.sampled_from(BANKS))
        files["terms/slurs.txt"] = f"bank: slurs\nmeaning: Made up.\nlanguage: en\n\n{bank}".encode()
    return Version(parse_policy(files, registry=REGISTRY, where="policies/conduct"), files)


@st.composite
def pairs_of_versions(draw: st.DrawFn) -> tuple[Version, Version]:
    """Two versions of one policy."""
    shared = draw(st.lists(bodies, min_size=1, max_size=3))
    return draw(versions(shared)), draw(versions(shared))


@whole
@given(pairs_of_versions())
def test_a_version_differs_from_itself_in_nothing(pair: tuple[Version, Version]) -> None:
    one = pair[0]

    assert compare(one, one).changes == ()
    assert describe_diff(compare(one, one)) == "nothing changed\n"


def _rules(version: Version) -> dict[str, Rule]:
    return {rule.name: rule for rule in version.policy.rules}


@whole
@given(pairs_of_versions())
def test_every_rule_that_differs_is_named(pair: tuple[Version, Version]) -> None:
    old, new = map(_rules, pair)
    changes = compare(*pair).changes
    named = {one.name for one in changes} | {one.old for one in changes if isinstance(one, Renamed)}

    for name in old.keys() | new.keys():
        if old.get(name) != new.get(name):
            assert name in named


@whole
@given(pairs_of_versions())
def test_what_is_not_told_is_the_same(pair: tuple[Version, Version]) -> None:
    """Without a change, clauses and rules are equal, but for how their lines are broken."""
    old, new = pair
    if not compare(old, new).changes:
        assert old.policy.rules == new.policy.rules
        assert [one.title for one in old.policy.clauses] == [one.title for one in new.policy.clauses]
        assert describe_diff(compare(old, new)).strip()


_OTHER = {"old": "new", "new": "old", "removed": "added", "added": "removed"}


def _as_told(change: Change, *, mirrored: bool) -> str:
    """A change without the name that one version has for it; or what the other side has to say of it."""
    fields = asdict(change)
    fields |= fields.pop("step", {})
    kind, name = type(change).__name__.lower(), fields.pop("name")
    if isinstance(change, Renamed):
        fields["new"] = name
    elif isinstance(change, Added | Removed):
        fields["name"] = name
    if mirrored:
        kind = _OTHER.get(kind, kind)
        fields = {_OTHER.get(field, field): value for field, value in fields.items()}
        fields |= {"reach": fields["reach"].contrary} if "reach" in fields else {}
    fields |= {"beside": sorted(fields["beside"])} if "beside" in fields else {}
    return f"{kind} {sorted(fields.items())}"


@whole
@given(pairs_of_versions())
def test_swapping_the_sides_swaps_what_is_told(pair: tuple[Version, Version]) -> None:
    old, new = pair
    there, back = compare(old, new).changes, compare(new, old).changes

    assert sorted(_as_told(one, mirrored=True) for one in there) == sorted(
        _as_told(one, mirrored=False) for one in back
    )


@st.composite
def edits(draw: st.DrawFn, condition: Expression) -> Expression:
    """The condition with one thing changed somewhere in it."""
    match condition:
        case And(parts=parts) | Or(parts=parts) if draw(st.booleans()):
            place = draw(st.integers(0, len(parts) - 1))
            changed = (*parts[:place], draw(edits(parts[place])), *parts[place + 1 :])
            return And(changed) if isinstance(condition, And) else Or(changed)
        case Not(of=inner) if draw(st.booleans()):
            return Not(draw(edits(inner)))
        case Compare(right=Number()):
            bound = Number(draw(st.sampled_from((0.25, 0.5, 0.75, 1.0, 2.0, 3.0))))
            return Compare(draw(st.sampled_from((">=", ">", "<=", "<"))), condition.left, bound)
        case _:
            both = condition, draw(conditions)
            return And(both) if draw(st.booleans()) else Or(both)


@st.composite
def edited_rules(draw: st.DrawFn) -> tuple[Rule, Rule]:
    """A rule, and the same with its conditions changed in one place."""
    when, unless = draw(conditions), draw(st.none() | conditions)
    asks = draw(st.sampled_from((OnUnknown.IGNORE, OnUnknown.REVIEW)))
    old = Rule("T1.a", "T1", when, unless, asks, "hate", 3)  # type: ignore[arg-type]  # any clause will do
    if unless is None or draw(st.booleans()):
        return old, Rule("T1.a", old.clause, draw(edits(when)), unless, asks, "hate", 3)
    return old, Rule("T1.a", old.clause, when, draw(edits(unless)), asks, "hate", 3)


def _surfaces(rule: Rule, item: Item) -> bool:
    said = speaks(rule, item)
    return rule.on_unknown is OnUnknown.REVIEW if said is None else said


@thorough
@given(edited_rules(), item_lists())
def test_what_is_called_certain_is_so_for_every_item(
    rules: tuple[Rule, Rule], items: tuple[list[Item], frozenset[str]]
) -> None:
    """Unknown signals included: held to a reading of the rules one item at a time."""
    old, new = rules
    when, unless = steps(old.when, new.when), steps(old.unless, new.unless)
    reach = together([*(one.reach for one in when), *(one.reach.contrary for one in unless)])

    for item in items[0]:
        before, after = _surfaces(old, item), _surfaces(new, item)
        assert after or not before or reach not in {Reach.MORE, Reach.SAME}
        assert before or not after or reach not in {Reach.FEWER, Reach.SAME}


@thorough
@given(conditions, conditions)
def test_a_condition_and_another_always_differ_in_something(old: Expression, new: Expression) -> None:
    assert bool(steps(old, new)) == (old != new)
