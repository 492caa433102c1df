"""The memory of what was owed, tried and sent. The only place that speaks SQL."""
