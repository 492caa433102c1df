"""Who is owed what, when, and why not. Pure.

Doors: announced, changed_ids.renamed_distributions, changed_ids.renamed_groups,
changed_ids.renumbered_members, corrections.called_off, corrections.late_corrections,
corrections.left_uncorrected, corrections.missed_corrections, corrections.moved_to_the_past,
corrections.unnamed_duties, corrections.waiting_corrections, due_times, duties, envelopes, missed_recaps,
orders.orders_ahead, orders.orders_by_member, orders.orders_so_far, outlook.exports_needed,
outlook.forecast, outlook.held_back, outlook.quota_room, outlook.settings_effects,
outlook.status_warnings, outlook.strangers, outlook.unannounced, outlook.without_mail, plan, plan_index,
plan_input, shared_addresses, shrunken_duties, shrunken_exports, timeline.
"""
