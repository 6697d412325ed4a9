"""A flow file of any size, the same each time: menus that lead to flows with questions, branches and transfers."""

from __future__ import annotations

import random

HEAD = """
company: Cascade Mutual Health and Outdoor Cooperative of the Pacific Northwest
lines: {"+15035550100": welcome, "+15035550199": other_line}
anywhere:
  operator: {press: 0, hear: [agent], go: operator}
  repeat: {press: "*"}
  start over: {hear: [main menu], go: main}
defaults:
  no_input: [Sorry?, {go: operator}]
slots:
  order: {kind: digits, length: 6, ask: What is your order number?}
  name: {kind: name, ask: May I have your name?}
mailboxes: {support: {}}
queues: {care: {}}
flows:
  welcome:
    - say: Thanks for calling the Cascade Mutual Health and Outdoor Cooperative of the Pacific Northwest.
    - go: main
  other_line:
    - say: Gracias por llamar.
    - go: main
  operator:
    - transfer: {to: queue care, otherwise: {no answer: message, failed: message}}
  message:
    - voicemail: support
  check:
    - menu:
        ask: Did that help you?
        options:
          it did: {press: 1, go: main}
          no: {press: 2, then: [{return: unhappy}]}
"""
SUBJECTS = ("status", "change", "cancellation", "question", "a_complaint_about_something_with_a_long_name")
MIDDLES = ("- say: This is done.", "- call: check", '- set: {topic: something, wanted: "{order}", was: unknown}')
ENDS = (
    "- go: operator",
    "- go: main",
    "- transfer: {to: queue care, otherwise: {no answer: message, declined: message, busy: operator}}",
    "- hangup: Thank you for calling. Goodbye.",
    "- say: The end.",
)


def large_flows(steps: int, seed: int = 1) -> str:
    """A flow file of at least ``steps`` steps."""
    chance = random.Random(seed)
    topics: list[str] = []
    flows: list[str] = []
    written = 6  # fewer than HEAD has
    while written < steps:
        topic = f"topic_{len(topics) + 1}"
        subjects = SUBJECTS[: chance.randint(2, 5)]
        topics.append(topic)
        flows += _menu(topic, {f"{subject}": f"{topic}_{subject}" for subject in subjects})
        written += 1
        for subject in subjects:
            flow = _flow(f"{topic}_{subject}", chance)
            flows += flow
            written += sum(line.lstrip().startswith("- ") for line in flow)
    main = _menu("main", {f"about {topic.replace('_', ' ')}": topic for topic in topics})
    return "\n".join([HEAD, *main, *flows, ""])


def _menu(name: str, options: dict[str, str]) -> list[str]:
    ask = f"This is {name}. Would you like to check a status, change something, cancel, or ask us any question?"
    lines = [f"  {name}:", "    - menu:", f"        ask: {ask}", "        options:"]
    return lines + [
        f"          {label}: {{{f'press: {key}, ' if key < 10 else ''}go: {flow}}}"
        for key, (label, flow) in enumerate(options.items(), 1)
    ]


def _flow(name: str, chance: random.Random) -> list[str]:
    lines = [f"  {name}:", "    - collect: [order, name]"]
    if chance.random() < 0.6:
        lines += ["    - if: order is known", "      then:", f"        - say: Thank you, {name} it is."]
        if chance.random() < 0.5:
            lines += ["        - if: name is known", "          then:", '            - say: "Hello, {name}."']
            lines += ["          else:", "            - set: {name: friend}"]
        lines += ["      else:", "        - say: I could not find that order.", "        - go: message"]
    return [*lines, f"    {chance.choice(MIDDLES)}", f"    {chance.choice(ENDS)}"]
