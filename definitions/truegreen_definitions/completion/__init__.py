"""Shell completion, made from the same arguments that the command line parses.

shtab, the library that does this, has no fish and knows no words that a folder's definitions
give; what is here is the part of argparse that our verbs use.
"""

from truegreen_definitions.completion.bash import bash_script
from truegreen_definitions.completion.fish import fish_script
from truegreen_definitions.completion.grammar import Argument, Takes, Verb, verb_of
from truegreen_definitions.completion.zsh import zsh_script

__all__ = ["Argument", "Takes", "Verb", "bash_script", "fish_script", "verb_of", "zsh_script"]
