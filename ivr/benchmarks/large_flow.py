"""Writes a flow file as large as one wants: many departments, each of which greets, asks, looks up and branches."""

from __future__ import annotations

WORDS = (
    "anchors", "boots", "candles", "drills", "eggs", "flags", "gloves", "hats",
    "ink", "jackets", "keys", "lamps", "maps", "nails", "pens", "paint",
    "pictures", "ropes", "sandals", "tents", "tickets", "vests", "trucks", "yarn",
    "zebras", "apples", "bikes", "cameras", "dolls", "engines", "fans", "guitars",
    "helmets", "irons", "jewels", "tables", "ladders", "mirrors", "needles", "oranges",
    "pillows", "radios", "scarves", "towels", "uniforms", "windows", "whistles", "balloons",
)  # fmt: skip
STEPS_EACH = 10
HEAD = """\
company: Big Store
lines: {"+15035550100": d0}
hours:
  shop: {open: "Mo-Sa 09:00-20:00"}
web_services: [stock.example]
defaults:
  no_input: ["Sorry, I didn't hear you.", {go: operator}]
  no_match: ["Sorry, I didn't get that.", {go: operator}]
anywhere:
  operator: {press: 0, hear: [speak to a person], go: operator}
slots:
  zip: {kind: zip, ask: "What is your ZIP code?"}
mailboxes:
  support: {greeting: "Please leave a message after the tone."}
queues:
  sales: {skills: [sales]}
agents:
  maria: {name: Maria, at: "client:maria", skills: [sales]}
flows:
  operator:
    - transfer: {to: queue sales, brief: "Somebody calls.", otherwise: {no answer: message}}
    - hangup: Goodbye.
  message:
    - voicemail: support
    - hangup: Goodbye.
"""
STEPS_OF_HEAD = 4


def flow_of(steps: int = 1000, slots: int = 0) -> str:
    """A flow file with exactly ``steps`` steps (those inside others are counted too), without a mistake or warning.

    With ``slots``, each department asks for one of so many numbers besides; there must be as many departments.
    """
    count = max(1, (steps - STEPS_OF_HEAD) // STEPS_EACH)
    rest = steps - STEPS_OF_HEAD - count * STEPS_EACH
    asked = "".join(f'  number{at}: {{kind: digits, length: 6, ask: "What is number {at}?"}}\n' for at in range(slots))
    departments = "".join(_department(at, count, rest if at == 0 else 0) for at in range(count))
    for at in range(count if slots else 0):
        departments = departments.replace("- collect: zip\n", f"- collect: [zip, number{at % slots}]\n", 1)
    return HEAD.replace("mailboxes:\n", f"{asked}mailboxes:\n") + departments


def _department(at: int, count: int, more: int) -> str:
    """A flow of STEPS_EACH steps, and ``more`` sentences. Each is reached from the one before."""
    names = [WORDS[(at * 3 + step) % len(WORDS)] for step in range(3)]
    goals = [(at + 1) % count, (at * 7 + 3) % count, (at * 5 + 2) % count]
    options = "".join(
        f"          {name}: {{press: {key}, hear: [show me {name}], go: d{goal}}}\n"
        for key, (name, goal) in enumerate(zip(names, goals, strict=True), 1)
    )
    return f"""\
  d{at}:
{"".join(f"    - say: This is sentence {number}.{chr(10)}" for number in range(more))}\
    - say: This is department {at}.
    - if: hours.shop is closed
      then:
        - say: We are closed right now.
    - set: {{seen{at}: "yes"}}
    - collect: zip
    - http:
        get: "https://stock.example/{at}/{{zip}}"
        save: stock{at}
        failed:
          - say: I cannot look that up right now.
          - go: message
    - say: "We have {{stock{at}.count}} of them."
    - menu:
        ask: "Do you want {names[0]}, {names[1]} or {names[2]}?"
        options:
{options}          leave a message: {{press: 9, go: message}}
"""
