"""The newsletter's events, loaded through the services: what a new site can show at once."""
