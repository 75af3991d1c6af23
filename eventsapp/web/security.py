"""What every request must pass and what every response carries: host, body size, limits, CSRF, headers, cookies."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from typing import ParamSpec, TypeVar
from urllib.parse import urlsplit

from flask import Flask, Response, abort, current_app, request
from flask_limiter import Limiter
from flask_wtf import CSRFProtect
from werkzeug.exceptions import SecurityError
from werkzeug.middleware.proxy_fix import ProxyFix

from eventsapp.settings import settings

P = ParamSpec("P")
R = TypeVar("R")

MAX_BODY_BYTES = 256 * 1024
_KEEPS_INPUT = "keeps_input"
_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_PERSONAL = ("/organise", "/login", "/logout", "/registrations/", "/mailbox")
_FEEDS = "/feeds/"
_WITH_TOKEN = ("/registrations/", _FEEDS, "/login/", "/invitations/", "/delegations/")
_SAFE_METHODS = ("GET", "HEAD", "OPTIONS")

# Frames of our own are for the mailbox's letters; every page of ours refuses to be framed.
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; frame-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)


def client_address() -> str:
    """Whose requests are counted together: an IPv4 address, or the /64 that one IPv6 household has."""
    return _network(request.remote_addr, 32, 64)


def client_place() -> str:
    """Roughly where the client is, to tell a stranger's failed logins from one's own: an IPv4 /24 or IPv6 /48."""
    return _network(request.remote_addr, 24, 48)


def client_browser() -> str:
    """What the browser calls itself; whatever a client likes to say."""
    return request.user_agent.string[:200]


limiter = Limiter(client_address, default_limits=["20000 per hour"], storage_uri="memory://", headers_enabled=False)
"""Per process and generous: a ministry shares one address. `@limiter.limit("3000 per hour", methods=["POST"])` goes
directly above a view; what protects third parties is counted in the database instead."""

csrf = CSRFProtect()


def keeps_input(view: Callable[P, R]) -> Callable[P, R]:
    """Mark a view whose form (a `BaseForm`) checks the CSRF token itself, and so shows it again with all that was
    typed. Such a view changes nothing before `form.validate_on_submit()` is true."""
    setattr(view, _KEEPS_INPUT, True)
    return view


def secure(app: Flask) -> None:
    """Set cookies, limits and size, and put the checks before and the headers after every request."""
    config = app.config["EVENTSAPP"]
    https = urlsplit(config.base_url).scheme == "https"
    app.config.update(
        SESSION_COOKIE_NAME="__Host-session" if https else "session",
        SESSION_COOKIE_SECURE=https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_PATH="/",
        SECRET_KEY_FALLBACKS=list(config.secret_key_fallbacks),
        MAX_CONTENT_LENGTH=MAX_BODY_BYTES,
        MAX_FORM_MEMORY_SIZE=MAX_BODY_BYTES,
        MAX_FORM_PARTS=1000,
        PREFERRED_URL_SCHEME="https" if https else "http",
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_CHECK_DEFAULT=False,
        # Pages behind a token send no Referer, so it cannot be asked for; Sec-Fetch-Site is looked at instead.
        WTF_CSRF_SSL_STRICT=False,
        RATELIMIT_ENABLED=config.rate_limits,
    )
    if config.trusted_proxies:
        hops = config.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    app.before_request(_known_host)
    app.before_request(_no_nul)
    limiter.init_app(app)
    limiter.request_filter(_is_unlimited)
    csrf.init_app(app)
    app.before_request(_not_cross_site)
    app.after_request(_add_headers)


def guard_forms(app: Flask) -> None:
    """Check CSRF tokens before every view that does not do so itself. Comes after the gate: who is not logged in is
    told that, not that a form is old."""
    app.before_request(_check_token)


def _known_host() -> None:
    """A name that is not ours gets 400: it would end up in links, caches and cookies."""
    # Werkzeug leaves the host empty when its form is wrong.
    host = urlsplit(f"//{request.host}").hostname
    config = settings()
    allowed = _LOOPBACK if config.development else (config.host,)
    if host not in allowed:
        raise SecurityError


def _no_nul() -> None:
    """No address of ours has one, and PostgreSQL answers a look-up with one by a fault."""
    if "\0" in request.path:
        abort(404)


def _is_unlimited() -> bool:
    return request.endpoint in ("static", "health.alive", "health.ready")


def _not_cross_site() -> None:
    if request.method not in _SAFE_METHODS and request.headers.get("Sec-Fetch-Site") == "cross-site":
        abort(403)


def _check_token() -> None:
    if request.method in _SAFE_METHODS or request.endpoint is None:
        return
    view = current_app.view_functions[request.endpoint]
    if not getattr(view, _KEEPS_INPUT, False):
        csrf.protect()


def _add_headers(response: Response) -> Response:
    headers = response.headers
    headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
    headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()")
    with_token = _is_behind_token()
    headers["Referrer-Policy"] = "no-referrer" if with_token else "same-origin"
    if with_token:
        headers["X-Robots-Tag"] = "noindex, nofollow"
    if urlsplit(settings().base_url).scheme == "https":
        headers["Strict-Transport-Security"] = "max-age=31536000"
    _limit_caching(response)
    return response


def _is_behind_token() -> bool:
    """Whether the address alone opens something; also when it fits no page, as a link cut off does."""
    return "token" in (request.view_args or {}) or request.path.startswith(_WITH_TOKEN)


def _limit_caching(response: Response) -> None:
    """Personal pages, faults, and whatever was made for a browser with a session are kept nowhere."""
    if response.status_code < 400 and (request.endpoint == "static" or _is_for_all(response)):
        return
    has_session = current_app.config["SESSION_COOKIE_NAME"] in request.cookies or "Set-Cookie" in response.headers
    personal = request.path.startswith(_PERSONAL) or (_is_behind_token() and not request.path.startswith(_FEEDS))
    if personal or response.status_code >= 400:
        response.headers["Cache-Control"] = "no-store"
    elif has_session:
        response.headers.setdefault("Cache-Control", "no-store")
    else:
        response.headers.setdefault("Cache-Control", "no-cache")
    response.vary.add("Cookie")


def _is_for_all(response: Response) -> bool:
    """Whether the view called it public, and no cookie goes along."""
    return response.cache_control.public is True and "Set-Cookie" not in response.headers


def _network(address: str | None, ipv4_bits: int, ipv6_bits: int) -> str:
    try:
        ip = ipaddress.ip_address((address or "").partition("%")[0])
    except ValueError:
        return "unknown"
    if isinstance(ip, ipaddress.IPv6Address) and ip.ipv4_mapped is not None:
        ip = ip.ipv4_mapped
    bits = ipv4_bits if ip.version == 4 else ipv6_bits
    return str(ipaddress.ip_network(f"{ip}/{bits}", strict=False).network_address)
