"""Writes a report: gathers its facts, and puts it where it is wanted. The edge of this package."""

from __future__ import annotations

import json
import tempfile
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from truegreen_dashboards.preview.pictures import print_page
from truegreen_dashboards.preview.upstream import PROMETHEUS_PATHS, Upstream
from truegreen_dashboards.report.compose import compose
from truegreen_dashboards.report.html import drawn, html
from truegreen_dashboards.report.model import Charts
from truegreen_dashboards.report.signals import Counting
from truegreen_dashboards.report.subject import Receipts, Subject
from truegreen_definitions.cli.registry import found_review
from truegreen_definitions.errors import TerminalError
from truegreen_definitions.files import write_atomically
from truegreen_definitions.plan.file import read_plan

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from truegreen_dashboards.report.model import Report
    from truegreen_definitions.reviews import Review

__all__ = ["Wanted", "write"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is reported, from where, and in which forms.

    Attributes:
        services: Names; empty for all.
        unit: One of `reviews.REVIEWED_UNITS`.
        label: The period; empty for the last one.
        at: The moment it is seen from; None: now.
        prometheus: URL; empty where it is not asked.
        output: File for the HTML; None for none.
        pdf: File for paper; None for none.
        svg: Folder for the charts; None for none.
        form: What is returned where no file is wanted: `html` or `json`.
    """

    services: tuple[str, ...]
    plan: Path
    state: Path
    unit: str
    label: str
    at: datetime | None
    prometheus: str
    output: Path | None
    pdf: Path | None
    svg: Path | None
    form: str


def write(wanted: Wanted) -> Iterator[str]:
    """Yield the path of each file once it is written; the text itself where none is wanted.

    Raises:
        UsageError: There is no such period or service.
        TerminalError: The plan, the records or Prometheus's URL cannot be used, or a file cannot
            be written.
    """
    loaded = read_plan(wanted.plan)
    review: Review = found_review()(
        loaded,
        wanted.state,
        unit=wanted.unit,
        label=wanted.label,
        services=wanted.services,
        at=wanted.at,
        signals=_signals(wanted.prometheus),
    )
    if wanted.form == "json":
        yield json.dumps(asdict(review), indent=2, ensure_ascii=False, default=str)
        return
    receipts = Receipts(
        plan=str(wanted.plan),
        state=str(wanted.state),
        digest=loaded.digest,
        revision=loaded.revision,
    )
    report = compose(Subject(loaded.plan, review, receipts))
    text = html(report)
    if wanted.output is None and wanted.pdf is None and wanted.svg is None:
        yield text.removesuffix("\n")
        return
    with _written():
        if wanted.output is not None:
            write_atomically(wanted.output, text.encode())
            yield str(wanted.output)
        if wanted.pdf is not None:
            _print(text, wanted.pdf)
            yield str(wanted.pdf)
        if wanted.svg is not None:
            yield from _draw(report, wanted.svg)


def _signals(url: str) -> Counting | None:
    if not url:
        return None
    return Counting(Upstream(name="prometheus", url=url, paths=PROMETHEUS_PATHS))


def _print(text: str, path: Path) -> None:
    with tempfile.TemporaryDirectory() as private:
        page = Path(private) / "report.html"
        page.write_text(text, encoding="utf-8")
        print_page(page.as_uri(), path.absolute())


def _draw(report: Report, folder: Path) -> Iterator[str]:
    for section in report.sections:
        charts = [
            chart for block in section.blocks if isinstance(block, Charts) for chart in block.charts
        ]
        for place, chart in enumerate(charts, start=1):
            path = folder / f"{section.key}-{place}.svg"
            write_atomically(path, drawn(chart).svg(alone=True).encode())
            yield str(path)


@contextmanager
def _written() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise TerminalError(f"cannot write {error.filename}: {error.strerror}") from error
