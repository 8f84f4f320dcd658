"""The digest of a receipt: the same for everybody who has the document."""

from __future__ import annotations

import hashlib
import json
from typing import Any

__all__ = ["digest"]


def digest(document: dict[str, Any]) -> str:
    """Return the SHA-256 of a document as compact JSON with sorted keys; see `receipt`."""
    plain = json.dumps(document, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(plain.encode()).hexdigest()
