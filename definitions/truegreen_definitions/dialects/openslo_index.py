"""Objects of OpenSLO by kind and name: they refer to one another across files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_definitions.dialects.openslo_fields import KINDS
from truegreen_definitions.dialects.trees import text_at

if TYPE_CHECKING:
    from collections.abc import Iterator

    from truegreen_definitions.dialects.dialect import Foreign
    from truegreen_definitions.yaml_tree.nodes import Node, ScalarNode

__all__ = ["Index"]

_NAMED = ("SLI", "AlertPolicy", "AlertCondition")


class Index:
    """All objects of a company."""

    def __init__(self, documents: tuple[Foreign, ...]) -> None:
        """Take documents in order of file."""
        self._documents = tuple(sorted(documents, key=lambda one: (one.path, one.root.place)))
        self._by_name: dict[tuple[str, str], Node] = {}
        for one in self._documents:
            kind, name = text_at(one.root, "kind"), text_at(one.root, "metadata", "name")
            if kind is not None and name is not None:
                self._by_name.setdefault((kind.text, name.text), one.root)
        self._found: set[tuple[str, str]] = set()

    def find(self, kind: str, name: ScalarNode | None) -> Node | None:
        """Return an object by its name; None where there is none."""
        if name is None:
            return None
        self._found.add((kind, name.text))
        return self._by_name.get((kind, name.text))

    def never_found(self) -> Iterator[tuple[str, Node]]:
        """Yield kind and object of each that an SLO could name and nobody asked for."""
        for (kind, name), root in self._by_name.items():
            if kind in _NAMED and (kind, name) not in self._found:
                yield kind, root

    def services(self) -> Iterator[tuple[str, Node, tuple[Node, ...]]]:
        """Yield file, object and SLOs of each service.

        A service that is only named by SLOs is the name itself, in the file of the first.
        """
        of_kind = {kind: [d for d in self._documents if _is(d.root, kind)] for kind in KINDS}
        slos: dict[str, list[Foreign]] = {}
        for slo in of_kind["SLO"]:
            named = text_at(slo.root, "spec", "service")
            slos.setdefault(named.text if named else "", []).append(slo)
        for declared in of_kind["Service"]:
            name = text_at(declared.root, "metadata", "name")
            found = slos.pop(name.text if name else "", [])
            yield declared.path, declared.root, tuple(one.root for one in found)
        for found in slos.values():
            service = text_at(found[0].root, "spec", "service") or found[0].root
            yield found[0].path, service, tuple(one.root for one in found)


def _is(root: Node, kind: str) -> bool:
    found = text_at(root, "kind")
    return found is not None and found.text == kind
