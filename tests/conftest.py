"""The plugins that every test has: databases, apps, small or full numbers, and nothing is skipped."""

pytest_plugins = ["tests.quicker", "tests.sharing", "tests.databases", "tests.apps", "tests.no_skips", "tests.scale"]
