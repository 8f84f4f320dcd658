"""The command line: one module a verb, found by `app` in an explicit tuple."""
