"""Follow-ups, for real: processes killed, servers stopped, on SQLite and PostgreSQL."""
