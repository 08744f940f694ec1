"""The environment, read once: what receiver and worker both need to know."""

from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field, SecretStr
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SecretsSettingsSource, SettingsConfigDict


class Environment(BaseSettings):
    """Each field is a variable: ECTO_FIX_REDIS_URL and so on; or a file of that name in the folder ECTO_FIX_SECRETS."""

    # A value that is refused may be a secret, and the refusal is printed.
    model_config = SettingsConfigDict(env_prefix="ECTO_FIX_", hide_input_in_errors=True)

    redis_url: str = Field(default=...)
    redis_prefix: str = "ecto-fix:"  # several Apps may share a server
    secrets: Path | None = None  # Docker's and Kubernetes' secrets, or what the page /setup has written
    # Where GitHub and people reach the receiver; without one, reviews link to no page.
    public_url: Annotated[str, AfterValidator(lambda url: url.rstrip("/"))] = ""
    github_url: str = "https://github.com"  # of GitHub Enterprise Server: https://HOST
    github_api_url: str = "https://api.github.com"  # there: https://HOST/api/v3

    otlp_endpoint: str = ""  # of an OpenTelemetry collector: http://HOST:4318
    sentry_dsn: SecretStr = SecretStr("")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003  # pydantic's signature
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003  # as above
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Look into the folder for what the environment does not say."""
        folder = env_settings().get("secrets")
        if folder is None or not Path(folder).is_dir():
            return init_settings, env_settings
        # /setup names files as variables are named; systemd's credentials and Kubernetes' keys have the short names.
        named = (SecretsSettingsSource(settings_cls, folder, env_prefix=prefix) for prefix in (None, ""))
        return init_settings, env_settings, *named
