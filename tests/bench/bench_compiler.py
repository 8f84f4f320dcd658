"""Reading and compiling definitions, against PyYAML's C loader that keeps no positions."""

from __future__ import annotations

from pathlib import Path

import yaml
from pairing import compare

from truegreen_definitions.catalog.definition import SourceFile
from truegreen_definitions.catalog.loader import read_library
from truegreen_definitions.compiler import compile_files
from truegreen_definitions.plan.codec import dumps
from truegreen_definitions.yaml_tree.reader import read

ACME = Path(__file__).parents[2] / "definitions" / "acme"
COPIES = (10, 40)


def company(copies: int) -> tuple[SourceFile, ...]:
    """Return the example company with its shop service and journey many times over."""
    files = []
    for path in sorted(ACME.glob("*.yaml")):
        text = path.read_text()
        for n in range(copies if path.name == "order-to-cash.yaml" else 1):
            again = text.replace("order-to-cash", f"order-to-cash-{n}") if n else text
            data = again.replace("buy-something", f"buy-something-{n}").encode()
            name = f"{n}-{path.name}"
            files.append(SourceFile(path=name, shown=name, data=data))
    return tuple(files)


def main() -> None:
    """Print the ratio of reading, and how compiling grows with the company."""
    files, library = company(max(COPIES)), read_library()
    compare(
        f"reading {len(files)} files with positions",
        lambda: [read(file.path, file.data) for file in files],
        lambda: [list(yaml.load_all(file.data, yaml.CSafeLoader)) for file in files],
        "yaml.CSafeLoader without positions",
    )
    small, large = (company(copies) for copies in COPIES)
    compiled = compile_files(large, library)
    assert compiled.plan is not None, compiled.problems
    compare(
        f"compiling {len(small)} files to plan.json",
        lambda: dumps(compile_files(small, library).plan or compiled.plan),
        lambda: dumps(compile_files(large, library).plan or compiled.plan),
        f"{len(large)} files",
    )


if __name__ == "__main__":
    main()
