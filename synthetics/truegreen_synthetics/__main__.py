"""The command line in a process in which Locust is imported first; see `commands`."""

import sys

import truegreen_synthetics.engine  # noqa: F401  before the command line imports anything
from truegreen_definitions.cli.app import main

if __name__ == "__main__":
    sys.exit(main())
