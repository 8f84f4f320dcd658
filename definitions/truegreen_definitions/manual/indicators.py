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

Prometheus sums counters over rolling windows and over calendar periods of UTC; it knows no other
zone's days, and keeps no samples for ever. Rows are counted in any zone, as long as they are kept:
a table with `keep: {rows: 90d}` has no quarter, because that reaches back 92 days.

Mend: give it a rolling window, such as `30d`, or `month` in a service whose zone is UTC, or measure
it from records. Keep a table's rows at least as long as the longest window; a closed period
(`prev_month`) is looked at until the next one ends, so it takes two.

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
      zone: Europe/Berlin
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

records/no-source
-----------------
Nothing fills the table of the library that an agreement counts.

The tables of the library are there for everybody, without a line of YAML; their rows come from a
Source.

Mend: add a Source of the table. Where a tool is well known, `use:` one of the ready mappings that
the message lists.

Passes:
    apiVersion: truegreen/v1
    kind: Source
    metadata: {name: help-desk}
    spec:
      table: tickets
      read: {csv: 'tickets*.csv'}
      service: shop
      columns:
        ticket_id: number
        resolved_at: cast(resolved as timestamptz)
        made_sla: cast(in_time as boolean)
    ---
    apiVersion: truegreen/v1
    kind: Service
    metadata: {name: shop}
    spec:
      owner: shop-team
      steps: [{name: pay}]
      slas: [{name: in-time, use: tickets-within-sla, objective: 95%, window: month}]

Fails:
    apiVersion: truegreen/v1
    kind: Service
    metadata: {name: shop}
    spec:
      owner: shop-team
      steps: [{name: pay}]
      slas: [{name: in-time, use: tickets-within-sla, objective: 95%, window: month}]

records/never-filled (warning)
------------------------------
No source fills a column that an indicator asks for.

The column is empty in every row, and unknown is not good: the figure would be 0 %, or nothing
would ever be an event.

Mend: map the column under `columns:` of a Source of the table.

Passes:
    apiVersion: truegreen/v1
    kind: Table
    metadata: {name: orders}
    spec: {key: [id], columns: {id: text, service: text, paid_at: timestamp, paid: boolean}}
    ---
    apiVersion: truegreen/v1
    kind: Source
    metadata: {name: export}
    spec:
      table: orders
      read: {csv: 'orders*.csv'}
      service: shop
      columns: {id: number, paid_at: cast(paid_on as timestamp), paid: cast(paid as boolean)}
    ---
    apiVersion: truegreen/v1
    kind: Service
    metadata: {name: shop}
    spec:
      owner: shop-team
      steps: [{name: pay}]
      xlas: [{name: paid, objective: 99%, window: month, indicator: {kind: records, table: orders,
              at: paid_at, sampling: census, total: 'true', good: paid}}]

Fails:
    apiVersion: truegreen/v1
    kind: Table
    metadata: {name: orders}
    spec: {key: [id], columns: {id: text, service: text, paid_at: timestamp, paid: boolean}}
    ---
    apiVersion: truegreen/v1
    kind: Source
    metadata: {name: export}
    spec:
      table: orders
      read: {csv: 'orders*.csv'}
      service: shop
      columns: {id: number, paid_at: cast(paid_on as timestamp)}
    ---
    apiVersion: truegreen/v1
    kind: Service
    metadata: {name: shop}
    spec:
      owner: shop-team
      steps: [{name: pay}]
      xlas: [{name: paid, objective: 99%, window: month, indicator: {kind: records, table: orders,
              at: paid_at, sampling: census, total: 'true', good: paid}}]

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

agreement/scope
---------------
The scope of an agreement chooses what its indicator does not have.

Signals are counted from series, which are chosen by labels: `matcher`. Records are counted from
rows, which are chosen by SQL over their columns: `where`.

Mend: write the other of the two.

Passes:
    apiVersion: truegreen/v1
    kind: Service
    metadata: {name: shop}
    spec:
      owner: shop-team
      steps: [{name: pay}]
      slas: [{name: up, indicator: {kind: promql, good: ok_total, total: all_total},
              scope: {matcher: 'region="eu"'}, objective: 99%, window: 30d}]

Fails:
    apiVersion: truegreen/v1
    kind: Service
    metadata: {name: shop}
    spec:
      owner: shop-team
      steps: [{name: pay}]
      slas: [{name: up, indicator: {kind: promql, good: ok_total, total: all_total},
              scope: {where: region = 'eu'}, objective: 99%, window: 30d}]

latency/not-a-bound
-------------------
A latency threshold is no bucket bound of the histogram that measures it.

A classic histogram knows how many requests took at most as long as each of its bounds. Between two
of them nobody knows, so the promise would be judged by another threshold than it names.

Mend: give the histogram that bound, or take the nearest one as threshold.

Passes:
    apiVersion: truegreen/v1
    kind: Service
    metadata: {name: shop}
    spec:
      owner: shop-team
      steps: [{name: pay, latency: {satisfied: 500ms, tolerated: 2s}}]
      xlas: [{name: felt, objective: 99%, window: 30d, indicator: {kind: latency, step: pay,
              source: {metric: pay_seconds, bounds: [500ms, 1s]}}}]

Fails:
    apiVersion: truegreen/v1
    kind: Service
    metadata: {name: shop}
    spec:
      owner: shop-team
      steps: [{name: pay, latency: {satisfied: 700ms, tolerated: 2s}}]
      xlas: [{name: felt, objective: 99%, window: 30d, indicator: {kind: latency, step: pay,
              source: {metric: pay_seconds, bounds: [500ms, 1s]}}}]

gauge/slice
-----------
A slice of time does not divide five minutes, or is shorter than a scrape.

Slices are counted on a grid of their own, five minutes at a time; and between two scrapes nothing
new is known.

Mend: write a divisor of five minutes, such as `1m`, not below the Policy's scrape interval.

Passes:
    apiVersion: truegreen/v1
    kind: Service
    metadata: {name: shop}
    spec:
      owner: shop-team
      steps: [{name: pay}]
      slas: [{name: up, indicator: {kind: gauge, good_when: up == 1, slice: 1m},
              objective: 99%, window: 30d}]

Fails:
    apiVersion: truegreen/v1
    kind: Service
    metadata: {name: shop}
    spec:
      owner: shop-team
      steps: [{name: pay}]
      slas: [{name: up, indicator: {kind: gauge, good_when: up == 1, slice: 7s},
              objective: 99%, window: 30d}]

journey/last-step-twice
-----------------------
A journey visits its last step before its end too.

Its runs are counted where they end; visits to the same step cannot be told from one another.

Mend: end the journey with a step of its own.

Passes:
    apiVersion: truegreen/v1
    kind: Service
    metadata: {name: shop}
    spec:
      owner: shop-team
      steps: [{name: look, latency: {satisfied: 1s, tolerated: 4s}},
              {name: pay, latency: {satisfied: 1s, tolerated: 4s}}]
      xlas: [{name: done, indicator: {kind: journey, journey: buy}, objective: 99%, window: 30d}]
    ---
    apiVersion: truegreen/v1
    kind: Journey
    metadata: {name: buy}
    spec:
      service: shop
      every: 30s
      locations: [fra]
      target: http://127.0.0.1:8080
      steps: [{step: look, request: {get: /}}, {step: pay, request: {get: /pay}}]

Fails:
    apiVersion: truegreen/v1
    kind: Service
    metadata: {name: shop}
    spec:
      owner: shop-team
      steps: [{name: look, latency: {satisfied: 1s, tolerated: 4s}}]
      xlas: [{name: done, indicator: {kind: journey, journey: buy}, objective: 99%, window: 30d}]
    ---
    apiVersion: truegreen/v1
    kind: Journey
    metadata: {name: buy}
    spec:
      service: shop
      every: 30s
      locations: [fra]
      target: http://127.0.0.1:8080
      steps: [{step: look, request: {get: /}}, {step: look, request: {get: /more}}]

composite/not-exact
-------------------
A composite is asked to put together what does not add up.

Events of counters add up, by weight; so do slices of time in which every part was met. Samples
carry an interval that does not add up, records are counted elsewhere, and a composite of
composites, or a scope of one, would say nothing that its parts do not.

Mend: name agreements over counters, or ask with `every` that all are met together.

Passes:
    apiVersion: truegreen/v1
    kind: Service
    metadata: {name: shop}
    spec:
      owner: shop-team
      steps: [{name: pay}]
      slas:
        - {name: up, indicator: {kind: gauge, good_when: up == 1}, objective: 99%, window: 30d}
        - {name: whole, indicator: {kind: composite, every: [up]}, objective: 99%, window: 30d}

Fails:
    apiVersion: truegreen/v1
    kind: Service
    metadata: {name: shop}
    spec:
      owner: shop-team
      steps: [{name: pay}]
      slas:
        - {name: up, indicator: {kind: gauge, good_when: up == 1}, objective: 99%, window: 30d}
        - {name: whole, indicator: {kind: composite, weights: {up: 1}}, objective: 99%, window: 30d}
"""

from __future__ import annotations

__all__: list[str] = []
