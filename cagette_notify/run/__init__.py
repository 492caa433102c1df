"""One run of send-due, from the files to the last settled mail.

Doors: activity, back_on, context, duties_known, exit_status, hand_over, held_broadcasts, held_groups,
letters_to_told, lost_settings, moved_source, new_distribution_ids, not_as_told, nothing_due, orders_known,
quota, remember_refusal, room_for_recaps, run_report, said_once, send_due, uncorrected, unknown_names.
"""
