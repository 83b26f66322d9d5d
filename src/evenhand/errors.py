"""Every error that Evenhand raises on purpose.

    EvenhandError
      BadInput           malformed or misused          exit 2, HTTP 422
        RuleError        a policy that does not compile; points at file, line and column
      Refused            breaks a rule of the house    exit 1, HTTP 409
        CaseChanged      somebody else was faster
      Outside            not ours to mend              exit 3, HTTP 503
      VerificationError  a proof or an invariant fails: never dropped    exit 1

Each says what was found, what was expected, and how to mend it. Nothing of a library below leaks out.
"""

from typing import ClassVar

__all__ = [
    "BadInput",
    "CaseChanged",
    "EvenhandError",
    "Outside",
    "Refused",
    "RuleError",
    "VerificationError",
]


class EvenhandError(Exception):
    """The root of the tree.

    Attributes:
        message: What was found and what was expected, one line, no full stop at the end.
        mend: What the reader can do about it; empty only where nothing can be done.
    """

    exit_code: ClassVar[int] = 1

    def __init__(self, message: str, *, mend: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.mend = mend

    def __reduce__(self) -> tuple[type["EvenhandError"], tuple[str], dict[str, object]]:
        """Survive the way back from a worker process with the mend."""
        return type(self), (self.message,), self.__dict__


class BadInput(EvenhandError):
    """What came in is malformed, or a command was misused."""

    exit_code = 2


class RuleError(BadInput):
    """A policy does not compile; the message is the whole diagnosis, with file, line, caret and mend."""


class Refused(EvenhandError):
    """A rule of the house forbids it."""

    exit_code = 1


class CaseChanged(Refused):
    """The case moved on between reading it and writing to it."""


class Outside(EvenhandError):
    """Something that is not ours to mend failed: a disk, a network, another program."""

    exit_code = 3


class VerificationError(EvenhandError):
    """A proof, a hash or an invariant does not hold."""

    exit_code = 1
