"""What leaves no more, as it came too late or is owed no more, and why."""
