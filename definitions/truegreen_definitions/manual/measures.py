"""Pages of measures: what has a value and no share of good.

agreement/objective-kind
------------------------
An objective is of another kind than what it judges.

A share of good is promised as a percentage. A measure has a value and no share of good, so it is
promised as a bound of that value.

Mend: write a percentage for what has good and total, and `{at_most: …}` or `{at_least: …}` for a
measure.

Passes:
    apiVersion: truegreen/v1
    kind: Table
    metadata: {name: tickets}
    spec: {key: [id], columns: {id: text, service: text, opened_at: timestamp,
                                closed_at: timestamp, score: integer}}
    ---
    apiVersion: truegreen/v1
    kind: Service
    metadata: {name: shop}
    spec:
      owner: shop-team
      steps: [{name: pay}]
      xlas: [{name: quick, objective: {at_most: 3d}, window: month, indicator: {kind: measure,
              table: tickets, at: closed_at, sampling: census, aggregate: quantile, q: 0.9,
              duration: {from: opened_at, to: closed_at}}}]

Fails:
    apiVersion: truegreen/v1
    kind: Table
    metadata: {name: tickets}
    spec: {key: [id], columns: {id: text, service: text, opened_at: timestamp,
                                closed_at: timestamp, score: integer}}
    ---
    apiVersion: truegreen/v1
    kind: Service
    metadata: {name: shop}
    spec:
      owner: shop-team
      steps: [{name: pay}]
      xlas: [{name: quick, objective: 99%, window: month, indicator: {kind: measure,
              table: tickets, at: closed_at, sampling: census, aggregate: quantile, q: 0.9,
              duration: {from: opened_at, to: closed_at}}}]

measure/unit
------------
A bound is in another unit than the value it bounds.

A duration cannot bound points or euros, and a plain number says of a duration neither seconds nor
days. Durations are always in seconds.

Mend: write a duration, such as `3d`, for what is in seconds, and a plain number for all else.

Passes:
    apiVersion: truegreen/v1
    kind: Table
    metadata: {name: tickets}
    spec: {key: [id], columns: {id: text, service: text, opened_at: timestamp,
                                closed_at: timestamp, score: integer}}
    ---
    apiVersion: truegreen/v1
    kind: Service
    metadata: {name: shop}
    spec:
      owner: shop-team
      steps: [{name: pay}]
      xlas: [{name: quick, objective: {at_most: 3d}, window: month, indicator: {kind: measure,
              table: tickets, at: closed_at, sampling: census, aggregate: quantile, q: 0.9,
              duration: {from: opened_at, to: closed_at}}}]

Fails:
    apiVersion: truegreen/v1
    kind: Table
    metadata: {name: tickets}
    spec: {key: [id], columns: {id: text, service: text, opened_at: timestamp,
                                closed_at: timestamp, score: integer}}
    ---
    apiVersion: truegreen/v1
    kind: Service
    metadata: {name: shop}
    spec:
      owner: shop-team
      steps: [{name: pay}]
      xlas: [{name: quick, objective: {at_most: 72}, window: month, indicator: {kind: measure,
              table: tickets, at: closed_at, sampling: census, aggregate: quantile, q: 0.9,
              duration: {from: opened_at, to: closed_at}}}]

measure/no-hours
----------------
A duration goes by the business clock, and there are no business hours.

The business clock stands still outside of a calendar. It is the service's `hours` unless the
indicator names another.

Mend: name a Calendar, in the Service (`hours: office-hours`) or in the duration (`hours:`).

Passes:
    apiVersion: truegreen/v1
    kind: Table
    metadata: {name: tickets}
    spec: {key: [id], columns: {id: text, service: text, opened_at: timestamp,
                                closed_at: timestamp, score: integer}}
    ---
    apiVersion: truegreen/v1
    kind: Service
    metadata: {name: shop}
    spec:
      owner: shop-team
      steps: [{name: pay}]
      xlas: [{name: quick, objective: {at_most: 3d}, window: month, indicator: {kind: measure,
              table: tickets, at: closed_at, sampling: census, aggregate: quantile, q: 0.9,
              duration: {from: opened_at, to: closed_at}}}]

Fails:
    apiVersion: truegreen/v1
    kind: Table
    metadata: {name: tickets}
    spec: {key: [id], columns: {id: text, service: text, opened_at: timestamp,
                                closed_at: timestamp, score: integer}}
    ---
    apiVersion: truegreen/v1
    kind: Service
    metadata: {name: shop}
    spec:
      owner: shop-team
      steps: [{name: pay}]
      xlas: [{name: quick, objective: {at_most: 3d}, window: month, indicator: {kind: measure,
              table: tickets, at: closed_at, sampling: census, aggregate: quantile, q: 0.9,
              duration: {from: opened_at, to: closed_at, clock: business}}}]

measure/total-of-a-sample
-------------------------
A sum or a count is asked of a sample.

The mean of some answers says something of all, within an interval. Their sum or their number says
only how many were asked.

Mend: take a mean, a quantile or a ratio of the sample's own rows, or say `sampling: census` where
the rows are all there are.

Passes:
    apiVersion: truegreen/v1
    kind: Table
    metadata: {name: tickets}
    spec: {key: [id], columns: {id: text, service: text, opened_at: timestamp,
                                closed_at: timestamp, score: integer}}
    ---
    apiVersion: truegreen/v1
    kind: Service
    metadata: {name: shop}
    spec:
      owner: shop-team
      steps: [{name: pay}]
      measures: [{name: liked, indicator: {kind: measure, table: tickets, at: closed_at,
                  sampling: sample, aggregate: mean, value: score}}]

Fails:
    apiVersion: truegreen/v1
    kind: Table
    metadata: {name: tickets}
    spec: {key: [id], columns: {id: text, service: text, opened_at: timestamp,
                                closed_at: timestamp, score: integer}}
    ---
    apiVersion: truegreen/v1
    kind: Service
    metadata: {name: shop}
    spec:
      owner: shop-team
      steps: [{name: pay}]
      measures: [{name: liked, indicator: {kind: measure, table: tickets, at: closed_at,
                  sampling: sample, aggregate: sum, value: score}}]

measure/not-watched
-------------------
What is only watched is counted in Prometheus, or counts keys.

Measures of a service are values over rows, and so is the share of good of `records`. Counters and
keys (`each`) are judged by an agreement.

Mend: make it an agreement with an objective.

Passes:
    apiVersion: truegreen/v1
    kind: Table
    metadata: {name: tickets}
    spec: {key: [id], columns: {id: text, service: text, opened_at: timestamp,
                                closed_at: timestamp, score: integer}}
    ---
    apiVersion: truegreen/v1
    kind: Service
    metadata: {name: shop}
    spec:
      owner: shop-team
      steps: [{name: pay}]
      measures: [{name: open, indicator: {kind: measure, table: tickets, at: opened_at,
                  sampling: census, aggregate: count, until: closed_at}}]

Fails:
    apiVersion: truegreen/v1
    kind: Table
    metadata: {name: tickets}
    spec: {key: [id], columns: {id: text, service: text, opened_at: timestamp,
                                closed_at: timestamp, score: integer}}
    ---
    apiVersion: truegreen/v1
    kind: Service
    metadata: {name: shop}
    spec:
      owner: shop-team
      steps: [{name: pay}]
      measures: [{name: up, indicator: {kind: promql, good: ok_total, total: all_total}}]
"""

from __future__ import annotations

__all__: list[str] = []
