"""A change of rung in one plain sentence. It says what is so, and never that somebody is to blame."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _


def rung_names() -> dict[str, str]:
    """What each rung gives, as it stands in the middle of a sentence."""
    return {
        "text": _("writing only"),
        "clip": _("voice notes and writing"),
        "voice": _("sound only"),
        "stills": _("sound and still pictures"),
        "thumb": _("sound and a small picture"),
        "video": _("sound and picture"),
        "hd": _("sound and a sharp picture"),
    }


def reason_sentences() -> dict[str, str]:
    """What everyone reads of somebody's change, by reason. `{rung}` is what there is now."""
    return {
        "start": _("{name} begins with {rung}."),
        "better": _("{name}'s connection is better: {rung} now."),
        "loss": _("{name}'s connection is weak: {rung} for now."),
        "delay": _("{name}'s connection is slow: {rung} for now."),
        "narrow": _("{name}'s connection carries little: {rung} for now."),
        "cpu": _("{name}'s device has much to do: {rung} for now."),
        "battery": _("{name}'s battery is low: {rung} for now."),
        "save_data": _("{name}'s device saves data: {rung}."),
        "budget": _("{name} keeps to the data there is: {rung}."),
        "pin": _("{name} has chosen {rung}."),
        "unseen": _("{name}'s picture is on no screen: {rung} for now."),
        "asked": _("{name} sends what the others can show: {rung}."),
        "priority": _("Another picture comes first. From {name}: {rung} for now."),
        "silent": _("Nothing is heard from {name}: {rung} for now."),
        "lost": _("{name}'s connection is lost. It is being tried again."),
    }


def own_reasons() -> dict[str, str]:
    """Why this device is on its rung, said to the person who holds it."""
    return {
        "start": _("Finding out what your connection can carry."),
        "better": _("Your connection is good enough for this."),
        "loss": _("Your connection is weak. Sound goes first."),
        "delay": _("Your connection is slow. Sound goes first."),
        "narrow": _("Your connection carries little. Sound goes first."),
        "cpu": _("Your device has much to do. Close other programs for a better picture."),
        "battery": _("Your battery is low. Plug the device in for a better picture."),
        "save_data": _("Your device is set to save data."),
        "budget": _("This keeps to the megabytes you have allowed."),
        "pin": _("You have chosen this."),
        "unseen": _("Nobody looks at your picture right now, so it is not sent."),
        "asked": _("This is what the others can show."),
        "priority": _("Another picture comes first."),
        "silent": _("Nothing has been heard for a while."),
        "lost": _("The connection is lost. It is being tried again."),
    }


def connection_words() -> dict[str, Any]:
    """Everything that the room and the lobby say of a connection."""
    return {
        "rung": {
            "text": _("Writing only"),
            "clip": _("Voice notes"),
            "voice": _("Sound only"),
            "stills": _("Still pictures"),
            "thumb": _("Small picture"),
            "video": _("Picture"),
            "hd": _("Sharp picture"),
        },
        "short": {
            "start": _("finding out"),
            "better": _("good connection"),
            "loss": _("weak connection"),
            "delay": _("slow connection"),
            "narrow": _("narrow connection"),
            "cpu": _("busy device"),
            "battery": _("low battery"),
            "save_data": _("saving data"),
            "budget": _("within your limit"),
            "pin": _("your choice"),
            "unseen": _("nobody looks now"),
            "asked": _("as the others can show"),
            "priority": _("another picture first"),
            "silent": _("nothing heard"),
            "lost": _("connection lost"),
        },
        "own": own_reasons(),
        "told": reason_sentences(),
        "in": rung_names(),
        "none": _("Nobody to connect with yet"),
        "megabytes": _("{mb} MB"),
        "costs": _("{mb} MB, {price}"),
        "used": _("Used so far: {cost}"),
        "rate": _("Now {now} kbit/s, at most {most} kbit/s in the last five minutes."),
        "picture_age": _("Picture, {seconds} s ago"),
        "no_voice": _("Nothing has been heard from {name} for more than 20 seconds. Here is another way:"),
        "call": _("Call {name}: {number}"),
        "alike": _("Everyone's alike"),
        "mine": _("My own"),
    }


def cost_words() -> dict[str, str]:
    """What the lobby says of a visit's megabytes."""
    return {
        "auto": _("As good as your connection allows"),
        "upto": _("up to {cost}"),
        "almost": _("almost nothing"),
        "expect": _("This visit of {minutes} minutes will use up to {cost} as your connection is now."),
        "unknown": _("This visit of {minutes} minutes uses up to {cost} with a picture, and less with sound only."),
        "chosen": _("This visit of {minutes} minutes will use up to {cost}, as you have chosen."),
        "alone": _("Nobody is connected live in this visit, so it uses little data."),
        "speed": _("Your connection carries about {kbps} kbit/s."),
        "heavy": _("more than your connection carries"),
    }


def tell_rung(name: str, rung: str, reason: str) -> str:
    """The sentence for the debrief."""
    return reason_sentences()[reason].replace("{rung}", rung_names()[rung]).replace("{name}", name)
