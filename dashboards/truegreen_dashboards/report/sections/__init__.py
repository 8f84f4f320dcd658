"""The sections of a report, one module each: facts in, sentences, tables and charts out."""
