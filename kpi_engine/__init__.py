"""The KPI engine: pure functions from exports and contracts to readings, breaches and cards."""

# Part of every fingerprint: raise it with any change that can alter a reading or a card.
ENGINE_VERSION = "6"
