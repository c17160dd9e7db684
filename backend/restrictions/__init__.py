"""Who may not meet whom, and when: orders, bans, segregation, classification, people who are kept apart."""
