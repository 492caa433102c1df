"""What files, ledger and Mailjet tell of a member: gathered, and judged by nobody yet."""
