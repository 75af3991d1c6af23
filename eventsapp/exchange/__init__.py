"""An event as a file: import and export (the TOML of the design, §4)."""
