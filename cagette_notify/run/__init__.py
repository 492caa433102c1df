"""One run of send-due, from the files to the last settled mail.

Doors: as_told.back_on, as_told.letters_to_told, as_told.not_as_told, as_told.uncorrected, context,
exit_status, hand_over, heed_unsubscriptions, held_broadcasts, left_behind, machines, moved_source,
nothing_due, quota, reading.activity, reading.duties_known, reading.held_groups, reading.lost_settings,
reading.new_distribution_ids, reading.orders_known, reading.unknown_names, remember_refusal,
room_for_recaps, run_report, said_once, send_due.
"""
