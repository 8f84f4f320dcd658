"""Takes what is new of one source into the store, page by page."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from traceback import extract_tb
from typing import TYPE_CHECKING

import structlog

from truegreen_exporters.sources.pages import Fault, Reading
from truegreen_exporters.sources.rows import SourceError

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from truegreen_exporters.intake.mapping import Mapping
    from truegreen_exporters.sources.pages import Page, Surroundings
    from truegreen_exporters.sources.rows import Reject
    from truegreen_exporters.store import Store

__all__ = ["Outcome", "kept", "reading_of"]

_LOG = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How the reading of a source went.

    Attributes:
        rows: Rows kept.
        refused: Rows refused.
        first_refused: Where the first of these is, and why, without its values.
        faults: What went wrong, one message a part; empty when all went well.
        ended: Whether the reading came to its end.
    """

    rows: int = 0
    refused: int = 0
    first_refused: str = ""
    faults: tuple[str, ...] = ()
    ended: bool = True


def reading_of(
    store: Store, mapping: Mapping, around: Surroundings, stopped: Callable[[], bool]
) -> Reading:
    """Return a pass over a source from where its last committed page ended."""
    name = mapping.source.name
    return Reading(
        mapping=mapping,
        around=around,
        cursors=store.cursors(name),
        marks=store.marks(name),
        seen=store.seen(name),
        stopped=stopped,
    )


def kept(store: Store, mapping: Mapping, pages: Generator[Page | Fault, None, None]) -> Outcome:
    """Commit pages one by one; return what came of them.

    Raises:
        StoreError: The store cannot be written.
    """
    rows, refused, first, faults = 0, 0, "", list[str]()
    try:
        found = _next(pages)
        while found is not None:
            try:
                if isinstance(found, Fault):
                    faults.append(found.reason)
                else:
                    batch = store.add(mapping, found.rows, found.cursor)
                    rows += batch.rows
                    refused += len(batch.rejects)
                    first = first or _first(found.where, batch.rejects)
                    _tell_refused(mapping.source.name, found.where, batch.rejects)
            except SourceError as error:
                found = _next(pages, error)  # the source knows which part this is about
            else:
                found = _next(pages)
    except StopIteration:
        pass
    except SourceError as error:
        faults.append(str(error))
    return Outcome(rows=rows, refused=refused, first_refused=first, faults=tuple(faults))


def _first(where: str, rejects: tuple[Reject, ...]) -> str:
    """Return where the first refused row of a batch is, and why; empty where none was."""
    if not rejects:
        return ""
    place = f"{where}:{rejects[0].line}" if where else f"row {rejects[0].line}"
    return f"{place}: {rejects[0].told}"


def _next(
    pages: Generator[Page | Fault, None, None], thrown: SourceError | None = None
) -> Page | Fault | None:
    """Return what a source gives next; whatever else goes wrong in it is its fault.

    What others send may go wrong in ways that nobody thought of. The words of such an error are
    not told, because they may quote a secret.
    """
    try:
        return pages.throw(thrown) if thrown else next(pages, None)
    except (SourceError, StopIteration):
        raise
    except Exception as error:  # noqa: BLE001  told by type and place
        at = extract_tb(error.__traceback__)[-1]
        said = f"{type(error).__name__} at {Path(at.filename).name}:{at.lineno}"
        raise SourceError(f"it cannot be read: {said}; please report this") from None


def _tell_refused(source: str, where: str, rejects: tuple[Reject, ...]) -> None:
    """Say how many rows of a batch were refused, and show the first of each reason."""
    for reason in sorted({reject.reason for reject in rejects}):
        of_reason = [reject for reject in rejects if reject.reason is reason]
        first = of_reason[0]
        _LOG.warning(
            "rows_refused",
            source=source,
            path=where,
            reason=str(reason),
            count=len(of_reason),
            first_line=first.line,
            first_detail=first.told,
        )
