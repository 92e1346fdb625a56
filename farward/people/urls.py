"""The addresses of people, sites and rotations."""

from __future__ import annotations

from django.urls import path

from .views import lock, passkeys, people, rotations, sessions, sites

urlpatterns = [
    path("accounts/lock", lock.show_lock, name="lock"),
    path("accounts/unlock", lock.unlock, name="unlock"),
    path("accounts/touched", lock.touched, name="touched"),
    path("accounts/2fa/webauthn/keys/<int:pk>/remove/", passkeys.remove_passkey, name="mfa_remove_webauthn"),
    path("accounts/sessions/", sessions.list_sessions, name="sessions"),
    path("accounts/sessions/end", sessions.end_others, name="sessions_end"),
    path("accounts/sessions/<int:session>/end", sessions.end_one, name="session_end"),
    path("people/", people.list_people, name="people"),
    path("people/new", people.add_person, name="person_new"),
    path("people/<uuid:person>/", people.change_person, name="person"),
    path("people/<uuid:person>/password", people.give_password_link, name="person_password"),
    path("people/<uuid:person>/second-step", people.take_second_step, name="person_step"),
    path("sites/", sites.list_sites, name="sites"),
    path("sites/new", sites.add_site, name="site_new"),
    path("sites/<uuid:site>/", sites.change_site, name="site"),
    path("sites/<uuid:site>/rotations/new", rotations.add_rotation, name="rotation_new"),
    path("rotations/", rotations.list_rotations, name="rotations"),
    path("rotations/<uuid:rotation>/", rotations.change_rotation, name="rotation"),
]
