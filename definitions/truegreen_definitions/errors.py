"""Our own faults, as one tree of exceptions.

Bad input is never an exception: it is a `Problem` (see `problems`), collected and shown with
its place. What is raised here ends a command with exit code 1 (something outside failed) or
3 (we are wrong).

    TruegreenError
    ├── UsageError          the command names something that is not there (exit code 2)
    ├── TerminalError       trying again cannot help (a file that cannot be written)
    ├── RetryableError      trying again may help (a server that does not answer)
    └── InvariantError      a bug of ours: the message says what we believed
"""

__all__ = ["InvariantError", "RetryableError", "TerminalError", "TruegreenError", "UsageError"]


class TruegreenError(Exception):
    """The root of everything we raise on purpose."""


class UsageError(TruegreenError):
    """The command line names something that is not there, or does not fit."""


class TerminalError(TruegreenError):
    """Trying again cannot help."""


class RetryableError(TruegreenError):
    """Trying again may help."""


class InvariantError(TruegreenError):
    """What we believed does not hold: a bug of ours."""
