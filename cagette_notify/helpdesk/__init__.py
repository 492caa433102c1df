"""Answers to people: one member, the whole service.

Doors: check_member.answer, check_member.diagnosis, check_member.evidence.copies_at_rest,
check_member.evidence.member_evidence, check_member.evidence.pieces_of_evidence,
check_member.findings.domain_typos, check_member.findings.finding, forget, forget_left_behind, mail_report,
person, person_to_forget, provider_tally, report_page, shared_ledger, status.
"""
