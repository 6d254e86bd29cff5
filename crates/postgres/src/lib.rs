//! Loads the published tables into PostgreSQL.
