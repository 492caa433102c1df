"""One run of send-due, from the files to the last settled mail.

Doors: activity, back_on, context, exit_status, hand_over, held_broadcasts, held_groups, letters_to_told,
lost_settings, new_distribution_ids, nothing_due, orders_known, quota, remember_refusal, room_for_recaps,
run_report, said_once, send_due, slips_of_the_pen, unknown_names.
"""
