"""Browsers of `browser` steps: each in a process of its own, so that nothing else waits for it.

visits      what is asked of a browser, and what it answers
browsers    starts browsers, lends one to each run, ends those that hang
browser     the process beside: drives a Chromium by Playwright, which nothing else imports
"""
