"""Files become rows that remember their line, and rows, or a database's, become a Dataset.

Doors: calendar, camap.idle, camap.source, dataset, duty_rows_aside, files.file_ages,
files.found_tables, files.listed_days, files_in_use, found_orders, last_written,
member_settings.odd_rows, member_settings.read, member_settings.write, members.find_member,
members.member_lookup, members.named_rows, members.nearly_named, replaced_orders, roster,
rows.column_titles, rows_about.
"""
