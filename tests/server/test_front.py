"""What a person sees at the root of a server of a file."""

import base64
import hashlib
import re

from tests.server.running import Running

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"
"""What Chromium and Firefox accept when an address is opened."""


def test_a_browser_gets_a_page_and_a_program_text(small: Running) -> None:
    """Whoever asks for HTML gets a page, everybody else lines; both name the addresses."""
    page, text = small.get("/", Accept=BROWSER), small.get("/", Accept="*/*")
    assert (page.status, page.kind) == (200, "text/html")
    assert (text.status, text.kind) == (200, "text/plain")
    assert small.get("/", Accept="text/plain, text/html;q=0.5").kind == "text/plain"
    assert f"{small.root}/sparql" in text.body.decode()
    assert 'href="/sparql"' in page.body.decode()
    assert "/api/" not in page.body.decode() + text.body.decode()


def test_the_page_may_use_its_own_style_and_form_alone(small: Running) -> None:
    """The policy names the style by its hash, forbids everything else, and there is no script."""
    page = small.get("/", Accept=BROWSER)
    (style,) = re.findall("<style>(.*?)</style>", page.body.decode(), re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = page.headers["content-security-policy"].split("; ")
    assert {"default-src 'none'", f"style-src 'sha256-{digest}'", "form-action 'self'"} <= set(policy)
    assert not re.search("<script|javascript:|https?://", page.body.decode())
