"""Stripe and its card readers, against a stand-in that speaks its wire."""
