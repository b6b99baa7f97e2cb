"""The page in a real browser, as somebody uses it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, async_playwright, expect

from bot.simulator import running_simulator
from bot.simulator.state import CAMILLE, GROUP, KARIM

from .conftest import BROWSER, NO_BROWSER
from .echo import build, introduce
from .test_sending import PNG

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.simulator import Simulator

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SHOTS = os.environ.get("SIMULATOR_SCREENSHOTS")
"""A directory for a picture of each view; none are taken where it is unset."""

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.skipif(BROWSER is None, reason=NO_BROWSER),
]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    """One browser for all tests, as starting one takes longer than a test."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=BROWSER, args=ARGUMENTS)
        yield browser
        await browser.close()


@pytest_asyncio.fixture(loop_scope="module")
async def simulator() -> AsyncIterator[Simulator]:
    async with running_simulator() as running:
        yield running


@pytest_asyncio.fixture(loop_scope="module")
async def page(browser: Browser, simulator: Simulator) -> AsyncIterator[Page]:
    """The page with a bot behind it; any script error fails the test."""
    errors: list[Any] = []
    application = build(simulator)
    async with application:
        await introduce(application)
        await application.start()
        assert application.updater is not None
        await application.updater.start_polling(timeout=5)
        page = await browser.new_page(viewport={"width": 1100, "height": 720})
        page.set_default_timeout(5000)
        page.on("pageerror", lambda error: errors.append(error))  # noqa: PLW0108
        page.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
        await page.goto(simulator.page_url)
        yield page
        await page.close()
        await application.updater.stop()
        await application.stop()
    assert errors == []


async def say(page: Page, text: str) -> None:
    # A field that is not shown yet would leave the keys to the button in its place.
    await expect(page.locator("#input")).to_be_visible()
    await page.locator("#input").press_sequentially(text)
    await page.keyboard.press("Enter")


async def shot(page: Page, name: str) -> None:
    if SHOTS:
        await page.screenshot(path=Path(SHOTS) / f"{name}.png", animations="disabled")


async def test_a_private_conversation(page: Page, simulator: Simulator) -> None:
    await expect(page.locator("#welcome")).to_contain_text("Posez-moi une question.")
    await shot(page, "welcome")
    await page.get_by_role("button", name="Démarrer").click()
    await expect(page.locator(".other .text")).to_contain_text("Bonjour")

    await say(page, "le baromètre 😀 ?")
    card = page.locator("#messages > li").last
    await expect(card.locator("strong").last).to_have_text("Mesure 3")
    await expect(card.locator("blockquote em")).to_have_text("baromètre")
    await expect(card).to_contain_text("<script>")
    await shot(page, "card")

    await page.get_by_role("button", name="Origine").click()
    await expect(page.get_by_role("dialog")).to_contain_text("De Marseille")
    await shot(page, "alert")
    await page.keyboard.press("Enter")
    await page.get_by_role("button", name="Graphique").click()
    picture = page.get_by_role("img", name="Image : Le graphique")
    await expect(picture).to_be_visible()
    assert await picture.evaluate("image => image.decode().then(() => image.naturalWidth)") == 90
    await page.get_by_role("button", name="Pourquoi ?").click()
    await expect(page.locator("#toast")).to_have_text("Voici pourquoi")
    await expect(page.locator(".meta", has_text="modifié")).to_be_visible()

    await page.locator("#input").press_sequentially("/me")
    await expect(page.locator("#panel").get_by_role("option")).to_have_count(1)
    opener = page.get_by_role("button", name="Commandes du bot")
    await expect(opener).to_have_attribute("aria-expanded", "true")
    await shot(page, "commands")
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    await expect(opener).to_have_attribute("aria-expanded", "false")
    await expect(page.locator("#input")).to_have_value("")
    await expect(page.locator("li.own").last).to_contain_text("/mesures")
    await expect(page.get_by_role("link", name="La mesure 4")).to_have_count(1)
    await page.get_by_role("link", name="La mesure 4").click()
    await expect(page.locator("#messages > li").last).to_contain_text("Bonjour mesure-4")
    assert simulator.people.transcript(CAMILLE)[-2]["text"] == "/start mesure-4"


async def test_a_group_with_several_speakers(page: Page, simulator: Simulator) -> None:
    await page.get_by_role("button", name="Équipe #nocrise").click()
    await say(page, "Bonjour à tous")
    await page.get_by_label("Parler en tant que").select_option(label="Karim")
    await expect(page.locator("li.other .sender")).to_have_text("Camille")
    await say(page, "@nocrise_bot la mesure 3 ?")
    await expect(page.locator(".quote").last).to_contain_text("la mesure 3")
    await shot(page, "group")
    await page.get_by_role("button", name="Options de la conversation").click()
    await page.get_by_role("menuitem", name="Transformer en supergroupe").click()
    await expect(page.locator(".service")).to_contain_text("transformé en supergroupe")
    assert simulator.world.chats[GROUP].migrated_to is not None


async def test_inline_results(page: Page) -> None:
    await page.get_by_role("button", name="Équipe #nocrise").click()
    await page.locator("#input").press_sequentially("@nocrise_bot baro")
    options = page.locator("#panel").get_by_role("option")
    await expect(options).to_have_count(8)
    await shot(page, "inline")
    for loaded in (16, 19):
        for _ in range(8):
            await page.keyboard.press("ArrowDown")
        await expect(options).to_have_count(loaded)
    await options.nth(18).click()
    sent = page.locator("li.own").last
    await expect(sent).to_contain_text("via @nocrise_bot")
    await expect(sent).to_contain_text("Mesure 19")
    await sent.get_by_role("button", name="Chercher").click()
    await expect(page.locator("#input")).to_have_value("@nocrise_bot ")
    await page.get_by_role("button", name="Demander en privé").click()
    await expect(page.locator("#title")).to_have_text("#nocrise")
    await expect(page.locator("#messages > li").last).to_contain_text("Bonjour inline")


async def test_sharing_replying_editing_and_attaching(page: Page, simulator: Simulator) -> None:
    people = simulator.people
    people.start(CAMILLE)
    people.send_text(CAMILLE, CAMILLE, "une question")
    await page.get_by_role("button", name="Partager").click()
    await page.get_by_role("dialog").get_by_role("button", name="Équipe").click()
    await expect(page.locator("#title")).to_have_text("Équipe #nocrise")
    await expect(page.locator("#input")).to_have_value("@nocrise_bot baro")
    await page.locator("#input").fill("")

    people.send_text(KARIM, GROUP, "un mot")
    theirs = page.locator("#messages > li").last
    await theirs.hover()
    await theirs.get_by_label("Répondre à ce message").click()
    await expect(page.locator("#context")).to_contain_text("Répondre à Karim")
    await say(page, "d’acord")
    own = page.locator("li.own").last
    await expect(own.locator(".quote")).to_contain_text("un mot")
    await own.hover()
    await own.get_by_label("Modifier ce message").click()
    await page.locator("#input").fill("d’accord")
    await page.keyboard.press("Enter")
    await expect(own.locator(".text")).to_contain_text("d’accordmodifié")
    await page.get_by_role("button", name="Joindre").click()
    await page.get_by_role("menuitem", name="Autocollant").click()
    await expect(page.locator(".sticker")).to_be_visible()


async def edit_last(page: Page) -> None:
    # By the keyboard: a message that comes meanwhile would push it away from under the mouse.
    await page.locator("li.own").last.get_by_label("Modifier ce message").press("Space")
    await expect(page.locator("#context")).to_contain_text("Modifier le message")


async def test_an_edit_that_is_left_is_no_draft(page: Page, simulator: Simulator) -> None:
    people, entry = simulator.people, page.locator("#input")
    people.start(CAMILLE)
    question = people.send_text(CAMILLE, CAMILLE, "une question")
    await expect(page.locator("li.own")).to_have_count(2)
    for leave in (
        lambda: page.keyboard.press("Escape"),
        lambda: page.get_by_role("button", name="Annuler").click(),
        lambda: page.keyboard.press("Enter"),
    ):
        await edit_last(page)
        await expect(entry).to_have_value("une question")
        await leave()
        await expect(page.locator("#context")).to_be_hidden()
        await expect(entry).to_have_value("")
    await edit_last(page)
    people.delete(CAMILLE, CAMILLE, question["message_id"])
    await expect(page.locator("#context")).to_be_hidden()
    await expect(entry).to_have_value("")
    own = [message for message in people.transcript(CAMILLE) if not message["from"]["is_bot"]]
    assert [(message["text"], message["_edits"]) for message in own] == [("/start", []), ("une question", [])]


async def test_a_command_is_no_edit(page: Page, simulator: Simulator) -> None:
    simulator.people.start(CAMILLE)
    simulator.people.send_text(CAMILLE, CAMILLE, "une question")
    await expect(page.locator("li.own")).to_have_count(2)
    await edit_last(page)
    await page.get_by_role("button", name="Commandes du bot").click()
    await page.get_by_role("option", name="/mesures").click()
    await expect(page.locator("li.own .text").last).to_contain_text("/mesures")
    await expect(page.locator("li.own .text").nth(1)).to_contain_text("une question")
    await expect(page.locator("#input")).to_have_value("une question")


async def test_what_is_refused_comes_back_into_the_field(page: Page, simulator: Simulator) -> None:
    simulator.people.start(CAMILLE)
    await expect(page.locator("li.own")).to_have_count(1)
    refusal = {"ok": False, "description": "Bad Request: NON"}
    await page.route("**/_sim/send_text", lambda route: route.fulfill(json=refusal))
    await page.route("**/_sim/edit_text", lambda route: route.fulfill(json=refusal))
    await say(page, "une question")
    await expect(page.locator("#toast")).to_have_text("Refusé : Bad Request: NON")
    await expect(page.locator("#input")).to_have_value("une question")
    await edit_last(page)
    await page.locator("#input").fill("/aide")
    await page.keyboard.press("Enter")
    await expect(page.locator("#input")).to_have_value("/aide")
    await expect(page.locator("#context")).to_contain_text("Modifier le message")


async def test_starting_afresh_leaves_nothing_behind(page: Page, simulator: Simulator) -> None:
    people = simulator.people
    people.start(CAMILLE)
    await expect(page.locator("li.own")).to_have_count(1)
    people.send_text(KARIM, GROUP, "un mot")
    await expect(page.locator(".badge")).to_have_count(1)
    await page.locator("li.own").last.get_by_label("Répondre à ce message").press("Space")
    await expect(page.locator("#context")).to_be_visible()
    people.reset()
    await expect(page.locator("#welcome")).to_be_visible()
    await expect(page.locator(".badge")).to_have_count(0)
    await expect(page.locator("#context")).to_be_hidden()


async def test_what_only_looks_like_a_link_is_told(page: Page) -> None:
    await page.get_by_role("button", name="Équipe #nocrise").click()
    await say(page, "http://a.fr:99999/")
    await page.locator("li.own").last.get_by_role("link").click()
    await expect(page.locator("#toast")).to_have_text("Ce lien est mal formé.")


async def test_a_picture_replies_too(page: Page, simulator: Simulator) -> None:
    people = simulator.people
    people.send_text(KARIM, GROUP, "un mot")
    await page.get_by_role("button", name="Équipe #nocrise").click()
    await page.locator("#messages > li").last.get_by_label("Répondre à ce message").press("Space")
    await page.locator("#input").fill("regarde")
    await page.locator("#file").set_input_files({"name": "a.png", "mimeType": "image/png", "buffer": PNG})
    own = page.locator("li.own").last
    await expect(own.locator(".quote")).to_contain_text("un mot")
    await expect(own.locator(".text")).to_contain_text("regarde")
    await expect(page.locator("#context")).to_be_hidden()
    await expect(page.locator("#input")).to_have_value("")


async def test_dark_and_on_a_phone(page: Page, simulator: Simulator) -> None:
    people = simulator.people
    await page.emulate_media(color_scheme="dark")
    await page.set_viewport_size({"width": 390, "height": 780})
    await expect(page.locator("#chats")).to_be_visible()
    await expect(page.locator("#input")).to_be_hidden()
    await shot(page, "phone-chats")
    people.start(CAMILLE)
    people.send_text(CAMILLE, CAMILLE, "le baromètre ?")
    await expect(page.locator(".badge")).to_have_count(0)
    await page.locator(".chat-entry").first.click()
    await expect(page.get_by_role("button", name="Pourquoi ?")).to_be_in_viewport()
    await shot(page, "phone-dark")
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    await page.get_by_role("button", name="Retour aux conversations").click()
    await expect(page.locator("#input")).to_be_hidden()


async def test_blocking_and_a_deep_link_in_the_address(page: Page, simulator: Simulator) -> None:
    await page.goto(f"{simulator.page_url}?start=mesure-7")
    await expect(page.locator("#messages > li").last).to_contain_text("Bonjour mesure-7")
    await page.get_by_role("button", name="Options de la conversation").click()
    await page.get_by_role("menuitem", name="Bloquer le bot").click()
    await page.get_by_role("button", name="Débloquer").click()
    await expect(page.locator("#input")).to_be_visible()


async def test_starting_is_done_once_however_often_the_button_is_pressed(
    page: Page, simulator: Simulator
) -> None:
    button = page.get_by_role("button", name="Démarrer")
    await button.evaluate("(button) => { button.focus(); button.click(); button.click(); }")
    await page.keyboard.press("Enter")
    await expect(page.locator(".other .text")).to_contain_text("Bonjour")
    # What is typed next goes into the field that takes the button's place.
    await expect(page.locator("#input")).to_be_focused()
    await page.keyboard.type("une question")
    await expect(page.locator("#input")).to_have_value("une question")
    said = [message.get("text") for message in simulator.people.transcript(CAMILLE)]
    assert said.count("/start") == 1


async def test_the_log_is_announced_and_everything_has_a_name(page: Page) -> None:
    await page.get_by_role("button", name="Démarrer").click()
    await say(page, "le baromètre ?")
    await expect(page.get_by_role("button", name="Pourquoi ?")).to_be_visible()
    await expect(page.get_by_role("log")).to_have_attribute("aria-live", "polite")
    nameless = await page.evaluate(
        """[...document.querySelectorAll("button, input:not([hidden]), select, textarea, img")]
             .filter((node) => !(node.innerText || node.ariaLabel || node.labels?.length
                                || node.alt))
             .map((node) => node.outerHTML)"""
    )
    assert nameless == []
