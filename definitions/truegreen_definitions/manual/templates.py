"""Pages of templates: `${name}` in indicators and journeys, `${secret:NAME}` in journeys.

template/syntax
---------------
A template is not closed, or has no name.

It would be sent, or compared, as it stands.

Mend: write `${name}` in lower case, or `${secret:NAME}` with the name of an environment variable.

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
      steps: [{step: pay, request: {post: /pay, json: {card: '${secret:TEST_CARD}'}}}]

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
      steps: [{step: pay, request: {post: /pay, json: {card: '${secret:TEST_CARD'}}}]

template/unknown-variable
-------------------------
Nothing gives a variable of a journey its value.

A variable is extracted from the response of an earlier step; without one the request cannot be
made.

Mend: extract it in an earlier step, or correct its name.

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
      steps: [{step: pay, request: {get: /pay}, extract: {order: $.id}}]
      cleanup: [{when: order, request: {delete: '/orders/${order}'}}]

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
      steps: [{step: pay, request: {get: '/pay/${order}'}}]

template/unknown-parameter
--------------------------
An agreement gives an indicator a parameter that it does not have.

The value would change nothing, although somebody wrote it to change something.

Mend: correct the name, or take the parameter out of `with:`.

Passes:
    apiVersion: truegreen/v1
    kind: Indicator
    metadata: {name: served}
    spec: {kind: promql, good: '${prefix:ok}_total', total: all_total}
    ---
    apiVersion: truegreen/v1
    kind: Service
    metadata: {name: shop}
    spec:
      owner: shop-team
      steps: [{name: pay}]
      slas: [{name: up, use: served, with: {prefix: fine}, objective: 99%, window: 30d}]

Fails:
    apiVersion: truegreen/v1
    kind: Indicator
    metadata: {name: served}
    spec: {kind: promql, good: '${prefix:ok}_total', total: all_total}
    ---
    apiVersion: truegreen/v1
    kind: Service
    metadata: {name: shop}
    spec:
      owner: shop-team
      steps: [{name: pay}]
      slas: [{name: up, use: served, with: {suffix: fine}, objective: 99%, window: 30d}]

template/no-value
-----------------
A parameter of an indicator has neither a value nor a default.

Mend: give it a value by `with: {name: …}`, or a default in the indicator: `${name:default}`.

Passes:
    apiVersion: truegreen/v1
    kind: Indicator
    metadata: {name: served}
    spec: {kind: promql, good: '${prefix}_total', total: all_total}
    ---
    apiVersion: truegreen/v1
    kind: Service
    metadata: {name: shop}
    spec:
      owner: shop-team
      steps: [{name: pay}]
      slas: [{name: up, use: served, with: {prefix: fine}, objective: 99%, window: 30d}]

Fails:
    apiVersion: truegreen/v1
    kind: Indicator
    metadata: {name: served}
    spec: {kind: promql, good: '${prefix}_total', total: all_total}
    ---
    apiVersion: truegreen/v1
    kind: Service
    metadata: {name: shop}
    spec:
      owner: shop-team
      steps: [{name: pay}]
      slas: [{name: up, use: served, objective: 99%, window: 30d}]
"""

from __future__ import annotations

__all__: list[str] = []
