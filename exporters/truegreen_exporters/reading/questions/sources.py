"""What came of the sources: their counts, and the rows that were refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from truegreen_exporters.placed import refused_in_place

if TYPE_CHECKING:
    from truegreen_exporters.reading.asked import Asked

__all__ = ["rejects", "sources"]


def sources(asked: Asked) -> dict[str, Any]:
    """No parameters: the counts of every source, and when it was last read well."""
    counts = asked.connection.execute(
        "SELECT source, kind, reason, total FROM _counter ORDER BY ALL"
    ).fetchall()
    names = asked.connection.execute("SELECT name, last_success FROM _source ORDER BY name")
    return {
        "sources": [
            {
                "source": name,
                "last_success": success,
                "counts": [
                    {"kind": kind, "reason": reason, "total": total}
                    for source, kind, reason, total in counts
                    if source == name
                ],
            }
            for name, success in names.fetchall()
        ]
    }


def rejects(asked: Asked) -> dict[str, Any]:
    """`source`, `limit`: the newest refused rows of a source, with reason and place."""
    source = asked.word("source")
    elsewhere = refused_in_place(asked.loaded.plan, asked.engine, source, asked.limit)
    if elsewhere is not None:
        return {"source": source, "rejects": elsewhere}
    found = asked.connection.execute(
        "SELECT path, line, reason, detail, excerpt FROM _reject WHERE source = ? "
        "ORDER BY rowid DESC LIMIT ?",
        [source, asked.limit],
    ).fetchall()
    names = ("path", "line", "reason", "detail", "excerpt")
    return {"source": source, "rejects": [dict(zip(names, row, strict=True)) for row in found]}
