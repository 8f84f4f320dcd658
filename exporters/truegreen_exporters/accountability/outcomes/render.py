"""What moves a service's outcome, for people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["outcomes_text"]


def outcomes_text(found: Mapping[str, Any]) -> str:
    """Return what was tested, what is published, and what may warn."""
    return "\n".join(_lines(found)) + "\n"


def _lines(found: Mapping[str, Any]) -> Iterator[str]:
    every = found["every"]
    yield f"{found['title']} ({found['service']}): what moves `{found['outcome']}`"
    yield f"  goal: {found['goal']}; defined at {found['definition']}"
    yield (
        f"  {found['periods']:,} {every}s are known, {found['tested']:,} correlations were tested, "
        f"{len(found['published']):,} published"
    )
    yield f"  method: {found['method']}"
    for one in found["published"]:
        when = f"{one['lag']} {every}s later" if one["lag"] else f"the same {every}"
        yield (
            f"  {one['indicator']}, {when}: {one['point']:+.2f} "
            f"(95 %: {one['lower']:+.2f} to {one['upper']:+.2f}; {one['pairs']:,} pairs, "
            f"worth {one['worth']:.0f})"
        )
    for one in found["leading"]:
        by = one["by"]
        said = "may not warn: nothing shows that the outcome follows it"
        if by is not None:
            said = f"may warn ({by['point']:+.2f} {by['lag']} {every}s later)"
            said += ", and warns now" if one["warns"] else ""
        yield f"  leading {one['indicator']}: {said}"
