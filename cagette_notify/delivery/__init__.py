"""How mails leave: the claim, the call, the outcome."""
