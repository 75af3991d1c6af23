"""Places under pressure: kinds of places and wishes, offers, delegations, places in sessions, working groups.

Revision ID: 0003
Revises: 0002
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "delegation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.Uuid(), nullable=False),
        sa.Column("link_version", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("organisation", sa.String(length=200), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("contact_name", sa.String(length=200), nullable=False),
        sa.Column("contact_email", sa.String(length=254), nullable=True),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("attends", sa.String(length=10), nullable=False),
        sa.Column("places", sa.Integer(), nullable=False),
        sa.Column("filled", sa.Integer(), nullable=False),
        sa.Column("returns_wall", sa.DateTime(), nullable=False),
        sa.Column("returns_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("returned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("contact_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Integer(), nullable=True),
        sa.CheckConstraint("attends IN ('room', 'online')", name=op.f("ck_delegation_attends_known")),
        sa.CheckConstraint("places >= 0 AND filled >= 0", name=op.f("ck_delegation_places_not_negative")),
        sa.ForeignKeyConstraint(
            ["created_by"], ["user_account.id"], name=op.f("fk_delegation_created_by"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_delegation_event_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_delegation_organisation_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delegation")),
        sa.UniqueConstraint("key", name=op.f("uq_delegation_key")),
    )
    with op.batch_alter_table("delegation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_delegation_event_id"), ["event_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_delegation_organisation_id"), ["organisation_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_delegation_returned_at_returns_at"), ["returned_at", "returns_at"], unique=False
        )

    op.create_table(
        "group_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("figures", JSON, nullable=False),
        sa.Column("run_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("run_by", sa.Integer(), nullable=True),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_group_run_event_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["published_by"], ["user_account.id"], name=op.f("fk_group_run_published_by"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["run_by"], ["user_account.id"], name=op.f("fk_group_run_run_by"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_group_run")),
        sa.UniqueConstraint("event_id", "starts_at", name=op.f("uq_group_run_event_id_starts_at")),
    )
    op.create_table(
        "group_choice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("registration_id", sa.Integer(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ranks", JSON, nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registration.id"], name=op.f("fk_group_choice_registration_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_group_choice")),
        sa.UniqueConstraint("registration_id", "starts_at", name=op.f("uq_group_choice_registration_id_starts_at")),
    )
    op.create_table(
        "group_place",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("registration_id", sa.Integer(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("published", sa.Boolean(), nullable=False),
        sa.Column("by_hand", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registration.id"], name=op.f("fk_group_place_registration_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["session_id"], ["agenda_session.id"], name=op.f("fk_group_place_session_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_group_place")),
        sa.UniqueConstraint(
            "registration_id", "starts_at", "published", name=op.f("uq_group_place_registration_id_starts_at_published")
        ),
    )
    with op.batch_alter_table("group_place", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_group_place_session_id_published"), ["session_id", "published"], unique=False
        )

    op.create_table(
        "session_signup",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("registration_id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("attends", sa.String(length=10), nullable=False),
        sa.Column("queue_no", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("attends IN ('room', 'online')", name=op.f("ck_session_signup_attends_known")),
        sa.CheckConstraint("state IN ('wished', 'taken', 'waiting')", name=op.f("ck_session_signup_state_known")),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registration.id"], name=op.f("fk_session_signup_registration_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["session_id"], ["agenda_session.id"], name=op.f("fk_session_signup_session_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session_signup")),
        sa.UniqueConstraint("registration_id", "session_id", name=op.f("uq_session_signup_registration_id_session_id")),
    )
    with op.batch_alter_table("session_signup", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_session_signup_session_id_state_attends_queue_no"),
            ["session_id", "state", "attends", "queue_no"],
            unique=False,
        )

    op.create_table(
        "signup_move",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("registration_id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("from_state", sa.String(length=10), nullable=True),
        sa.Column("to_state", sa.String(length=10), nullable=True),
        sa.Column("attends", sa.String(length=10), nullable=False),
        sa.Column("queue_no", sa.Integer(), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=True),
        sa.Column("actor", sa.String(length=12), nullable=False),
        sa.Column("by_user_id", sa.Integer(), nullable=True),
        sa.Column("by_hand", sa.Boolean(), nullable=False),
        sa.Column("why", sa.String(length=500), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["by_user_id"], ["user_account.id"], name=op.f("fk_signup_move_by_user_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registration.id"], name=op.f("fk_signup_move_registration_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["session_id"], ["agenda_session.id"], name=op.f("fk_signup_move_session_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signup_move")),
    )
    with op.batch_alter_table("signup_move", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_signup_move_registration_id_id"), ["registration_id", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_signup_move_session_id_id"), ["session_id", "id"], unique=False)

    with op.batch_alter_table("agenda_session", schema=None) as batch_op:
        batch_op.add_column(sa.Column("online_capacity", sa.Integer(), nullable=True))
        batch_op.drop_constraint(batch_op.f("ck_agenda_session_capacity_not_negative"), type_="check")
        batch_op.create_check_constraint(
            batch_op.f("ck_agenda_session_capacity_not_negative"), "capacity >= 0 AND online_capacity >= 0"
        )

    with op.batch_alter_table("draft_session", schema=None) as batch_op:
        batch_op.add_column(sa.Column("online_capacity", sa.Integer(), nullable=True))
        batch_op.drop_constraint(batch_op.f("ck_draft_session_capacity_not_negative"), type_="check")
        batch_op.create_check_constraint(
            batch_op.f("ck_draft_session_capacity_not_negative"), "capacity >= 0 AND online_capacity >= 0"
        )

    with op.batch_alter_table("series", schema=None) as batch_op:
        batch_op.add_column(sa.Column("shown_version", sa.Integer(), nullable=False, server_default="0"))

    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.add_column(sa.Column("promotion", sa.String(length=10), nullable=False, server_default="confirm"))
        batch_op.add_column(sa.Column("party_max", sa.Integer(), nullable=False, server_default="5"))
        batch_op.add_column(sa.Column("ranks_groups", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("room_held", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("online_held", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("room_told", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("online_told", sa.Integer(), nullable=False, server_default="0"))
        batch_op.create_check_constraint(batch_op.f("ck_event_promotion_known"), "promotion IN ('confirm', 'offer')")
        batch_op.create_check_constraint(
            batch_op.f("ck_event_held_not_negative"), "room_held >= 0 AND online_held >= 0"
        )
        batch_op.create_check_constraint(batch_op.f("ck_event_party_max_in_bounds"), "party_max BETWEEN 1 AND 20")

    with op.batch_alter_table("registration", schema=None) as batch_op:
        batch_op.add_column(sa.Column("wish", sa.String(length=10), nullable=True))
        batch_op.add_column(sa.Column("online_fine", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("short_notice", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("offered_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("offer_until", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("party", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("delegation_id", sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f("ix_registration_delegation_id"), ["delegation_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_registration_event_id_organisation"), ["event_id", "organisation"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_registration_event_id_wish"), ["event_id", "wish"], unique=False)
        batch_op.create_index(batch_op.f("ix_registration_party"), ["party"], unique=False)
        batch_op.create_index(batch_op.f("ix_registration_state_offer_until"), ["state", "offer_until"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_registration_delegation_id"), "delegation", ["delegation_id"], ["id"], ondelete="SET NULL"
        )
        batch_op.create_check_constraint(
            batch_op.f("ck_registration_wish_known"), "wish IN ('room', 'online') AND wish != attends"
        )

    with op.batch_alter_table("registration_move", schema=None) as batch_op:
        batch_op.add_column(sa.Column("held", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("wish", sa.String(length=10), nullable=True))
        batch_op.add_column(sa.Column("online_fine", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("delegated", sa.Boolean(), nullable=False, server_default=sa.false()))

    op.create_table(
        "delegation_name",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("delegation_id", sa.Integer(), nullable=False),
        sa.Column("registration_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("known", sa.Boolean(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended", sa.String(length=10), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("ended IN ('returned', 'left')", name=op.f("ck_delegation_name_ended_known")),
        sa.ForeignKeyConstraint(
            ["delegation_id"], ["delegation.id"], name=op.f("fk_delegation_name_delegation_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["registration_id"],
            ["registration.id"],
            name=op.f("fk_delegation_name_registration_id"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delegation_name")),
    )
    with op.batch_alter_table("delegation_name", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_delegation_name_delegation_id_id"), ["delegation_id", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_delegation_name_registration_id"), ["registration_id"], unique=False)
    # A change of the event from the room to online, or back, was told by the letter about that change, not of each move.
    op.execute("UPDATE registration_move SET told = false WHERE from_state = to_state")


def downgrade() -> None:
    with op.batch_alter_table("delegation_name", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_delegation_name_registration_id"))
        batch_op.drop_index(batch_op.f("ix_delegation_name_delegation_id_id"))

    op.drop_table("delegation_name")
    with op.batch_alter_table("registration_move", schema=None) as batch_op:
        batch_op.drop_column("delegated")
        batch_op.drop_column("online_fine")
        batch_op.drop_column("wish")
        batch_op.drop_column("held")

    with op.batch_alter_table("registration", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_registration_wish_known"), type_="check")
        batch_op.drop_constraint(batch_op.f("fk_registration_delegation_id"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_registration_state_offer_until"))
        batch_op.drop_index(batch_op.f("ix_registration_party"))
        batch_op.drop_index(batch_op.f("ix_registration_event_id_wish"))
        batch_op.drop_index(batch_op.f("ix_registration_event_id_organisation"))
        batch_op.drop_index(batch_op.f("ix_registration_delegation_id"))
        batch_op.drop_column("delegation_id")
        batch_op.drop_column("party")
        batch_op.drop_column("offer_until")
        batch_op.drop_column("offered_at")
        batch_op.drop_column("short_notice")
        batch_op.drop_column("online_fine")
        batch_op.drop_column("wish")

    with op.batch_alter_table("series", schema=None) as batch_op:
        batch_op.drop_column("shown_version")

    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_event_party_max_in_bounds"), type_="check")
        batch_op.drop_constraint(batch_op.f("ck_event_held_not_negative"), type_="check")
        batch_op.drop_constraint(batch_op.f("ck_event_promotion_known"), type_="check")
        batch_op.drop_column("online_told")
        batch_op.drop_column("room_told")
        batch_op.drop_column("online_held")
        batch_op.drop_column("room_held")
        batch_op.drop_column("ranks_groups")
        batch_op.drop_column("party_max")
        batch_op.drop_column("promotion")

    with op.batch_alter_table("draft_session", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_draft_session_capacity_not_negative"), type_="check")
        batch_op.create_check_constraint(batch_op.f("ck_draft_session_capacity_not_negative"), "capacity >= 0")
        batch_op.drop_column("online_capacity")

    with op.batch_alter_table("agenda_session", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_agenda_session_capacity_not_negative"), type_="check")
        batch_op.create_check_constraint(batch_op.f("ck_agenda_session_capacity_not_negative"), "capacity >= 0")
        batch_op.drop_column("online_capacity")

    with op.batch_alter_table("signup_move", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_signup_move_session_id_id"))
        batch_op.drop_index(batch_op.f("ix_signup_move_registration_id_id"))

    op.drop_table("signup_move")
    with op.batch_alter_table("session_signup", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_session_signup_session_id_state_attends_queue_no"))

    op.drop_table("session_signup")
    with op.batch_alter_table("group_place", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_group_place_session_id_published"))

    op.drop_table("group_place")
    op.drop_table("group_choice")
    op.drop_table("group_run")
    with op.batch_alter_table("delegation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_delegation_returned_at_returns_at"))
        batch_op.drop_index(batch_op.f("ix_delegation_organisation_id"))
        batch_op.drop_index(batch_op.f("ix_delegation_event_id"))

    op.drop_table("delegation")
