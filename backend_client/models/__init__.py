"""Every shape of the wire contract as a frozen dataclass, by noun.

Instants are aware UTC datetimes, dates are local to the facility, amounts integer minor units. All strings that come
out of an answer are inert (see `backend_client._clean`). What the server may leave out or set to null is None.

They have no slots on purpose: that would make each class twice, and a third of the time to load them.
"""
