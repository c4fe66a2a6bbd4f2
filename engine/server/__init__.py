"""An OpenAI-compatible server on the loopback address: other programs get replies chosen by the person's taste.

Off unless `attune-engine serve` is run. HTTP by the standard library; the model belongs to one thread, and every
request waits in line for it.
"""
