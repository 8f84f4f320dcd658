"""What a step does in a browser: a page that is opened, and what a person does on it."""

from typing import Annotated, Literal, TypeAlias

from pydantic import ConfigDict, Field, model_validator

from truegreen_definitions.models.base import Model
from truegreen_definitions.models.journey.scalars import UrlPath
from truegreen_definitions.models.shapes import either, one_of
from truegreen_definitions.models.values import Text, bad_value

__all__ = ["BrowserVisit", "Gesture", "GestureName"]

GestureName: TypeAlias = Literal["click", "fill", "select", "press", "wait_for", "see"]
GESTURES: tuple[GestureName, ...] = ("click", "fill", "select", "press", "wait_for", "see")
VALUED: tuple[GestureName, ...] = ("fill", "select")


class Gesture(Model):
    """One thing that a person does on a page, or waits for.

    Attributes:
        click: Selector of what is clicked.
        fill: Selector of the field that `with` is written into.
        select: Selector of the list in which the option `with` is chosen.
        press: Key that is pressed where the cursor is, such as `Enter`.
        wait_for: Selector of what must have become visible.
        see: Words that must have become visible.
        value: What is written or chosen (`with:`); `${name}` takes a variable, `${secret:NAME}`
            an environment variable.
    """

    model_config = ConfigDict(
        json_schema_extra={
            **one_of(*GESTURES),
            "dependencies": {
                **{name: ["with"] for name in VALUED},
                "with": {"anyOf": [{"required": [name]} for name in VALUED]},
            },
        }
    )

    click: Text | None = None
    fill: Text | None = None
    select: Text | None = None
    press: Text | None = None
    wait_for: Text | None = None
    see: Text | None = None
    value: Annotated[Text | None, Field(alias="with")] = None

    @model_validator(mode="after")
    def _one_thing(self) -> "Gesture":
        if sum(getattr(self, name) is not None for name in GESTURES) != 1:
            bad_value("a person does one thing at a time", f"write one of {', '.join(GESTURES)}")
        if self.name in VALUED and self.value is None:
            bad_value(f"{self.name} has nothing to put there", "write with: beside it")
        if self.name not in VALUED and self.value is not None:
            bad_value(f"{self.name} puts nothing anywhere", "take with: out")
        return self

    @property
    def name(self) -> GestureName:
        """Which of them it is."""
        return next(name for name in GESTURES if getattr(self, name) is not None)

    @property
    def what(self) -> str:
        """The selector, key or words it is about."""
        return str(getattr(self, self.name))


class BrowserVisit(Model):
    """A page of the target in a browser, and what is done on it, in order.

    Attributes:
        open: Path of the page, below the target; without one the step goes on where the step
            before it left the browser.
        do: What is done there; each waits until it can be done.
    """

    model_config = ConfigDict(json_schema_extra=either(("open",), ("do",)))

    open: UrlPath | None = None
    do: tuple[Gesture, ...] = ()

    @model_validator(mode="after")
    def _does_something(self) -> "BrowserVisit":
        if self.open is None and not self.do:
            bad_value("nothing is done in the browser", "write open, do or both")
        return self
