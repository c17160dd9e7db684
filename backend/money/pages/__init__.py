"""The short address at which a person pays on a phone, and the test processor's hosted page behind it."""
