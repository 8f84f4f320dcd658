"""What people look at: boards from one panel model, as Grafana JSON and as a live page."""
