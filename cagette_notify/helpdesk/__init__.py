"""Answers to people: one member, the whole service.

Doors: check_member.answer, check_member.copies_at_rest, check_member.diagnosis, check_member.domain_typos,
check_member.evidence, check_member.findings, forget, mail_report, person, provider_tally, report_page,
status.
"""
