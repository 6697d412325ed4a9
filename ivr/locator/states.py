"""The states of the USA by their two letters, as people say them."""

from __future__ import annotations

STATES = {
    "AL": "Alabama",
    "AK": "Alaska",
    "AZ": "Arizona",
    "AR": "Arkansas",
    "CA": "California",
    "CO": "Colorado",
    "CT": "Connecticut",
    "DE": "Delaware",
    "DC": "D.C.",
    "FL": "Florida",
    "GA": "Georgia",
    "HI": "Hawaii",
    "ID": "Idaho",
    "IL": "Illinois",
    "IN": "Indiana",
    "IA": "Iowa",
    "KS": "Kansas",
    "KY": "Kentucky",
    "LA": "Louisiana",
    "ME": "Maine",
    "MD": "Maryland",
    "MA": "Massachusetts",
    "MI": "Michigan",
    "MN": "Minnesota",
    "MS": "Mississippi",
    "MO": "Missouri",
    "MT": "Montana",
    "NE": "Nebraska",
    "NV": "Nevada",
    "NH": "New Hampshire",
    "NJ": "New Jersey",
    "NM": "New Mexico",
    "NY": "New York",
    "NC": "North Carolina",
    "ND": "North Dakota",
    "OH": "Ohio",
    "OK": "Oklahoma",
    "OR": "Oregon",
    "PA": "Pennsylvania",
    "RI": "Rhode Island",
    "SC": "South Carolina",
    "SD": "South Dakota",
    "TN": "Tennessee",
    "TX": "Texas",
    "UT": "Utah",
    "VT": "Vermont",
    "VA": "Virginia",
    "WA": "Washington",
    "WV": "West Virginia",
    "WI": "Wisconsin",
    "WY": "Wyoming",
    "AS": "American Samoa",
    "FM": "Micronesia",
    "GU": "Guam",
    "MH": "Marshall Islands",
    "MP": "Northern Mariana Islands",
    "PR": "Puerto Rico",
    "PW": "Palau",
    "VI": "Virgin Islands",
}

STATE_BY_NAME = {name.lower(): code for code, name in STATES.items() if code != "DC"} | {
    "district of columbia": "DC",
    "dc": "DC",
    "washington state": "WA",
    "new york state": "NY",
}
"""Two letters by the name as heard."""


def state_code(text: str) -> str:
    """The two letters of ``text`` (a name, two letters, or two letters spelled out); empty when it is no state.

    >>> state_code("oregon"), state_code("n y"), state_code("middle earth")
    ('OR', 'NY', '')
    """
    letters = text.replace(" ", "").upper()
    if len(letters) == 2 and letters in STATES:
        return letters
    return STATE_BY_NAME.get(text, "")


def spoken_city(city: str, state: str) -> str:
    """The city with its state in full: ``Portland, Oregon``."""
    name = STATES.get(state, state)
    return f"{city}, {name}" if city and name else city or name
