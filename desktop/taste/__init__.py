"""What Attune believes about the person, shown and correctable."""
