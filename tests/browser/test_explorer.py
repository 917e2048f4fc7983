"""The explorer in a real browser: search by keyboard, permalinks, the editor; nothing from other places."""

from typing import Any

import pytest
from tests.browser.axe import violations
from tests.browser.opened import SIZES, Visit
from tests.server.running import Running

pytestmark = pytest.mark.browser

PAGES = (
    *("/", "/search?q=qwen2.5-7b", "/search?q=alibabaa", "/compare", "/sparql-editor", "/claims"),
    *("/m/Qwen/Qwen2.5-7B", "/tree/Qwen/Qwen2.5-7B", "/tree/Qwen/Qwen2.5-7B?as=icicle"),
    *("/conflicts", "/conflicts/institution:alibaba"),
    *("/impact/Qwen/Qwen2.5-7B", "/impact/dataset:HuggingFaceH4/ultrafeedback_binarized"),
    *("/licence/DreadPoor/LemonP-8B-Model_Stock", "/licence/dataset:HuggingFaceH4/ultrachat_200k"),
    *("/tree/Qwen/Qwen2.5-7B?as=timeline", "/i/alibaba", "/a/Qwen", "/c/FR", "/f/Qwen/Qwen2.5-7B"),
    *("/d/HuggingFaceH4/ultrachat_200k", "/b/gsm8k", "/s/langchain", "/influence", "/rank"),
    *("/compare?ids=alibaba&ids=google", "/dependence", "/whatif"),
    "/whatif?without=institution:alibaba",
)


@pytest.mark.parametrize("target", [*PAGES, "/?lang=zh", "/sparql-editor?named=children"])
@pytest.mark.parametrize(("scheme", "sizes"), [("light", SIZES), ("dark", SIZES[::-1])])
def test_pages_can_be_used_by_all(
    browser: Any, server: Running, target: str, scheme: str, sizes: tuple[tuple[int, int], ...]
) -> None:
    """A page asks for nothing foreign or failed, fits both screens, and axe-core finds nothing serious.

    It is opened light on the large screen and dark on the small one; then it gets the other screen.
    """
    visit = Visit(browser, server, size=sizes[0], color_scheme=scheme)
    page = visit.open(target)
    if "named" in target:
        page.locator("#answer td").first.wait_for()
    assert page.locator("h1").count() == 1
    assert violations(page) == []
    assert visit.width() <= sizes[0][0]
    visit.resize(*sizes[1])
    assert visit.width() <= sizes[1][0]
    visit.done()


def test_search_by_keyboard(browser: Any, server: Running) -> None:
    """`/` goes to the field, typing suggests, arrows choose, Escape closes, Enter searches."""
    visit = Visit(browser, server)
    page, keyboard = visit.open("/"), visit.page.keyboard
    keyboard.press("/")
    field = page.locator("main [data-search]")
    assert field.evaluate("field => field === document.activeElement")
    keyboard.type("alibab")
    options = page.locator("main [role=option]")
    options.first.wait_for()
    assert field.get_attribute("aria-expanded") == "true"
    keyboard.press("ArrowDown")
    chosen = page.locator("main [role=option][aria-selected=true]")
    assert chosen.count() == 1
    assert field.get_attribute("aria-activedescendant") == chosen.get_attribute("id")
    keyboard.press("ArrowUp")
    assert chosen.count() == 0
    keyboard.press("Escape")
    assert field.get_attribute("aria-expanded") == "false"
    keyboard.press("Enter")
    page.wait_for_url("**/search?q=alibab*")
    assert "alibab" in visit.drawn().locator("h1").text_content()
    assert page.locator(".hits a", has_text="Alibaba").first.get_attribute("href") == "/i/alibaba"
    visit.done()


def test_choosing_a_suggestion_fills_in_what_to_compare(browser: Any, server: Running) -> None:
    """In a field of choice a suggestion is filled in as an id and the page stays."""
    visit = Visit(browser, server)
    page = visit.open("/compare")
    field = page.locator("[data-suggest]").first
    field.press_sequentially("alibab")
    page.locator("[role=option]").first.wait_for()
    field.press("ArrowDown")
    field.press("Enter")
    assert field.input_value() == "alibaba"
    assert page.url.endswith("/compare")
    visit.done()


def test_search_without_scripts(browser: Any, server: Running) -> None:
    """Without scripts the form searches, the editor is a plain form, and both can be read."""
    visit = Visit(browser, server, java_script_enabled=False)
    page = visit.page
    page.goto(f"{server.root}/")
    page.locator("main [data-search]").fill("qwen2.5-7b")
    page.locator("main form button").click()
    page.locator(".hits a").first.wait_for()
    page.wait_for_load_state()
    assert page.locator(".hits a").count() > 3
    page.goto(f"{server.root}/sparql-editor?named=ancestors")
    assert "wasDerivedFrom" in page.locator("textarea#query").input_value()
    assert page.locator(".plain button").is_visible()
    visit.context.close()
    assert visit.wrong == []


def test_editor_runs_a_query_and_keeps_it_in_the_address(browser: Any, server: Running) -> None:
    """A named query runs as it opens; what is typed then is in the address and comes back with it."""
    visit = Visit(browser, server)
    page = visit.open("/sparql-editor?named=ancestors&model=Qwen/Qwen2.5-7B-Instruct")
    page.locator("#answer td", has_text="Qwen/Qwen2.5-7B").first.wait_for()
    page.evaluate("document.querySelector('.CodeMirror').CodeMirror.setValue('SELECT (6*7 AS ?n) WHERE {}')")
    page.wait_for_url("**/sparql-editor?*query=SELECT*")
    assert "model=" not in page.url
    address = page.url.removeprefix(server.root)
    page = visit.open(address)
    page.locator("#answer td", has_text="42").first.wait_for()
    assert page.evaluate("document.querySelector('.CodeMirror').CodeMirror.getValue()").startswith(
        "SELECT (6*7"
    )
    assert page.evaluate("[...Object.keys(localStorage), document.cookie]") == [""]
    visit.done()


def test_menu_of_queries(browser: Any, server: Running) -> None:
    """A query is chosen from the menu, its parameter changed, and the text changes with it."""
    visit = Visit(browser, server)
    page = visit.open("/sparql-editor")
    page.locator(".menu summary", has_text="Countries").click()
    page.locator(".menu a", has_text="Institutions of a country").click()
    page.wait_for_url("**named=institutions-of-country*")
    visit.drawn()
    page.locator(".filling input[name=country]").fill("FR")
    page.locator(".filling button").click()
    page.wait_for_url("**country=FR*")
    visit.drawn()
    assert "FR" in page.evaluate("document.querySelector('.CodeMirror').CodeMirror.getValue()")
    page.locator("#answer td").first.wait_for()
    visit.done()


def test_twins_and_language(browser: Any, server: Running) -> None:
    """The page's data are one link away with its state, and so is the other language, which stays chosen."""
    visit = Visit(browser, server)
    page = visit.open("/search?q=qwen2.5-7b")
    twin = page.locator("a[data-twin=csv]").get_attribute("href")
    assert server.get(twin).body.decode("utf-8-sig").startswith("id,kind,name")
    page.locator("a.other").click()
    page.wait_for_url("**lang=zh*")
    visit.drawn()
    assert page.locator("html").get_attribute("lang") == "zh-Hans"
    assert "q=qwen2.5-7b" in page.url
    page.locator(".mark").click()
    page.wait_for_url("**/?lang=zh")
    assert visit.drawn().locator("html").get_attribute("lang") == "zh-Hans"
    visit.done()
