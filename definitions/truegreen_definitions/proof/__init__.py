"""The proof of a build: its rules under promtool, its routes under amtool, and what is covered.

coverage   which rules a test asserts, counted here      promtool   run one file, read what it says
routes     who must be told of each alert                runner     all files at once
outcome    what came out, case by case                   report     as text, JSON or JUnit
"""
