"""What a session description may offer to send is what the wiring lets its author send."""

from __future__ import annotations

import pytest

from farward.encounters.live.frames import Description, SignalData
from farward.encounters.live.signalling import exceeds, wires_of

HEAD = "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0 1 2\r\n"


def section(media: str, direction: str = "", port: int = 9, *extra: str) -> str:
    lines = [f"m={media} {port} UDP/TLS/RTP/SAVPF 111", "c=IN IP4 0.0.0.0", *extra]
    if direction:
        lines.append(f"a={direction}")
    return "\r\n".join(lines) + "\r\n"


def offer(*sections: str) -> SignalData:
    return SignalData(pc="a", description=Description(type="offer", sdp=HEAD + "".join(sections)))


@pytest.mark.parametrize("direction", ["sendrecv", "sendonly"])
def test_sound_that_may_not_be_sent_exceeds_the_wiring(direction: str) -> None:
    assert exceeds(offer(section("audio", direction)), send=[])
    assert not exceeds(offer(section("audio", direction)), send=["audio"])


@pytest.mark.parametrize("direction", ["recvonly", "inactive"])
def test_a_listener_may_offer_to_receive(direction: str) -> None:
    assert not exceeds(offer(section("audio", direction), section("video", direction)), send=[])


def test_a_line_without_a_direction_counts_as_sending() -> None:
    assert exceeds(offer(section("audio")), send=["video"])


def test_a_direction_for_the_whole_session_silences_no_line_as_browsers_see_it() -> None:
    whole = offer("a=recvonly\r\n", section("audio"), section("video", "recvonly"))
    assert exceeds(whole, send=[])
    assert not exceeds(whole, send=["audio"])


def test_a_rejected_line_sends_nothing_but_a_bundled_one_does() -> None:
    assert not exceeds(offer(section("video", "sendrecv", 0)), send=[])
    assert exceeds(offer(section("video", "sendrecv", 0, "a=bundle-only")), send=[])


def test_the_screen_needs_a_video_line_of_its_own() -> None:
    two_pictures = offer(section("video", "sendonly"), section("video", "sendonly"))
    assert exceeds(two_pictures, send=["audio", "video"])
    assert not exceeds(two_pictures, send=["audio", "video", "screen"])


def test_a_second_line_of_sound_exceeds_the_wiring() -> None:
    assert exceeds(offer(section("audio", "sendonly"), section("audio", "sendonly")), send=["audio", "video", "screen"])


CHANNEL = "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\n"


@pytest.mark.parametrize(("send", "recv"), [(["video"], []), ([], ["audio", "video"])])
def test_a_channel_for_small_pictures_is_for_pairs_between_which_pictures_pass(
    send: list[str], recv: list[str]
) -> None:
    assert not exceeds(offer(CHANNEL), send=send, recv=recv)
    assert not exceeds(offer(CHANNEL + "a=sendrecv\r\n"), send=send, recv=recv)


@pytest.mark.parametrize(("send", "recv"), [([], []), (["audio"], []), (["audio"], ["audio", "screen"])])
def test_where_no_picture_passes_no_channel_is_opened(send: list[str], recv: list[str]) -> None:
    assert exceeds(offer(CHANNEL), send=send, recv=recv)
    assert exceeds(offer(CHANNEL + "a=inactive\r\n"), send=send, recv=recv)


def test_a_rejected_channel_is_none_but_a_bundled_one_is() -> None:
    rejected = CHANNEL.replace(" 9 ", " 0 ")
    assert not exceeds(offer(rejected), send=[], recv=[])
    assert exceeds(offer(rejected + "a=bundle-only\r\n"), send=[], recv=[])


def test_a_second_channel_exceeds_the_wiring() -> None:
    assert exceeds(offer(CHANNEL, CHANNEL), send=["video"], recv=["video"])


def test_media_of_an_unknown_kind_exceeds_the_wiring() -> None:
    assert exceeds(offer(section("text", "sendonly")), send=["audio", "video", "screen"])


def test_line_ends_and_letter_case_do_not_hide_a_line() -> None:
    assert exceeds(
        SignalData(description=Description(type="answer", sdp="v=0\nm=AUDIO 9 RTP/AVP 0\na=sendonly\n")), send=[]
    )


def test_a_candidate_alone_sends_nothing() -> None:
    assert not exceeds(SignalData(pc="a"), send=[])


def test_the_wires_of_a_wiring_frame_are_found_by_seat() -> None:
    wires = wires_of({"peers": [{"seat": "s1", "link": "l1", "send": ["audio"], "recv": ["audio", "video"]}]})
    assert wires["s1"].link == "l1"
    assert wires["s1"].send == {"audio"}
    assert wires["s1"].recv == {"audio", "video"}
