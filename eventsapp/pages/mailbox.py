"""The local mailbox as a page, for development: what people would have got, as text and as HTML."""

from __future__ import annotations

from pathlib import Path

from flask import Blueprint, Response, abort, make_response, render_template, send_file

from eventsapp.mail.mailbox import KeptMail, find_file, find_mail, mails
from eventsapp.settings import settings

bp = Blueprint("mailbox", __name__, url_prefix="/mailbox")

# The letter's own styles may be inline; nothing is fetched, nothing runs, and only our own page may frame it.
LETTER_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'; base-uri 'none'; "
    "form-action 'none'; sandbox allow-popups allow-popups-to-escape-sandbox"
)


def _instance() -> Path:
    return settings().instance


def _found(mail_id: str) -> KeptMail:
    mail = find_mail(_instance(), mail_id)
    if mail is None:
        abort(404)
    return mail


@bp.get("")
def index() -> str:
    """All mails, newest first."""
    return render_template("mailbox/index.html", mails=mails(_instance()))


@bp.get("/<mail_id>")
def show(mail_id: str) -> str:
    """One mail: headers, text, HTML in a frame, calendar part."""
    return render_template("mailbox/show.html", mail=_found(mail_id))


@bp.get("/<mail_id>/html")
def html(mail_id: str) -> Response:
    """The HTML part alone, under a policy of its own: it is framed without the rights of our pages."""
    mail = _found(mail_id)
    if mail.html is None:
        abort(404)
    # Links leave the frame: a page of ours refuses to be shown inside it.
    opened_outside = mail.html.replace("<head>", '<head><base target="_blank">', 1)
    response = make_response(opened_outside)
    response.headers["Content-Security-Policy"] = LETTER_POLICY
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    return response


@bp.get("/<mail_id>.eml")
def download(mail_id: str) -> Response:
    """The mail's bytes as they came over SMTP."""
    path = find_file(_instance(), mail_id)
    if path is None:
        abort(404)
    return send_file(path, mimetype="message/rfc822", as_attachment=True, download_name=f"{mail_id[:8]}.eml")
