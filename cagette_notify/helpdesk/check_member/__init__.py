"""Why somebody does or doesn't receive mail: evidence in, findings out."""

from cagette_notify.helpdesk.check_member.evidence import Case, MailboxEvidence, Runs
from cagette_notify.helpdesk.check_member.findings import Check, Finding, Health, Matter
from cagette_notify.helpdesk.check_member.judge import Diagnosis, diagnose

__all__ = ["Case", "Check", "Diagnosis", "Finding", "Health", "MailboxEvidence", "Matter", "Runs", "diagnose"]
