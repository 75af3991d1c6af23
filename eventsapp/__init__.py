"""Event registration and agenda manager for study visits, reflection days and workshops."""
