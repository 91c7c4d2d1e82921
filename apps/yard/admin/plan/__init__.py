"""The yard map, and each bay in cross-section."""
