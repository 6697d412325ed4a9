"""The words of street addresses as people write them: "avenue", "ave" and "north west" each in one form."""

from __future__ import annotations

TYPES = {
    short: full
    for full, shorts in {
        "Street": "street st str",
        "Avenue": "avenue ave av",
        "Road": "road rd",
        "Drive": "drive dr",
        "Boulevard": "boulevard blvd",
        "Lane": "lane ln",
        "Court": "court ct",
        "Place": "place pl",
        "Way": "way",
        "Circle": "circle cir",
        "Terrace": "terrace ter",
        "Parkway": "parkway pkwy",
        "Highway": "highway hwy",
        "Route": "route rte",
        "Square": "square sq",
        "Trail": "trail trl",
        "Alley": "alley",
        "Loop": "loop",
        "Plaza": "plaza",
        "Row": "row",
        "Crescent": "crescent",
        "Close": "close",
        "Pike": "pike",
        "Turnpike": "turnpike",
        "Crossing": "crossing",
        "Expressway": "expressway",
        "Interstate": "interstate",
    }.items()
    for short in shorts.split()
}
"""What kind of street it is."""

NUMBERED = frozenset(("Highway", "Route", "Interstate", "Road"))
"""After these a number may be the street's name: "county road nine"."""

DIRECTIONS = {
    "north": "North",
    "south": "South",
    "east": "East",
    "west": "West",
    "northeast": "Northeast",
    "northwest": "Northwest",
    "southeast": "Southeast",
    "southwest": "Southwest",
    "n": "North",
    "s": "South",
    "e": "East",
    "w": "West",
    "ne": "Northeast",
    "nw": "Northwest",
    "se": "Southeast",
    "sw": "Southwest",
}

UNITS = {
    "apartment": "Apartment",
    "apt": "Apartment",
    "unit": "Unit",
    "suite": "Suite",
    "ste": "Suite",
    "floor": "Floor",
    "room": "Room",
    "building": "Building",
    "lot": "Lot",
    "number": "Unit",
}
"""What stands before the number of a home in a house."""

SMALL = frozenset(("of", "the", "de", "la", "del", "and"))
"""Words without a capital in the middle of a name."""
