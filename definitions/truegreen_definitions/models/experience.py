"""What people experience, beyond one promise: case by case, and as one score."""

from pydantic import Field, model_validator

from truegreen_definitions.models.base import Model
from truegreen_definitions.models.values import ColumnName, Factor, Name, bad_value

__all__ = ["Cases", "Score"]


class Cases(Model):
    """How cases are followed from what an SLA says of them to what people experienced.

    Every SLA of the service that counts rows of a table with the column `by` is compared.

    Attributes:
        by: Column that names the case, in the tables of the SLAs and of the XLAs.
        bad: XLAs that count rows: a case is bad when one of them counts a row of it as not good.
        mix: Column of the SLA's table that says what kind of case it is, such as its priority.
    """

    by: ColumnName
    bad: tuple[Name, ...] = Field(min_length=1)
    mix: ColumnName | None = None


class Score(Model):
    """The XLA score of a service: a weighted mean that cannot hide a breach.

    Attributes:
        weights: Agreements by name, and how much each counts.
        veto: Agreements whose breach makes the score 0.
    """

    weights: dict[Name, Factor] = Field(min_length=1)
    veto: tuple[Name, ...] = ()

    @model_validator(mode="after")
    def _weighed(self) -> "Score":
        for name in self.veto:
            if name not in self.weights:
                bad_value(f"`{name}` has a veto and no weight", "add it to weights, or take it out")
        return self
