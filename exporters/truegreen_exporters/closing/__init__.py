"""Periods that are over: frozen once they cannot change, with corrections shown beside them.

turning  which periods close, and when
known    what is known of them already, and what is news
counts   good and total of agreements
values   values of measures
"""
