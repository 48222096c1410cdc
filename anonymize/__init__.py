"""De-identification: values or a table and a plan in, the same and a report out. Pure."""
