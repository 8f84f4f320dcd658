"""Windows of time: which instants a label stands for."""
