"""Pages of comments that allow a problem.

Passes:
    apiVersion: truegreen/v1
    kind: Team
    metadata: {name: shop-team}
    # truegreen: allow team/nobody-told until 2026-12-31 because the pager is bought in autumn
    spec: {contact: shop@example.org}
    ---
    apiVersion: truegreen/v1
    kind: Policy
    metadata: {name: default}
    spec: {}
    ---
    apiVersion: truegreen/v1
    kind: Service
    metadata: {name: shop}
    spec: {owner: shop-team, steps: [{name: pay}]}

allow/incomplete (warning)
--------------------------
A comment allows something without a last day or a reason.

Nobody who reads it later could tell whether it still holds. What it names is not allowed.

Mend: write `# truegreen: allow ID until YEAR-MONTH-DAY because REASON`.

Fails:
    apiVersion: truegreen/v1
    kind: Team
    metadata: {name: shop-team}
    # truegreen: allow team/nobody-told until 2026-12-31
    spec: {contact: shop@example.org}
    ---
    apiVersion: truegreen/v1
    kind: Policy
    metadata: {name: default}
    spec: {}
    ---
    apiVersion: truegreen/v1
    kind: Service
    metadata: {name: shop}
    spec: {owner: shop-team, steps: [{name: pay}]}

allow/unknown-problem (warning)
-------------------------------
A comment allows a problem that there is not.

It allows nothing.

Mend: correct the id; `check --fix` mends a slip of one letter.

Fails:
    apiVersion: truegreen/v1
    kind: Team
    metadata: {name: shop-team}
    # truegreen: allow team/nobody until 2026-12-31 because the pager is bought in autumn
    spec: {contact: shop@example.org}
    ---
    apiVersion: truegreen/v1
    kind: Policy
    metadata: {name: default}
    spec: {}
    ---
    apiVersion: truegreen/v1
    kind: Service
    metadata: {name: shop}
    spec: {owner: shop-team, steps: [{name: pay}]}

allow/error (warning)
---------------------
A comment allows what cannot be allowed.

An error keeps the definitions from being compiled: there is no plan in which it could be ignored.

Mend: mend the error, and take the comment out.

Fails:
    apiVersion: truegreen/v1
    kind: Team
    metadata: {name: shop-team}
    # truegreen: allow reference/unknown until 2026-12-31 because the team is yet to come
    spec: {contact: shop@example.org}
    ---
    apiVersion: truegreen/v1
    kind: Policy
    metadata: {name: default}
    spec: {}
    ---
    apiVersion: truegreen/v1
    kind: Service
    metadata: {name: shop}
    spec: {owner: shop-team, steps: [{name: pay}]}

allow/ended (warning)
---------------------
The last day on which a comment allows something is over.

The problem it allowed is shown again. `--today` asks as of another day.

Mend: mend the problem, or give the comment another day.

Fails:
    apiVersion: truegreen/v1
    kind: Team
    metadata: {name: shop-team}
    # truegreen: allow team/nobody-told until 2026-10-31 because the pager is bought in autumn
    spec: {contact: shop@example.org}
    ---
    apiVersion: truegreen/v1
    kind: Policy
    metadata: {name: default}
    spec: {}
    ---
    apiVersion: truegreen/v1
    kind: Service
    metadata: {name: shop}
    spec: {owner: shop-team, steps: [{name: pay}]}

allow/unused (warning)
----------------------
A comment allows a problem that is not there.

It was mended, or it stands on another line; the next one on this line would be hidden by it.

Mend: take the comment out, or move it.

Fails:
    apiVersion: truegreen/v1
    kind: Team
    metadata: {name: shop-team}
    # truegreen: allow team/nobody-told until 2026-12-31 because the pager is bought in autumn
    spec: {contact: shop@example.org, page: {webhook: 'https://page.example.org'}}
    ---
    apiVersion: truegreen/v1
    kind: Policy
    metadata: {name: default}
    spec: {}
    ---
    apiVersion: truegreen/v1
    kind: Service
    metadata: {name: shop}
    spec: {owner: shop-team, steps: [{name: pay}]}
"""

from __future__ import annotations

__all__: list[str] = []
