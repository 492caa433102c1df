"""What the evidence says of a member: each module judges one matter. Pure."""
