"""Text from a local model: GGUF loading, chat templates, and drafts in lock-step through llama.cpp."""
