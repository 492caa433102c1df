"""A coordinator's mail, from the text to the last copy.

Doors: deliver, drafts, lists, proposal.
"""
