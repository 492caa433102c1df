"""Answers to people: one member, the whole service.

Doors: check_member.answer, check_member.evidence, check_member.findings, check_member.judge, forget,
mail_report, person, status.
"""
