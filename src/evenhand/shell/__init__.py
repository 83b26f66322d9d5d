"""The shell: commands, and later the API and the console. Thin, no rules of its own."""
