"""Pages of PromQL in definitions.

Passes:
    apiVersion: truegreen/v1
    kind: Service
    metadata: {name: shop}
    spec:
      owner: shop-team
      steps: [{name: pay}]
      slas: [{name: up, objective: 99%, window: 30d, indicator: {kind: promql, total: all_total,
              good: 'ok_total{code!~"5.."}'}}]

promql/syntax
-------------
An expression is no PromQL.

Prometheus would refuse the whole rule file.

Mend: correct it at the place that the message names; a plain counter with matchers is enough.

Fails:
    apiVersion: truegreen/v1
    kind: Service
    metadata: {name: shop}
    spec:
      owner: shop-team
      steps: [{name: pay}]
      slas: [{name: up, objective: 99%, window: 30d, indicator: {kind: promql, total: all_total,
              good: 'ok_total{code!~'}}]

promql/not-a-condition
----------------------
What should hold or not is no comparison.

Slices of time are good while a condition holds. A value alone says neither; and `bool` is added
where it is needed.

Mend: write a comparison without `bool`, such as `up{job="shop"} == 1`.

Fails:
    apiVersion: truegreen/v1
    kind: Service
    metadata: {name: shop}
    spec:
      owner: shop-team
      steps: [{name: pay}]
      slas: [{name: up, objective: 99%, window: 30d, indicator: {kind: gauge, good_when: up}}]

promql/rate
-----------
An expression takes a rate, which loses the counts.

A promise is a pair of exact counts, good and total. Counts add up over time, steps and services;
rates do not.

Mend: write `increase(…[$window])`; `check --fix` does so for `rate` and `irate`.

Fails:
    apiVersion: truegreen/v1
    kind: Service
    metadata: {name: shop}
    spec:
      owner: shop-team
      steps: [{name: pay}]
      slas: [{name: up, objective: 99%, window: 30d, indicator: {kind: promql, total: all_total,
              good: 'sum(rate(ok_total[5m]))'}}]

promql/range
------------
An expression has a fixed range where the window varies.

The same expression is counted over five minutes, an hour and thirty days.

Mend: write `[$window]` as the range; `check --fix` does so.

Fails:
    apiVersion: truegreen/v1
    kind: Service
    metadata: {name: shop}
    spec:
      owner: shop-team
      steps: [{name: pay}]
      slas: [{name: up, objective: 99%, window: 30d, indicator: {kind: promql, total: all_total,
              good: 'sum(increase(ok_total[5m]))'}}]

promql/no-window
----------------
An expression is neither a counter nor counted over the window.

A raw counter starts anew with every process, so its sum is no count of events.

Mend: name a counter alone, or write `sum(increase(counter_total[$window]))`.

Fails:
    apiVersion: truegreen/v1
    kind: Service
    metadata: {name: shop}
    spec:
      owner: shop-team
      steps: [{name: pay}]
      slas: [{name: up, objective: 99%, window: 30d, indicator: {kind: promql, total: all_total,
              good: 'sum(ok_total)'}}]

promql/not-allowed
------------------
An expression is no count of events over any window.

Averages, maxima, subqueries and fixed times have no good and total, and not every supported
server knows experimental functions.

Mend: count with `increase(counter_total[$window])`.

Fails:
    apiVersion: truegreen/v1
    kind: Service
    metadata: {name: shop}
    spec:
      owner: shop-team
      steps: [{name: pay}]
      slas: [{name: up, objective: 99%, window: 30d, indicator: {kind: promql, total: all_total,
              good: 'max_over_time(ok_total[$window])'}}]

promql/no-example (warning)
---------------------------
What is counted is too free a form for a generated test to show an example of it.

Every rule is shipped with a test that shows example counters and knows the answer. Of a maximum, a
comparison or a product with another metric there is no such answer, nor of a condition that is more
than a series compared with a number; of a native histogram promtool can be given no samples. All
other rules of the agreement are tested as ever, and `truegreen test` counts those that are not.

Mend: write it with sums, differences and multiples of `increase(counter_total[$window])`; where it
must be more, test it yourself and allow the warning.

Fails:
    apiVersion: truegreen/v1
    kind: Service
    metadata: {name: shop}
    spec:
      owner: shop-team
      steps: [{name: pay}]
      slas: [{name: up, objective: 99%, window: 30d, indicator: {kind: promql, total: all_total,
              good: 'max(increase(ok_total[$window]))'}}]

promql/not-a-counter (warning)
------------------------------
A series does not look like a counter.

The increase of a gauge means nothing. Names of counters end in `_total`, those of histograms in
`_count` or `_bucket`.

Mend: name a counter; where it is one of another name, allow the warning.

Fails:
    apiVersion: truegreen/v1
    kind: Service
    metadata: {name: shop}
    spec:
      owner: shop-team
      steps: [{name: pay}]
      slas: [{name: up, objective: 99%, window: 30d, indicator: {kind: promql, total: all_total,
              good: 'logins'}}]

promql/sum-before-increase (warning)
------------------------------------
An increase is taken of a sum of counters.

When one of the processes starts anew, the sum falls by all it had counted, and the increase takes
the fall for a reset of the whole: it counts everything once more.

Mend: take the increase of the raw counter and sum afterwards:
`sum(increase(counter_total[$window]))`.

Fails:
    apiVersion: truegreen/v1
    kind: Service
    metadata: {name: shop}
    spec:
      owner: shop-team
      steps: [{name: pay}]
      slas: [{name: up, objective: 99%, window: 30d, indicator: {kind: promql, total: all_total,
              good: 'job:ok_total:sum'}}]

promql/unbounded-label (warning)
--------------------------------
A matcher names a label with a value for every user, order or request.

Each value is a series of its own, kept for as long as samples are; sooner or later Prometheus
runs out of memory.

Mend: count by labels of few values, and take the label out of the metric.

Fails:
    apiVersion: truegreen/v1
    kind: Service
    metadata: {name: shop}
    spec:
      owner: shop-team
      steps: [{name: pay}]
      slas: [{name: up, objective: 99%, window: 30d, indicator: {kind: promql, total: all_total,
              good: 'ok_total{user_id="7"}'}}]
"""

from __future__ import annotations

__all__: list[str] = []
