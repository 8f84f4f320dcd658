"""Pages of engines: rows that stay in their own database, and are counted there.

engine/no-database
------------------
Rows are to be counted by PostgreSQL, and are in none.

`engine: postgresql` leaves rows in the database that the source names, and asks it to count them.
Files, APIs and webhooks have nobody to ask: their rows are read into the exporter's own store.

Mend: read the rows with `sql` from a PostgreSQL, or leave `engine` out.

Passes:
    apiVersion: truegreen/v1
    kind: Table
    metadata: {name: orders}
    spec: {key: [order_id], columns: {order_id: text}}
    ---
    apiVersion: truegreen/v1
    kind: Source
    metadata: {name: warehouse}
    spec:
      table: orders
      read: {sql: sales.orders, url: '${secret:WAREHOUSE_URL}', every: 5m}
      engine: postgresql
      columns: {order_id: id}

Fails:
    apiVersion: truegreen/v1
    kind: Table
    metadata: {name: orders}
    spec: {key: [order_id], columns: {order_id: text}}
    ---
    apiVersion: truegreen/v1
    kind: Source
    metadata: {name: export}
    spec:
      table: orders
      read: {csv: 'orders*.csv'}
      engine: postgresql
      columns: {order_id: id}

engine/untested (warning)
-------------------------
Rows are counted by a server that no test has ever run on.

`engine: {dialect: redshift, untested: accepted}` leaves rows in an Amazon Redshift and asks it to
count them; `materialize` and `risingwave` likewise. They speak the protocol of PostgreSQL and much
of its language. Queries are those that PostgreSQL is asked, written anew by sqlglot, and tested as
far as one can without such a server: sqlglot reads them whole, and PostgreSQL gives the same
numbers for them. What a server of that kind does with them nobody has seen. What it cannot do it
says, and its source is down; what it means otherwise nobody says. Known to be so by their manuals:
Redshift tells moments in whole seconds, and its URL has to say `?client_encoding=utf8`; Materialize
has no quantiles. After a statement that fails, the next is of a later moment.

Mend: read the same rows into the exporter's own store once, under another name, and compare a
month. The warning stays, for whoever reads the numbers after you.

Passes:
    apiVersion: truegreen/v1
    kind: Table
    metadata: {name: orders}
    spec: {key: [order_id], columns: {order_id: text}}
    ---
    apiVersion: truegreen/v1
    kind: Source
    metadata: {name: warehouse}
    spec:
      table: orders
      read: {sql: sales.orders, url: '${secret:WAREHOUSE_URL}', every: 5m}
      engine: postgresql
      columns: {order_id: id}

Fails:
    apiVersion: truegreen/v1
    kind: Table
    metadata: {name: orders}
    spec: {key: [order_id], columns: {order_id: text}}
    ---
    apiVersion: truegreen/v1
    kind: Source
    metadata: {name: warehouse}
    spec:
      table: orders
      read: {sql: sales.orders, url: '${secret:WAREHOUSE_URL}', every: 5m}
      engine: {dialect: redshift, untested: accepted}
      columns: {order_id: id}

engine/shared-table
-------------------
A table has rows in its own database, and rows elsewhere.

A count is asked of one place. A table that two sources fill is counted in the exporter's own
store, where the rows of both can stand; one whose rows stay in a database has that source alone.

Mend: give the source a table of its own, or leave `engine` out.

Passes:
    apiVersion: truegreen/v1
    kind: Table
    metadata: {name: orders}
    spec: {key: [order_id], columns: {order_id: text}}
    ---
    apiVersion: truegreen/v1
    kind: Source
    metadata: {name: warehouse}
    spec:
      table: orders
      read: {sql: sales.orders, url: '${secret:WAREHOUSE_URL}'}
      columns: {order_id: id}
    ---
    apiVersion: truegreen/v1
    kind: Source
    metadata: {name: export}
    spec: {table: orders, read: {csv: 'orders*.csv'}, columns: {order_id: id}}

Fails:
    apiVersion: truegreen/v1
    kind: Table
    metadata: {name: orders}
    spec: {key: [order_id], columns: {order_id: text}}
    ---
    apiVersion: truegreen/v1
    kind: Source
    metadata: {name: warehouse}
    spec:
      table: orders
      read: {sql: sales.orders, url: '${secret:WAREHOUSE_URL}'}
      engine: postgresql
      columns: {order_id: id}
    ---
    apiVersion: truegreen/v1
    kind: Source
    metadata: {name: export}
    spec: {table: orders, read: {csv: 'orders*.csv'}, columns: {order_id: id}}

engine/beyond
-------------
Something is asked of rows in PostgreSQL that cannot be asked there.

Agreements and measures are counted where the rows stand, with the same numbers. Not asked there
are: a process and what a channel is worth, a clock that stands still outside of business hours, a
table in another place, and the few functions that mean something else in PostgreSQL, such as
`regexp_extract`, `strftime`, `//`, `->>`, and patterns beyond plain ones.

Mend: let the SELECT of `read: {sql: …}` compute what an expression cannot, in the words of
PostgreSQL itself, or leave `engine` out, so that the rows are read into the exporter's store.

Passes:
    apiVersion: truegreen/v1
    kind: Table
    metadata: {name: orders}
    spec: {key: [order_id], columns: {order_id: text, region: text}}
    ---
    apiVersion: truegreen/v1
    kind: Source
    metadata: {name: warehouse}
    spec:
      table: orders
      read:
        sql: "select id, payload ->> 'region' as region from sales.orders"
        url: '${secret:WAREHOUSE_URL}'
      engine: postgresql
      columns: {order_id: id, region: region}

Fails:
    apiVersion: truegreen/v1
    kind: Table
    metadata: {name: orders}
    spec: {key: [order_id], columns: {order_id: text, region: text}}
    ---
    apiVersion: truegreen/v1
    kind: Source
    metadata: {name: warehouse}
    spec:
      table: orders
      read: {sql: sales.orders, url: '${secret:WAREHOUSE_URL}'}
      engine: postgresql
      columns: {order_id: id, region: "payload ->> '$.region'"}
"""
