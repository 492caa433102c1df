"""How mails leave: the claim, the call, the outcome.

Doors: choose_transport, clock_drift, dispatch, doubts, fetch_fates, mailjet.account_check, mailjet.rest_api,
mailjet.rest_rows, outbox.delete_mails, outbox.eml, sender_check, transport, unreachable_addresses.
"""
