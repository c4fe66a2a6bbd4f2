"""First launch and the taste quiz: welcome, pairs side by side, what was learned."""
