"""What DNS says of the sender's domain, and the record that mends each fault."""
