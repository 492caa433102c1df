"""Who has ordered what, household by household, as far as that is known. Pure."""
