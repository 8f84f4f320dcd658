"""What the exporter shows, as samples.

parts    window parts of agreements, calendars, and the state of its sources
values   values of measures, their bounds and the sums behind them
apart    strata of both, and what was excluded
"""
