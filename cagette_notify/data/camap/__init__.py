"""A CAMAP's or Cagette's database in place of files: its rows become the same groups, members and orders."""
