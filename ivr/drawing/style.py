"""The looks of the picture: colours for light and dark, and an icon for each kind of step."""

from __future__ import annotations

from collections.abc import Mapping

NAME = "flow-picture"
"""The class of the picture; every rule is kept to it, because a page may hold the picture in its own markup."""
FONT = "ui-sans-serif, system-ui, sans-serif"

LIGHT: Mapping[str, str] = {
    "paper": "#ffffff", "group": "#f1f4f9", "group-edge": "#dde3ee", "card": "#ffffff", "card-edge": "#cfd7e6",
    "panel": "#3a568f14", "ink": "#172033", "soft": "#566179", "line": "#52607d", "faint": "#8b95ab",
    "pill": "#e3e8ff", "pill-ink": "#3538a8", "mute": "#e6eaf1", "mute-ink": "#525d74", "key": "#eef1f7",
    "says": "#2563eb", "asks": "#7c3aed", "decides": "#0e7490", "moves": "#566179", "people": "#be185d",
    "data": "#0f766e", "ends": "#b42318",
    "added": "#14803c", "added-fill": "#e8f8ed", "removed": "#c0261c", "removed-fill": "#fdeceb",
    "changed": "#a15c00", "changed-fill": "#fff5de", "live": "#6d28d9",
}  # fmt: skip
DARK: Mapping[str, str] = {
    "paper": "#0d1117", "group": "#151b26", "group-edge": "#262f3f", "card": "#1d2533", "card-edge": "#364258",
    "panel": "#00000048", "ink": "#e8edf6", "soft": "#9fabc0", "line": "#93a1bd", "faint": "#6d7a92",
    "pill": "#2a3170", "pill-ink": "#c9d0ff", "mute": "#2a3343", "mute-ink": "#aab5c8", "key": "#2a3446",
    "says": "#3b82f6", "asks": "#9061f9", "decides": "#0e93b0", "moves": "#64718a", "people": "#e0468e",
    "data": "#14998c", "ends": "#e0493e",
    "added": "#4ac26b", "added-fill": "#12291b", "removed": "#ff7b72", "removed-fill": "#321a1d",
    "changed": "#e3a53a", "changed-fill": "#2f2614", "live": "#a78bfa",
}  # fmt: skip

RULES: Mapping[str, str] = {
    "text": f"font-family:{FONT};fill:var(--ink)",
    ".paper": "fill:var(--paper)",
    ".group": "fill:var(--group);stroke:var(--group-edge)",
    ".panel": "fill:var(--panel)",
    ".card": "fill:var(--card);stroke:var(--card-edge)",
    ".rule": "fill:none;stroke:var(--group-edge)",
    "a:hover .card, a:focus .card": "stroke:var(--pill-ink);stroke-width:2",
    "a:hover .pill, a:focus .pill": "stroke:var(--pill-ink)",
    "a": "text-decoration:none",
    ".soft": "fill:var(--soft)",
    ".line": "fill:none;stroke:var(--line);stroke-width:1.6;stroke-linecap:round",
    ".tip": "fill:var(--line)",
    ".trouble.line": "stroke:var(--faint);stroke-width:1.3;stroke-dasharray:4 4",
    ".trouble.tip": "fill:var(--faint)",
    "text.trouble": "fill:var(--soft)",
    ".pill": "fill:var(--pill)",
    ".pill-ink": "fill:var(--pill-ink)",
    ".pill-icon": "fill:none;stroke:var(--pill-ink);stroke-width:1.5;stroke-linecap:round;stroke-linejoin:round",
    ".mute.pill": "fill:var(--mute)",
    ".mute.pill-ink": "fill:var(--mute-ink)",
    ".mute.pill-icon": "stroke:var(--mute-ink)",
    ".key": "fill:var(--key);stroke:var(--card-edge)",
    ".tile": "fill:var(--moves)",
    **{f".{tone}.tile": f"fill:var(--{tone})" for tone in ("says", "asks", "decides", "people", "data", "ends")},
    ".icon": "fill:none;stroke:#fff;stroke-width:1.6;stroke-linecap:round;stroke-linejoin:round",
    ".phone-icon": "stroke:var(--paper)",
    ".phone": "fill:var(--ink)",
    "text.phone-ink": "fill:var(--paper)",
    **{
        rule: looks
        for status in ("added", "removed", "changed")
        for rule, looks in {
            f".{status}.card": f"fill:var(--{status}-fill);stroke:var(--{status});stroke-width:1.8",
            f".{status}.mark": f"fill:var(--{status})",
            f".{status}.line": f"stroke:var(--{status});stroke-width:2",
            f".{status}.tip": f"fill:var(--{status})",
            f"text.{status}": f"fill:var(--{status})",
            f".{status}.row": f"fill:var(--{status}-fill)",
        }.items()
    },
    ".added.group": "stroke:var(--added);stroke-width:1.8",
    ".removed.group": "stroke:var(--removed);stroke-width:1.8",
    ".mark-ink": "fill:none;stroke:var(--paper);stroke-width:2;stroke-linecap:round;stroke-linejoin:round",
    ".removed.card, .removed.group": "stroke-dasharray:5 4",
    "text.removed, text.struck": "text-decoration:line-through",
    ".live.ring": "fill:none;stroke:var(--live);stroke-width:3",
    ".live.badge": "fill:var(--live)",
    "text.live-ink": "fill:var(--paper)",
}


def style_sheet() -> str:
    """The style element's text: every rule below the picture's class, the colours by what the reader prefers."""
    rules = [f".{NAME}{{{_colours(LIGHT)}}}", f"@media(prefers-color-scheme:dark){{.{NAME}{{{_colours(DARK)}}}}}"]
    for selectors, looks in RULES.items():
        rules.append(",".join(f".{NAME} {selector.strip()}" for selector in selectors.split(",")) + f"{{{looks}}}")
    return "\n".join(rules)


def _colours(colours: Mapping[str, str]) -> str:
    return "".join(f"--{name}:{value};" for name, value in colours.items())


_PHONE = "M-5 -5c0 6 4 10 10 10l0.6 -3.4l-3.6 -1.6l-1.4 1.4c-1.6 -0.8 -2.6 -1.8 -3.4 -3.4l1.4 -1.4l-1.6 -3.6z"
_BUBBLE = "M-5 -4.5h10v7h-5.5l-3 2.7v-2.7h-1.5z"
ICONS: Mapping[str, tuple[str, str]] = {
    "say": ("says", _BUBBLE),
    "play": ("says", "M-3 -4.5v9l7.5 -4.5z"),
    "pause": ("says", "M-2.5 -4v8M2.5 -4v8"),
    "menu": ("asks", "M-5 -4h0.1M-5 0h0.1M-5 4h0.1M-1.5 -4h6.5M-1.5 0h6.5M-1.5 4h6.5"),
    "collect": ("asks", "M-5 4.5h10M-3 1.5l0.6 -2.6l5 -5l2 2l-5 5z"),
    "confirm": ("asks", "M-4.5 0.5l3 3.5l6 -7.5"),
    "verify": ("asks", "M-4.5 0.5l3 3.5l6 -7.5"),
    "survey": ("asks", "M-4 4.5v-4M0 4.5v-9M4 4.5v-6"),
    "if": ("decides", "M0 -5.5l5.5 5.5l-5.5 5.5l-5.5 -5.5z"),
    "language": ("data", "M-4.5 4.5l4.5 -9.5l4.5 9.5M-2.8 1h5.6"),
    "set": ("data", "M-4.5 -2h9M-4.5 2h9"),
    "go": ("moves", "M-5 0h10M1.5 -3.5l3.5 3.5l-3.5 3.5"),
    "call": ("moves", "M-4.5 4v-3.5a3 3 0 0 1 3 -3h6M2 -5.5l3 3l-3 3"),
    "return": ("moves", "M4.5 4v-3.5a3 3 0 0 0 -3 -3h-6M-2 -5.5l-3 3l3 3"),
    "find_store": ("data", "M0 5.5c-3 -3.4 -4.2 -5 -4.2 -7a4.2 4.2 0 0 1 8.4 0c0 2 -1.2 3.6 -4.2 7zM0 -1.6h0.1"),
    "http": ("data", "M-5.5 0h11M0 -5.5a5.5 5.5 0 1 0 0.1 0M0 -5.5c-3 3 -3 8 0 11M0 -5.5c3 3 3 8 0 11"),
    "lookup": ("data", "M1.5 1.5l4 4M-1.5 -5a3.5 3.5 0 1 0 0.1 0"),
    "sms": ("people", _BUBBLE),
    "email": ("people", "M-5.5 -4h11v8h-11zM-5.5 -3.5l5.5 4l5.5 -4"),
    "ticket": ("people", "M-5.5 -4h11v8h-11zM-2.5 -1h5M-2.5 1.5h3"),
    "transfer": ("people", "M0 -5.2a2.3 2.3 0 1 0 0.1 0M-5 5.5c0 -6 10 -6 10 0"),
    "voicemail": ("people", "M-3.2 -2.4a2.4 2.4 0 1 0 0.1 0M3.2 -2.4a2.4 2.4 0 1 0 0.1 0M-3.2 2.4h6.4"),
    "callback": ("people", _PHONE),
    "hangup": ("ends", "M-5.5 2.5c-0.4 -6 11.4 -6 11 0l-3 0.5l-0.5 -2.4c-1.4 -0.5 -2.6 -0.5 -4 0l-0.5 2.4z"),
}
"""For each word of the flow file its colour and its icon, drawn around 0,0. Other words get a dot."""
OTHER = ("moves", "M0 -3a3 3 0 1 0 0.1 0")
PHONE_ICON = _PHONE
CHANGES: Mapping[str, str] = {
    "added": "M-4.5 0h9M0 -4.5v9",
    "removed": "M-4.5 0h9",
    "changed": "M-4.5 3.5l0.8 -3l5.4 -5.4l2.2 2.2l-5.4 5.4zM1.2 5h3.8",
}
"""What became of a part; drawn, because in small letters a wave looks like a minus. A change is a pencil."""
TO_FLOW = "M-3.5 0h7M0.7 -2.8l2.8 2.8l-2.8 2.8"
TO_END = "M-2.5 -2.5h5v5h-5z"
TO_BACK = "M3.5 0h-7M-0.7 -2.8l-2.8 2.8l2.8 2.8"
