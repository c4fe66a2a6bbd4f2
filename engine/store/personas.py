"""Personas: named system prompts that chats can share."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass

from engine.store.database import Database


@dataclass(frozen=True)
class Persona:
    id: int
    name: str
    prompt: str


class PersonaStore:
    def __init__(self, database: Database) -> None:
        self._database = database

    def personas(self) -> list[Persona]:
        """By name."""
        rows = self._database.query("SELECT id, name, prompt FROM persona ORDER BY name COLLATE NOCASE, id")
        return [Persona(row["id"], row["name"], row["prompt"]) for row in rows]

    def find(self, persona_id: int | None) -> Persona | None:
        """None where it was deleted, or is none."""
        return next((persona for persona in self.personas() if persona.id == persona_id), None)

    def add(self, personas: Iterable[tuple[str, str]]) -> list[int]:
        """(name, prompt) of each. Returns their ids."""
        with self._database.transaction() as connection:
            return [
                int(
                    connection.execute(
                        "INSERT INTO persona (name, prompt, created_at) VALUES (?, ?, ?)", (name, prompt, time.time())
                    ).lastrowid
                    or 0
                )
                for name, prompt in personas
            ]

    def change(self, persona: Persona) -> None:
        with self._database.transaction() as connection:
            connection.execute(
                "UPDATE persona SET name = ?, prompt = ? WHERE id = ?", (persona.name, persona.prompt, persona.id)
            )

    def remove(self, persona_id: int) -> None:
        """Its chats stay, and read the settings' system prompt from then on."""
        with self._database.transaction() as connection:
            connection.execute("DELETE FROM persona WHERE id = ?", (persona_id,))
