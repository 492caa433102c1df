"""Files become rows that remember their line, and rows become a Dataset.

Doors: dataset, duty_rows_aside, files.file_ages, files.found_tables, files_in_use,
member_settings.odd_rows, member_settings.read, member_settings.write, members.find_member,
members.member_lookup, members.named_rows, members.nearly_named, replaced_orders, roster, rows_about,
rows.column_titles.
"""
