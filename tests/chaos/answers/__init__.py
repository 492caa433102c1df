"""What check-member says of a co-op's random past, held to what its mailboxes got."""
