"""What others may ask of a record store: of the running exporter that holds it, or of its file."""
