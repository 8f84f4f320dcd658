"""A company of any size: the example company and many services beside its own."""

from __future__ import annotations

from pathlib import Path

from truegreen_definitions.catalog.definition import SourceFile
from truegreen_definitions.catalog.loader import read_folder

__all__ = ["company_of"]

ACME = Path(__file__).parents[2] / "definitions" / "acme"

SERVICE = """\
# Service number {n}, as a team would write it: one key a line where a line grows long.
apiVersion: truegreen/v1
kind: Service
metadata:
  name: {name}
  title: Business service {n}
  description: Customers of region {n} order, pay and are served.
spec:
  domain: Sales
  business_unit: Region {n}
  criticality: 4
  outcome:
    kind: revenue
    goal: protect revenue of region {n}
  owner: checkout-team
  process_lead: head-of-retail
  raci:
    accountable: head-of-retail
    responsible: checkout-team
    consulted: [paygate]
    informed: [finance]
  zone: Europe/Berlin
  steps:
    - name: browse
      title: Browse
      latency:
        satisfied: 250ms
        tolerated: 1s
    - name: checkout
      title: Check out
      vendor: shopfast
      latency:
        satisfied: {satisfied}ms
        tolerated: 1600ms
    - name: pay
      title: Pay
      vendor: paygate
      latency: {{satisfied: 700ms, tolerated: 2800ms}}
    - name: invoice
      latency: {{satisfied: 4h, tolerated: 24h}}
  slas:
    - name: availability
      title: Requests answered without a server error
      indicator:
        kind: promql
        good: 'requests_total{{app="{name}",code!~"5.."}}'
        total: 'requests_total{{app="{name}"}}'
      objective: 99.9%
      window: 30d
  xlas:
    - name: checkout-felt
      title: Checking out feels quick
      indicator:
        kind: latency
        step: checkout
        source: journey
      objective: 99%
      window: 30d
    - name: pay-felt
      title: Paying feels quick
      indicator:
        kind: latency
        step: pay
        source: journey
      objective: 99%
      window: 30d
    - name: invoice-on-time
      title: The invoice comes within hours
      indicator:
        kind: latency
        step: invoice
        source: {{table: orders, from: ordered_at, to: invoiced_at}}
      objective: 97%
      window: month
    - name: csat
      use: csat
      with: {{table: surveys}}
      objective: 85%
      window: month
    - name: stays-closed
      use: tickets-stay-closed
      objective: 97%
      window: month
---
apiVersion: truegreen/v1
kind: Journey
metadata:
  name: use-{name}
spec:
  service: {name}
  every: 30s
  locations: [fra]
  target: http://127.0.0.1:8080
  steps:
    - step: browse
      request: {{get: /products}}
      extract: {{sku: '$.items[0].sku'}}
    - step: checkout
      request: {{post: /cart, json: {{sku: '${{sku}}', qty: 1}}}}
      extract: {{order: $.order_id}}
      assert: [{{status: 201}}]
    - step: pay
      request: {{post: '/orders/${{order}}/pay', json: {{card: '${{secret:TEST_CARD}}'}}}}
      assert: [{{status: 200}}, {{json: $.state, eq: paid}}]
"""


def company_of(services: int) -> tuple[SourceFile, ...]:
    """Return the example company with that many services more, one file of 100 lines each."""
    return (*read_folder(ACME), *map(_service, range(services)))


def _service(n: int) -> SourceFile:
    name = f"service-{n:05d}"
    text = SERVICE.format(n=n, name=name, satisfied=300 + n % 200)
    path = f"services/{name}.yaml"
    return SourceFile(path=path, shown=path, data=text.encode())
