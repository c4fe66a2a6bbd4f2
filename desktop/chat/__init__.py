"""The conversation: its flow, messages, drafts, ratings and explanations."""
