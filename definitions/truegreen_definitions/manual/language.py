"""Pages of what is wrong with one document, whatever the others say.

Passes:
    apiVersion: truegreen/v1
    kind: Team
    metadata: {name: shop-team}
    spec: {contact: shop@example.org}

language/not-a-definition
-------------------------
A document is not a mapping.

A definition has `apiVersion`, `kind`, `metadata` and `spec`; a list or a text is none.

Mend: write the four fields, or take the document out of the folder.

Fails:
    - shop-team
    - web-team

language/unknown-version
------------------------
The `apiVersion` is not one that this version reads.

Mend: write `truegreen/v1`, or update Truegreen.

Fails:
    apiVersion: truegreen/v9
    kind: Team
    metadata: {name: shop-team}
    spec: {contact: shop@example.org}

language/unknown-kind
---------------------
There is no such kind of definition.

Mend: write one of the kinds; the help names the nearest. `check --fix` mends a slip of one letter.

Fails:
    apiVersion: truegreen/v1
    kind: Squad
    metadata: {name: shop-team}
    spec: {contact: shop@example.org}

language/missing-field
----------------------
A field that must be there is missing.

Mend: add it; a field that is misspelt is reported as an unknown one instead.

Fails:
    apiVersion: truegreen/v1
    kind: Team
    metadata: {name: shop-team}
    spec: {}

language/unknown-field
----------------------
The language has no such field at that place.

A field that nobody reads would be a promise that nobody keeps, so none is skipped.

Mend: correct its name, move it to the mapping it belongs to, or take it out. `check --fix` mends
a slip of one letter and names in another case.

Fails:
    apiVersion: truegreen/v1
    kind: Team
    metadata: {name: shop-team}
    spec: {contact: shop@example.org, slack: '#shop'}

language/bad-value
------------------
A value is not one that its field takes.

Values are read from their text: durations (`400ms`, `4h`), ratios (`99.9%`), money (`84.20`), ISO
dates. What is almost one of those is refused and not guessed.

Mend: write what the help says. `check --fix` mends spellings that can mean only one thing, such as
`5 minutes`, `99,9%` or `2026/10/01`.

Fails:
    apiVersion: truegreen/v1
    kind: Team
    metadata: {name: Shop Team}
    spec: {contact: shop@example.org}

catalog/duplicate-name
----------------------
Two definitions of a kind have one name.

References are by name: nobody could tell which of the two is meant.

Mend: rename one of them, or remove it.

Fails:
    apiVersion: truegreen/v1
    kind: Team
    metadata: {name: shop-team}
    spec: {contact: shop@example.org}
    ---
    apiVersion: truegreen/v1
    kind: Team
    metadata: {name: shop-team}
    spec: {contact: web@example.org}
"""

from __future__ import annotations

__all__: list[str] = []
