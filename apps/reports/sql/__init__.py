"""The statements that count the journal."""
