"""Kill exporters of every kind of source 200 times; print what was written, kept and counted."""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "support"))

from crashing import Campaign, Files, Hooks, Tables
from postgres_server import bin_folder, started

KILLS = int(sys.argv[1]) if len(sys.argv) > 1 else 200
SEED = int(sys.argv[2]) if len(sys.argv) > 2 else 20261122


def fought(name: str, source: Files | Tables | Hooks, folder: Path) -> bool:
    """Print how a campaign ended; return whether nothing was lost, doubled or went down."""
    begin = time.monotonic()
    found = Campaign(folder=folder, source=source, kills=KILLS, seed=SEED).fought()
    fell = sum(b < a for a, b in zip(found.scraped, found.scraped[1:], strict=False))
    print(
        f"{name}: {KILLS} kills in {time.monotonic() - begin:.0f} s, {found.written} rows "
        f"acknowledged, {found.kept} kept, {found.counted} counted, "
        f"{len(found.scraped)} scrapes, {fell} of them lower than before"
    )
    return found.whole


def main() -> int:
    """Run the campaigns."""
    held = []
    for name in ("files", "postgresql", "webhooks"):
        with tempfile.TemporaryDirectory() as text:
            folder = Path(text)
            if name == "files":
                held.append(fought(name, Files(folder), folder))
            elif name == "webhooks":
                held.append(fought(name, Hooks(), folder))
            elif (programs := bin_folder()) is None:
                print("postgresql: left out, `make tools` installs it")
            else:
                with started(programs) as server:
                    held.append(fought(name, Tables(server), folder))
    return 0 if all(held) else 1


if __name__ == "__main__":
    sys.exit(main())
