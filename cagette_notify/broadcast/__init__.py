"""A coordinator's mail, from the text to the last copy.

Doors: audience, deliver, drafts, proposal.
"""
