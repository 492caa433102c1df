"""The memory of what was owed, tried and sent. The only place that speaks to SQLite and PostgreSQL.

Doors: broadcasts, cancellations, changed_ids, connection, copy, engine, fates, fates_by_domain, first_runs,
forget, heirs, history, known_people, ledger, left_behind, machines, planned, refusals, run_memory, skips,
take_over, unsubscriptions.
"""
