"""Kinds of panels: each draws itself within a width and a height, in pixels from its corner."""
