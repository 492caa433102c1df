"""How mails leave: the claim, the call, the outcome.

Doors: choose_transport, clock_drift, dispatch, doubts, fetch_fates, mailjet.account, mailjet.rest_api,
mailjet.rest_rows, outbox.eml, outbox.forget, sender_check, transport, unreachable_addresses.
"""
