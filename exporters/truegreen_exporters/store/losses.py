"""The ledger of losses: every entry with all its revisions, as documents with their digests.

Nothing is ever written over: a correction is a further revision, so what was booked stays beside
what is known now. A document that does not match its digest was changed behind our back.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from truegreen_exporters.accountability.losses.booking import Booking
from truegreen_exporters.store.closed_ledger import append, known_by
from truegreen_exporters.store.opening import StoreError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    import duckdb

    from truegreen_exporters.accountability.losses.booking import BookingKey

__all__ = ["LossBook"]

_COLUMNS = {
    "service": "VARCHAR",
    "channel": "VARCHAR",
    "episode": "VARCHAR",
    "revision": "INTEGER",
    "known": "BIGINT",
    "document": "VARCHAR",
    "digest": "VARCHAR",
}


class LossBook:
    """The entries of a state file.

    Args:
        connection: To the state file.
        known_at: Read what was known at this moment; None for now.
    """

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, known_at: datetime | None = None
    ) -> None:
        self._connection = connection
        self._known_by = known_by(known_at)

    def entries(self) -> tuple[Booking, ...]:
        """Return every revision, in the order of service, channel, episode and revision.

        Raises:
            StoreError: An entry does not match its digest.
        """
        found = self._connection.execute(
            "SELECT document, digest FROM _loss WHERE known <= ? "
            "ORDER BY service, channel, episode, revision",
            [self._known_by],
        ).fetchall()
        read = [(Booking.of(json.loads(document)), digest) for document, digest in found]
        for booking, digest in read:
            if booking.digest != digest:
                name = f"{booking.service}/{booking.channel} {booking.episode}"
                raise StoreError(
                    f"the loss of {name}, revision {booking.revision}, does not match its digest: "
                    "it was changed in the state file"
                )
        return tuple(booking for booking, _ in read)

    def latest(self) -> dict[BookingKey, Booking]:
        """Return the newest revision of each entry."""
        return {booking.key: booking for booking in self.entries()}

    def write(self, bookings: Iterable[Booking]) -> None:
        """Add entries, all or none of them.

        Raises:
            StoreError: The state file cannot be written.
        """
        rows = [
            (*one.key, one.revision, one.known, json.dumps(one.document), one.digest)
            for one in bookings
        ]
        append(self._connection, "_loss", _COLUMNS, rows, "losses")
