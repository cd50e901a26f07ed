"""What the log withstands, as figures: kills, races, damages, a full disk, a steady load."""
