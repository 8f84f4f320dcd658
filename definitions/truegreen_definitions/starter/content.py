"""The files of a new folder, with what their owner has said."""

from __future__ import annotations

import re
from dataclasses import dataclass
from importlib import resources
from typing import TYPE_CHECKING

from truegreen_definitions.emitters.yaml_text import dumps
from truegreen_definitions.errors import InvariantError
from truegreen_definitions.starter.sample import tickets_csv

if TYPE_CHECKING:
    import datetime as dt

__all__ = ["Answers", "StarterFile", "starter_files"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """What a new folder is about.

    Attributes:
        service: Name of the service.
        team: Name of the team that owns it.
        contact: How people reach the team.
        zone: IANA time zone of the service and its tickets.
        prometheus: Version of the Prometheus server, major.minor.
        version: Version of Truegreen that the workflow installs.
        today: The day before which the sample's tickets lie.
    """

    service: str
    team: str
    contact: str
    zone: str
    prometheus: str
    version: str
    today: dt.date


@dataclass(frozen=True, slots=True, kw_only=True)
class StarterFile:
    """A file of a new folder.

    Attributes:
        path: Below the folder, with forward slashes.
        text: What is in it.
        kept: Whether a file that is there already may stay as it is.
    """

    path: str
    text: str
    kept: bool = False


_TEMPLATES: tuple[tuple[str, str, bool], ...] = (
    ("definitions/README.md", "README.md", False),
    ("definitions/company.yaml", "company.yaml", False),
    ("definitions/service.yaml", "service.yaml", False),
    ("definitions/tickets.yaml", "tickets.yaml", False),
    (".github/workflows/truegreen.yml", "workflow.yml", False),
    (".pre-commit-config.yaml", "pre-commit.yaml", True),
    (".gitignore", "gitignore", True),
)


def starter_files(answers: Answers, schema: str) -> tuple[StarterFile, ...]:
    """Return the files of a new folder, by path.

    Args:
        answers: What it is about.
        schema: The JSON Schema that its editor takes.
    """
    said = {
        "SERVICE": answers.service,
        "TITLE": answers.service.replace("-", " ").capitalize(),
        "TEAM": answers.team,
        "CONTACT": answers.contact,
        "ZONE": answers.zone,
    }
    # As a value of YAML a word may need quotes (`no`, `#shop`); inside other text it has none.
    words = {
        **{word: dumps(value).rstrip("\n") for word, value in said.items()},
        **{f"{word}_NAME": value for word, value in said.items()},
        "PROMETHEUS": answers.prometheus,
        "VERSION": answers.version,
    }
    made = [
        StarterFile(path=path, text=_filled(template, words), kept=kept)
        for path, template, kept in _TEMPLATES
    ]
    made.append(StarterFile(path="truegreen.schema.json", text=schema))
    sample = tickets_csv(answers.service, answers.today)
    made.append(StarterFile(path="data/tickets-sample.csv", text=sample))
    return tuple(sorted(made, key=lambda file: file.path))


def _filled(template: str, words: dict[str, str]) -> str:
    text = (resources.files(__package__) / "files" / template).read_text(encoding="utf-8")
    for word, value in words.items():
        text = text.replace(f"@{word}@", value)
    if left := re.search(r"@[A-Z_]+@", text):
        raise InvariantError(f"{template}: nothing is known for {left[0]}")
    return text
