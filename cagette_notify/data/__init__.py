"""The edge: files become rows that remember their line, and rows become a Dataset."""
