"""Pages judged by axe-core in the browser that draws them."""

from __future__ import annotations

import html
import json
import re
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from truegreen_dashboards.preview.assets import Asset
from truegreen_dashboards.preview.pictures import _browse, browser

if TYPE_CHECKING:
    from pathlib import Path

    from truegreen_dashboards.preview.server import PreviewServer

__all__ = ["judged", "serious", "with_audit"]

# Waits for the first whole drawing, then writes what axe-core finds into the document.
_AUDIT = """
const wait = setInterval(async () => {
  if (!document.body.dataset.round) return;
  clearInterval(wait);
  const found = await axe.run(document, { resultTypes: ["violations"] });
  const part = ({ target, html }) => ({ target, html: html.slice(0, 160) });
  const fault = ({ id, impact, nodes }) => ({ id, impact, nodes: nodes.map(part) });
  const told = found.violations.map(fault);
  const result = document.createElement("pre");
  result.id = "axe";
  result.textContent = JSON.stringify(told);
  document.body.append(result);
}, 50);
"""


def with_audit(server: PreviewServer, spoil: str = "") -> None:
    """Let the page judge itself once it is drawn; `spoil` is put at the head of its body."""
    axe = (files("axe_playwright_python") / "axe.min.js").read_bytes()
    server.assets["axe.js"] = Asset("text/javascript", axe)
    server.assets["audit.js"] = Asset("text/javascript", _AUDIT.encode())
    page = server.assets["index.html"].body.decode()
    scripts = '<script src="/page/axe.js"></script><script src="/page/audit.js" defer></script>'
    page = page.replace("</head>", f"{scripts}</head>").replace("<main>", f"<main>{spoil}")
    server.assets["index.html"] = Asset("text/html; charset=utf-8", page.encode())


def judged(page: str, folder: Path) -> list[dict[str, Any]]:
    """Return what axe-core finds serious or critical in a page without scripts, as a file.

    Args:
        page: Its HTML.
        folder: Where it is put for the browser.
    """
    axe = (files("axe_playwright_python") / "axe.min.js").read_bytes()
    (folder / "axe.js").write_bytes(axe)
    (folder / "audit.js").write_text(f"document.body.dataset.round = 1;{_AUDIT}")
    scripts = '<script src="axe.js"></script><script src="audit.js" defer></script>'
    (folder / "page.html").write_text(page.replace("</head>", f"{scripts}</head>"))
    url = (folder / "page.html").as_uri()
    return serious(_browse(browser(), url, (1440, 1200), "--dump-dom"))


def serious(document: str) -> list[dict[str, Any]]:
    """Return what axe-core finds serious or critical in a page that was judged."""
    told = re.search(r'<pre id="axe">(.*?)</pre>', document, re.DOTALL)
    assert told is not None, "the page was not judged"
    found = json.loads(html.unescape(told[1]))
    return [one for one in found if one["impact"] in {"serious", "critical"}]
