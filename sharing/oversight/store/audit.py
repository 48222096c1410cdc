"""What do the tables say of a person, an app, a pupil: rows for auditors and for the pupil."""

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa

from sharing.door.store.release_tables import disclosure, disclosure_approval, notice
from sharing.requests.store import tables

MOST = 200
"""Rows of one kind on a page, the newest."""


def people_named(person_ids: Collection[str]) -> sa.CompoundSelect[Any]:
    """Select (id, name) of persons as they stand in decisions, requests and registrations."""
    return sa.union(
        *(
            sa.select(identity.label("id"), name.label("name")).where(identity.in_(person_ids))
            for identity, name in _PEOPLE
        )
    )


def people_called(text: str) -> sa.CompoundSelect[Any]:
    """Select (id, name) of the persons with exactly this name or id."""
    return sa.union(
        *(
            sa.select(identity.label("id"), name.label("name")).where(
                sa.or_(identity == text, name == text)
            )
            for identity, name in _PEOPLE
        )
    )


def requests_of_client(client_id: str) -> sa.Select[Any]:
    """Select the ids of a client's data requests."""
    return _requests(tables.data_request.c.client_id == client_id)


def requests_of_recipient(recipient_id: str) -> sa.Select[Any]:
    """Select the ids of an organisation's data requests."""
    return _requests(tables.data_request.c.recipient_id == recipient_id)


def requests_of_person(person_id: str) -> sa.Select[Any]:
    """Select the ids of the data requests in whose history the person acted."""
    event = tables.request_event
    acted = sa.select(event.c.data_request_id).where(event.c.person_id == person_id)
    return _requests(tables.data_request.c.id.in_(acted))


def approvals_of_requests(request_ids: Collection[str]) -> sa.Select[Any]:
    """Select (id, data_request_id, entry_id) of the approvals of data requests."""
    approval = tables.approval
    return sa.select(approval.c.id, approval.c.data_request_id, approval.c.entry_id).where(
        approval.c.data_request_id.in_(request_ids)
    )


def approvals_by_id(approval_ids: Collection[str]) -> sa.Select[Any]:
    """Select whole approvals."""
    return sa.select(tables.approval).where(tables.approval.c.id.in_(approval_ids))


def disclosures_of_approvals(approval_ids: Collection[str], most: int = MOST) -> sa.Select[Any]:
    """Select the newest disclosures under any of the approvals, each once."""
    under = sa.select(disclosure_approval.c.disclosure_id).where(
        disclosure_approval.c.approval_id.in_(approval_ids)
    )
    return _disclosures(disclosure.c.id.in_(under)).limit(most)


def disclosures_of_client(client_id: str) -> sa.Select[Any]:
    """Select a client's newest disclosures."""
    return _disclosures(disclosure.c.client_id == client_id).limit(MOST)


def disclosures_of_recipient(recipient_id: str) -> sa.Select[Any]:
    """Select an organisation's newest disclosures."""
    return _disclosures(disclosure.c.recipient_id == recipient_id).limit(MOST)


def disclosure_of(key: str) -> sa.Select[Any]:
    """Select the disclosure with that id or entry id."""
    return _disclosures(sa.or_(disclosure.c.id == key, disclosure.c.entry_id == key))


def notices_of(pupil_tag: bytes) -> sa.Select[Any]:
    """Select what a pupil was told and agreed to, the newest first."""
    return sa.select(notice).where(notice.c.pupil_tag == pupil_tag).order_by(notice.c.at.desc())


def events_of(request_ids: Collection[str]) -> sa.Select[Any]:
    """Select the histories of data requests."""
    event = tables.request_event
    return (
        sa.select(event)
        .where(event.c.data_request_id.in_(request_ids), event.c.step != "edit")
        .order_by(event.c.at.desc(), event.c.version.desc())
    )


def switches_of(targets: Collection[str]) -> sa.Select[Any]:
    """Select the emergency stops of these clients and approvals, and those of everything."""
    switch = tables.switch
    return sa.select(switch).where(sa.or_(switch.c.scope == "global", switch.c.target.in_(targets)))


def _requests(where: sa.ColumnElement[bool]) -> sa.Select[Any]:
    request = tables.data_request
    return (
        sa.select(request.c.id)
        .where(where, request.c.submitted_at.is_not(None))
        .order_by(request.c.created_at.desc())
        .limit(MOST)
    )


def _disclosures(where: sa.ColumnElement[bool]) -> sa.Select[Any]:
    return sa.select(disclosure).where(where).order_by(disclosure.c.at.desc(), disclosure.c.id)


_PEOPLE = (
    (tables.station_decision.c.person_id, tables.station_decision.c.person_name),
    (tables.request_event.c.person_id, tables.request_event.c.person_name),
    (tables.recipient.c.responsible_person, tables.recipient.c.responsible_name),
    (tables.switch.c.pulled_by, tables.switch.c.pulled_name),
)
