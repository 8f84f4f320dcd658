r"""Pages of what the reader refuses before it knows what a file defines.

Passes:
    apiVersion: truegreen/v1
    kind: Team
    metadata: {name: shop-team}
    spec: {contact: shop@example.org}

file/unreadable
---------------
A file cannot be read, or a folder has no definitions.

The system refuses it (permissions), it is no regular file, or no file of the folder ends in
`.yaml` or `.yml`. What is left out silently would be a promise that nobody keeps.

Mend: give the user that runs the command the right to read it, or name another folder.

yaml/encoding
-------------
The bytes of a file are not UTF-8 without a byte order mark.

Editors guess another encoding from the bytes, and a title then reads differently on every
machine.

Mend: save the file as UTF-8; `check --fix` takes the mark of a UTF-8 file away.

Fails, in Python's escapes:
    apiVersion: truegreen/v1
    kind: Team
    metadata: {name: shop-team, title: K\xe4se}
    spec: {contact: shop@example.org}

yaml/character
--------------
A character is not allowed in YAML.

Control characters cannot be seen in an editor, and readers do not agree on them.

Mend: take the character out; the column says where it stands.

Fails, in Python's escapes:
    apiVersion: truegreen/v1
    kind: Team
    metadata: {name: shop-team, title: "Shop\x07 team"}
    spec: {contact: shop@example.org}

yaml/too-large
--------------
A file is larger than 4 MiB.

A definition has some hundred lines. The bound keeps a file that is no definition from taking
the memory of whoever checks it.

Mend: divide it into several files; all files of the folder count as one.

yaml/too-many-nodes
-------------------
A file has more than 200,000 values.

The bound keeps a small file that grows when it is read from taking all memory.

Mend: divide it into several files.

yaml/depth
----------
Values are nested more than 64 levels deep.

No definition needs more than a dozen; a parser's time grows with the depth.

Mend: write the value flat, or take out brackets that are not meant.

yaml/directive
--------------
A line begins with `%`, which is a YAML directive.

Directives change how the rest of a file is read.

Mend: take the line out, or indent the text that it is part of.

Fails:
    %YAML 1.1
    ---
    apiVersion: truegreen/v1
    kind: Team
    metadata: {name: shop-team}
    spec: {contact: shop@example.org}

yaml/syntax
-----------
A file is no YAML.

Nothing after the place can be told for sure, so the rest of the file is not checked.

Mend: look at the line and the one above: most often it is the indentation, a quote or bracket
that is not closed, or text with `: ` that needs quotes.

Fails:
    apiVersion: truegreen/v1
    kind: Team
    metadata: {name: shop-team
    spec: {contact: shop@example.org}

yaml/tab
--------
A line is indented by a tab.

YAML forbids it, because nobody agrees how wide a tab is.

Mend: use spaces.

Fails, in Python's escapes:
    apiVersion: truegreen/v1
    kind: Team
    metadata: {name: shop-team}
    spec:
    \tcontact: shop@example.org

yaml/empty
----------
A file has no definition.

It has comments alone, or nothing: often a file that was saved too early.

Mend: write a definition, or remove the file.

Fails:
    # Teams, to be written

yaml/ambiguous
--------------
YAML readers do not agree on a value.

YAML 1.1 reads `no` as false, `010` as 8 and `1:30` as 90; YAML 1.2 reads text, 10 and text.
Both kinds of readers are in use, so the same line would promise two things.

Mend: quote what is meant as text, or write the number or `true` or `false` plainly. `check --fix`
does so where the field takes only one of them.

Passes:
    apiVersion: truegreen/v1
    kind: Team
    metadata: {name: shop-team, title: 'on'}
    spec: {contact: shop@example.org}

Fails:
    apiVersion: truegreen/v1
    kind: Team
    metadata: {name: shop-team, title: on}
    spec: {contact: shop@example.org}

yaml/duplicate-key
------------------
A mapping has a key twice.

Most readers keep the last and forget the first without a word.

Mend: remove one of the two, or rename it.

Fails:
    apiVersion: truegreen/v1
    kind: Team
    metadata: {name: shop-team, name: web-team}
    spec: {contact: shop@example.org}

yaml/key
--------
A key is not one word or text.

It is a list, a mapping or nothing, or it has a tag or an anchor; most often a `:` is one too many.

Mend: quote the key, or take the stray `:` out.

Fails:
    apiVersion: truegreen/v1
    kind: Team
    metadata: {name: shop-team}
    spec: {contact: shop@example.org, [a]: b}

yaml/merge
----------
The merge key `<<` copies fields from another place.

A reader of the definition would have to look elsewhere to know what is promised; YAML 1.2 has
no merge keys.

Mend: write the fields out where they are needed.

Fails:
    apiVersion: truegreen/v1
    kind: Team
    metadata: {name: shop-team}
    spec: {contact: shop@example.org, <<: {hours: retail}}

yaml/anchor
-----------
A value has an anchor, `&name`.

Anchors and aliases make small files grow without bound, and hide what is promised.

Mend: take the anchor out, and write the value where it is needed.

Fails:
    apiVersion: truegreen/v1
    kind: Team
    metadata: {name: shop-team}
    spec: {contact: &mail shop@example.org}

yaml/alias
----------
A value is an alias, `*name`.

Anchors and aliases make small files grow without bound, and hide what is promised.

Mend: write the value out.

Fails:
    apiVersion: truegreen/v1
    kind: Team
    metadata: {name: shop-team}
    spec: {contact: *mail}

yaml/tag
--------
A value has a tag, `!name`.

Tags make readers build objects of their own; here the field decides how its value is read.

Mend: take the tag out.

Fails:
    apiVersion: truegreen/v1
    kind: Team
    metadata: {name: shop-team, title: !!str Shop}
    spec: {contact: shop@example.org}
"""

from __future__ import annotations

__all__: list[str] = []
