"""Answers to people: one member, the whole service.

Doors: check_member.answer, check_member.copies_at_rest, check_member.diagnosis, check_member.domain_typos,
check_member.evidence, check_member.findings, check_member.pieces_of_evidence, forget, mail_report,
person, status.
"""
