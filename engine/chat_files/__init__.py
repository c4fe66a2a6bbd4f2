"""Chats as files: Attune's own, Open WebUI's, ChatGPT's, and Markdown. Pure: bytes in, values out, and back."""
