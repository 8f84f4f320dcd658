"""Plan to `plan.json` and back.

The document is `{"digest": …, "revision": …, "plan": {…}}`: the digest is of the canonical
bytes of the plan alone, so it does not change with the commit. The revision is what
`build --revision` was told, else empty.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass

from pydantic import TypeAdapter, ValidationError

from truegreen_definitions.errors import TerminalError
from truegreen_definitions.plan import PLAN_FORMAT, Plan

__all__ = ["LoadedPlan", "digest", "dumps", "loads"]

_ADAPTER: TypeAdapter[Plan] = TypeAdapter(Plan)


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedPlan:
    """A plan as read from `plan.json`, with what identifies it."""

    plan: Plan
    digest: str
    revision: str


def digest(plan: Plan) -> str:
    """Return the SHA-256 of the plan's canonical JSON, in hex."""
    return hashlib.sha256(_canonical(plan)).hexdigest()


def dumps(plan: Plan, revision: str = "") -> str:
    """Return the text of `plan.json`: indented, keys sorted, decimals as strings."""
    body = json.loads(_canonical(plan))
    document = {"digest": digest(plan), "revision": revision, "plan": body}
    return json.dumps(document, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def loads(text: str) -> LoadedPlan:
    """Return the plan of a `plan.json`.

    Raises:
        TerminalError: The text is not a plan of this format, or its digest does not match.
    """
    try:
        document = json.loads(text)
        if not isinstance(document, dict) or not isinstance(document.get("plan"), dict):
            raise TerminalError("not a plan.json: an object with a `plan` is expected")
        if document["plan"].get("format") != PLAN_FORMAT:
            found = document["plan"].get("format")
            raise TerminalError(
                f"plan.json has format {found!r}, this version reads {PLAN_FORMAT}: "
                "build it again with this version"
            )
        plan = _ADAPTER.validate_json(json.dumps(document["plan"]))
    except (json.JSONDecodeError, ValidationError) as error:
        raise TerminalError(f"plan.json cannot be read: {error}") from error
    if document.get("digest") != digest(plan):
        raise TerminalError("plan.json was changed by hand: its digest does not match, build again")
    return LoadedPlan(plan=plan, digest=document["digest"], revision=document.get("revision", ""))


def _canonical(plan: Plan) -> bytes:
    body = _ADAPTER.dump_python(plan, mode="json")
    text = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return text.encode()
