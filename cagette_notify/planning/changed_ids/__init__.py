"""Who was told under an id that is gone: members, groups and distributions that bear others now. Pure."""
