"""Pictures as SVG: the same bytes for the same data, without a browser and without a clock."""
