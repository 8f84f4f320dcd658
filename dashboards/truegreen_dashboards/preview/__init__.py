"""The preview: the boards as a live page for people without Grafana."""
