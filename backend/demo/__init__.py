"""The demonstration: invented facilities, people and visits relative to today, and an officer who answers."""
