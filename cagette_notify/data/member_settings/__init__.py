"""Members' own changes of settings: notifications.csv."""
