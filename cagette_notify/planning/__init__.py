"""Who is owed what, when, and why not. Pure.

Doors: announced, called_off, due_times, envelopes, exports_needed, forecast, held_back, late_corrections,
left_uncorrected, missed_corrections, missed_recaps, moved_to_the_past, orders_ahead, orders_by_member,
orders_so_far, plan, plan_input, quota_room, renamed_distributions, renamed_groups, renumbered_members,
settings_effects, shared_addresses, shrunken_duties, shrunken_exports, status_warnings, strangers,
timeline, unannounced, unnamed_duties, waiting_corrections, without_mail.
"""
