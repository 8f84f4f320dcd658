"""What a Prometheus server of the tests' company has."""

from __future__ import annotations

from truegreen_definitions.inventory import Inventory, parse_inventory

__all__ = ["SHOP", "SHOP_TEXT"]

SHOP_TEXT = """\
# HELP shop_requests_total Requests that were answered.
# TYPE shop_requests_total counter
shop_requests_total{code="200",synthetic="false"} 1027 1395066363000
shop_requests_total{code="500",path="/a\\"}b",synthetic="false"} 3
shop_seconds_bucket{le="0.1"} 24
shop_seconds_bucket{le="0.5"} 33
shop_seconds_bucket{le="+Inf"} 34
shop_seconds_sum 5.2
shop_seconds_count 34
"""
SHOP: Inventory = parse_inventory(SHOP_TEXT, "shop.prom")
