"""Kinds of charts: each draws its own data, and nothing else, within a width."""
