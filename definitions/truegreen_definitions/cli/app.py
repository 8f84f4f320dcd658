"""`truegreen`: finds the verb, runs it, and turns every ending into an exit code."""

from __future__ import annotations

import argparse
import os
import sys

from truegreen_definitions.cli.command import ExitCode
from truegreen_definitions.cli.installed import distributions
from truegreen_definitions.cli.parser import Parser
from truegreen_definitions.cli.registry import commands
from truegreen_definitions.errors import InvariantError, TruegreenError, UsageError

TYPE_CHECKING = False  # `typing` takes longer to import than an unchanged `build` may take
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from truegreen_definitions.cli.command import Command

__all__ = ["main"]

_DEFAULT_COLUMNS = 80


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; return its exit code (see `ExitCode`)."""
    try:
        words = sys.argv[1:] if argv is None else argv
        first = words[0] if words else ""
        # Every start but that of `--version` needs the verb it names, or all there are.
        arguments = _parser(() if first == "--version" else commands(first)).parse_args(words)
        command: Command = arguments.command
        return int(command.run(arguments))
    except KeyboardInterrupt:
        return ExitCode.INTERRUPTED
    except BrokenPipeError:
        # The reader of our output has gone (`| head`): nothing is wrong, and nobody listens.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return ExitCode.CLEAN
    except InvariantError:
        return _bug()
    except UsageError as error:
        print(f"truegreen: {error}", file=sys.stderr)
        return ExitCode.USAGE
    except TruegreenError as error:
        print(f"truegreen: {error}", file=sys.stderr)
        return ExitCode.PROBLEMS
    except Exception:  # noqa: BLE001  the one place where every other fault ends
        return _bug()


def _bug() -> ExitCode:
    import traceback

    print("truegreen: a bug of ours; please report it with the lines below", file=sys.stderr)
    traceback.print_exc()
    return ExitCode.OUR_BUG


class _Version(argparse.Action):
    """Looks the version up when it is asked for."""

    def __call__(self, parser: argparse.ArgumentParser, *_: Any) -> None:  # noqa: ANN401  argparse's own
        found = next((one.version for one in distributions() if one.name == "truegreen"), "unknown")
        print(f"truegreen {found}")
        parser.exit()


_ABOUT = (
    "XLA as code: experience level agreements, which say what people shall experience, beside the "
    "service level agreements (SLA) of contracts. Both are kept as YAML in git, and compiled into "
    "the rules, alerts, boards and robot customers that show whether they are kept."
)


class _Help(argparse.HelpFormatter):
    """Help as wide as the terminal; argparse would import `shutil` and compression to ask for it.

    It asks before any help is wanted: each argument that is declared makes a formatter.
    """

    def __init__(self, prog: str) -> None:
        super().__init__(prog, width=_columns() - 2)


def _columns() -> int:
    """Return the width of the terminal, as `shutil.get_terminal_size` does."""
    try:
        told = int(os.environ.get("COLUMNS", ""))
    except ValueError:
        told = 0
    if told > 0:
        return told
    try:
        return os.get_terminal_size(1).columns or _DEFAULT_COLUMNS
    except OSError:
        return _DEFAULT_COLUMNS


def _parser(commands: Sequence[Command]) -> argparse.ArgumentParser:
    parser = Parser(prog="truegreen", description=_ABOUT, formatter_class=_Help)
    parser.add_argument("--version", action=_Version, nargs=0, help="show the version and exit")
    verbs = parser.add_subparsers(
        title="commands", metavar="COMMAND", required=True, prog="truegreen"
    )
    for command in commands:
        verb = verbs.add_parser(
            command.name,
            help=command.summary,
            description=command.summary,
            allow_abbrev=False,
            formatter_class=_Help,
        )
        command.configure(verb)
        verb.set_defaults(command=command)
    return parser


if __name__ == "__main__":
    sys.exit(main())
