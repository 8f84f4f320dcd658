"""Pages of what the planner finds in journeys, sources and the Policy.

journey/timeout
---------------
A journey's timeout cuts off what is to be measured.

A visit that is cut off has no latency, only a failure: what frustrates people would not be told
from what does not answer at all. So a timeout is at least four times `satisfied`, and longer
than `tolerated`.

Mend: make it longer, or take it out: the default is four times satisfied or twice tolerated,
whichever is longer.

Passes:
    apiVersion: truegreen/v1
    kind: Service
    metadata: {name: shop}
    spec:
      owner: shop-team
      steps: [{name: pay, latency: {satisfied: 700ms, tolerated: 2800ms}}]
    ---
    apiVersion: truegreen/v1
    kind: Journey
    metadata: {name: buy}
    spec:
      service: shop
      every: 30s
      locations: [fra]
      target: http://127.0.0.1:8080
      steps: [{step: pay, request: {get: /pay}, timeout: 6s}]

Fails:
    apiVersion: truegreen/v1
    kind: Service
    metadata: {name: shop}
    spec:
      owner: shop-team
      steps: [{name: pay, latency: {satisfied: 700ms, tolerated: 2800ms}}]
    ---
    apiVersion: truegreen/v1
    kind: Journey
    metadata: {name: buy}
    spec:
      service: shop
      every: 30s
      locations: [fra]
      target: http://127.0.0.1:8080
      steps: [{step: pay, request: {get: /pay}, timeout: 2s}]

journey/target-too-short
------------------------
Steps that are all tolerated are together longer than the whole run may take.

The target `within` is less than the tolerated times of the journey's steps together. A run would be
late with nobody to answer for it.

Mend: raise `within`, or lower what the steps tolerate.

Passes:
    apiVersion: truegreen/v1
    kind: Service
    metadata: {name: shop}
    spec:
      owner: shop-team
      steps:
        - {name: browse, latency: {satisfied: 250ms, tolerated: 1s}}
        - {name: pay, latency: {satisfied: 700ms, tolerated: 2800ms}}
    ---
    apiVersion: truegreen/v1
    kind: Journey
    metadata: {name: buy}
    spec:
      service: shop
      every: 30s
      locations: [fra]
      target: http://127.0.0.1:8080
      within: 5s
      steps: [{step: browse, request: {get: /}}, {step: pay, request: {get: /pay}}]

Fails:
    apiVersion: truegreen/v1
    kind: Service
    metadata: {name: shop}
    spec:
      owner: shop-team
      steps:
        - {name: browse, latency: {satisfied: 250ms, tolerated: 1s}}
        - {name: pay, latency: {satisfied: 700ms, tolerated: 2800ms}}
    ---
    apiVersion: truegreen/v1
    kind: Journey
    metadata: {name: buy}
    spec:
      service: shop
      every: 30s
      locations: [fra]
      target: http://127.0.0.1:8080
      within: 3s
      steps: [{step: browse, request: {get: /}}, {step: pay, request: {get: /pay}}]

journey/thinks-too-long
-----------------------
A robot thinks longer than its schedule lets it.

One run is under way at a time. What it spends on thinking alone fills the time from one slot to
the next, so slots would be missed for a slowness that nobody but the robot has.

Mend: think less (`think:`), or run the journey less often (`every:`).

Passes:
    apiVersion: truegreen/v1
    kind: Service
    metadata: {name: shop}
    spec:
      owner: shop-team
      steps: [{name: pay, latency: {satisfied: 700ms, tolerated: 2800ms}}]
    ---
    apiVersion: truegreen/v1
    kind: Journey
    metadata: {name: buy}
    spec:
      service: shop
      every: 30s
      locations: [fra]
      target: http://127.0.0.1:8080
      steps: [{step: pay, think: 3s, request: {get: /pay}}]

Fails:
    apiVersion: truegreen/v1
    kind: Service
    metadata: {name: shop}
    spec:
      owner: shop-team
      steps: [{name: pay, latency: {satisfied: 700ms, tolerated: 2800ms}}]
    ---
    apiVersion: truegreen/v1
    kind: Journey
    metadata: {name: buy}
    spec:
      service: shop
      every: 30s
      locations: [fra]
      target: http://127.0.0.1:8080
      steps: [{step: pay, think: 30s, request: {get: /pay}}]

policy/whole-seconds
--------------------
A time of the Policy is no whole number of seconds.

Prometheus scrapes and evaluates in whole seconds here, and windows are summed from them.

Mend: write whole seconds or more, such as `1s`, `15s` or `1m`.

Passes:
    apiVersion: truegreen/v1
    kind: Policy
    metadata: {name: default}
    spec: {lateness: 90s}

Fails:
    apiVersion: truegreen/v1
    kind: Policy
    metadata: {name: default}
    spec: {lateness: 1500ms}

policy/not-a-flag
-----------------
The column that marks synthetic rows is not boolean.

Rows of our own robots are left out where the column is true; a text is neither true nor false.

Mend: name a column of type `boolean`, and let the source cast into it.

Passes:
    apiVersion: truegreen/v1
    kind: Table
    metadata: {name: orders}
    spec: {key: [order_id], columns: {order_id: text, is_synthetic: boolean}}
    ---
    apiVersion: truegreen/v1
    kind: Policy
    metadata: {name: default}
    spec: {synthetic: {header: {x-synthetic: truegreen}, columns: {orders: is_synthetic}}}

Fails:
    apiVersion: truegreen/v1
    kind: Table
    metadata: {name: orders}
    spec: {key: [order_id], columns: {order_id: text, is_synthetic: text}}
    ---
    apiVersion: truegreen/v1
    kind: Policy
    metadata: {name: default}
    spec: {synthetic: {header: {x-synthetic: truegreen}, columns: {orders: is_synthetic}}}

table/retyped-column
--------------------
A table that extends one of the library gives a column another type.

The library's indicators and mappings count on the types of the library's columns.

Mend: take the line out: the column is there. Where yours means something else, give it a name of
its own.

Passes:
    apiVersion: truegreen/v1
    kind: Table
    metadata: {name: tickets}
    spec: {use: tickets, columns: {region: text}}

Fails:
    apiVersion: truegreen/v1
    kind: Table
    metadata: {name: tickets}
    spec: {use: tickets, columns: {reopen_count: text}}

source/path
-----------
A source reads outside the exporter's data folder.

Definitions are checked in by many people and run by one process: they name files below its
`--data` folder and nowhere else.

Mend: write the path relative to that folder, with forward slashes and without `..`.

Passes:
    apiVersion: truegreen/v1
    kind: Table
    metadata: {name: orders}
    spec: {key: [order_id], columns: {order_id: text}}
    ---
    apiVersion: truegreen/v1
    kind: Source
    metadata: {name: export}
    spec: {table: orders, read: {csv: 'shop/orders*.csv'}, columns: {order_id: id}}

Fails:
    apiVersion: truegreen/v1
    kind: Table
    metadata: {name: orders}
    spec: {key: [order_id], columns: {order_id: text}}
    ---
    apiVersion: truegreen/v1
    kind: Source
    metadata: {name: export}
    spec: {table: orders, read: {csv: '/etc/orders*.csv'}, columns: {order_id: id}}
"""

from __future__ import annotations

__all__: list[str] = []
