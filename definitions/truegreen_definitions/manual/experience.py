"""Pages of what a service says of cases and outcomes.

service/no-case
---------------
Cases cannot be followed from promise to experience.

What an SLA says of a case is compared with what people experienced of the same case. Both must
count rows, and the table of each must have the column that names the case; `mix` is a column of
the SLA's table. Signals, measures and indicators that count keys have no cases.

Mend: name XLAs that count rows, and a column that both tables have.

Passes:
    apiVersion: truegreen/v1
    kind: Table
    metadata: {name: tickets}
    spec: {key: [ticket_id], columns: {ticket_id: text, service: text, resolved_at: timestamp,
           reopen_count: integer, made_sla: boolean}}
    ---
    apiVersion: truegreen/v1
    kind: Service
    metadata: {name: shop}
    spec:
      owner: shop-team
      steps: [{name: pay}]
      slas: [{name: in-time, use: tickets-within-sla, objective: 95%, window: month}]
      xlas: [{name: stays-closed, use: tickets-stay-closed, objective: 97%, window: month}]
      cases: {by: ticket_id, bad: [stays-closed]}

Fails:
    apiVersion: truegreen/v1
    kind: Table
    metadata: {name: tickets}
    spec: {key: [ticket_id], columns: {ticket_id: text, service: text, resolved_at: timestamp,
           reopen_count: integer, made_sla: boolean}}
    ---
    apiVersion: truegreen/v1
    kind: Service
    metadata: {name: shop}
    spec:
      owner: shop-team
      steps: [{name: pay}]
      slas: [{name: in-time, use: tickets-within-sla, objective: 95%, window: month}]
      xlas: [{name: stays-closed, use: tickets-stay-closed, objective: 97%, window: month}]
      cases: {by: ticket, bad: [stays-closed]}

service/no-history
------------------
An outcome is compared with its past, and what is named has none.

Correlations are taken over months of days or weeks, which are in the records; Prometheus forgets.

Mend: name an agreement or a measure that is counted from records.

Passes:
    apiVersion: truegreen/v1
    kind: Table
    metadata: {name: orders}
    spec: {key: [order_id], columns: {order_id: text, service: text, ordered_at: timestamp}}
    ---
    apiVersion: truegreen/v1
    kind: Service
    metadata: {name: shop}
    spec:
      owner: shop-team
      outcome: {kind: revenue, goal: sell, measure: orders}
      steps: [{name: pay}]
      measures: [{name: orders, indicator: {kind: measure, table: orders, at: ordered_at,
                  sampling: census, aggregate: count}}]

Fails:
    apiVersion: truegreen/v1
    kind: Service
    metadata: {name: shop}
    spec:
      owner: shop-team
      outcome: {kind: revenue, goal: sell, measure: up}
      steps: [{name: pay}]
      slas: [{name: up, objective: 99%, window: 30d, indicator: {kind: promql,
              good: 'requests_total{code!~"5.."}', total: requests_total}}]
"""
