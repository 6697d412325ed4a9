"""L123: a mailbox that tells of its messages in the clear, or says how to tell nobody."""

from __future__ import annotations

from collections.abc import Iterator

from ivr.flows.lints.base import Finding, Lint
from ivr.flows.lints.facts import Facts


def find(facts: Facts) -> Iterator[Finding]:
    """Each key of a mailbox that does less, or tells more, than it seems to."""
    for name, mailbox in facts.book.company.mailboxes.items():
        if "attach" in mailbox.model_fields_set and not mailbox.email:
            yield Finding(
                facts.key("mailboxes", name, "attach"),
                f"'attach' changes nothing: the mailbox '{name}' writes no e-mail.",
                "Add  email: WHO@YOUR.COMPANY  or delete it.",
            )
        if mailbox.webhook.startswith("http:"):
            yield Finding(
                facts.key("mailboxes", name, "webhook"),
                f"the messages of '{name}' are posted unencrypted: others on the way can read them.",
                "Begin the address with https://",
            )


LINT = Lint(
    code="L123",
    title="Messages told in the clear, or to nobody",
    severity="warning",
    why="""\
What a caller left in a mailbox is told by e-mail, text or webhook. An address that begins with `http:` sends their
words and number unencrypted, and `attach` means nothing where no e-mail is written.""",
    bad="""\
lines: {"+15035550100": main}
web_services: [crm.northwind.example]
mailboxes: {support: {attach: no, webhook: "http://crm.northwind.example/messages"}}
flows:
  main:
    - voicemail: support
    - hangup: Goodbye.
""",
    good="""\
lines: {"+15035550100": main}
web_services: [crm.northwind.example]
mailboxes: {support: {webhook: "https://crm.northwind.example/messages"}}
flows:
  main:
    - voicemail: support
    - hangup: Goodbye.
""",
    find=find,
)
