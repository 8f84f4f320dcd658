"""`truegreen`: finds the verb, runs it, and turns every ending into an exit code."""

from __future__ import annotations

import argparse
import os
import sys
import traceback
from importlib.metadata import version
from typing import TYPE_CHECKING, cast

from truegreen_definitions.cli.build import BUILD
from truegreen_definitions.cli.check import CHECK
from truegreen_definitions.cli.command import Command, ExitCode
from truegreen_definitions.cli.plan import PLAN
from truegreen_definitions.cli.registry import found_commands
from truegreen_definitions.cli.schema import SCHEMA
from truegreen_definitions.errors import InvariantError, TruegreenError, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["BUILT_IN", "main"]

BUILT_IN: tuple[Command, ...] = (CHECK, BUILD, PLAN, SCHEMA)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; return its exit code (see `ExitCode`)."""
    try:
        arguments = _parser((*BUILT_IN, *found_commands())).parse_args(argv)
        command = cast("Command", arguments.command)  # argparse types its results as Any
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
    print("truegreen: a bug of ours; please report it with the lines below", file=sys.stderr)
    traceback.print_exc()
    return ExitCode.OUR_BUG


def _parser(commands: Sequence[Command]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="truegreen", description="XLA as code.")
    parser.add_argument("--version", action="version", version=f"truegreen {version('truegreen')}")
    verbs = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for command in commands:
        verb = verbs.add_parser(
            command.name, help=command.summary, description=command.summary, allow_abbrev=False
        )
        command.configure(verb)
        verb.set_defaults(command=command)
    return parser


if __name__ == "__main__":
    sys.exit(main())
