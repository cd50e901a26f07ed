"""Data quality of a load: controls and hygiene rules, what they lower, and what the dirt does to a number."""
