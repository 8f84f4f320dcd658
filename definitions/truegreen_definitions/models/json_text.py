"""JSON inside a definition: any nested YAML, kept as JSON text with sorted keys.

A plain `true`, `null` or number is what it looks like and keeps its digits (`84.20` stays
`84.20`); quoted text is text.
"""

import json
import re
from typing import Annotated

from pydantic import PlainValidator, WithJsonSchema

from truegreen_definitions.models.shapes import SCALARS
from truegreen_definitions.models.values import bad_value
from truegreen_definitions.yaml_tree.nodes import Plain

__all__ = ["JsonText"]

_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?")
_WORDS = {"true", "false", "null"}


def _encoded(value: object) -> str:
    if isinstance(value, dict):
        pairs = (f"{json.dumps(key)}:{_encoded(value[key])}" for key in sorted(value))
        return "{" + ",".join(pairs) + "}"
    if isinstance(value, list):
        return "[" + ",".join(_encoded(item) for item in value) + "]"
    if isinstance(value, Plain):
        if value == "":
            bad_value("no value found", "write null, or a value")
        if value in _WORDS or _NUMBER.fullmatch(value):
            return str(value)
    return json.dumps(value, ensure_ascii=False)


JsonText = Annotated[str, PlainValidator(_encoded), WithJsonSchema(SCALARS["Json"])]
"""JSON text of any value."""
