"""Why somebody does or doesn't receive mail: evidence in, findings out."""
