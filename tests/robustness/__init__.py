"""Exports spoilt in every known way, each with the rows it truly holds: what becomes of them on import."""
