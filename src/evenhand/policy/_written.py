"""A tree as text again: the one way to write it. Parsing that text gives the tree back."""

from typing import assert_never

from ._syntax import (
    And,
    Arithmetic,
    Compare,
    Contains,
    Expression,
    Known,
    Matches,
    Minus,
    Name,
    Not,
    Number,
    OneOf,
    Or,
    RuleBody,
    Text,
)

_OR, _AND, _NOT, _COMPARISON, _SUM, _PRODUCT, _UNARY, _ATOM = range(8)


def written(expression: Expression) -> str:
    """The expression as a policy writes it, on one line."""
    return _written(expression, _OR)


def written_body(body: RuleBody) -> str:
    """The rule as a policy writes it, one line per part."""
    lines = [f"when {written(body.when)}"]
    if body.unless is not None:
        lines.append(f"unless {written(body.unless)}")
    lines.append(f"on unknown {body.on_unknown.value}")
    lines.append(f"then review in {quoted(body.queue.value)} priority {_number(body.priority.value)}")
    return "\n".join(lines)


def quoted(value: str) -> str:
    """A string between quotes. A backslash keeps the character after it, as the reader of rules has it."""
    out: list[str] = []
    escaped = False
    for character in value:
        out.append('\\"' if character == '"' and not escaped else character)
        escaped = character == "\\" and not escaped
    return '"' + "".join(out) + '"'


def _written(node: Expression, least: int) -> str:
    text, binds = _form(node)
    return f"({text})" if binds < least else text


def _form(node: Expression) -> tuple[str, int]:
    """The node's text, and how tightly it binds."""
    match node:
        case Number() | Text() | Name():
            return _atom(node), _ATOM
        case Minus(of=inner):
            return f"-{_written(inner, _UNARY)}", _UNARY
        case Arithmetic(operator=operator, left=left, right=right):
            binds = _SUM if operator in {"+", "-"} else _PRODUCT
            return f"{_written(left, binds)} {operator} {_written(right, binds + 1)}", binds
        case Not(of=inner):
            return f"not {_written(inner, _NOT)}", _NOT
        case And(parts=parts) | Or(parts=parts):
            word, binds = ("and", _AND) if isinstance(node, And) else ("or", _OR)
            return f" {word} ".join(_written(part, binds + 1) for part in parts), binds
        case _:
            return _test(node), _COMPARISON


def _test(node: Compare | OneOf | Contains | Matches | Known) -> str:
    match node:
        case Compare(operator=operator, left=left, right=right):
            return f"{_written(left, _SUM)} {operator} {_written(right, _SUM)}"
        case OneOf(signal=signal, values=values):
            return f"{signal.name} in ({_listed(values)})"
        case Contains(signal=signal, literals=(only,)):
            return f"{signal.name} contains {quoted(only.value)}"
        case Contains(signal=signal, literals=literals):
            return f"{signal.name} contains any ({_listed(literals)})"
        case Matches(signal=signal, pattern=pattern):
            return f"{signal.name} matches {quoted(pattern.value)}"
        case Known(signal=signal, known=known):
            return f"{signal.name} is {'known' if known else 'unknown'}"
        case _:
            assert_never(node)


def _atom(node: Number | Text | Name) -> str:
    match node:
        case Number(value=value):
            return _number(value)
        case Text(value=value):
            return quoted(value)
        case Name(name=name):
            return name
        case _:
            assert_never(node)


def _number(value: float) -> str:
    return str(int(value)) if value.is_integer() and value < 1e15 else repr(value)


def _listed(texts: tuple[Text, ...]) -> str:
    return ", ".join(quoted(text.value) for text in texts)
