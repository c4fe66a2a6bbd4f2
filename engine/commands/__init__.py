"""The commands of `attune-engine`, a module each: arguments in, a JSON-ready value and its text for a person out."""
