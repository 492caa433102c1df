"""How mails leave: the claim, the call, the outcome.

Doors: account_finding, ask_unsubscriptions, choose_transport, clock_drift, dispatch,
domain_check.check_domain, domain_check.dns_reader, doubts, fetch_fates, mailjet.account_check,
mailjet.rest_api, mailjet.rest_rows, outbox.delete_mails, outbox.eml, refusing_providers, sender_check,
transport, unreachable_addresses.
"""
