"""The Terms and Conditions of the demonstration's facilities: a page or two, different where the facilities differ."""

from __future__ import annotations

from typing import Final

from backend.demo.place import Offering, Place

TITLES: Final = {
    "remote": "Terms and Conditions for remote visits",
    "onsite_video": "Terms and Conditions for onsite video visits",
    "in_person": "Terms and Conditions for visits in person",
}
_HOW: Final = {
    "remote": """
You join a remote visit from your own computer, tablet or telephone. Test your camera, microphone and
connection before the visit: the facility cannot make up for minutes lost to a device of yours. Sit in a lit
room, by yourself or with the people you named, and do not drive during the visit.
""",
    "onsite_video": """
You speak from a video booth at the facility. Be at the front desk 15 minutes before the visit begins, with
your ID. Telephones and bags stay in a locker. One booth holds you and the people you named; nobody else may
enter it.
""",
    "in_person": """
You meet in the visiting room. Be at the front desk 30 minutes before the visit begins, with your ID, and go
through the search that every visitor goes through. You may bring a key for a locker and nothing else into the
room. A brief embrace at the beginning and at the end is allowed.
""",
}
_TEXT: Final = """
These terms hold for visits with Incarcerated Individuals at {facility}, {city}, {state}. They are between you
and the facility. Please read them to the end; you cannot schedule a visit without accepting them.

1. Who may visit. You need an approved access to this facility. The name, birth date and ID in your profile
must be your own and must be true. The facility can take its approval back, and tells you why.

2. Who may come along. Up to {attendees} people may be with you if you name them when you schedule. Children
come with an adult who stays with them. Nobody may take part who is not named, or who was refused by a court
or by the facility.

3. How the visit takes place. {how}

4. Being on time. The visit ends at its scheduled end even if it began late. If you are more than ten minutes
late, the facility may give the visit up and record that the visitor missed it.

5. Conduct. Dress as you would for a court. No nudity, no weapons, no drugs, no alcohol, no signs of gangs, no
threats. Do not record, photograph or pass on the visit. Staff may end a visit that breaks these rules, and
write down why.

6. Monitoring. Visits are watched and recorded for the safety of everybody, except those of attorneys with
their clients. Recordings are kept for 90 days, longer where an investigation needs them.

7. Costs. {costs}

8. Cancelling. You may cancel up to {cutoff} hours before the visit begins, and everything you paid comes back
to where it came from. Later, nothing comes back, unless the facility agrees. What comes back is always shown
before you confirm a cancellation.

9. When the facility cancels. A lockdown, a move, a release or a technical fault can end or prevent a visit at
any moment. Then everything you paid comes back by itself, to where it came from.

10. If something went wrong. You may dispute a charge for 90 days. You can see when an answer is due, and what
was recorded about the visit.

11. Your data. The facility sees what you declared in your profile and in your request, and the visits you
schedule here. It uses them to decide on access and to keep the facility safe, and for nothing else.

12. Changes. When these terms change, you are shown the new ones before you schedule your next visit. Visits
that you have already confirmed keep the terms you accepted for them.

This is the end of the terms. This facility is part of a demonstration: it does not exist, and nothing you do
here reaches anybody.
"""


def text_of(place: Place, offering: Offering) -> str:
    """Return the terms of one visit type at ``place``: paragraphs, separated by empty lines."""
    text = _TEXT.strip().format(
        facility=place.name,
        city=place.city,
        state=place.state,
        attendees=offering.attendees,
        how=_HOW[offering.visit_type].strip(),
        costs=_costs(place, offering),
        cutoff=offering.cancel_cutoff_hours,
    )
    # the template is wrapped for this file; the terminal wraps for its own width
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in text.split("\n\n"))


def _costs(place: Place, offering: Offering) -> str:
    if not offering.fees:
        return f"These visits are free of charge at {place.name}."
    fee = offering.fees[0]
    if fee.per_minute:
        tax = f"; a tax of {fee.tax / 100:g} percent comes on top" if fee.tax else ""
        return (
            f"A visit costs {fee.cents} cents a minute{tax}. All of its minutes are charged when you confirm it. Those"
            " that were not used come back within a day of the visit. There is no other fee."
        )
    return (
        "The price of a visit is shown before you choose a time and is charged when you confirm it."
        " There is no other fee."
    )
