"""A small company as definition files, for tests of what becomes of them."""

from __future__ import annotations

from textwrap import indent
from typing import TYPE_CHECKING

from truegreen_definitions.catalog.definition import SourceFile
from truegreen_definitions.catalog.loader import read_library
from truegreen_definitions.compiler import compile_files

if TYPE_CHECKING:
    from truegreen_definitions.compiler import Compiled

HEAD = "apiVersion: truegreen/v1\n"

POLICY = """
kind: Policy
metadata: {name: default}
spec:
  prometheus: {version: '2.42', retention: 90d, scrape_interval: 15s}
  burn: {use: sre-workbook}
  synthetic:
    header: {x-synthetic: truegreen}
    columns: {orders: is_synthetic}
    never: [surveys, machines]
    promql: synthetic!="true"
  lateness: 7d
"""
TEAM = """
kind: Team
metadata: {name: shop-team}
spec: {contact: shop@example.org, page: {webhook: 'http://127.0.0.1:9099/page'}}
"""
VENDOR = """
kind: Vendor
metadata: {name: paygate, title: PayGate}
spec: {contact: noc@example.org}
"""
TABLES = """
kind: Table
metadata: {name: surveys}
spec:
  key: [survey_id]
  columns: {survey_id: text, service: text, score: integer, answered_at: timestamp}
---
apiVersion: truegreen/v1
kind: Table
metadata: {name: orders}
spec:
  key: [order_id]
  columns:
    order_id: text
    service: text
    channel: text
    ordered_at: timestamp
    invoiced_at: timestamp
    due_on: date
    is_synthetic: boolean
---
apiVersion: truegreen/v1
kind: Table
metadata: {name: machines}
spec: {key: [machine_id], columns: {machine_id: text, seen_at: timestamp}}
"""
SOURCE = """
kind: Source
metadata: {name: survey-export}
spec:
  table: surveys
  read: {csv: 'surveys*.csv', zone: Europe/Berlin}
  revision: [updated]
  service: {column: application, match: {webshop: shop}}
  columns: {survey_id: id, score: 'try_cast(rating as integer)', answered_at: answered}
"""
SERVICE = """
kind: Service
metadata: {name: shop, title: Shop}
spec:
  owner: shop-team
  zone: Europe/Berlin
  steps:
    - {name: browse, latency: {satisfied: 250ms, tolerated: 1s}}
    - {name: pay, vendor: paygate, latency: {satisfied: 700ms, tolerated: 2800ms}}
    - {name: invoice, latency: {satisfied: 4h, tolerated: 24h}}
    - {name: close}
"""
JOURNEY = """
kind: Journey
metadata: {name: buy}
spec:
  service: shop
  every: 30s
  locations: [fra]
  target: http://127.0.0.1:8080
  steps:
    - {step: browse, request: {get: /products}, extract: {sku: '$.items[0].sku'}}
    - {step: pay, request: {post: /pay, json: {sku: '${sku}'}}}
"""

PARTS = {
    "policy.yaml": POLICY,
    "people.yaml": TEAM,
    "vendors.yaml": VENDOR,
    "tables.yaml": TABLES,
    "sources.yaml": SOURCE,
    "shop.yaml": SERVICE,
    "journey.yaml": JOURNEY,
}


def files(**changed: str) -> tuple[SourceFile, ...]:
    """Return the company's files; a keyword (`shop`, `policy`) replaces a file's text."""
    texts = {path: changed.pop(path.removesuffix(".yaml"), text) for path, text in PARTS.items()}
    texts |= {f"{name}.yaml": text for name, text in changed.items()}
    return tuple(
        SourceFile(path=path, shown=path, data=(HEAD.rstrip() + "\n" + text.lstrip()).encode())
        for path, text in texts.items()
    )


def compiled(**changed: str) -> Compiled:
    """Return what the company compiles to, with files replaced as in `files`."""
    return compile_files(files(**changed), read_library())


def promising(indicator: str, *, window: str = "30d", objective: str = "99%") -> str:
    """Return the service with one XLA, `felt`, of an indicator given as YAML."""
    head = f"  xlas:\n    - name: felt\n      objective: {objective}\n      window: {window}\n"
    return SERVICE + head + "      indicator:\n" + indent(indicator.strip("\n"), " " * 8) + "\n"


def using(use: str, **parameters: str) -> str:
    """Return the service with one XLA, `felt`, that uses an indicator of the library."""
    given = "".join(f"        {name}: {value}\n" for name, value in parameters.items())
    head = f"  xlas:\n    - name: felt\n      use: {use}\n      objective: 85%\n"
    return SERVICE + head + "      window: month\n" + (f"      with:\n{given}" if given else "")
