"""Pages of what is found in definitions written for other tools: Sloth and OpenSLO.

Passes:
    version: prometheus/v1
    service: shop
    labels: {owner: shop-team}
    slos:
      - name: availability
        objective: 99.9
        sli:
          events:
            error_query: 'sum(rate(http_requests_total{code=~"5.."}[{{.window}}]))'
            total_query: 'sum(rate(http_requests_total[{{.window}}]))'

dialect/not-carried (info)
--------------------------
A field of another tool means nothing here.

Nothing is made of it, and nothing goes wrong: it is said so that nobody counts on it. The hint
says what there is in its place.

Mend: take the field out, or leave it for the other tool that reads the file.

Fails:
    version: prometheus/v1
    service: shop
    labels: {owner: shop-team, tier: '2'}
    slos:
      - name: availability
        objective: 99.9
        sli:
          events:
            error_query: 'sum(rate(http_requests_total{code=~"5.."}[{{.window}}]))'
            total_query: 'sum(rate(http_requests_total[{{.window}}]))'

dialect/renamed (info)
----------------------
A name of another tool is written otherwise here.

Names become labels, file names and addresses, so they have lower-case letters, digits and `-`.
Series and alerts carry the name that is shown.

Mend: rename it, if both tools shall say the same.

Fails:
    version: prometheus/v1
    service: Shop_Web
    labels: {owner: shop-team}
    slos:
      - name: availability
        objective: 99.9
        sli:
          events:
            error_query: 'sum(rate(http_requests_total{code=~"5.."}[{{.window}}]))'
            total_query: 'sum(rate(http_requests_total[{{.window}}]))'

dialect/no-owner (warning)
--------------------------
Nobody is said to own a service of another tool.

Alerts go to the team that owns a service, and other tools do not ask for one.

Mend: add the label `owner` or `team` with the name of a Team.

Fails:
    version: prometheus/v1
    service: shop
    slos:
      - name: availability
        objective: 99.9
        sli:
          events:
            error_query: 'sum(rate(http_requests_total{code=~"5.."}[{{.window}}]))'
            total_query: 'sum(rate(http_requests_total[{{.window}}]))'

dialect/other-meaning (warning)
-------------------------------
A field of another tool is read, and figures differ from what that tool shows.

A ratio whose budget is by slices of time, a period that begins elsewhere than the calendar's, a
rolling month, or a query for another data source: the message says what is made of it.

Mend: define the promise in our own language where the difference matters.

Fails:
    apiVersion: openslo/v1
    kind: SLO
    metadata: {name: availability, labels: {owner: shop-team}}
    spec:
      service: shop
      indicator:
        metadata: {name: answered}
        spec:
          ratioMetric:
            counter: true
            bad:
              metricSource: {type: Prometheus, spec: {query: 'http_requests_total{code=~"5.."}'}}
            total:
              metricSource: {type: Prometheus, spec: {query: http_requests_total}}
      timeWindow: [{duration: 30d, isRolling: true}]
      budgetingMethod: Timeslices
      objectives: [{target: 0.999}]

dialect/counted (info)
----------------------
A query of another tool is counted in a way that it does not say.

A fixed range stands for every window that is asked for, and the increase of a counter is taken
before the sum: a sum of counters falls when one of them restarts. The message shows the result.

Mend: nothing, if that is what was meant; else write the query over `increase(…[$window])`.

Fails:
    apiVersion: openslo/v1
    kind: SLO
    metadata: {name: availability, labels: {owner: shop-team}}
    spec:
      service: shop
      indicator:
        metadata: {name: answered}
        spec:
          ratioMetric:
            counter: true
            bad:
              metricSource:
                type: Prometheus
                spec: {query: 'sum(http_requests_total{code=~"5.."})'}
            total:
              metricSource: {type: Prometheus, spec: {query: sum(http_requests_total)}}
      timeWindow: [{duration: 30d, isRolling: true}]
      budgetingMethod: Occurrences
      objectives: [{target: 0.999}]

dialect/not-a-count
-------------------
What another tool measures cannot be counted.

A ratio or an average has no events: it cannot be added up over a window, and a budget of it would
be wrong. A sum of rates can, since a rate is an increase by its length; and a threshold metric of
OpenSLO counts slices of time that are on the good side of the objective's `value`. A metric that
OpenSLO marks `counter: false`, unless a rate is taken, has no increase that counts.

Mend: give the events, good (or bad) and all, as rates or increases of counters.

Fails:
    version: prometheus/v1
    service: shop
    labels: {owner: shop-team}
    slos:
      - name: availability
        objective: 99.9
        sli:
          raw:
            error_ratio_query: 'job:errors:ratio_rate[{{.window}}]'

dialect/not-whole
-----------------
A document of another tool lacks a part, or names one that is not there.

Mend: add the part, or the file that has it; names are told apart by case.

Fails:
    apiVersion: openslo/v1
    kind: SLO
    metadata: {name: availability, labels: {owner: shop-team}}
    spec:
      service: shop
      indicatorRef: answered
      timeWindow: [{duration: 30d, isRolling: true}]
      budgetingMethod: Occurrences
      objectives: [{target: 0.999}]
"""
