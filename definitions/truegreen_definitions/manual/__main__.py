"""Print the manual as Markdown: `python -m truegreen_definitions.manual`."""

import sys

from truegreen_definitions.manual import pages
from truegreen_definitions.manual.markdown import manual_markdown

sys.stdout.write(manual_markdown(pages()))
