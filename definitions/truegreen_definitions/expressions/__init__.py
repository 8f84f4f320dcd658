"""Expressions inside definitions: PromQL, SQL and templates, each read and checked as a tree."""
