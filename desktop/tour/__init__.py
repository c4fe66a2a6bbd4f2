"""A short tour of the window: a card beside each control that it speaks of."""
