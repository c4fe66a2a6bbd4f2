"""What a reply is like: encoder, style features, reward heads, their training. The only part that needs torch."""
