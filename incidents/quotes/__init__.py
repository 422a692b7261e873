"""Quotes that leave the hall, and how a third party checks them."""
