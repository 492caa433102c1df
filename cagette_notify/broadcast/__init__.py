"""A coordinator's mail, from the text to the last copy.

Doors: ctrl_c, deliver, drafts, left_out, lists, proposal.
"""
