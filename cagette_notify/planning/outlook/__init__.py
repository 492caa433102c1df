"""What the next days bring: which mails leave, and what keeps others from leaving. Pure."""
