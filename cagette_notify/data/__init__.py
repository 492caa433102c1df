"""Files become rows that remember their line, and rows, or a database's, become a Dataset.

Doors: camap.idle, camap.source, column_titles, dataset, duty_rows_aside, file_ages, files_in_use,
find_member, found_tables, member_lookup, member_settings.odd_rows, member_settings.read,
member_settings.write, named_rows, nearly_named, replaced_orders, roster.
"""
