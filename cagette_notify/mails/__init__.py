"""Notices and letters become messages.

Doors: broadcast_text.compose, broadcast_text.image_files, broadcast_text.placeholders, make_message,
operator_mail, preview.gallery, preview.preview, preview.sample_data, preview.trial, renderer,
reply_views, view_builder, views.
"""
