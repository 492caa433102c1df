"""Tables and trees become rows, whose cells are read by the columns that their header names."""
