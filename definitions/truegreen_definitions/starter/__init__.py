"""What `truegreen init` writes: a small company that checks, builds and counts.

`starter_files` is pure; `folder` is its edge.
"""

from truegreen_definitions.starter.content import Answers, StarterFile, starter_files
from truegreen_definitions.starter.folder import write_new

__all__ = ["Answers", "StarterFile", "starter_files", "write_new"]
