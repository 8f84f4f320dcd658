"""The definition language and its compiler: YAML in, one frozen Plan and its artefacts out."""
