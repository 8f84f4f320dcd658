"""What editors and readers know of the language: its JSON Schema and its reference.

Both are made from the models alone: types and limits from their annotations, words from their
docstrings.
"""

from truegreen_definitions.schema.json_schema import document_schema, schema_text

__all__ = ["document_schema", "schema_text"]
