"""Showback: what cost lines come to by service and business unit, nothing left over."""
