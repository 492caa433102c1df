"""Notices and letters become messages.

Doors: broadcast_text.compose, make_message, operator_mail, preview.preview,
preview.sample_data, renderer, view_builder, views.
"""
