"""Who is owed what, when, and why not. Pure."""
