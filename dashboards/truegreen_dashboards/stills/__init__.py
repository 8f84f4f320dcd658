"""Stills: boards as SVG, from the same panels and the same answers as the live page."""
