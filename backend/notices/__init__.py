"""Notices: the transactional outbox and its delivery."""
