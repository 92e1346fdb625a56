"""The note over HTTP: its state for a fresh device, the page outside the room, the patient's summary."""

from __future__ import annotations

import secrets
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from farward.encounters.consents.queries import agreed_by
from farward.encounters.doors import held_seat, own_seat
from farward.encounters.entries import ROOM
from farward.encounters.identity import name_of, role_name
from farward.encounters.models import NoteState, Seat, SeatRole
from farward.encounters.packs.hand_in import hand_in_for
from farward.encounters.rules import audiences_of
from farward.journal.types import Refused

from . import actions
from .document import SECTIONS
from .forms import SECTION_HELP, SECTION_LABELS, CosignForm, NoteForm, ReturnForm, SummaryForm
from .queries import Note, Version, compare, merged_state, read_note, read_summary

WRITERS = frozenset({SeatRole.LEARNER, SeatRole.PRECEPTOR})
SUMMARY_READERS = frozenset(SeatRole) - {SeatRole.HELPER}


@require_GET
@never_cache
def note_state(request: HttpRequest, seat_id: UUID) -> HttpResponse:
    """The whole note as one Yjs update."""
    seat = held_seat(request, seat_id, WRITERS)
    return HttpResponse(merged_state(seat.encounter_id), content_type="application/octet-stream")


@require_GET
@never_cache
def seat_summary(request: HttpRequest, seat_id: UUID) -> HttpResponse:
    """The summary, for whoever was in the encounter: to read again, print or keep."""
    seat = held_seat(request, seat_id, SUMMARY_READERS)
    summary = read_summary(seat.encounter_id) if ROOM in audiences_of(seat) else None
    context = {
        "seat": seat,
        "encounter": seat.encounter,
        "summary": summary,
        "author": summary and _names(seat).get(summary.author),
        "agreed": agreed_by(seat),
        "hand_in": hand_in_for(seat),
    }
    return render(request, "encounters/note/summary.html", context)


class NotePage(LoginRequiredMixin, View):
    """The note after the encounter, or from a desk beside it: read, write, submit, co-sign, return."""

    def get(self, request: HttpRequest, encounter_id: UUID) -> HttpResponse:
        seat = own_seat(request, encounter_id, WRITERS)
        return self._show(request, seat)

    def post(self, request: HttpRequest, encounter_id: UUID) -> HttpResponse:
        seat = own_seat(request, encounter_id, WRITERS)
        act = request.POST.get("act", "")
        handler = {
            "save": self._save,
            "submit": self._submit,
            "cosign": self._cosign,
            "return": self._return,
            "summary": self._summary,
        }.get(act)
        if handler is None:
            raise Http404
        try:
            problem = handler(request, seat)
        except Refused as refusal:
            problem = refusal.message
        if problem:
            return self._show(request, seat, problem=problem)
        return redirect("note", encounter_id=encounter_id)

    def _save(self, request: HttpRequest, seat: Seat) -> str:
        form = NoteForm(request.POST)
        if not form.is_valid():
            return _("The note could not be read. Check its length, then save again.")
        actions.save_note(
            seat=seat, sections=form.sections(), head=form.cleaned_data["head"], form=form.cleaned_data["form"]
        )
        for section, text in form.comments():
            actions.comment_note(seat=seat, section=section, text=text)
        messages.success(request, _("Saved."))
        return ""

    def _submit(self, request: HttpRequest, seat: Seat) -> str:
        form = NoteForm(request.POST)
        problem = self._save(request, seat)
        if problem or not form.is_valid():
            return problem
        actions.submit_note(seat=seat, sections=form.sections())
        messages.success(request, _("Submitted. The preceptor can co-sign it now."))
        return ""

    def _cosign(self, request: HttpRequest, seat: Seat) -> str:
        form = CosignForm(request.POST)
        if not form.is_valid():
            return _("This signature names no version. Load the page again, then sign.")
        actions.cosign_note(seat=seat, **form.cleaned_data)
        messages.success(request, _("Co-signed. This version never changes now."))
        return ""

    def _return(self, request: HttpRequest, seat: Seat) -> str:
        form = ReturnForm(request.POST)
        if not form.is_valid():
            return _("Say what to change, so that the learner knows why it came back.")
        actions.return_note(seat=seat, **form.cleaned_data)
        messages.success(request, _("Returned to the learner with your comment."))
        return ""

    def _summary(self, request: HttpRequest, seat: Seat) -> str:
        form = SummaryForm(request.POST)
        if not form.is_valid():
            return _("Write the summary first.")
        actions.write_summary(seat=seat, text=form.cleaned_data["text"].replace("\r\n", "\n"))
        messages.success(request, _("The patient can read the summary now."))
        return ""

    def _show(self, request: HttpRequest, seat: Seat, *, problem: str = "") -> HttpResponse:
        seat.encounter.refresh_from_db(fields=["note_state", "note_version"])
        note = read_note(seat.encounter_id)
        context = _page_context(seat, note) | {"problem": problem}
        typed = request.POST if problem and "head" in request.POST else None
        context["sections"] = [_section(name, note, context["names"], typed) for name in SECTIONS]
        context["typed"] = typed is not None
        context["head"] = typed["head"] if typed else note.head
        context["form_key"] = (typed and typed.get("form")) or secrets.token_urlsafe(16)
        summary = read_summary(seat.encounter_id)
        context["summary"] = summary
        context["summary_text"] = request.POST.get("text", summary.text if summary else "")
        context["return_comment"] = request.POST.get("comment", "")
        return render(request, "encounters/note/page.html", context, status=409 if problem else 200)


def _page_context(seat: Seat, note: Note) -> dict[str, Any]:
    names = _names(seat)
    encounter = seat.encounter
    waiting = encounter.note_state == NoteState.SUBMITTED and bool(note.versions)
    return {
        "encounter": encounter,
        "seat": seat,
        "names": names,
        "is_preceptor": seat.role == SeatRole.PRECEPTOR,
        "locked": encounter.note_state == NoteState.COSIGNED,
        "waiting": note.versions[-1] if waiting else None,
        "waiting_sections": _compared(note.versions, len(note.versions) - 1) if waiting else [],
        "moved_on": waiting and note.sections != note.versions[-1].sections,
        "versions": [_told(note.versions, index, names) for index in reversed(range(len(note.versions)))],
    }


def _section(name: str, note: Note, names: dict[str, str], typed: Any) -> dict[str, Any]:
    comments = [
        {"text": c.text, "author": names.get(c.author, ""), "at": c.at} for c in note.comments if c.section == name
    ]
    return {
        "name": name,
        "label": SECTION_LABELS[name],
        "help": SECTION_HELP[name],
        "text": typed.get(name, "") if typed else note.sections[name],
        "comment": typed.get(f"comment_{name}", "") if typed else "",
        "comments": comments,
    }


def _told(versions: list[Version], index: int, names: dict[str, str]) -> dict[str, Any]:
    version = versions[index]
    return {
        "version": version,
        "author": names.get(version.author, ""),
        "decided_by": names.get(version.decided_by, ""),
        "sections": _compared(versions, index),
    }


def _compared(versions: list[Version], index: int) -> list[dict[str, Any]]:
    """A version's sections, each with what changed since the version before."""
    before = versions[index - 1].sections if index > 0 else None
    return [
        {
            "label": SECTION_LABELS[name],
            "text": text,
            "changed": before is not None and before[name] != text,
            "pieces": compare(before[name], text) if before is not None else [],
        }
        for name, text in versions[index].sections.items()
    ]


def _names(seat: Seat) -> dict[str, str]:
    """Names by author token, with seats that left included: what they wrote stays theirs."""
    seats = Seat.objects.filter(encounter=seat.encounter_id).select_related("user")
    return {f"seat:{one.pk}": name_of(one) or role_name(one) for one in seats}
