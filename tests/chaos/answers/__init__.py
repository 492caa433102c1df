"""What check-member and status say of a co-op at random, held to what its mailboxes got."""
