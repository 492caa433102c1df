"""What was told and holds no more: said, until those who were told were written to."""
