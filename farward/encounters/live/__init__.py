"""The live channel: one connection for each seat, over WebSocket or long-poll, that says what the journal holds.

Push carries no record of its own. A doorbell says "there is more"; each connection then reads the journal after its own
cursor. `docs/live-channel.md` describes every frame.
"""
