"""Plan to `plan.json` and back.

The document is `{"digest": …, "revision": …, "plan": {…}}`: the digest is of the canonical
bytes of the plan alone, so it does not change with the commit. The revision is what
`build --revision` was told, else empty.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import cache

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from truegreen_definitions.errors import TerminalError
from truegreen_definitions.plan import PLAN_FORMAT, Plan

__all__ = ["LoadedPlan", "digest", "dumps", "loads"]

_NO_PLAN = "is no plan of truegreen"
_DO = "give the plan.json that `truegreen build` writes"


@cache
def _adapter() -> TypeAdapter[Plan]:
    """Return what checks and writes a plan; it takes a while to make, and `check` needs none."""
    return TypeAdapter(Plan)


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedPlan:
    """A plan as read from `plan.json`, with what identifies it."""

    plan: Plan
    digest: str
    revision: str


class _Document(BaseModel):
    """`plan.json` around the plan, whose own form `_adapter` checks."""

    model_config = ConfigDict(strict=True, extra="forbid")

    digest: str
    revision: str
    plan: dict[str, object]


def digest(plan: Plan) -> str:
    """Return the SHA-256 of the plan's canonical JSON, in hex."""
    return _digest(_canonical(plan))


def dumps(plan: Plan, revision: str = "") -> str:
    """Return the text of `plan.json`: indented, keys sorted, decimals as strings."""
    canonical = _canonical(plan)
    body = json.loads(canonical)
    document = {"digest": _digest(canonical), "revision": revision, "plan": body}
    return json.dumps(document, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def loads(text: str, shown: str = "plan.json") -> LoadedPlan:
    """Return the plan of a `plan.json`.

    Args:
        text: Of the file.
        shown: How messages name the file.

    Raises:
        TerminalError: The text is not a plan of this format, or its digest does not match.
    """
    try:
        read = json.loads(text)
        _check_format(read, shown)
        document = _Document.model_validate(read)
        plan = _adapter().validate_json(json.dumps(document.plan))
    except RecursionError as error:
        raise TerminalError(f"{shown} {_NO_PLAN}: it is nested too deeply; {_DO}") from error
    except ValidationError as error:
        raise TerminalError(
            f"{shown} {_NO_PLAN} of this version: {_first(error)}; {_DO}"
        ) from error
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}" if text.strip() else "it is empty"
        raise TerminalError(f"{shown} {_NO_PLAN}: no JSON ({where}); {_DO}") from error
    except ValueError as error:
        raise TerminalError(f"{shown} {_NO_PLAN}: a number in it is too long; {_DO}") from error
    if document.digest != digest(plan):
        raise TerminalError(f"{shown} was changed by hand: its digest does not match, build again")
    return LoadedPlan(plan=plan, digest=document.digest, revision=document.revision)


def _check_format(document: object, shown: str) -> None:
    """Refuse another format before anything else: its documents may have other fields."""
    plan = document.get("plan") if isinstance(document, dict) else None
    found = plan.get("format", PLAN_FORMAT) if isinstance(plan, dict) else PLAN_FORMAT
    if found != PLAN_FORMAT:
        raise TerminalError(
            f"{shown} has format {found!r}, this version reads {PLAN_FORMAT}: "
            "build it again with this version"
        )


def _first(error: ValidationError) -> str:
    """Return the first thing that is wrong, in one line: where, and what."""
    first = error.errors(include_url=False)[0]
    where = ".".join(str(part) for part in first["loc"]) or "the document"
    return f"{where}: {first['msg'][:1].lower()}{first['msg'][1:]}"


def _digest(canonical: bytes) -> str:
    return hashlib.sha256(canonical).hexdigest()


def _canonical(plan: Plan) -> bytes:
    body = _adapter().dump_python(plan, mode="json")
    text = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return text.encode()
