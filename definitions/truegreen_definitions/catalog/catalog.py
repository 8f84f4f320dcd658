"""Catalog: every definition of a company by kind and name, each with its places.

`build_catalog` takes files as bytes and gives all it could understand, with a problem for
everything else; it reads no file itself (see `loader`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeAlias, TypeVar, cast

from truegreen_definitions.catalog.ambiguous import AMBIGUOUS, with_fix
from truegreen_definitions.catalog.definition import Definition, SourceFile
from truegreen_definitions.catalog.definition_reader import (
    Reading,
    read_definition,
    refused_places,
)
from truegreen_definitions.catalog.extended import extended
from truegreen_definitions.catalog.model_problems import UNKNOWN
from truegreen_definitions.models import KINDS, Kind
from truegreen_definitions.models.calendar import Calendar
from truegreen_definitions.models.contract import Contract
from truegreen_definitions.models.indicator import Indicator
from truegreen_definitions.models.journey import Journey
from truegreen_definitions.models.mapping import Mapping as RowMapping
from truegreen_definitions.models.policy import Policy
from truegreen_definitions.models.service import Service
from truegreen_definitions.models.source import Source
from truegreen_definitions.models.table import Table
from truegreen_definitions.models.team import Team
from truegreen_definitions.models.vendor import Vendor
from truegreen_definitions.problems import Place, Problem
from truegreen_definitions.yaml_tree.reader import STOPPING, read

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from truegreen_definitions.yaml_tree.nodes import Document

__all__ = ["Catalog", "Readings", "build_catalog"]

M = TypeVar("M", bound=Kind)

_KIND_NAMES = frozenset(model.__name__ for model in KINDS)
_UNSEARCHABLE = frozenset({"file/unreadable", "yaml/encoding", "yaml/too-large"})
_FileReader: TypeAlias = "Callable[[SourceFile], tuple[Sequence[Reading], Sequence[Problem]]]"
_NAMED = re.compile(r"""\bname["']?:\s*["']?([a-z][a-z0-9-]*)""")
"""What may be the name of a definition, in a file that is not YAML enough to be sure."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalog:
    """All valid definitions; every mapping is by name, sorted.

    Attributes:
        tables: The company's own and the library's; of one name, the company's own. So it is
            with mappings and indicators.
        journeys_of: The journeys of each service that has one, by the service's name.
        from_library: (kind, name) of the definitions that are the library's; users cannot open
            its files.
        library_tables: Every table of the library, those too that the company has its own of.
        unnamed: Kinds with a definition whose name is no name, so what it is meant to be called
            cannot be told.
        broken: (kind, name) of definitions that exist but are not valid, so that references
            to them are not reported as well.
        partial: What can still be understood of definitions that are not valid.
        salvaged: Names in files with documents that could not be told by kind and name; one that
            is missing here may be defined there.
        whole: Whether every file could at least be searched for names.
        home: Where to show a problem that has no place of its own.
    """

    services: Mapping[str, Definition[Service]]
    journeys: Mapping[str, Definition[Journey]]
    tables: Mapping[str, Definition[Table]]
    mappings: Mapping[str, Definition[RowMapping]]
    sources: Mapping[str, Definition[Source]]
    indicators: Mapping[str, Definition[Indicator]]
    calendars: Mapping[str, Definition[Calendar]]
    teams: Mapping[str, Definition[Team]]
    vendors: Mapping[str, Definition[Vendor]]
    contracts: Mapping[str, Definition[Contract]]
    policies: Mapping[str, Definition[Policy]]
    journeys_of: Mapping[str, tuple[Definition[Journey], ...]]
    from_library: frozenset[tuple[str, str]]
    library_tables: Mapping[str, Definition[Table]]
    unnamed: frozenset[str]
    broken: frozenset[tuple[str, str]]
    partial: tuple[Definition[Kind], ...]
    salvaged: frozenset[str]
    whole: bool
    home: Place

    def of_kind(self, kind: str) -> Mapping[str, Definition[Kind]]:
        """Return the definitions of a kind by name; none for a kind that is not known."""
        every: dict[str, Mapping[str, Definition[Kind]]] = {
            "Service": self.services,
            "Journey": self.journeys,
            "Table": self.tables,
            "Mapping": self.mappings,
            "Source": self.sources,
            "Indicator": self.indicators,
            "Calendar": self.calendars,
            "Team": self.teams,
            "Vendor": self.vendors,
            "Contract": self.contracts,
            "Policy": self.policies,
        }
        return every.get(kind, {})

    def definitions(self) -> Iterator[Definition[Kind]]:
        """Yield every definition, by kind and name."""
        for model in KINDS:
            yield from self.of_kind(model.__name__).values()

    def may_exist(self, kind: str, name: str) -> bool:
        """Return whether a name that is not here may be of a definition that is not valid."""
        told = self.whole and name not in self.salvaged and kind not in self.unnamed
        return not told or (kind, name) in self.broken

    def has_broken(self, kind: str) -> bool:
        """Return whether a definition of a kind may exist that is not valid."""
        told = self.whole and not self.salvaged
        return not told or any(broken == kind for broken, _ in self.broken)


def build_catalog(
    files: Iterable[SourceFile] | Readings, library: Iterable[SourceFile] = ()
) -> tuple[Catalog, tuple[Problem, ...]]:
    """Return the catalog of a company and everything that is wrong with its files.

    Args:
        files: The company's files, in any order, or what they turned out to hold.
        library: Files of the library; a company's own definition of the same name wins.
    """
    own = files if isinstance(files, Readings) else Readings.of(files)
    shared = Readings.of(library, _read_library_file)
    taken, duplicates = _without_duplicates(own.readings)
    known, library_duplicates = _without_duplicates(shared.readings)
    catalog, faults = extended(_catalog(taken, known, own))
    return catalog, (*own.problems, *shared.problems, *duplicates, *library_duplicates, *faults)


@dataclass(frozen=True, slots=True, kw_only=True)
class Readings:
    """What a set of files turned out to hold, in order of path.

    Attributes:
        salvaged: See `Catalog`, and so with `whole` and `home`.
    """

    files: tuple[SourceFile, ...]
    readings: tuple[Reading, ...]
    problems: tuple[Problem, ...]
    salvaged: frozenset[str]
    whole: bool
    home: Place

    @classmethod
    def of(cls, files: Iterable[SourceFile], read_file: _FileReader | None = None) -> Readings:
        """Return what files hold, in any order; `read_file` reads one in another way."""
        readings: list[Reading] = []
        problems: list[Problem] = []
        salvaged: set[str] = set()
        whole, ordered = True, tuple(sorted(files))
        for file in ordered:
            found, faults = (read_file or _read_file)(file)
            readings.extend(found)
            problems.extend(faults)
            whole = whole and _UNSEARCHABLE.isdisjoint(fault.id for fault in faults)
            if not _is_told(found, faults):
                salvaged.update(_NAMED.findall(file.text))
        translations, faults = _translated(readings)
        readings.extend(translations)
        problems.extend(faults)
        home = Place(ordered[0].shown if ordered else "definitions", 1, 1)
        return cls(
            files=ordered,
            readings=tuple(readings),
            problems=tuple(problems),
            salvaged=frozenset(salvaged),
            whole=whole,
            home=home,
        )


def _is_told(readings: Iterable[Reading], faults: Iterable[Problem]) -> bool:
    """Return whether every document of a file is known by kind and name."""
    if any(fault.id in STOPPING for fault in faults):
        return False
    ours = (reading for reading in readings if reading.foreign is None)
    return all(reading.kind in _KIND_NAMES and reading.name for reading in ours)


def _read_file(file: SourceFile) -> tuple[list[Reading], list[Problem]]:
    """Return a file's documents, and its problems."""
    if file.fault:
        place = Place(file.shown, 1, 1)
        return [], [Problem("file/unreadable", file.fault, place)]
    documents, faults = read(file.shown, file.data)
    readings = [read_definition(file.path, document.root) for document in documents]
    # A part that the reader has refused is not reported a second time by the model.
    refused = {problem.place for problem in faults}
    problems = [_settled(fault, documents, readings) for fault in faults]
    for reading in readings:
        problems.extend(p for p in reading.problems if p.place not in refused)
    return readings, problems


@lru_cache(maxsize=512)
def _read_library_file(file: SourceFile) -> tuple[tuple[Reading, ...], tuple[Problem, ...]]:
    """Return what a file of the library holds; it is the same for every company and every time."""
    found, faults = _read_file(file)
    return tuple(found), tuple(faults)


def _translated(
    readings: Iterable[Reading],
) -> tuple[list[Reading], list[Problem]]:
    """Return what foreign documents say in our language, and what does not carry over."""
    foreign = [(one.path, one.foreign) for one in readings if one.foreign is not None]
    if not foreign:
        return [], []
    from truegreen_definitions.dialects import Foreign, translated  # noqa: PLC0415  few need them

    own = frozenset((one.kind, one.name) for one in readings if one.foreign is None)
    translation = translated((Foreign(path, root) for path, root in foreign), own)
    found = [read_definition(one.path, one.root) for one in translation.documents]
    faults = [problem for reading in found for problem in reading.problems]
    return found, [*translation.problems, *faults]


def _settled(fault: Problem, documents: Iterable[Document], readings: Iterable[Reading]) -> Problem:
    """Return a fault of the reader, with its fix where its document makes one certain."""
    if fault.id != AMBIGUOUS:
        return fault
    for document, reading in zip(documents, readings, strict=True):
        if reading.judged:
            refused = {problem.place for problem in reading.problems}
            unknown = {one.place for one in reading.problems if one.id == UNKNOWN}
            fault = with_fix(fault, document.root, refused, unknown, refused_places)
    return fault


_Named: TypeAlias = dict[tuple[str, str], Definition[Kind]]


def _without_duplicates(readings: Iterable[Reading]) -> tuple[_Named, list[Problem]]:
    """Return definitions by kind and name; a name taken before is a problem, not a change."""
    first: _Named = {}
    problems: list[Problem] = []
    for reading in readings:
        definition = reading.definition
        if definition is None:
            continue
        key = (definition.kind, definition.name)
        if key in first:
            before = first[key].place("metadata", "name")
            message = f"{definition.kind} `{definition.name}` is defined twice"
            hint = f"the first one is at {before}: rename or remove one of the two"
            name = ("metadata", "name")
            problems.append(definition.problem("catalog/duplicate-name", message, *name, hint=hint))
        else:
            first[key] = definition
    return first, problems


def _catalog(taken: _Named, known: _Named, own: Readings) -> Catalog:
    """Return the catalog of a company's own definitions and the library's of other names."""
    named = {**known, **taken}
    journeys = _of_kind(named, Journey)
    return Catalog(
        services=_of_kind(named, Service),
        journeys=journeys,
        tables=_of_kind(named, Table),
        mappings=_of_kind(named, RowMapping),
        sources=_of_kind(named, Source),
        indicators=_of_kind(named, Indicator),
        calendars=_of_kind(named, Calendar),
        teams=_of_kind(named, Team),
        vendors=_of_kind(named, Vendor),
        contracts=_of_kind(named, Contract),
        policies=_of_kind(named, Policy),
        journeys_of=_by_service(journeys.values()),
        from_library=frozenset(known.keys() - taken.keys()),
        library_tables=_of_kind(known, Table),
        unnamed=frozenset(r.kind for r in own.readings if not r.named),
        broken=frozenset((r.kind, r.name) for r in own.readings if r.definition is None),
        partial=tuple(r.partial for r in own.readings if r.partial),
        salvaged=own.salvaged,
        whole=own.whole,
        home=own.home,
    )


def _by_service(
    journeys: Iterable[Definition[Journey]],
) -> Mapping[str, tuple[Definition[Journey], ...]]:
    found: dict[str, list[Definition[Journey]]] = {}
    for journey in journeys:
        found.setdefault(journey.model.spec.service, []).append(journey)
    return MappingProxyType({service: tuple(of_it) for service, of_it in found.items()})


def _of_kind(named: _Named, model: type[M]) -> Mapping[str, Definition[M]]:
    """Return the definitions of one kind by name, sorted and not to be changed."""
    found = sorted((d for d in named.values() if isinstance(d.model, model)), key=lambda d: d.name)
    # isinstance has narrowed the model; mypy does not carry that over to the definition.
    return MappingProxyType({d.name: cast("Definition[M]", d) for d in found})
