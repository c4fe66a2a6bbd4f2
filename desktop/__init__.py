"""Attune's window: Qt Widgets that show state and emit what the person asked for. Loads no model itself."""
