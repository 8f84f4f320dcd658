"""Print the manual as Markdown: `python -m truegreen_definitions.checks.manual`."""

import sys

from truegreen_definitions.checks.manual import pages
from truegreen_definitions.checks.manual.markdown import manual_markdown

sys.stdout.write(manual_markdown(pages()))
