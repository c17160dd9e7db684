"""Prices, the ledger, payments and Transaction Details."""
