"""Any OpenAI-compatible server as the generator: the drafts come from there, scoring and choice stay here."""
