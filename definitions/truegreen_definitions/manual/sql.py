"""Pages of SQL in definitions.

Passes:
    apiVersion: truegreen/v1
    kind: Table
    metadata: {name: orders}
    spec: {key: [id], columns: {id: text, service: text, paid_at: timestamp, amount: decimal}}
    ---
    apiVersion: truegreen/v1
    kind: Service
    metadata: {name: shop}
    spec:
      owner: shop-team
      steps: [{name: pay}]
      xlas: [{name: paid, objective: 99%, window: month, indicator: {kind: records, table: orders,
              at: paid_at, sampling: census, total: 'true', good: 'amount > 0'}}]

sql/syntax
----------
An expression is not one SQL expression.

One expression over the columns of a row is enough to say what is good; whole statements are not
read.

Mend: write one expression, without `select`, commas or semicolons.

Fails:
    apiVersion: truegreen/v1
    kind: Table
    metadata: {name: orders}
    spec: {key: [id], columns: {id: text, service: text, paid_at: timestamp, amount: decimal}}
    ---
    apiVersion: truegreen/v1
    kind: Service
    metadata: {name: shop}
    spec:
      owner: shop-team
      steps: [{name: pay}]
      xlas: [{name: paid, objective: 99%, window: month, indicator: {kind: records, table: orders,
              at: paid_at, sampling: census, total: 'true', good: 'amount >'}}]

sql/unknown-column
------------------
An expression names a column that its table does not have.

Indicators see the declared columns of a Table, not those of the file that fills it.

Mend: correct the name, or declare the column in the Table and map it in the Source.

Fails:
    apiVersion: truegreen/v1
    kind: Table
    metadata: {name: orders}
    spec: {key: [id], columns: {id: text, service: text, paid_at: timestamp, amount: decimal}}
    ---
    apiVersion: truegreen/v1
    kind: Service
    metadata: {name: shop}
    spec:
      owner: shop-team
      steps: [{name: pay}]
      xlas: [{name: paid, objective: 99%, window: month, indicator: {kind: records, table: orders,
              at: paid_at, sampling: census, total: 'true', good: 'price > 0'}}]

sql/not-allowed
---------------
An expression does more than give one value of one row.

Definitions are untrusted input: no subquery, no clock, no file, no function that is not listed.
The same row then has the same verdict whenever it is asked.

Mend: use operators, `case`, `cast` and functions of text, numbers and times.

Fails:
    apiVersion: truegreen/v1
    kind: Table
    metadata: {name: orders}
    spec: {key: [id], columns: {id: text, service: text, paid_at: timestamp, amount: decimal}}
    ---
    apiVersion: truegreen/v1
    kind: Service
    metadata: {name: shop}
    spec:
      owner: shop-team
      steps: [{name: pay}]
      xlas: [{name: paid, objective: 99%, window: month, indicator: {kind: records, table: orders,
              at: paid_at, sampling: census, total: 'true', good: 'paid_at < now()'}}]

sql/no-key
----------
An expression asks for the row before or after without saying of what, or looks further than that.

`previous(…)` and `next(…)` are an expression in the neighbouring row of the same key, such as the
next ticket of a customer. Without `per` there is no key; inside of one another, or over several
expressions, they would look further than one row. `next` alone takes two: `next(X, T)` is the
earliest time X of the key after the time T.

Mend: name the key, `per: customer`, and give each of them one expression over the columns.

Fails:
    apiVersion: truegreen/v1
    kind: Table
    metadata: {name: orders}
    spec: {key: [id], columns: {id: text, service: text, paid_at: timestamp, amount: decimal}}
    ---
    apiVersion: truegreen/v1
    kind: Service
    metadata: {name: shop}
    spec:
      owner: shop-team
      steps: [{name: pay}]
      xlas: [{name: paid, objective: 99%, window: month, indicator: {kind: records, table: orders,
              at: paid_at, sampling: census, total: 'true', good: 'next(amount) > 0'}}]
"""

from __future__ import annotations

__all__: list[str] = []
