"""What an indicator is asked for: by which agreement of which service, in which company."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal, TypeAlias

from truegreen_definitions.expressions.errors import ExpressionError
from truegreen_definitions.expressions.templates import fill
from truegreen_definitions.problems import Problem, Severity

if TYPE_CHECKING:
    from collections.abc import Callable

    from truegreen_definitions.catalog import Catalog
    from truegreen_definitions.catalog.definition import Definition
    from truegreen_definitions.models.agreement import Measured
    from truegreen_definitions.models.indicator import Indicator, IndicatorSpec
    from truegreen_definitions.models.policy import PolicySpec
    from truegreen_definitions.models.service import Service
    from truegreen_definitions.plan import Records, Signal, Values
    from truegreen_definitions.problems import Place
    from truegreen_definitions.yaml_tree.nodes import Step as PathStep

__all__ = ["NOT_COMPILED", "Asked", "IndicatorKind", "Lowered"]

NOT_COMPILED = "agreement/not-compiled"


Lower: TypeAlias = "Callable[[IndicatorSpec, Asked], Lowered | None]"
OfSpec: TypeAlias = "Callable[[IndicatorSpec], bool]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lowered:
    """An indicator as exact good and total, or as a value.

    Attributes:
        step: The step of the service it is about; empty when about the whole service.
    """

    parts: Signal | Records | Values
    sampling: Literal["census", "sample"]
    step: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """An indicator as one agreement asks for it; it collects what is wrong with it.

    Attributes:
        agreement: What asks: an agreement, or a measure that is only watched.
        path: Of it inside the service: `spec`, `slas`, `xlas` or `measures`, index.
        library: The definition that `use` names; None when the indicator is written inline.
        kind_of: Finds the kind of an indicator.
        problems: What was found wrong so far.
    """

    catalog: Catalog
    policy: PolicySpec
    service: Definition[Service]
    agreement: Measured
    path: tuple[PathStep, ...]
    library: Definition[Indicator] | None
    kind_of: Callable[[IndicatorSpec], IndicatorKind]
    problems: list[Problem] = field(default_factory=list)

    @property
    def from_library(self) -> bool:
        """Whether the indicator is of the library that comes with us, not of the company."""
        if self.library is None:
            return False
        return (self.library.kind, self.library.name) in self.catalog.from_library

    @property
    def spec(self) -> IndicatorSpec | None:
        """The indicator that is asked for; None when `use` names none that is there."""
        return self.library.model.spec if self.library else self.agreement.indicator

    def of_other(self, agreement: Measured, path: tuple[PathStep, ...]) -> Asked:
        """Return what another agreement of the service asks for; it reports its own problems."""
        use = agreement.use
        library = self.catalog.indicators.get(use) if use else None
        return replace(self, agreement=agreement, path=path, library=library, problems=[])

    def lower_own(self) -> Lowered | None:
        """Return the indicator as good and total; None with the reason among the problems."""
        spec = self.spec
        return self.kind_of(spec).lower(spec, self) if spec is not None else None

    @property
    def is_signal(self) -> bool:
        """Whether it is counted from Prometheus; what is not known is not."""
        spec = self.spec
        return spec is not None and not self.kind_of(spec).reads_rows(spec)

    def report(
        self,
        problem: str,
        message: str,
        *fields: PathStep,
        hint: str = "",
        severity: Severity = Severity.ERROR,
    ) -> None:
        """Note what is wrong with a field of the indicator."""
        self._note(Problem(problem, message, self._place(*fields), hint, severity), fields)

    def not_compiled(self, message: str, *fields: PathStep) -> None:
        """Warn that this version does not do what a field of the indicator asks for.

        It stands with the agreement: at `use`, where the field is that of a library's indicator.
        """
        path: tuple[PathStep, ...] = (*self.path, "indicator", *fields)
        if self.library is not None:
            message, path = f"{message} (Indicator `{self.library.name}`)", (*self.path, "use")
        self.problems.append(
            self.service.problem(NOT_COMPILED, message, *path, key=True, severity=Severity.WARNING)
        )

    def read(self, text: str, *fields: PathStep, by: Callable[[str], str] = str) -> str:
        """Return a field's text with its parameters filled in, read by a parser.

        What is wrong is noted, and the text is then empty.
        """
        place = self._place(*fields)
        try:
            filled = fill(text, self.agreement.parameters)
            return by(filled)
        except ExpressionError as error:
            whole = "${" not in text  # else columns are those of another text
            self._note(error.at(place, text if whole else None), fields)
            return ""

    def _place(self, *fields: PathStep) -> Place:
        if self.library is not None:
            return self.library.place("spec", *fields)
        return self.service.place(*self.path, "indicator", *fields)

    def _note(self, problem: Problem, fields: tuple[PathStep, ...]) -> None:
        """Note a problem; with the agreement where only that can mend it.

        So it is where the indicator waits for its parameters, and where it is the library's.
        """
        given = self.agreement.parameters
        at_agreement = given or self.from_library or problem.id == "template/no-value"
        if self.library is not None and at_agreement:
            field = ".".join(str(step) for step in fields)
            message = f"{problem.message} (in `{field}` of Indicator `{self.library.name}`)"
            place = self.service.place(*self.path, "with" if given else "use")
            problem = replace(problem, message=message, place=place, fix=None)
        self.problems.append(problem)


def _never(_: IndicatorSpec) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class IndicatorKind:
    """A way to measure.

    Attributes:
        name: As written in `kind:`.
        lower: Turns an indicator of this kind into good and total; None when it cannot, the
            reason being among the problems of what is asked.
        reads_rows: Whether an indicator of this kind counts rows of a table, not samples of
            Prometheus; for who asks before anything is lowered.
    """

    name: str
    lower: Lower
    reads_rows: OfSpec = _never
