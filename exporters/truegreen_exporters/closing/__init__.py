"""Periods that are over: frozen once they cannot change, with corrections shown beside them.

counts   good and total of agreements
values   values of measures
"""
