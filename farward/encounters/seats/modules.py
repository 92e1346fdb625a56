"""The browser modules that a seat's pages announce."""

from __future__ import annotations

#: All that `room.js` imports, so that a slow network fetches it at once and not level by level.
ROOM_MODULES = (
    "js/connection_choices.js", "js/cost.js", "js/journal.js", "js/events.js", "js/ids.js", "js/replica.js",
    "js/store.js", "js/live.js", "js/backoff.js", "js/transport.js", "js/media.js", "js/peers.js",
    "js/negotiation.js", "js/peer.js", "js/audio_sdp.js", "js/codecs.js", "js/ladder.js", "js/ladder_caps.js",
    "js/ladder_levels.js", "js/ladder_link.js", "js/ladder_own.js", "js/ladder_yield.js", "js/lines.js",
    "js/measure_link.js", "js/admit.js", "js/choke.js", "js/cushion.js", "js/hearsay.js", "js/reading.js",
    "js/returns.js", "js/sending.js", "js/steer.js", "js/stills.js", "js/quality.js",
    "js/talk.js", "js/kept.js", "js/idb.js", "js/sealing.js", "js/order.js", "js/queue.js", "js/room/connection.js",
    "js/room/rungs.js",
    "js/room/consents.js", "js/room/controls.js", "js/room/dom.js", "js/room/header.js", "js/room/hold.js",
    "js/room/later.js",
    "js/room/measure.js", "js/room/moves.js", "js/room/notices.js", "js/room/observations.js", "js/room/people.js",
    "js/room/thread.js", "js/room/tiles.js", "js/room/vitals.js", "js/room/words.js",
)  # fmt: skip
LOBBY_MODULES = (
    "js/connection_choices.js", "js/cost.js", "js/lobby_cost.js", "js/media.js", "js/events.js", "js/probe.js",
    "js/verdict.js", "js/room/dom.js", "js/room/words.js",
)  # fmt: skip
