"""The language reference: every kind, every field, every type, as Markdown.

It is rendered from the JSON Schema and the examples of the models' modules, so an editor's hover
and the page say the same.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from truegreen_definitions.models import KINDS, Kind
from truegreen_definitions.models.shapes import SCALARS, Shape
from truegreen_definitions.schema.docstrings import example_of, words_of
from truegreen_definitions.schema.json_schema import document_schema

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from truegreen_definitions.catalog.definition import Definition
    from truegreen_definitions.models.indicator import Indicator

__all__ = ["reference_text"]

_HEAD = """\
# Language reference

<!-- Made by `make build` from the models in truegreen_definitions/models. Do not edit. -->

A company's definitions are YAML files in one folder, as many documents a file as you like. Each
document has `apiVersion: truegreen/v1`, a `kind`, `metadata` and a `spec`. References are by name.
`truegreen check` reads them all and shows every mistake at once; an editor shows the mistakes of
one document while you write, when its first line is

```yaml
# yaml-language-server: $schema=../truegreen.schema.json
```

with the path to a file that `truegreen schema` printed.

Values are read from their text: `99.9%`, `400ms`, `84.20` mean what they say, exactly. What YAML
readers disagree on (`no`, `010`, `1e3`) is refused with what to write in its place.

"""
_TYPES = """\
## Types

What a field takes. A text that begins with a character of YAML's own (`{`, `[`, `*`, `&`, `!`,
`%`, `@`, a backquote) or holds `: ` or ` #` needs quotes; inside `{…}` and `[…]`, so does one with
`,`, `[`, `]`, `{` or `}`.
"""


def reference_text(
    kinds: Sequence[type[Kind]] = KINDS, library: Sequence[Definition[Indicator]] = ()
) -> str:
    """Return the reference of some kinds as Markdown.

    Args:
        kinds: The kinds, in the order of their sections.
        library: Indicators that agreements can `use:`, in the order they are listed.
    """
    schema = document_schema(kinds)
    return _HEAD + "\n".join((*_kinds(schema, kinds), *_library(library), _TYPES, *_types(schema)))


def _kinds(schema: Shape, kinds: Sequence[type[Kind]]) -> Iterator[str]:
    """Yield a table of the kinds, what all share, and a section for each kind."""
    yield "| kind | what |\n|---|---|"
    for kind in kinds:
        yield f"| {_link(kind.__name__)} | {words_of(kind).summary} |"
    yield ""
    done: set[str] = set()
    yield from _sections(schema, "Metadata", done, level=2)
    for kind, rule in zip(kinds, schema["allOf"], strict=True):
        spec = rule["then"]["properties"]["spec"]
        yield f"## {kind.__name__}\n\n{words_of(kind).summary}\n"
        yield f"```yaml\n{example_of(kind)}```\n"
        models = tuple(_models(spec))
        if "$ref" in spec:
            done.add(models[0])
            yield from _table(schema["definitions"][models[0]])
            models = tuple(_models(schema["definitions"][models[0]]))
        else:
            yield f"Its `spec` has the fields of one of these, {_type(spec)}.\n"
        for model in models:
            yield from _sections(schema, model, done)


def _sections(schema: Shape, model: str, done: set[str], level: int = 3) -> Iterator[str]:
    """Yield the section of a model and of every model in its fields that has none yet."""
    if model in done:
        return
    done.add(model)
    shape = schema["definitions"][model]
    yield f"{'#' * level} {model}\n\n{shape['description']}\n"
    yield from _table(shape)
    if (kind := shape["properties"].get("kind", {}).get("const")) is not None:
        yield f"More, and why: [its manual page](truegreen_definitions/kinds/{kind}.py).\n"
    for inner in _models(shape):
        yield from _sections(schema, inner, done)


def _table(shape: Shape) -> Iterator[str]:
    """Yield the fields of a model."""
    required = shape.get("required", ())
    yield "| field | type | default | what |\n|---|---|---|---|"
    for name, field in shape["properties"].items():
        default = "**required**" if name in required else _value(field.get("default"))
        words = field.get("description", "").partition("\n\n")[0]
        if field.get("description") == SCALARS.get(field.get("title", ""), {}).get("description"):
            words = ""
        yield f"| `{name}` | {_type(field)} | {default} | {_cell(words)} |"
    ways = [way["required"][0] for way in shape.get("oneOf", ())]
    yield f"\nExactly one of {_words(ways)}.\n" if ways else ""


def _models(shape: object) -> Iterator[str]:
    """Yield the name of each model that a shape refers to, in order, each once."""
    seen: dict[str, None] = {}
    todo = [shape]
    while todo:
        one = todo.pop(0)
        if isinstance(one, dict):
            ref = one.get("$ref", "")
            if ref and ref != "#/definitions/Zone":
                seen[ref.rpartition("/")[2]] = None
            todo[:0] = one.values()
        elif isinstance(one, list):
            todo[:0] = one
    yield from seen


def _type(shape: Shape) -> str:
    """Return what a field takes, in words with links."""
    if "title" in shape:
        return _link(shape["title"])
    if "$ref" in shape:
        return _link(shape["$ref"].rpartition("/")[2])
    if "const" in shape or "enum" in shape:
        return _words(shape.get("enum", (shape.get("const"),)), "or")
    if "anyOf" in shape:
        return " or ".join(_type(one) for one in shape["anyOf"])
    if shape.get("type") == "array":
        return f"list of {_type(shape['items'])}"
    if shape.get("type") == "integer":
        return _range(shape)
    if "if" in shape.get("allOf", ({},))[0]:
        return "by its `kind`: " + " or ".join(_type(rule["then"]) for rule in shape["allOf"])
    if "allOf" in shape:
        return _type(shape["allOf"][0])
    return f"mapping of {_type(shape['propertyNames'])} to {_type(shape['additionalProperties'])}"


def _range(shape: Shape) -> str:
    least, most = shape.get("minimum"), shape.get("maximum")
    return f"whole number, {least} to {most}" if most else f"whole number, {least} or more"


def _library(indicators: Sequence[Definition[Indicator]]) -> Iterator[str]:
    """Yield a table of the indicators of the library."""
    if indicators:
        yield "## Library\n\nEvery installation has these; an agreement takes one with `use:`.\n"
        yield "| `use:` | what |\n|---|---|"
        for one in indicators:
            yield f"| `{one.name}` | {_cell(' '.join(one.model.spec.manual.split()))} |"
        yield ""


def _types(schema: Shape) -> Iterator[str]:
    """Yield a section for each scalar type that a field has, by name."""
    found: dict[str, Shape] = {}
    todo: list[object] = [schema["definitions"]]
    while todo:
        one = todo.pop()
        if isinstance(one, dict):
            if isinstance(title := one.get("title"), str):
                found.setdefault(title, one)
            todo += one.values()
        elif isinstance(one, list):
            todo += one
    for title in sorted(found):
        words = found[title].get("description", "").rpartition("\n\n")[2]
        yield f"### {title}\n\n{words}{_examples(found[title])}\n"


def _examples(shape: Shape) -> str:
    examples = shape.get("enum") or shape.get("examples")
    if not examples:
        return ""
    said = "One of" if "enum" in shape else "Such as"
    return f" {said} {_words(examples, 'or')}."


def _words(words: Any, last: str = "and") -> str:  # noqa: ANN401  words of JSON
    """Return words as code: `a`, `b` and `c`."""
    quoted = [f"`{word}`" for word in words]
    return f" {last} ".join(filter(None, (", ".join(quoted[:-1]), quoted[-1])))


def _value(value: object) -> str:
    """Return a default as YAML in one line."""
    if value is None:
        return ""
    if isinstance(value, dict):
        return "`{" + ", ".join(f"{key}: {one}" for key, one in value.items()) + "}`"
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _link(title: str) -> str:
    return f"[{title}](#{re.sub(r'[^a-z0-9 -]', '', title.lower()).replace(' ', '-')})"
