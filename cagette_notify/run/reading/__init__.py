"""What a run reads of the data, and which groups it holds for what it found there."""
