"""A change of rung in one plain sentence. It says what is so, and never that somebody is to blame."""

from __future__ import annotations

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


def tell_rung(name: str, rung: str, reason: str) -> str:
    """The sentence for the debrief."""
    return reason_sentences()[reason].replace("{rung}", rung_names()[rung]).replace("{name}", name)
