"""Our own bot on the page, in a real browser: ask, tap, browse, look up inline, see the chart."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import pytest_asyncio
from playwright.async_api import Page, async_playwright, expect

from tests.simulator.conftest import BROWSER, NO_BROWSER
from tests.simulator.test_page import ARGUMENTS, say, shot

from .driver import running_service

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.skipif(BROWSER is None, reason=NO_BROWSER),
]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def page(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Page]:
    directory = tmp_path_factory.mktemp("page")
    async with (
        running_service("polling", directory, KNOWLEDGE_DIR="") as service,
        async_playwright() as playwright,
    ):
        browser = await playwright.chromium.launch(executable_path=BROWSER, args=ARGUMENTS)
        page = await browser.new_page(viewport={"width": 1100, "height": 820})
        page.set_default_timeout(15_000)
        expect.set_options(timeout=15_000)
        await page.goto(service.simulator.page_url)
        await page.get_by_role("button", name="Démarrer").click()
        await expect(page.locator("#messages > li.other")).to_have_count(1)
        yield page
        await browser.close()


async def test_asking_and_tapping(page: Page) -> None:
    await say(page, "c koi le barometre svp, ki le gere")
    last = page.locator("#messages > li").last
    await expect(last).to_contain_text("Mesure 3")
    await expect(last).to_contain_text("Marseille")
    await shot(page, "bot-card")
    await last.get_by_role("button", name="Mesure 4").click()
    await expect(last).to_contain_text("appels d'offres")
    await expect(last).to_contain_text("Bordeaux")


async def test_browsing_by_city(page: Page) -> None:
    await say(page, "/mesures")
    last = page.locator("#messages > li").last
    await last.get_by_role("button", name="Nantes").click()
    await expect(last).to_contain_text("7.")
    await expect(last).to_contain_text("9.")
    await shot(page, "bot-city")


async def test_the_chart_is_seen(page: Page) -> None:
    await say(page, "/chiffres")
    picture = page.locator("#messages > li").last.get_by_role("img").first
    await expect(picture).to_be_visible()
    assert await picture.evaluate("image => image.decode().then(() => image.naturalWidth)") > 500
    await expect(page.locator("#messages > li").last).to_contain_text("75,2")
    await shot(page, "bot-chart")


async def test_looking_up_inline(page: Page) -> None:
    await page.get_by_role("button", name="Équipe #nocrise").click()
    await page.locator("#input").press_sequentially("@nocrise_bot télét")
    first = page.locator("#panel").get_by_role("option").first
    await expect(first).to_contain_text("17")
    await shot(page, "bot-inline")
    await first.click()
    sent = page.locator("li.own").last
    await expect(sent).to_contain_text("via @nocrise_bot")
    await expect(sent).to_contain_text("Mesure 17")
