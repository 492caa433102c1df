"""What the program costs, as ratios to floors measured in the same run: ``python -m tests.benchmarks``."""
