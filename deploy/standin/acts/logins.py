"""How somebody lets the App act for them: they agree on a page, and a code is exchanged for a token, once."""

from base64 import urlsafe_b64encode
from collections.abc import Mapping
from datetime import timedelta
from hashlib import sha256
from secrets import token_hex

from deploy.standin.model import Account, App, Login
from deploy.standin.world import World

CODE_LIFE = timedelta(minutes=10)  # docs: "Generating a user access token for a GitHub App"
TOKEN_LIFE = 8 * 3600  # seconds; as above


def refusal(app: App, client_id: str, callback: str) -> str:
    """Tell what is wrong with the address that a person comes with; empty when nothing is."""
    if client_id != app.client_id:
        return "There is no App with this client_id."
    if app.callback_urls and callback not in app.callback_urls:
        return "The redirect_uri is not associated with this application."
    return ""


def agree(world: World, by: Account, callback: str, challenge: str) -> str:
    """Give the code that the App fetches its token with."""
    code = token_hex(10)
    world.app.logins[code] = Login(by, callback, challenge, world.clock.now() + CODE_LIFE)
    return code


def exchange(world: World, form: Mapping[str, str]) -> dict[str, str | int]:
    """Exchange a code for a token, or name the error as GitHub does: with a status of success."""
    app = world.app
    if (form.get("client_id"), form.get("client_secret")) != (app.client_id, app.client_secret):
        return {"error": "incorrect_client_credentials"}
    login = app.logins.pop(form.get("code", ""), None)
    if login is None or login.ends <= world.clock.now() or not _proves(form.get("code_verifier", ""), login):
        return {"error": "bad_verification_code"}
    if form.get("redirect_uri", login.callback) != login.callback:
        return {"error": "redirect_uri_mismatch"}
    token = f"ghu_{token_hex(18)}"
    app.people[token] = login.account
    return {"access_token": token, "expires_in": TOKEN_LIFE, "token_type": "bearer", "scope": ""}


def _proves(verifier: str, login: Login) -> bool:
    digest = urlsafe_b64encode(sha256(verifier.encode()).digest()).decode().rstrip("=")
    return not login.challenge or digest == login.challenge
