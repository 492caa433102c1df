"""A coordinator's mail, from the text to the last copy.

Doors: ctrl_c, deliver, depart, departures, drafts, left_out, lists, planned, proposal,
todays_choice.
"""
