"""A stand-in for Stripe: what it answers, remembers and refuses, on a loopback address, for the real SDK to talk to.

It keeps its books in memory and reads an injected clock. What is legal to ask is taken from the SDK's own types
(:mod:`tests.standin.legal`); a key sent again is answered as the first time, errors too, and compared with what it was
sent with (:mod:`tests.standin.keys`); what is moved cannot exceed what is there. Tests pay as a person would
(:class:`tests.standin.stand_in.StandIn`), hold webhooks back, and let the line fail (:mod:`tests.standin.faults`).

Where Stripe documents a behaviour, this is it; its own tests say so with the real SDK.
"""
