"""Pages of what the kinds of indicators find where an agreement is measured.

latency/no-journey
------------------
No journey goes through a step whose latency is promised.

Without a robot customer that takes the step nothing is measured, and the agreement never has data.

Mend: add the step to a journey of the service, or measure it from a table:
`source: {table: …, from: …, to: …}`.

Passes:
    apiVersion: truegreen/v1
    kind: Service
    metadata: {name: shop}
    spec:
      owner: shop-team
      steps: [{name: pay, latency: {satisfied: 700ms, tolerated: 2800ms}}]
      xlas: [{name: felt, indicator: {kind: latency, step: pay, source: journey},
              objective: 99%, window: 30d}]
    ---
    apiVersion: truegreen/v1
    kind: Journey
    metadata: {name: buy}
    spec:
      service: shop
      every: 30s
      locations: [fra]
      target: http://127.0.0.1:8080
      steps: [{step: pay, request: {get: /pay}}]

Fails:
    apiVersion: truegreen/v1
    kind: Service
    metadata: {name: shop}
    spec:
      owner: shop-team
      steps: [{name: pay, latency: {satisfied: 700ms, tolerated: 2800ms}}]
      xlas: [{name: felt, indicator: {kind: latency, step: pay, source: journey},
              objective: 99%, window: 30d}]

agreement/window
----------------
The window of an agreement cannot be counted the way it is measured.

Counters in Prometheus are summed over rolling windows, and over calendar periods of UTC, the only
days that Prometheus knows; it knows no beginning of time for `all`.

Mend: give it a rolling window, such as `30d`, or measure it from records.

Passes:
    apiVersion: truegreen/v1
    kind: Service
    metadata: {name: shop}
    spec:
      owner: shop-team
      steps: [{name: pay}]
      slas: [{name: up, indicator: {kind: promql, good: ok_total, total: all_total},
              objective: 99%, window: 30d}]

Fails:
    apiVersion: truegreen/v1
    kind: Service
    metadata: {name: shop}
    spec:
      owner: shop-team
      steps: [{name: pay}]
      slas: [{name: up, indicator: {kind: promql, good: ok_total, total: all_total},
              objective: 99%, window: all}]

records/no-service-column
-------------------------
The table of an indicator has no column `service`.

Rows are counted per service; without the column none of them could be of this one.

Mend: declare `service: text` in the Table; the Source's `service:` fills it.

Passes:
    apiVersion: truegreen/v1
    kind: Table
    metadata: {name: orders}
    spec: {key: [id], columns: {id: text, service: text, paid_at: timestamp}}
    ---
    apiVersion: truegreen/v1
    kind: Service
    metadata: {name: shop}
    spec:
      owner: shop-team
      steps: [{name: pay}]
      xlas: [{name: paid, objective: 99%, window: month, indicator: {kind: records, table: orders,
              at: paid_at, sampling: census, total: 'true', good: 'true'}}]

Fails:
    apiVersion: truegreen/v1
    kind: Table
    metadata: {name: orders}
    spec: {key: [id], columns: {id: text, paid_at: timestamp}}
    ---
    apiVersion: truegreen/v1
    kind: Service
    metadata: {name: shop}
    spec:
      owner: shop-team
      steps: [{name: pay}]
      xlas: [{name: paid, objective: 99%, window: month, indicator: {kind: records, table: orders,
              at: paid_at, sampling: census, total: 'true', good: 'true'}}]

records/not-a-time
------------------
What anchors a row in time is no time.

A row counts in the window its time lies in; a text cannot be compared with the ends of a window.

Mend: name a column of type `timestamp` or `date`, and let the Source cast into it.

Passes:
    apiVersion: truegreen/v1
    kind: Table
    metadata: {name: orders}
    spec: {key: [id], columns: {id: text, service: text, paid_at: timestamp}}
    ---
    apiVersion: truegreen/v1
    kind: Service
    metadata: {name: shop}
    spec:
      owner: shop-team
      steps: [{name: pay}]
      xlas: [{name: paid, objective: 99%, window: month, indicator: {kind: records, table: orders,
              at: paid_at, sampling: census, total: 'true', good: 'true'}}]

Fails:
    apiVersion: truegreen/v1
    kind: Table
    metadata: {name: orders}
    spec: {key: [id], columns: {id: text, service: text, paid_at: text}}
    ---
    apiVersion: truegreen/v1
    kind: Service
    metadata: {name: shop}
    spec:
      owner: shop-team
      steps: [{name: pay}]
      xlas: [{name: paid, objective: 99%, window: month, indicator: {kind: records, table: orders,
              at: paid_at, sampling: census, total: 'true', good: 'true'}}]
"""

from __future__ import annotations

__all__: list[str] = []
