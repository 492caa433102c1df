"""The vocabulary, and what every room needs: text, time, languages, files."""
