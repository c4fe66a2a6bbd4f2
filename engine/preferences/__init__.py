"""One person's taste: the event log, the posterior over weights, the quiz, explanations. Needs numpy only."""
