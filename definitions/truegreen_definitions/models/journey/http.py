"""What a step over HTTP asks for."""

from collections.abc import Mapping
from typing import Annotated, cast

from pydantic import ConfigDict, Field, model_validator

from truegreen_definitions.models.base import Model
from truegreen_definitions.models.journey.client import Redirects
from truegreen_definitions.models.journey.scalars import (
    FormValues,
    HeaderName,
    HeaderValue,
    UrlPath,
)
from truegreen_definitions.models.json_text import JsonText
from truegreen_definitions.models.shapes import never_with, one_of
from truegreen_definitions.models.values import Text, bad_value

__all__ = ["JourneyRequest"]

METHODS = ("get", "post", "put", "patch", "delete")
FORMLESS = ("json", "get", "delete")


class JourneyRequest(Model):
    """One HTTP request: exactly one of the methods, with the path it goes to.

    Attributes:
        get: Path of a GET, below the target.
        post: Path of a POST, below the target.
        put: Path of a PUT, below the target.
        patch: Path of a PATCH, below the target.
        delete: Path of a DELETE, below the target.
        body: JSON body; `${name}` in a text takes a variable, `${secret:NAME}` an environment
            variable.
        form: Fields of a form that is sent as the body, as a page's `<form method=post>` is; a
            list sends its field once for each value. In names and values `${name}` takes a
            variable, `${secret:NAME}` an environment variable. It is sent by post, put or patch,
            and instead of `json`.
        headers: Headers beside those the probe sends.
        redirects: How many redirects it follows; else what `client` says.
    """

    model_config = ConfigDict(
        json_schema_extra=one_of(*METHODS) | never_with("form", *FORMLESS),
    )

    get: UrlPath | None = None
    post: UrlPath | None = None
    put: UrlPath | None = None
    patch: UrlPath | None = None
    delete: UrlPath | None = None
    body: Annotated[JsonText | None, Field(alias="json")] = None
    form: Annotated[Mapping[Text, FormValues], Field(min_length=1)] | None = None
    headers: Mapping[HeaderName, HeaderValue] = Field(default_factory=dict)
    redirects: Redirects | None = None

    @model_validator(mode="after")
    def _one_method(self) -> "JourneyRequest":
        named = [name for name in METHODS if getattr(self, name) is not None]
        if len(named) != 1:
            bad_value("a request has one method", f"write exactly one of {', '.join(METHODS)}")
        return self

    @model_validator(mode="after")
    def _form_is_the_body(self) -> "JourneyRequest":
        if self.form is None:
            return self
        if self.body is not None:
            bad_value("a request has one body", "write either json or form")
        if self.method in {"GET", "DELETE"}:
            bad_value(
                f"a form is no body of a {self.method}",
                "send it by post, put or patch, or write its fields into the path:"
                " '/search?q=${term}'",
            )
        return self

    @property
    def method(self) -> str:
        """The method, in upper case."""
        return next(name for name in METHODS if getattr(self, name) is not None).upper()

    @property
    def path(self) -> str:
        """The path below the journey's target, with `${name}` templates."""
        return cast("str", getattr(self, self.method.lower()))  # one method is set, see above
