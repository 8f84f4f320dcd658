"""Objects become rows; what no text can hold is refused alone."""

from __future__ import annotations

from truegreen_definitions.names import RejectReasonValue
from truegreen_exporters.sources.json_rows import document_of, rows_of_objects


def test_what_decodes_and_cannot_be_written_is_refused_alone() -> None:
    """At every depth that the decoder takes, each row is kept or refused, and none ends it."""
    refused = set[int]()
    for depth in range(1, 1000):
        deep = "[" * depth + "]" * depth
        try:
            documents = document_of(f'{{"x": {deep}}}'), document_of(deep)
        except ValueError:
            continue
        objects = [*documents, {"x": 1}]
        rows = rows_of_objects(objects, ("x",), (1, 2, 3))
        assert rows.values[0][-1] == "1"
        assert {reject.reason for reject in rows.rejects} == {RejectReasonValue.SYNTAX}
        refused.add(len(rows.rejects))
    assert refused == {1, 2}
