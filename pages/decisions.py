"""Coming next."""

from pages.components.gate import enter

visit = enter("decisions")
