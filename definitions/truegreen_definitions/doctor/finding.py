"""One thing that was looked at, and what to do about it."""

from __future__ import annotations

import enum
from dataclasses import dataclass

__all__ = ["Finding", "State", "Topic", "good", "note", "problem"]


class State(enum.StrEnum):
    """How a thing is; a note is told and is no fault."""

    GOOD = "good"
    NOTE = "note"
    PROBLEM = "problem"


class Topic(enum.StrEnum):
    """What kind of thing was looked at, in the order in which it is told."""

    INSTALLED = "installed"
    REACHABLE = "reachable"
    STALE = "stale"
    CONFIGURED = "configured"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A thing and how it is.

    Attributes:
        subject: The thing, such as `prometheus`.
        message: What was found.
        fix: What to do; empty where nothing is to be done.
    """

    topic: Topic
    subject: str
    state: State
    message: str
    fix: str = ""


def good(topic: Topic, subject: str, message: str) -> Finding:
    """Return a finding of something that is as it should be."""
    return Finding(topic=topic, subject=subject, state=State.GOOD, message=message)


def note(topic: Topic, subject: str, message: str, fix: str = "") -> Finding:
    """Return a finding that is worth telling and no fault."""
    return Finding(topic=topic, subject=subject, state=State.NOTE, message=message, fix=fix)


def problem(topic: Topic, subject: str, message: str, fix: str) -> Finding:
    """Return a finding of something to mend."""
    return Finding(topic=topic, subject=subject, state=State.PROBLEM, message=message, fix=fix)
