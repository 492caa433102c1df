"""One run of send-due, from the files to the last settled mail."""
